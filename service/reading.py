"""Reading conditions and rules aloud: what a definition says, as clauses of a sentence in the reader's language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.wording import Words

_T: dict[str, tuple[str, str]] = {
    "and": ("och", "and"),
    "or": ("eller", "or"),
    "not": ("det inte är så att {part}", "it isn't so that {part}"),
    "is": ("{what}: {value}", "{what}: {value}"),
    "known": ("uppgift finns om {what}", "{what} is known"),
    "unknown": ("uppgift saknas om {what}", "{what} is unknown"),
    "between": ("{what}: {low} till {high}", "{what}: {low} to {high}"),
    "from": ("{what}: minst {low}", "{what}: at least {low}"),
    "to": ("{what}: högst {high}", "{what}: at most {high}"),
    "age": ("ålder i hela år", "age in full years"),
    "on_referral": ("{text} på dagen för remissen", "{text} on the day of the referral"),
    "on_exit": ("{text} på dagen för avslutet", "{text} on the day of the exit"),
    "on": ("{text} den dag då {anchor}", "{text} on the day on which {anchor}"),
    "record": ("{record} är registrerat", "there is a record of {record}"),
    "records": ("{record} är registrerat minst {count} gånger", "there are at least {count} records of {record}"),
    "where": ("{text} ({where})", "{text} ({where})"),
    "reached": ('milstolpen "{name}" är nådd', 'the milestone "{name}" is reached'),
    "count": ("antal gånger som {ref}", "number of times that {ref}"),
    "referral": ("remissen har kommit", "the referral has come"),
    "exit": ("deltagaren har avslutats", "the participant has left"),
    "left": ('avslutet blev "{name}"', 'the exit was "{name}"'),
    "happened": ('det har hänt: "{name}"', 'it has happened: "{name}"'),
    "opened": ('"{step}" har öppnats', '"{step}" has opened'),
    "ended": ('"{step}" har avbrutits', '"{step}" was interrupted'),
    "either": ('"{step}" är klart eller har avbrutits', '"{step}" is done or was interrupted'),
    "outcome": ('"{step}" gav "{outcome}"', '"{step}" gave "{outcome}"'),
    "has": ("{what} innehåller {value}", "{what} contains {value}"),
    "of_item": ("{record} ({item})", "{record} ({item})"),
    "item": ('"{step}" är klart för {item}', '"{step}" is done for {item}'),
    "done": ('"{step}" är klart', '"{step}" is done'),
    "all": ('"{step}" är klart i alla delar', '"{step}" is done in all its parts'),
    "more": (
        "{field} ({record}) har ökat med minst {by} sedan första gången",
        "{field} ({record}) is up by at least {by} since the first time",
    ),
    "less": (
        "{field} ({record}) har minskat med minst {by} sedan första gången",
        "{field} ({record}) is down by at least {by} since the first time",
    ),
}


_QUOTED = re.compile(r'"[^"]*"|\([^)]*\)')


def _say(key: str, words: Words, **given: Any) -> str:
    return _T[key][0 if words.language == "sv" else 1].format(**given)


def joined(parts: Sequence[str], glue: str, words: Words) -> str:
    """Return clauses as one: ``a, b and c``; with semicolons where a clause has commas of its own."""
    if len(parts) <= 1:
        return "".join(parts)
    word = _say(glue, words)
    bare = [_QUOTED.sub("", part) for part in parts]  # what stands in a name doesn't divide the sentence
    heavy = any(", " in part or f" {word} " in part or ": " in part for part in bare)
    if heavy:
        return "; ".join(parts[:-1]) + f"; {word} {parts[-1]}"
    return ", ".join(parts[:-1]) + f" {word} {parts[-1]}"


def condition_text(condition: dict[str, Any], words: Words, *, inner: bool = False) -> str:
    """Return a condition as a clause."""
    if "all" in condition or "any" in condition:
        key = "all" if "all" in condition else "any"
        parts = [condition_text(part, words, inner=True) for part in condition[key]]
        text = joined(parts, "and" if key == "all" else "or", words)
        return f"({text})" if inner and len(parts) > 1 else text
    if "not" in condition:
        return _say("not", words, part=condition_text(condition["not"], words, inner=True))
    if "fact" in condition:
        return _value(words.fact(condition["fact"]), condition, words)
    if "age" in condition:
        rule = condition["age"]
        anchor = rule.get("at", "referral")
        text = _value(_say("age", words), rule, words)
        if anchor in ("referral", "exit"):
            return _say(f"on_{anchor}", words, text=text)
        return _say("on", words, text=text, anchor=ref_text(anchor, words))
    if "record" in condition:
        return _record(condition, words)
    if "progress" in condition:
        rule = condition["progress"]
        by, key = (rule["from"], "more") if "from" in rule else (-rule["to"], "less")
        field = words.field(rule["record"], rule["field"])
        return _say(key, words, field=field, record=_record_name(rule, words), by=words.value(by))
    if "reached" in condition:
        return _say("reached", words, name=words.milestone(condition["reached"]))
    if "count" in condition:
        return _value(_say("count", words, ref=ref_text(condition["count"], words)), condition, words)
    return ref_text(condition.get("ref", ""), words)


def _record(condition: dict[str, Any], words: Words) -> str:
    name, count = condition["record"], condition.get("at_least", 1)
    text = _say("record" if count == 1 else "records", words, record=_record_name(condition, words), count=count)
    tests = [
        _value(words.field(name, field), test if isinstance(test, dict) else {"is": test}, words)
        for field, test in condition.get("where", {}).items()
    ]
    return _say("where", words, text=text, where=joined(tests, "and", words)) if tests else text


def _record_name(given: dict[str, Any], words: Words) -> str:
    """Return what a record is called, with the item that is looked at."""
    record = words.record(given["record"])
    if "item" not in given:
        return record
    return _say("of_item", words, record=record, item=words.item_of(given["record"], given["item"]))


def _value(what: str, test: dict[str, Any], words: Words) -> str:
    if "known" in test:
        return _say("known" if test["known"] else "unknown", words, what=what)
    if "is" in test:
        return _say("is", words, what=what, value=words.value(test["is"]))
    if "in" in test:
        return _say("is", words, what=what, value=joined([words.value(one) for one in test["in"]], "or", words))
    if "has" in test:
        return _say("has", words, what=what, value=words.value(test["has"]))
    low, high = (None if test.get(end) is None else words.value(test[end]) for end in ("from", "to"))
    if low is not None and high is not None:
        return _say("between", words, what=what, low=low, high=high)
    return _say("to", words, what=what, high=high) if low is None else _say("from", words, what=what, low=low)


def ref_text(ref: str, words: Words) -> str:
    """Return what a reference means: a step done, opened, ended, decided; a milestone, a happening, an exit."""
    if ref in words.definition.milestones:
        return _say("reached", words, name=words.milestone(ref))
    if ref in words.definition.happenings:
        return _say("happened", words, name=words.happening(ref))
    if ref in ("referral", "exit"):
        return _say(ref, words)
    if ref.startswith("exit."):
        return _say("left", words, name=words.exit(ref[5:]))
    if words.definition_of(ref) is not None:
        grouped = words.definition_of(ref).for_each  # type: ignore[union-attr]  # asked on the line above
        return _say("all" if grouped else "done", words, step=words.step(ref))
    path, _, last = ref.rpartition(".")
    if last in ("opened", "ended"):
        return _say(last, words, step=words.step(path))
    part = words.definition_of(path)
    if part is not None and part.for_each and last not in (part.decide or {}):
        return _say("item", words, step=words.step(path), item=words.item(path, last))
    return _say("outcome", words, step=words.step(path), outcome=words.outcome(path, last))


def trigger_text(trigger: dict[str, Any] | None, words: Words, *, inner: bool = False) -> str:
    """Return what opens a step, as a clause."""
    if trigger is None:
        return ""
    for key, glue in (("all", "and"), ("any", "or")):
        if key in trigger:
            parts = trigger[key]
            if key == "any":
                parts = _either_way(parts)
            text = joined([trigger_text(part, words, inner=True) for part in parts], glue, words)
            return f"({text})" if inner and len(parts) > 1 else text
    if "either" in trigger:
        return _say("either", words, step=words.step(trigger["either"]))
    return ref_text(trigger.get("reached") or trigger["ref"], words)


def _either_way(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return triggers in which "X is done" and "X was interrupted" are said in one breath."""
    refs = {part.get("ref") for part in parts}
    found: list[dict[str, Any]] = []
    for part in parts:
        ref = part.get("ref")
        if ref is not None and f"{ref}.ended" in refs:
            found.append({"either": ref})
        elif ref is None or not (ref.endswith(".ended") and ref.removesuffix(".ended") in refs):
            found.append(part)
    return found


_ANCHORS = {
    "": ("", ""),
    "opening": ("", ""),
    "referral": (" efter remissen", " after the referral"),
    "exit": (" efter avslutet", " after the exit"),
    "stage": (" efter att det omgivande steget öppnats", " after the opening of the stage around it"),
}


def after_text(anchor: str, words: Words) -> str:
    """Return what a span counts from."""
    place = 0 if words.language == "sv" else 1
    if anchor in _ANCHORS:
        return _ANCHORS[anchor][place]
    return (" efter att ", " after ")[place] + ref_text(anchor, words)
