"""Publishing a version: the text is checked, what it would change is shown, and then it is published."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from desk.forms.field import Field, Form, Typed, one
from desk.pages.programmes import SHORT, proofs_of, told_between
from desk.pages.typed import typed_with_file
from desk.visit import Reader, Signed
from domain.errors import Refusal
from domain.format.reading import DefinitionError
from domain.policy import Purpose
from records import programmes, views
from service.publishing import Programme, draft, publish, refuse_overlap
from service.seeing import demand, stands_in
from service.stating import day_from
from service.telling.proof import Line, proof_lines

if TYPE_CHECKING:
    from datetime import date

    from records.programmes import Published
    from service.proving import Proof

pages = APIRouter(prefix="/programmes/publish")
MOST = 600_000  # characters of a definition: four times the largest that ships


@dataclass(frozen=True, slots=True)
class Checked:
    """A text that could be read: its proof, and what it would change of the version in force."""

    programme: Programme
    proof: Proof
    lines: list[Line]
    before: Published | None = None
    followers: int = 0
    groups: list[tuple[str, list[str]]] = field(default_factory=list)


def _demand(visit: Signed) -> None:
    demand(Purpose.PUBLISH, stands_in(visit.reader, None))


def _form(visit: Signed) -> Form:
    _ = visit._
    return Form(
        (
            Field("effective", "day", _("In force from"), hint=_("Leave empty for the day that the text says")),
            Field("text", "area", _("The programme's text"), most=MOST, required=True),
        )
    )


def _page(
    visit: Signed, form: Form, checked: Checked | None = None, *, status: int = 200, problems: tuple[str, ...] = ()
) -> Response:
    return visit.page("publish.html", status, form=form, checked=checked, problems=problems, short=SHORT)


@pages.get("")
async def ask(visit: Reader) -> Response:
    """Ask for a text."""
    _demand(visit)
    return _page(visit, _form(visit))


@pages.post("")
async def take(visit: Reader, request: Request) -> Response:
    """Check a text, and publish it where that was asked for and nothing stands against it."""
    _demand(visit)
    given, file = await typed_with_file(request, "file")
    try:
        text = _text(given, file)
        form = _form(visit).filled({**given, "text": [text]}).missing(visit._("Fill this in"))
    except Refusal as refusal:
        return _page(visit, _form(visit).filled(given).with_error(refusal.text(visit.language), "text"), status=422)
    if not form.ok:
        return _page(visit, form, status=422)
    try:
        day = _day(given)
        programme = await draft(visit.pool, text)
    except DefinitionError as error:
        problems = tuple(each.told(visit.language) for each in error.problems)
        wrong = form.with_error(visit._("The text can't be used as it stands. What is wrong stands above."), "text")
        return _page(visit, wrong, status=422, problems=problems)
    except Refusal as refusal:
        return _page(visit, form.with_error(refusal.text(visit.language), "effective"), status=422)
    checked = await _checked(visit, programme)
    if one(given, "do") != "publish":
        return _page(visit, form, checked)
    if not checked.proof.good:
        return _page(
            visit, form.with_error(visit._("What is wrong has to be mended first."), "text"), checked, status=422
        )
    try:
        await refuse_overlap(visit.pool, programme, effective=day)
    except Refusal as refusal:
        return _page(visit, form.with_error(refusal.text(visit.language), "effective"), checked, status=422)
    new = await publish(visit.pool, programme, by=visit.reader.id, now=visit.now, effective=day)
    return RedirectResponse(f"/programmes/{programme.rules.hash}?done={'published' if new else 'before'}", 303)


def _text(given: Typed, file: bytes | None) -> str:
    """Return the text that was pasted, or that of the file. Raises Refusal."""
    text = (given.get("text") or [""])[0]
    if file:
        try:
            text = file.decode("utf-8").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise Refusal("file_encoding", byte=f"0x{error.object[error.start]:02X}", line=line) from error
    if len(text) > MOST:
        raise Refusal("text_too_long", name="text", most=MOST)
    return text


def _day(given: Typed) -> date | None:
    text = one(given, "effective")
    return day_from(text, "effective") if text else None


async def _checked(visit: Signed, programme: Programme) -> Checked:
    proof = await proofs_of(visit).of(programme)
    lines = list(proof_lines(programme, proof, visit.writing.say))
    every = await programmes.versions(visit.pool, programme.rules.programme)
    if not every:
        return Checked(programme, proof, lines)
    before = await programmes.load(visit.pool, every[-1].hash)
    groups = await told_between(visit, before.source, programme.source)
    followers = (await views.followers(visit.pool)).get(before.hash, 0)
    return Checked(programme, proof, lines, before, followers, groups)
