"""Reading conditions and rules aloud: what a definition says, in plain words of the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from service.wording import Words

_T: dict[str, tuple[str, str]] = {
    "all": ("alla: {parts}", "all of: {parts}"),
    "any": ("något av: {parts}", "any of: {parts}"),
    "not": ("inte ({part})", "not ({part})"),
    "is": ("{what} är {value}", "{what} is {value}"),
    "in": ("{what} är något av {value}", "{what} is one of {value}"),
    "known": ("{what} är känt", "{what} is known"),
    "unknown": ("{what} är okänt", "{what} is unknown"),
    "between": ("{what} {low} till {high}", "{what} {low} to {high}"),
    "from": ("{what} minst {low}", "{what} at least {low}"),
    "to": ("{what} högst {high}", "{what} at most {high}"),
    "age": ("ålder", "age"),
    "at": (" på dagen för {anchor}", " on the day of the {anchor}"),
    "record": ("{count} registrering av {record} där {where}", "{count} record of {record} where {where}"),
    "has": ("{what} innehåller {value}", "{what} contains {value}"),
    "item": ("{record} ({item})", "{record} ({item})"),
    "record_any": ("{count} registrering av {record}", "{count} record of {record}"),
    "reached": ("uppnått: {name}", "reached: {name}"),
    "ref": ("har hänt: {name}", "has happened: {name}"),
    "count": ("antal {name}", "number of {name}"),
    "referral": ("remissen", "referral"),
    "exit": ("avslutet", "exit"),
    "opened": ("{step} öppnat", "{step} opened"),
    "ended": ("{step} avbrutet", "{step} ended"),
    "outcome": ("{step}: {outcome}", "{step}: {outcome}"),
    "more": (
        "{field} ({record}) har ökat med minst {by} sedan första gången",
        "{field} ({record}) is up by at least {by} since the first time",
    ),
    "less": (
        "{field} ({record}) har minskat med minst {by} sedan första gången",
        "{field} ({record}) is down by at least {by} since the first time",
    ),
    "done": ("{step} klart", "{step} done"),
}


def _say(key: str, words: Words, **given: Any) -> str:
    return _T[key][0 if words.language == "sv" else 1].format(**given)


def condition_text(condition: dict[str, Any], words: Words) -> str:
    """Return a condition in plain words."""
    if "all" in condition or "any" in condition:
        key = "all" if "all" in condition else "any"
        return _say(key, words, parts="; ".join(condition_text(part, words) for part in condition[key]))
    if "not" in condition:
        return _say("not", words, part=condition_text(condition["not"], words))
    if "fact" in condition:
        return _value(words.fact(condition["fact"]), condition, words)
    if "age" in condition:
        rule = condition["age"]
        anchor = rule.get("at", "referral")
        text = _value(_say("age", words), rule, words)
        name = _say(anchor, words) if anchor in ("referral", "exit") else ref_text(anchor, words)
        return text + _say("at", words, anchor=name)
    if "record" in condition:
        where = "; ".join(
            _value(
                words.field(condition["record"], name), test if isinstance(test, dict) else {"is": test}, words
            )
            for name, test in condition.get("where", {}).items()
        )  # fmt: skip
        record = _record(condition, words)
        return _say("record" if where else "record_any", words, count=condition.get("at_least", 1), record=record,
                    where=where)  # fmt: skip
    if "progress" in condition:
        rule = condition["progress"]
        by, key = (rule["from"], "more") if "from" in rule else (-rule["to"], "less")
        field = words.field(rule["record"], rule["field"])
        return _say(key, words, field=field, record=_record(rule, words), by=by)
    if "reached" in condition:
        return _say("reached", words, name=words.milestone(condition["reached"]))
    if "count" in condition:
        return _value(_say("count", words, name=ref_text(condition["count"], words)), condition, words)
    return _say("ref", words, name=ref_text(condition.get("ref", ""), words))


def _record(given: dict[str, Any], words: Words) -> str:
    """Return what a record is called, with the item that is looked at."""
    record: str = given["record"].replace("_", " ")
    return (
        _say("item", words, record=record, item=words.item_of(given["record"], given["item"]))
        if "item" in given
        else record
    )


def _value(what: str, test: dict[str, Any], words: Words) -> str:
    if "known" in test:
        return _say("known" if test["known"] else "unknown", words, what=what)
    if "is" in test:
        return _say("is", words, what=what, value=words.value(test["is"]))
    if "in" in test:
        return _say("in", words, what=what, value=words.value(test["in"]))
    if "has" in test:
        return _say("has", words, what=what, value=words.value(test["has"]))
    low, high = test.get("from"), test.get("to")
    if low is not None and high is not None:
        return _say("between", words, what=what, low=low, high=high)
    return _say("to", words, what=what, high=high) if low is None else _say("from", words, what=what, low=low)


def ref_text(ref: str, words: Words) -> str:
    """Return what a reference means: a step done, opened, ended, decided; a milestone, a happening, an exit."""
    if ref in words.definition.milestones:
        return words.milestone(ref)
    if ref in words.definition.happenings:
        return words.happening(ref)
    if ref in ("referral", "exit"):
        return _say(ref, words)
    if ref.startswith("exit."):
        return words.exit(ref[5:])
    if words.definition_of(ref) is not None:
        return _say("done", words, step=words.step(ref))
    path, _, last = ref.rpartition(".")
    if last in ("opened", "ended"):
        return _say(last, words, step=words.step(path))
    return _say("outcome", words, step=words.step(path), outcome=words.outcome(path, last))


def trigger_text(trigger: dict[str, Any] | None, words: Words) -> str:
    """Return what opens a step."""
    if trigger is None:
        return ""
    for key in ("all", "any"):
        if key in trigger:
            glue = {"sv": {"all": " och ", "any": " eller "}, "en": {"all": " and ", "any": " or "}}
            return glue[words.language][key].join(trigger_text(part, words) for part in trigger[key])
    return ref_text(trigger.get("reached") or trigger["ref"], words)
