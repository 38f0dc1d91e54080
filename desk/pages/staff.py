"""Colleagues: who works here with which roles; adding, changing, giving a password, ending the service."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from desk.forms.field import Field, Form, Typed, choices_of, one
from desk.pages.typed import typed
from desk.visit import Reader, Signed
from domain.calendar import local_day
from domain.errors import Refusal
from domain.policy import MANAGER, OPERATIONS, Purpose
from domain.staffing import may_give
from records import accounts, operations, programmes, staff
from records.staff import Role, Staff
from service import staffing
from service.seeing import demand, stands_in
from service.wording import Words, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

pages = APIRouter(prefix="/staff")
EVERYWHERE = "*"  # of an operation in a form: in all of them


def _demand(visit: Signed) -> None:
    demand(Purpose.STAFF, stands_in(visit.reader, None))


@dataclass(frozen=True, slots=True)
class Places:
    """The operations with their names and their programmes' words."""

    names: dict[str, str]
    words: dict[str, Words]

    def role(self, visit: Signed, role: Role) -> str:
        """Return a role in words, with where it holds where there are several places."""
        if role.role == OPERATIONS:
            return visit._("operations")
        known = self.words.get(role.operation or next(iter(self.words), ""))
        text = known.role(role.role) if known else role.role.replace("_", " ")
        if role.operation is None:
            return visit._("%(role)s everywhere", role=text)
        return f"{text}, {self.names.get(role.operation, role.operation)}" if len(self.names) > 1 else text

    def choices(self, visit: Signed, reader: Staff) -> tuple[tuple[str, str], ...]:
        """Return the roles that the reader may give, as values of a form."""
        found = [Role(name, each) for each, words in self.words.items() for name in words.definition.roles]
        found += [Role(MANAGER, each) for each, words in self.words.items() if MANAGER not in words.definition.roles]
        found += [Role(MANAGER), Role(OPERATIONS)]
        mine = staffing.held(reader)
        return tuple(
            (value_of(each), self.role(visit, each)) for each in found if may_give(mine, each.role, each.operation)
        )


def value_of(role: Role) -> str:
    """Return a role as a form holds it."""
    return f"{role.role}@{role.operation or EVERYWHERE}"


def role_of(text: str) -> Role:
    """Return the role that a form means; what doesn't exist is refused when it is given."""
    name, _, operation = text.partition("@")
    return Role(name[:200], None if operation in ("", EVERYWHERE) else operation[:200])


async def _places(visit: Signed) -> Places:
    every = await operations.every(visit.pool)
    words = {}
    for each in every:
        versions = await programmes.versions(visit.pool, each.programme)
        if versions:
            words[each.id] = await words_of(visit.pool, versions[-1].hash, visit.language)
    return Places({each.id: _name(each, visit.language) for each in every}, words)


def _name(operation: operations.Operation, language: str) -> str:
    label: Any = operation.definition.get("name")
    return str(label.get(language) or operation.id) if isinstance(label, dict) else str(label or operation.id)


@pages.get("")
async def listed(visit: Reader, left: str = "", search: str = "") -> Response:
    """Show colleagues."""
    _demand(visit)
    everybody = await staff.everybody(visit.pool)
    wanted = search.strip().casefold()
    found = [
        each for each in everybody
        if each.active is (left != "yes") and (wanted in each.name.casefold() or wanted in each.id)
    ]  # fmt: skip
    deputies = {each.staff: each for each in await staff.deputies(visit.pool, on=visit.today) if
                each.from_on <= visit.today}  # fmt: skip
    return visit.page(
        "staff.html", found=sorted(found, key=lambda each: each.name.casefold()), places=await _places(visit),
        units={each.id: each.name for each in await staff.units(visit.pool)}, left=left == "yes", search=search,
        accounts=await accounts.with_account(visit.pool), deputies=deputies,
        names={each.id: each.name for each in everybody}, done=visit.request.query_params.get("done"),
    )  # fmt: skip


async def _details(visit: Signed, *, new: bool) -> Form:
    _ = visit._
    units = choices_of((each.id, each.name) for each in await staff.units(visit.pool))
    fields = [
        Field("id", "text", _("User name"), hint=_("Small letters, digits, full stops. It can't be changed later."),
              required=True, most=60),
        Field("name", "text", _("Name"), required=True, most=200),
        Field("email", "text", _("Address for mail"), most=staffing.MOST),
        Field("unit", "select", _("Unit"), choices=units),
        Field("language", "radio", _("Language"), choices=(("sv", "Svenska"), ("en", "English")), required=True),
    ]  # fmt: skip
    if new:
        roles = (await _places(visit)).choices(visit, visit.reader)
        fields.append(Field("role", "checks", _("Roles"), choices=roles))
    return Form(tuple(fields if new else fields[1:]))


def _checked(visit: Signed, form: Form, given: Typed) -> Form:
    """Return the form with what was typed, and an error at what is missing or was never offered."""
    shown = form.filled(given).offered(visit._("Choose something that stands here"))
    return shown.missing(visit._("Fill this in"))


def _read(given: Typed, id_: str) -> Staff:
    return Staff(
        id_, one(given, "name") or "", one(given, "email"), "en" if one(given, "language") == "en" else "sv",
        one(given, "unit"),
    )  # fmt: skip


def _at(refusal: Refusal) -> str:
    """Return the field that a refusal is about."""
    fields = {"staff_id_invalid": "id", "staff_id_taken": "id", "address_invalid": "email", "unit_unknown": "unit",
              "role_unknown": "role", "operation_unknown": "role", "staff_of_others": "role"}  # fmt: skip
    return fields.get(refusal.code) or str(refusal.params.get("name") or refusal.params.get("field") or "")


@pages.get("/new")
async def ask_new(visit: Reader) -> Response:
    """Ask who begins."""
    _demand(visit)
    return visit.page("colleague_new.html", form=(await _details(visit, new=True)).filled({"language": ["sv"]}))


@pages.post("/new")
async def add(visit: Reader, request: Request) -> Response:
    """Add a colleague."""
    _demand(visit)
    given = await typed(request)
    form = _checked(visit, await _details(visit, new=True), given)
    if not form.ok:
        return visit.page("colleague_new.html", 422, form=form)
    person = _read(given, (one(given, "id") or "").lower())
    try:
        if await staff.everybody(visit.pool, [person.id]):
            raise Refusal("staff_id_taken")
        roles = tuple(role_of(text) for text in given.get("role", ()))
        for each in roles:
            await staffing.demand_role(visit.pool, visit.reader, each)
        await staffing.keep(visit.pool, replace(person, roles=roles))
    except Refusal as refusal:
        wrong = form.with_error(refusal.text(visit.language), _at(refusal))
        return visit.page("colleague_new.html", 422, form=wrong)
    return _to(person.id, "added")


def _to(person: str, done: str) -> Response:
    return RedirectResponse(f"/staff/{person}?done={done}", 303)


async def _known(visit: Signed, person: str) -> Staff:
    """Return a colleague, also one who has left. Raises Refusal: not_for_you; HTTPException."""
    _demand(visit)
    try:
        return await staff.get(visit.pool, person[:200])
    except staff.StaffUnknown:
        raise HTTPException(404) from None


@pages.get("/{person}")
async def show(visit: Reader, person: str) -> Response:
    """Show a colleague with roles and what the person answers for."""
    return await _page(visit, await _known(visit, person))


def _seen(person: Staff) -> str:
    return "|".join((person.name, person.email or "", person.language, person.unit or "", str(person.active)))


async def _page(
    visit: Signed, person: Staff, form: Form | None = None, *, status: int = 200, trouble: str = ""
) -> Response:
    if form is None:
        kept = {
            "name": person.name,
            "email": person.email or "",
            "unit": person.unit or "",
            "language": person.language,
        }
        form = (await _details(visit, new=False)).filled({name: [value] for name, value in kept.items()})
    places = await _places(visit)
    mine = staffing.held(visit.reader)
    has = {value_of(each) for each in person.roles}
    work = await staff.responsibilities(visit.pool, person.id, on=local_day(visit.now))
    standing_in = await staff.deputies(visit.pool, on=visit.today)
    deputies = [each for each in standing_in if person.id in (each.staff, each.deputy)]
    return visit.page(
        "colleague.html", status, person=person, form=form, places=places, work=work, trouble=trouble,
        can_change=await staffing.can_change(visit.pool, visit.reader, person), seen=_seen(person), value_of=value_of,
        takeable={value_of(each) for each in person.roles if may_give(mine, each.role, each.operation)},
        givable=[pair for pair in places.choices(visit, visit.reader) if pair[0] not in has], deputies=deputies,
        names={each.id: each.name for each in await staff.everybody(visit.pool)},
        units={each.id: each.name for each in await staff.units(visit.pool)},
        has_account=person.id in await accounts.with_account(visit.pool), done=visit.request.query_params.get("done"),
    )  # fmt: skip


@pages.post("/{person}")
async def change(visit: Reader, request: Request, person: str) -> Response:
    """Change what is known of a colleague; one who had left comes back."""
    known = await _known(visit, person)
    given = await typed(request)
    form = _checked(visit, await _details(visit, new=False), given)
    if not form.ok:
        return await _page(visit, known, form, status=422)
    try:
        await staffing.demand_change(visit.pool, visit.reader, known)
        if one(given, "seen") not in (None, _seen(known)):
            raise Refusal("staff_changed")
        await staffing.keep(visit.pool, replace(_read(given, known.id), roles=()))
    except Refusal as refusal:
        status = 409 if refusal.code == "staff_changed" else 422
        return await _page(visit, known, form.with_error(refusal.text(visit.language), _at(refusal)), status=status)
    return _to(known.id, "changed")


@pages.post("/{person}/roles")
async def roles(visit: Reader, request: Request, person: str) -> Response:
    """Give or take a role."""
    known = await _known(visit, person)
    given = await typed(request)
    try:
        async with visit.pool.acquire() as connection, connection.transaction():  # all of them or none
            for text in _some(given, "give"):
                await staffing.give(connection, visit.reader, known.id, role_of(text))
            for text in _some(given, "take"):
                await staffing.take(connection, visit.reader, known.id, role_of(text))
    except Refusal as refusal:
        return await _page(visit, known, status=422, trouble=refusal.text(visit.language))
    return _to(known.id, "roles")


def _some(given: Typed, name: str) -> Iterable[str]:
    return [each for each in given.get(name, ()) if each]


@pages.post("/{person}/password")
async def password(visit: Reader, person: str) -> Response:
    """Give a colleague a password, and show it this once."""
    known = await _known(visit, person)
    await staffing.demand_change(visit.pool, visit.reader, known)
    if not known.active:
        raise Refusal("staff_inactive", staff=known.id)
    made = await staffing.first_password(visit.pool, known.id, now=visit.now)
    return visit.page("first_password.html", person=known, password=made)


@pages.post("/{person}/leave")
async def leave(visit: Reader, person: str) -> Response:
    """End a colleague's service, unless the person still answers for something."""
    known = await _known(visit, person)
    try:
        await staffing.demand_change(visit.pool, visit.reader, known)
        await staffing.leave(visit.pool, known, now=visit.now, on=visit.today)
    except staff.StillResponsible:
        trouble = visit._("%(name)s still answers for what stands below. Hand it over first.", name=known.name)
        return await _page(visit, known, status=409, trouble=trouble)
    except Refusal as refusal:
        return await _page(visit, known, status=422, trouble=refusal.text(visit.language))
    return RedirectResponse("/staff?done=left", 303)
