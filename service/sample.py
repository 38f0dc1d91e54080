"""A sample programme for trying: fourteen months old today, with people at every stage, and open, due and late work.

People are made up; their numbers are of those that the Tax Agency keeps for tests. Nothing is drawn by chance: the
same day gives the same sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from domain.calendar import add_months, local_day
from domain.format.reading import Document
from records import accounts, operations, register, staff
from service.accounts import set_password
from service.importing.history import Person, Taken, operation_of, read_people, take_over
from service.publishing import operation_file, start_operation

if TYPE_CHECKING:
    from service.office import Office

OPERATION = "koll-exempel"
PASSWORD = "prova-stegvis-lokalt"  # noqa: S105 - of the sample's accounts, on embedded servers that only this machine reaches
SIGNS_IN = {
    "caseworker": "ham.handlaggare", "team": "ada.arbetsterapeut", "owner": "sam.samordnare",
    "manager": "pia.programansvarig", "operations": "dag.drift",
}  # fmt: skip
"""Whom to try the desk as; everybody else of the sample has an account too."""
TEMPLATE = "koll-2020"
MONTHS = 14
PROMPT = 320  # days after which everybody who reached the level has also left
SLOW = 42  # days in which an inventory should be done
DOMAINS = ("health", "social_situation", "functional_variation", "work_and_schooling", "labour_market")
GIVEN = {"assistance": "long_term", "complex_problems": True, "labour_status": "long_term_unemployed"}
FIRST_NAMES = (
    "Alva", "Bo", "Cilla", "Dag", "Ebba", "Finn", "Gun", "Hans", "Ines", "Jon", "Kajsa", "Leif", "Maj", "Nils", "Olga",
    "Per", "Rut", "Sten", "Tove", "Ulla", "Vera", "Ylva", "Åke", "Ärla", "Örjan",
)  # fmt: skip
LAST_NAMES = ("Provman", "Exempelsson", "Testgren", "Övningsberg", "Påhittsdotter")


@dataclass(frozen=True, slots=True)
class Made:
    """What stands ready: ``people`` counts those made now."""

    operation: str
    starts: date
    people: int


async def make_sample(office: Office) -> Made:
    """Make the sample, unless an operation exists already."""
    made = await _make_people(office)
    if made.operation == OPERATION:
        await _make_accounts(office)
    return made


async def _make_accounts(office: Office) -> None:
    """Give everybody in the sample a password, unless somebody has one."""
    if await accounts.any_account(office.pool):
        return
    operations_role = (staff.Role("operations"),)
    await staff.add(office.pool, staff.Staff(SIGNS_IN["operations"], "Dag Drift", roles=operations_role))
    for one in await staff.everybody(office.pool):
        if one.active:
            await set_password(office.pool, one.id, PASSWORD, now=office.clock())


async def _make_people(office: Office) -> Made:
    existing = await operations.every(office.pool)
    if existing and OPERATION not in {one.id for one in existing}:
        return Made(existing[0].id, existing[0].starts_on, 0)
    now = office.clock()
    today = local_day(now)
    if not existing:
        starts = add_months(today.replace(day=1), -MONTHS)
        await start_operation(
            office.pool, operation_file(TEMPLATE), now=now, by="system", name=OPERATION, starts=starts
        )  # fmt: skip
    operation = await operation_of(office, OPERATION)
    if await register.by_referral(office.pool, operation=OPERATION, referral=f"ex-{len(PEOPLE):02d}"):
        return Made(OPERATION, operation.starts, 0)
    entries = [_entry(place, ago, kind, today) for place, (ago, kind) in enumerate(PEOPLE, 1)]
    people: list[Person | Taken] = read_people(entries, Document(entries), (), operation=operation)
    made = 0
    async for taken in take_over(office, people, operation=operation, dry=False):
        if taken.refusal is not None:
            raise taken.refusal
        made += taken.result == "recorded"
    return Made(OPERATION, operation.starts, made)


def reserved_number(born: date, serial: int) -> str:
    """Return a number that belongs to nobody: individual numbers 980 to 999 are kept for tests."""
    digits = f"{born:%y%m%d}{980 + serial % 20}"
    total = sum(sum(divmod(int(digit) * (2 - index % 2), 10)) for index, digit in enumerate(digits))
    return f"{born:%Y%m%d}-{980 + serial % 20}{-total % 10}"


def _entry(place: int, ago: int, kind: str, today: date) -> dict[str, Any]:
    """Return one person as a history file would tell it, up to yesterday."""
    starts = today - timedelta(days=ago)
    # Between 36 and 54 on the day of the referral, whatever day it is.
    born = date(starts.year - 37 - place * 7 % 17, 1 + place * 5 % 12, 1 + place * 11 % 28)
    days: dict[str, list[Any]] = {}
    for day, said in STORIES[kind](ago):
        if day < ago or day == 0:
            days.setdefault((starts + timedelta(days=day)).isoformat(), []).append(said)
    return {
        "referral": f"ex-{place:02d}",
        "number": reserved_number(born, place),
        "name": f"{FIRST_NAMES[(place - 1) % len(FIRST_NAMES)]} {LAST_NAMES[place % len(LAST_NAMES)]}",
        "unit": "forsorjningsstod",
        "given": {**GIVEN, "gender": "woman" if place % 2 else "man"},
        "dates": days,
    }


Days = list[tuple[int, Any]]


def _referred(_ago: int) -> Days:
    return [(0, "refer")]


def _acknowledged(_ago: int) -> Days:
    return [(0, "refer"), (1, "done acknowledge")]


def _declined(_ago: int) -> Days:
    reason = {"decide": "eligibility declined", "coded_reason": "other_support", "reason": "Får stöd på annat håll."}
    return [*_acknowledged(0), (8, reason)]


def _inventory(ago: int) -> Days:
    done = [(20 + 4 * place, f"record domain.{name}") for place, name in enumerate(DOMAINS)]
    return [*_acknowledged(0), (6, "decide eligibility accepted"), *done[: 5 if ago > SLOW else 3], (28, "contact")]


def _returned(_ago: int) -> Days:
    return [
        *_inventory(99), (44, "decide recommendation return"),
        (47, {"decide": "gate return", "reason": "Behöver vård först.", "view": "partly"}), (54, "done received"),
        (66, "done exit_data"), (47 + 178, "done six_months"),
    ]  # fmt: skip


def _activity(ago: int) -> Days:
    told: Days = [*_inventory(99), (44, "decide recommendation go_on"), (48, "decide gate go_on"), (57, "done plan")]
    told += [(day, "contact") for day in range(80, ago, 24)]
    told += [(day, "done review") for day in range(112, ago, 55)]
    told += [(day, "hours work_training 24") for day in range(88, ago, 31)]
    return told


def _menu(ago: int) -> Days:
    return [*_activity(ago), (62, "open wellness"), (70, "open rehabilitation"), (150, "done wellness"),
            (215, "done rehabilitation")]  # fmt: skip


def _paused(ago: int) -> Days:
    return [*_activity(ago - 20), (ago - 18, "pause illness 60")]


def _forgotten(ago: int) -> Days:
    return _activity(ago - 40)


def _reached(ago: int) -> Days:
    level = {"record": "activity_level", "hours_per_week": 10, "environment": "adapted"}
    at = max(171, ago - 12) if ago < PROMPT else 171  # whoever is still inside reached it lately
    return [*_activity(min(ago, at)), (at, level)]


def _work(ago: int) -> Days:
    return [*_reached(ago), (176, {"decide": "way_forward work", "view": "yes"}), (196, "done exit_data"),
            (176 + 180, "done six_months")]  # fmt: skip


def _studies(ago: int) -> Days:
    return [*_reached(ago), (178, {"decide": "way_forward studies", "view": "yes"}), (201, "done exit_data"),
            (178 + 180, "done six_months")]  # fmt: skip


def _dropped(_ago: int) -> Days:
    return [*_activity(100), (101, {"exit": "dropped_out", "reason": "Vill inte fortsätta."}),
            (120, "done exit_data"), (101 + 180, "done six_months")]  # fmt: skip


STORIES = {
    "referred": _referred, "acknowledged": _acknowledged, "declined": _declined, "inventory": _inventory,
    "returned": _returned, "activity": _activity, "menu": _menu, "paused": _paused, "forgotten": _forgotten,
    "reached": _reached, "work": _work, "studies": _studies, "dropped": _dropped,
}  # fmt: skip

# Days since the referral, and how far each has come.
PEOPLE: tuple[tuple[int, str], ...] = (
    (410, "studies"), (402, "work"), (396, "returned"), (389, "menu"), (381, "dropped"), (374, "studies"),
    (360, "menu"), (352, "declined"), (340, "work"), (333, "activity"), (318, "returned"), (301, "reached"),
    (287, "menu"), (270, "forgotten"), (325, "work"), (241, "activity"), (222, "reached"), (205, "paused"),
    (188, "reached"), (170, "menu"), (151, "activity"), (140, "forgotten"), (118, "dropped"), (96, "activity"),
    (77, "activity"), (58, "inventory"), (49, "inventory"), (37, "inventory"), (26, "inventory"), (18, "acknowledged"),
    (9, "acknowledged"), (6, "declined"), (5, "referred"), (1, "referred"),
)  # fmt: skip
