"""The filters of the list of people: their form, and what they ask for."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from desk.forms.field import Field, Form
from domain.errors import Refusal
from records import staff
from records.listing import Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from desk.visit import Signed
    from records.operations import Run
    from records.staff import Staff
    from service.wording import Version

FILTERS = ("q", "operation", "status", "stage", "owner", "unit", "late", "exit", "since", "until", "person")
INSIDE = ("open", "paused")
STATUSES = ("reserved", "open", "paused", "exited", "closed", "diverged")
QUIET = "contact"
"""Late with the watch: nobody has had contact for as long as the programme allows."""


async def form(visit: Signed, mine: Sequence[Run], versions: Mapping[str, Version], everybody: Sequence[Staff]) -> Form:
    """Return the form of filters for the operations that are the reader's."""
    _, say = visit._, visit.writing.say
    every = (("", _("All")),)
    operations = {run.id for run in mine}
    colleagues = [
        each for each in everybody
        if each.active and any(role.operation is None or role.operation in operations for role in each.roles)
    ]  # fmt: skip
    me = ((visit.reader.id, _("Me (%(name)s)", name=visit.reader.name)),)
    owners = sorted(((one.id, one.name) for one in colleagues if one.id != visit.reader.id), key=lambda pair: pair[1])
    stages = {stage: each.words.step(stage) for each in versions.values() for stage in each.stages}
    exits = {code: each.words.exit(code) for each in versions.values() for code in each.rules.exits}
    statuses = (("inside", _("Inside: open or paused")), *((one, say(f"status.{one}")) for one in STATUSES))
    hint = _("Year-month-day, such as 2026-03-31")
    fields = [
        _choice("operation", _("Operation"), (*every, *((run.id, run.name or run.id) for run in mine))),
        _choice("status", _("Status"), (*every, *statuses)),
        _choice("stage", _("Stage"), (*every, *stages.items())),
        _choice("owner", _("Owner"), (*every, *me, *owners)),
        _choice("unit", _("Unit"), (*every, *((one.id, one.name) for one in await staff.units(visit.pool)))),
        _choice("late", _("Late"), (*every, ("any", _("Something is late")), (QUIET, _("No contact in time")))),
        _choice("exit", _("Why they left"), (*every, *exits.items())),
        Field("since", "day", _("Referred from"), hint=hint, required=True),
        Field("until", "day", _("Referred up to"), hint=hint, required=True),
    ]
    return Form(tuple(each for each in fields if each.name != "operation" or len(mine) > 1))


def _choice(name: str, label: str, choices: tuple[tuple[str, str], ...]) -> Field:
    return Field(name, "select", label, choices=choices, required=True)  # a filter says nothing of being optional


def asked(visit: Signed, shown: Form, given: Mapping[str, str]) -> tuple[Wanted, Form]:
    """Return what filters ask for, and the form with what is wrong in them."""
    status, late = given.get("status", ""), given.get("late", "")
    days: dict[str, date | None] = {}
    for name in ("since", "until"):
        try:
            days[name] = date.fromisoformat(given[name]) if given.get(name) else None
        except ValueError:
            days[name] = None
            label = next(each.label for each in shown.fields if each.name == name)
            shown = shown.with_error(Refusal("value_not_a_date", name=label).text(visit.language), name)
    return Wanted(
        operation=given.get("operation"), statuses=_statuses(status), held=status == "diverged",
        stage=given.get("stage"), owner=given.get("owner"), unit=given.get("unit"),
        late=visit.now if late == "any" else None, quiet=visit.now if late == QUIET else None, exit=given.get("exit"),
        referred_from=days["since"], referred_to=days["until"],
    ), shown  # fmt: skip


def _statuses(status: str) -> tuple[str, ...] | None:
    if status == "inside":
        return INSIDE
    return (status,) if status in STATUSES and status != "diverged" else None
