"""What ``stegvis do PATHWAY`` lists: everything possible now, each with the command line that does it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cli import output
from domain.possible import possible
from domain.rules import parse
from service.asking import meant
from service.wording import words_of

if TYPE_CHECKING:
    from cli.session import Inside
    from cli.texts import Say
    from domain.possible import Possible
    from domain.rules import Rules

REASON = '--reason "..."'


async def list_possible(inside: Inside, text: str) -> None:
    """Print what the reader can do now. Raises Refusal."""
    found = await meant(inside.pool, text)
    by = await inside.actor(found.operation, found.id)
    state, canonical = await inside.office.state_of(found.id)
    if state is None:
        output.line(inside.say("do.not_begun", pathway=found.id))
        return
    rules = parse(canonical)
    words = await words_of(inside.pool, rules.hash, inside.language)
    every = [each for one in possible(rules, state, by, inside.now) for each in _each_record(one, rules)]
    if not every:
        output.line(inside.say("do.nothing", pathway=found.id))
        return
    for title, group in (
        ("do.mine", [one for one in every if one.step and one.mine]),
        ("do.others", [one for one in every if one.step and not one.mine and one.kind != "open"]),
        ("do.menu", [one for one in every if one.kind == "open"]),
        ("do.whole", [one for one in every if one.step is None]),
    ):
        if not group:
            continue
        output.head(inside.say(title))
        for one in group:
            name = words.step(one.step, one.item) if one.step else ""
            due = output.due(one.due_on, inside.today, inside.say) if one.step and one.due_on else ""
            heading = " · ".join(part for part in (inside.say(f"do.kind.{one.kind}"), name, due) if part)
            output.line(heading)
            if one.why_not is not None:
                output.line(f"    {one.why_not.text(inside.language)}")
            else:
                output.line(f"    {command_line(one, found.id, rules, inside.say)}")


def _each_record(one: Possible, rules: Rules) -> list[Possible]:
    """Return a line for each record that can be taken by itself."""
    if one.kind != "record" or one.choices:
        return [one]
    return [replace(one, choices=(name,)) for name in rules.records]


def command_line(one: Possible, pathway: str, rules: Rules, say: Say) -> str:
    """Return the exact line that does it; capitals and dots are for the reader to fill in."""
    verb = {"change_owner": "owner"}.get(one.kind, one.kind)
    parts = ["stegvis", "do", pathway, verb, *_arguments(one, rules, say)]
    if one.step and one.kind not in ("open", "record"):
        parts[4:4] = [one.step]
    elif one.kind == "open" and one.step:
        parts.append(one.step)
    if one.kind == "record" and one.step:
        parts += ["--step", one.step]
    if one.item and one.kind != "open":
        parts += ["--item", one.item]
    if "reason" in one.needs:
        parts.append(REASON)
    if "view" in one.needs:
        parts.append("--view yes|no|partly|not_asked")
    return " ".join(parts)


def _arguments(one: Possible, rules: Rules, say: Say) -> list[str]:
    choices = "|".join(one.choices)
    match one.kind:
        case "decide":
            return [choices or say("do.no_outcome")]
        case "record":
            record = one.choices[0] if one.choices else "|".join(rules.records)
            fields = rules.records.get(record, {})
            return [record, *(_field(name, rule.one_of) for name, rule in fields.items() if rule.required)]
        case "fact":
            return ["|".join(rules.facts), say("do.value")]
        case "hours":
            return [say("do.month"), say("do.hours")]
        case "end":
            return [f"--code {choices}" if choices else "--code CODE"]
        case "assign" | "change_owner":
            return [say("do.staff")]
        case "pause":
            return [choices, f"--until {say('do.day')}"]
        case "correct":
            return [say("do.seq"), say("do.changes")]
        case "exit" | "happen":
            return [choices]
        case _:
            return []


def _field(name: str, codes: tuple[str, ...]) -> str:
    return f"{name}={'|'.join(codes) if codes else '...'}"
