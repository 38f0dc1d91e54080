"""A refusal in the programme's own words: the codes in it become what people call them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from domain.calendar import STOCKHOLM
from domain.errors import Refusal
from service.texts import Say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from service.wording import Words


def worded(refusal: Refusal, words: Words | None, names: Mapping[str, str]) -> Refusal:
    """Return a refusal that tells steps, roles, outcomes, reasons and staff by their names."""
    if words is None:
        return refusal
    params = dict(refusal.params)
    params |= {key: names.get(str(params[key]), params[key]) for key in ("who", "owner") if key in params}
    step = str(params.get("step", "")).partition("#")[0].partition("[")[0]
    for name, value in params.items():
        tell = _TELL.get(name)
        if tell is not None and isinstance(value, str):
            params[name] = tell(words, value, step)
    if refusal.code in _LISTS and isinstance(params.get("known"), str):
        params["known"] = _each(params["known"], lambda code: _LISTS[refusal.code](words, code, step))
    return Refusal(refusal.code, **params)


def _each(codes: str, tell: Callable[[str], str]) -> str:
    return ", ".join(tell(code) for code in codes.split(", "))


def _step(words: Words, key: str, _step: str) -> str:
    return words.key(key)


def _roles(words: Words, roles: str, _step: str) -> str:
    return _each(roles, words.role)


def _code(words: Words, code: str, _step: str) -> str:
    return words.code(code)


def _instant(words: Words, instant: str, _step: str) -> str:
    """Return an instant as a time of the day in Sweden; whoever waits for an answer knows the day."""
    at = datetime.fromisoformat(instant).astimezone(STOCKHOLM)
    return f"kl. {at:%H.%M}" if words.language == "sv" else f"{at:%H:%M}"


_TELL: dict[str, Callable[[Words, str, str], str]] = {
    "not_after": _instant,
    "step": _step,
    "other": _step,
    "choices": lambda words, keys, step: _each(keys, lambda key: _step(words, key, step)),
    "needs": lambda words, truth, _step: Say("en" if words.language == "en" else "sv")(f"truth.{truth}"),
    "needed": _roles,
    "missing": _roles,
    "codes": lambda words, codes, _step: _each(codes, words.code),
    "outcome": lambda words, outcome, step: words.outcome(step, outcome),
    "exit": lambda words, reason, _step: words.exit(reason),
    "happening": lambda words, name, _step: words.happening(name),
    "record": lambda words, name, _step: words.record(name),
    "fact": lambda words, name, _step: words.fact(name),
}
_LISTS: dict[str, Callable[[Words, str, str], Any]] = {
    "coded_reason_unknown": _code,
    "exit_unknown": lambda words, reason, _step: words.exit(reason),
    "outcome_unknown": lambda words, outcome, step: words.outcome(step, outcome),
    "record_unknown": lambda words, name, _step: words.record(name),
    "fact_unknown": lambda words, name, _step: words.fact(name),
    "happening_unknown": lambda words, name, _step: words.happening(name),
}
