"""A proof of a definition in words: what holds, what doesn't, on which line, and the story that leads there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from service.wording import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.checking.finding import Finding
    from domain.checking.search import Searched
    from service.proving import Proof
    from service.publishing import Programme
    from service.texts import Say

Weight = Literal["well", "hint", "wrong"]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is said of a definition; ``story`` leads to it. What is ``wrong`` may not be published."""

    text: str
    weight: Weight = "well"
    story: str = ""
    finding: bool = False
    """Whether it is about one place of the definition, rather than about the whole."""


def proof_lines(programme: Programme, proof: Proof, say: Say) -> Iterator[Line]:
    """Yield a proof, layer by layer."""
    words = Words(programme.source, say.language)
    rules, definition = programme.rules, programme.definition
    name = words.of(definition.name, rules.programme)
    yield Line(say("check.compiled", name=name, version=rules.hash, steps=len(rules.steps)))
    yield Line(say("check.origins", house=len(definition.house), unknown=len(definition.unknown)))
    for number in proof.silent:
        yield Line(say("check.unexplained", place=number.place, option=number.option), "wrong", finding=True)
    for one in proof.static:
        yield _finding(programme, one, say)
    if not [one for one in proof.static if not one.hint]:
        yield Line(say("check.structure"))
    if proof.searched is None:
        yield Line(say("check.not_searched"), "wrong")
    else:
        for one in proof.searched.findings:
            yield _finding(programme, one, say)
        yield _searched(proof.searched, proof.seconds, say)
    yield from _examples(proof, say)
    yield Line(say("check.coverage", **proof.shown.counts()))
    for one in proof.shown.findings():
        yield _finding(programme, one, say)


def _examples(proof: Proof, say: Say) -> Iterator[Line]:
    for example in proof.played:
        if example.well:
            yield Line(say("check.example", name=example.name))
        elif example.refusal is not None:
            text = example.refusal.text(say.language)
            yield Line(say("check.example_refused", name=example.name, text=text), "wrong")
        for what, expected, found in example.differs:
            text = say("check.example_differs", name=example.name, what=what, expected=expected, found=found)
            yield Line(text, "wrong")
    if not proof.played:
        yield Line(say("check.no_examples"), "hint")


def _finding(programme: Programme, one: Finding, say: Say) -> Line:
    """Return a finding with its line, its file where it is the base's, and the story that leads there."""
    file = one.file(programme.document)
    key = "check.hint_at" if one.hint else "check.at"
    text = say(key, line=one.line(programme.document), text=one.text(say.language))
    story = say("check.story", story="; ".join(one.story)) if one.story else ""
    return Line(f"{file}, {text}" if file else text, "hint" if one.hint else "wrong", story, finding=True)


def _searched(searched: Searched, seconds: float, say: Say) -> Line:
    counts: dict[str, object] = {
        "states": searched.states,
        "moves": searched.moves,
        "seconds": f"{seconds:.1f}".replace(".", "," if say.language == "sv" else "."),
    }
    if searched.exhaustive:
        return Line(say("check.proved", **counts))
    more = {"walks": searched.walks, "walked": searched.walked, "seed": searched.seed}
    return Line(say("check.sampled", **counts, **more), "hint")
