"""Every record and every fact of every programme gives a form that can be filled in, and what is typed is taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from desk.forms.commands import CommandForm
from desk.forms.correction import CorrectionForm
from desk.forms.field import Field
from desk.forms.questions import VALUE
from desk.visit import Visit
from domain.calendar import end_of
from domain.commands import Complete, Happen, Refer
from domain.errors import Refusal
from domain.events import EventType
from domain.format.compiling import compile_text
from domain.interpreter import fold
from domain.people import THE_SYSTEM, Actor
from domain.policy import Purpose
from domain.possible import Possible, possible
from domain.rules import canonical, parse
from domain.simulation import Simulation
from domain.stories import frame_of
from records.places import Standing
from service.assessments import whole
from service.foreseeing import foresee
from service.page import Page
from service.publishing import Programme, read_programme
from service.recounting import Teller
from service.wording import Words

PLACES = Path("tests/programmes/places.yaml").read_text("utf-8")
FILES = ("koll", "bron", "samverkan", "nordost", "visa_linkoping", "visa_motala")
DAY = date(2026, 3, 2)
OWNER = Actor("owner_one", ("owner",), "desk")


@cache
def programme(name: str) -> Programme:
    return read_programme(Path(f"programmes/{name}.yaml"))


@cache
def page(name: str) -> Page:
    """Return the page of somebody who was just referred."""
    one = programme(name)
    kept = parse(canonical(one.rules))  # as PostgreSQL keeps them, without an order of fields
    simulation = Simulation(kept, "p")
    frame = frame_of(one.rules, name)
    asked = Refer(
        id="r", by=Actor("ref", ("referrer",)), pathway="p", programme=one.rules.programme, operation="o", referral="r",
        person="x", unit="u", owner=frame.owner,
    )  # fmt: skip
    stands: Any = SimpleNamespace(pathway=SimpleNamespace(id="p", last_seq=1))  # of what is listed only this is asked
    simulation.do(asked, end_of(DAY) - timedelta(hours=10))
    return Page(
        shown=stands, state=simulation.state, rules=kept, events=tuple(simulation.events), inserted={},
        words=Words(one.source, "sv"), reader=OWNER, names={"owner_one": "Otto Ansvarig"}, units={}, answers=None,
        allowed=frozenset(Purpose),
    )  # fmt: skip


def visit() -> Visit:
    return Visit(None, "sv", end_of(DAY) - timedelta(hours=8))  # type: ignore[arg-type] # no request is looked at


def records() -> Iterator[tuple[str, str]]:
    for name in FILES:
        yield from ((name, record) for record in programme(name).rules.records if record != "hours")


def facts() -> Iterator[tuple[str, str]]:
    for name in FILES:
        yield from ((name, fact) for fact in programme(name).rules.facts)


def answer(asked: Field) -> list[str]:
    """Return what somebody could type, going by the question alone."""
    if asked.name in ("on", "rater"):
        return list(asked.values)
    if asked.choices:
        return [next(value for value, _ in asked.choices if value)]
    match asked.kind:
        case "number":
            return [asked.hint.partition("-")[0] or "7"]
        case "day":
            return ["1980-05-05"]
        case _:
            return ["Så här ser det ut."]


@pytest.mark.parametrize(("name", "record"), list(records()))
def test_a_record(name: str, record: str) -> None:
    found, form_of = page(name), CommandForm(visit(), page(name), Possible("record", choices=(record,)))
    form = form_of.form()
    rules = programme(name).rules.records[record]

    asked = [each.name.removeprefix(VALUE) for each in form.fields if each.name.startswith(VALUE)]
    assert asked == [field for field in rules if not rules[field].derived]  # compiled rules have the file's order
    assert all(each.label and each.label != each.name for each in form.fields)
    needed = [VALUE + field for field, rule in rules.items() if rule.required]
    assert [each.name for each in form.fields if each.required and each.name.startswith(VALUE)] == needed

    typed = {each.name: answer(each) for each in form.fields}
    assert form_of.filled(typed).ok
    events = foresee(found, form_of.read(typed), now=visit().now)
    taken = next(event for event in events if event.type is EventType.RECORD_TAKEN)
    assert set(asked) <= {*taken.coded["values"], *(taken.sealed.get("values") or {})}
    item = found.words.definition.records[record].items  # type: ignore[union-attr] # there are words
    assert (taken.coded["item"] is not None) is bool(item)


@pytest.mark.parametrize(("name", "record"), list(records()))
def test_a_record_without_what_is_needed(name: str, record: str) -> None:
    form_of = CommandForm(visit(), page(name), Possible("record", choices=(record,)))
    needed = {each.name for each in form_of.form().fields if each.required and each.values == ()}

    assert {each.name for each in form_of.filled({}).wrong} >= needed


@pytest.mark.parametrize(("name", "fact"), list(facts()))
def test_a_fact(name: str, fact: str) -> None:
    form_of = CommandForm(visit(), page(name), Possible("fact", choices=(fact,)))
    typed = {each.name: answer(each) for each in form_of.form().fields if each.name != "refused"}

    assert form_of.filled(typed).ok
    events = foresee(page(name), form_of.read(typed), now=visit().now)
    assert events[0].type is EventType.FACT_RECORDED
    assert not events[0].coded["refused"]

    declined = {"refused": ["yes"]}
    if any(each.name == "refused" for each in form_of.form().fields):
        assert form_of.filled(declined).ok
        assert foresee(page(name), form_of.read(declined), now=visit().now)[0].coded["refused"]
    else:
        assert not form_of.filled({}).ok


@pytest.mark.parametrize(("name", "record"), list(records()))
def test_a_correction_of_a_record_changes_one_field_and_keeps_the_rest(name: str, record: str) -> None:
    form_of = CommandForm(visit(), page(name), Possible("record", choices=(record,)))
    taken = foresee(
        page(name), form_of.read({each.name: answer(each) for each in form_of.form().fields}), now=visit().now
    )
    stands = replace(page(name), events=(*page(name).events, *taken), state=fold("p", (*page(name).events, *taken)))
    correcting = CorrectionForm(visit(), stands, taken[0].seq, Teller(stands.words, {}, visit().writing.say))
    form = correcting.form()
    filled = {each.name: list(each.values) for each in form.fields}
    first = form.fields[0]
    other = [value for value, _ in first.choices if value not in ("", *first.values)][:1] or ["3"]

    with pytest.raises(Refusal, match="nothing_to_correct"):
        foresee(stands, correcting.read({**filled, "reason": ["Fel"]}), now=visit().now)
    changed = {**filled, first.name: other, "reason": ["Fel"]}
    assert correcting.filled(changed).ok
    event = foresee(stands, correcting.read(changed), now=visit().now)[0]

    after = fold("p", (*stands.events, event))
    assert after is not None
    now = whole(taken[0], after.records[record][-1])
    field = first.name.removeprefix(VALUE)
    before = {**taken[0].coded["values"], **(taken[0].sealed.get("values") or {})}
    assert now[field] != before[field]
    derived = {each for each, rule in stands.rules.records[record].items() if rule.derived}  # type: ignore[union-attr] # there are rules
    assert {key: now[key] for key in now if key not in {field, *derived}} == {
        key: before[key] for key in before if key not in {field, *derived}
    }


def test_a_short_scale_is_chosen_and_what_is_not_needed_can_be_left() -> None:
    form = CommandForm(visit(), page("nordost"), Possible("record", choices=("progression",))).form()
    fields = {each.name: each for each in form.fields}

    assert fields["v-distance"].row
    assert [value for value, _ in fields["v-distance"].choices] == ["1", "2", "3", "4", "5", "6"]
    assert fields["v-health"].choices[0] == ("", "Inte bedömt")


def test_own_words_and_protected_words_say_so() -> None:
    form = CommandForm(visit(), page("nordost"), Possible("record", choices=("voice",))).form()
    hint = form.fields[0].hint

    assert "Med deltagarens egna ord" in hint
    assert "Skyddad text" in hint


def test_defaults_stand_in_the_form_and_derived_fields_are_told() -> None:
    form_of = CommandForm(visit(), page("koll"), Possible("record", choices=("activity_level",)))
    fields = {each.name: each for each in form_of.form().fields}

    assert fields["v-full_time"].value == "40"
    assert "v-percent" not in fields
    assert "timmar i veckan av heltid" in form_of.known()[0].text


def test_whoever_answers_an_offer_sees_which_place_it_is() -> None:
    rules, _, _ = compile_text(PLACES)
    simulation = Simulation(rules, "p")
    noon = end_of(DAY) - timedelta(hours=10)
    asked = Refer(
        id="r", by=Actor("ref", ("referrer",)), pathway="p", programme="places", operation="o", referral="r",
        person="x", unit="u", owner="owner_one",
    )  # fmt: skip
    for command in (
        asked,
        Complete(id="t", by=OWNER, step="talk"),
        Happen(id="p", by=THE_SYSTEM, happening="training.cafe_place", site="north", starts_on=DAY + timedelta(days=9)),
    ):
        simulation.do(command, noon)
    offered = Standing("training.cafe", "cafe", "north", "offered", DAY, DAY + timedelta(days=9), None)
    words = Words(PLACES, "sv")
    found = replace(
        page("koll"), state=simulation.state, rules=rules, words=words, events=tuple(simulation.events),
        places=(offered,),
    )  # fmt: skip
    decide = next(each for each in possible(rules, found.state, OWNER, noon) if each.kind == "decide")  # type: ignore[arg-type] # there is a state
    form_of = CommandForm(visit(), found, decide)

    assert [known.text for known in form_of.known()] == ["Platsen: north – börjar 2026-03-11."]
    assert [text for _, text in form_of.form().fields[0].choices] == ["tackar ja", "tackar nej", "inget svar i tid"]
