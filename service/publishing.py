"""Publishing programmes and starting operations: from the files in programmes/ to PostgreSQL."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import Refusal
from domain.format.compiling import compile_text
from domain.format.loading import load_programme
from domain.format.reading import Document
from domain.format.variants import text_of
from domain.operations import OperationDef, load_operation, moved_to
from domain.rules import Rules, canonical, parse
from domain.rules import text_of as rules_text_of
from records import operations, programmes, staff

if TYPE_CHECKING:
    from domain.format.loading import Bases
    from domain.format.model import ProgrammeDef
    from records.database import Pool

PROGRAMMES = Path(__file__).parent.parent / "programmes"


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme as it was read: rules, definition and the text to publish (of a variant: with what it extends)."""

    rules: Rules
    definition: ProgrammeDef
    source: str
    document: Document = field(default_factory=lambda: Document({}))


def programme_file(name: str) -> Path:
    """Return the file of a programme that ships with Stegvis; its name may have hyphens for underscores."""
    hyphens = PROGRAMMES / f"{name.replace('_', '-')}.yaml"
    return hyphens if hyphens.exists() else PROGRAMMES / f"{name}.yaml"


def operation_file(name: str) -> Path:
    """Return the file of an operation that ships with Stegvis."""
    return PROGRAMMES / "operations" / f"{name}.yaml"


def programme_beside(template: Path, name: str) -> Path:
    """Return the file of an operation's programme: in the folder above the operation's own, or one that ships.

    Names have underscores, files may have hyphens.
    """
    above = template.resolve().parent.parent
    spelled = (above / f"{each}.yaml" for each in (name, name.replace("_", "-")))
    return next((path for path in spelled if path.is_file()), programme_file(name))


def read_programme(path: Path) -> Programme:
    """Read and compile a definition. Raises DefinitionError with a line for each problem."""
    return programme_of(path.read_text("utf-8"), lambda name: _beside(path.parent, name))


def programme_of(source: str, bases: Bases) -> Programme:
    """Compile a definition; ``bases`` finds what it extends. Raises DefinitionError with a line for each problem."""
    rules, definition, document = compile_text(source, bases)
    return Programme(rules, definition, text_of(document) if definition.variant_of else source, document)


def _beside(folder: Path, name: str) -> str | None:
    base = folder / f"{name}.yaml"
    return base.read_text("utf-8") if base.exists() else None


async def draft(pool: Pool, source: str) -> Programme:
    """Compile a text that nobody has published; it may extend what is published or ships. Raises DefinitionError."""
    newest = {one.programme: one.hash for one in await programmes.versions(pool)}
    known = {name: (await programmes.load(pool, version)).source for name, version in newest.items()}
    return await asyncio.to_thread(programme_of, source, lambda name: known.get(name) or _beside(PROGRAMMES, name))


async def published(pool: Pool, beginning: str) -> Programme:
    """Return the one published version whose hash begins so. Raises ProgrammeUnknown."""
    found = await programmes.find(pool, beginning)
    definition, document = await asyncio.to_thread(load_programme, found.source)
    return Programme(parse(rules_text_of(found.rules)), definition, found.source, document)


async def publish(pool: Pool, programme: Programme, *, by: str, now: datetime, effective: date | None = None) -> bool:
    """Publish a version, effective from its own day or an earlier one; tells whether it was new."""
    return await programmes.publish(
        pool,
        hash=programme.rules.hash,
        programme=programme.rules.programme,
        effective=effective or programme.definition.effective,
        rules=json.loads(canonical(programme.rules)),
        source=programme.source,
        by=by,
        now=now,
    )


async def refuse_overlap(pool: Pool, programme: Programme, *, effective: date | None = None) -> None:
    """Refuse a version where another one of the programme is effective from the same day. Raises Refusal."""
    day = effective or programme.definition.effective
    for one in await programmes.versions(pool, programme.rules.programme):
        if one.effective == day and one.hash != programme.rules.hash:
            raise Refusal("version_overlaps", version=one.hash, day=day.isoformat())


async def rules_text(pool: Pool, version: str) -> str:
    """Return the compiled rules of a version as canonical JSON. Raises ProgrammeUnknown."""
    return rules_text_of((await programmes.load(pool, version)).rules)


async def rules_in_force(pool: Pool, programme: str, on: date) -> tuple[str, Rules]:
    """Return the rules in force on a referral's day, as text and parsed. Raises ProgrammeUnknown."""
    text = rules_text_of((await programmes.in_force(pool, programme, on)).rules)
    return text, parse(text)


async def start_operation(
    pool: Pool, template: Path, *, now: datetime, by: str, name: str | None = None, starts: date | None = None,
    title: str | None = None, esf: str | None = None,
) -> OperationDef:  # fmt: skip
    """Keep an operation with its units and staff, at its own days or moved to start on another one.

    ``title`` and ``esf``, the fund's project number, are those of another grant than the template's.

    Raises DefinitionError.
    """
    operation = load_operation(template.read_text("utf-8"))
    if starts is not None:
        operation = moved_to(operation, starts, name or f"{operation.operation}-{starts:%Y%m}")
    if title is not None:
        operation = operation.model_copy(update={"name": title})
    if esf is not None:
        operation = operation.model_copy(update={"esf": operation.esf.model_copy(update={"project_number": esf})})
    for each in operation.programmes:
        programme = read_programme(programme_beside(template, each))
        await publish(pool, programme, by=by, now=now, effective=min(programme.definition.effective, operation.starts))
    await operations.keep(
        pool,
        operations.Operation(
            operation.operation, operation.programme, operation.starts, operation.ends,
            json.loads(operation.model_dump_json()),
        ),
        now=now,
    )  # fmt: skip
    for unit in operation.units:
        await staff.add_unit(pool, staff.Unit(unit.id, unit.name))
    for person in operation.staff:
        roles = tuple(staff.Role(role, operation.operation) for role in person.roles)
        await staff.add(pool, staff.Staff(person.id, person.name, person.email, unit=person.unit, roles=roles))
    for unit in operation.units:  # again: a standing owner has to be known, and staff belong to a unit
        await staff.add_unit(pool, staff.Unit(unit.id, unit.name, unit.owner))
    for unit in operation.units:
        if unit.became is not None:
            await staff.merge_unit(pool, unit=unit.id, into=unit.became.unit, on=unit.became.on)
    return operation
