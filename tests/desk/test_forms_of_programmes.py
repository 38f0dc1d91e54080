"""Every record and every fact of every programme gives a form that can be filled in, and what is typed is taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from desk.forms.commands import CommandForm
from desk.forms.field import Field
from desk.forms.questions import VALUE
from desk.visit import Visit
from domain.calendar import end_of
from domain.commands import Refer
from domain.events import EventType
from domain.people import Actor
from domain.policy import Purpose
from domain.possible import Possible
from domain.rules import canonical, parse
from domain.simulation import Simulation
from domain.stories import frame_of
from service.foreseeing import foresee
from service.page import Page
from service.publishing import Programme, read_programme
from service.wording import Words

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
        shown=stands, state=simulation.state,
        rules=one.rules,
        events=tuple(simulation.events),
        inserted={},
        words=Words(one.source, "sv"),
        reader=OWNER,
        names={"owner_one": "Otto Ansvarig"},
        answers=None,
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
