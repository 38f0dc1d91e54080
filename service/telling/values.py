"""Facts and fields told: which values they take, on which scale, and how they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.format.model import FactDef, FieldDef
    from service.telling.saying import Saying


def fact_parts(saying: Saying, fact: FactDef) -> Iterator[tuple[str, str]]:
    """Yield (option, words) for what is said of a fact."""
    yield from _kind(saying, fact)
    yield from _scale(saying, fact)
    for option in ("sealed", "refusable"):
        if getattr(fact, option):
            yield option, saying.say(option)
    if fact.esf:
        yield "esf", saying.say("esf.all" if fact.esf == "all" else "esf", esf=fact.esf)


def field_parts(saying: Saying, record: str, field: FieldDef) -> Iterator[tuple[str, str]]:
    """Yield (option, words) for what is said of a field of a record."""
    say, words = saying.say, saying.words
    if field.derived:
        part, _, base = field.derived.partition(" / ")
        yield "derived", say("derived", part=words.field(record, part), base=words.field(record, base))
    else:
        yield from _kind(saying, field)
    yield from _scale(saying, field)
    if field.step is not None:
        yield "step", say("scale.step", step=words.value(field.step))
    if field.default is not None:
        yield "default", say("default", value=words.value(field.default))
    if field.required:
        yield "required", say("required_field")
    if field.own_words:
        yield "own_words", say("own_words")
    if field.sealed:
        yield "sealed", say("sealed")


def _kind(saying: Saying, part: FactDef | FieldDef) -> Iterator[tuple[str, str]]:
    codes = saying.codes(part.one_of or ())
    if part.type == "codes":
        yield "type", saying.say("type.codes", codes=codes)
    elif part.one_of:
        yield "one_of", saying.say("type.one", codes=codes)
    else:
        yield "type", saying.say(f"type.{part.type or 'number'}")


def _scale(saying: Saying, part: FactDef | FieldDef) -> Iterator[tuple[str, str]]:
    low, high = (None if end is None else saying.words.value(end) for end in (part.low, part.high))
    if low is not None and high is not None:
        yield "scale", saying.say("scale", low=low, high=high)
    elif low is not None:
        yield "scale", saying.say("scale.low", low=low)
    elif high is not None:
        yield "scale", saying.say("scale.high", high=high)
