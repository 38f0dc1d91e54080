"""How ``stegvis programme check`` tells a proof: what holds, what doesn't, where, and how to get there."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from cli import output
from domain.errors import Refusal
from service.publishing import PROGRAMMES
from service.wording import Words

if TYPE_CHECKING:
    from cli.session import Terminal
    from domain.checking.finding import Finding
    from domain.checking.search import Searched
    from service.proving import Proof
    from service.publishing import Programme


def tell_proof(terminal: Terminal, programme: Programme, proof: Proof) -> None:
    """Print a proof, layer by layer."""
    say = terminal.say
    words = Words(programme.source, say.language)
    rules, definition = programme.rules, programme.definition
    output.line(say("check.compiled", name=words.of(definition.name, rules.programme), version=rules.hash,
                    steps=len(rules.steps)))  # fmt: skip
    output.line(say("check.origins", house=len(definition.house), unknown=len(definition.unknown)))
    for number in proof.silent:
        output.line("  " + say("check.unexplained", place=number.place, option=number.option))
    for one in proof.static:
        _finding(terminal, programme, one)
    if not [one for one in proof.static if not one.hint]:
        output.line(say("check.structure"))
    if proof.searched is None:
        output.line(say("check.not_searched"))
    else:
        for one in proof.searched.findings:
            _finding(terminal, programme, one)
        _searched(terminal, proof.searched, proof.seconds)
    for example in proof.played:
        if example.well:
            output.line(say("check.example", name=example.name))
        elif example.refusal is not None:
            output.line(say("check.example_refused", name=example.name, text=example.refusal.text(say.language)))
        for what, expected, found in example.differs:
            output.line(say("check.example_differs", name=example.name, what=what, expected=expected, found=found))
    if not proof.played:
        output.line(say("check.no_examples"))
    output.line(say("check.coverage", **proof.shown.counts()))
    for one in proof.shown.findings():
        _finding(terminal, programme, one)


def _finding(terminal: Terminal, programme: Programme, one: Finding) -> None:
    """Print a finding with its line, its file where it is the base's, and the story that leads there."""
    say, file = terminal.say, one.file(programme.document)
    key = "check.hint_at" if one.hint else "check.at"
    at = f"{file}, " if file else ""
    output.line("  " + at + say(key, line=one.line(programme.document), text=one.text(say.language)))
    if one.story:
        output.line("    " + say("check.story", story="; ".join(one.story)))


def _searched(terminal: Terminal, searched: Searched, seconds: float) -> None:
    counts: dict[str, object] = {
        "states": searched.states,
        "moves": searched.moves,
        "seconds": f"{seconds:.1f}".replace(".", "," if terminal.say.language == "sv" else "."),
    }
    if searched.exhaustive:
        output.line(terminal.say("check.proved", **counts))
    else:
        output.line(terminal.say("check.sampled", **counts, walks=searched.walks, walked=searched.walked,
                                 seed=searched.seed))  # fmt: skip


def mutated(terminal: Terminal, name: str) -> bool:
    """Mutate a definition in every way, print what check and examples catch and what they miss.

    The mutations are tests, no part of what is installed, so it needs a checkout. Raises Refusal.
    """
    checkout = PROGRAMMES.parent
    if not (checkout / "tests" / "checking" / "__main__.py").is_file():
        raise Refusal("tests_not_installed", folder=str(checkout))
    made = subprocess.run(
        [sys.executable, "-m", "tests.checking", name], cwd=checkout, stdout=subprocess.PIPE, check=True, text=True
    )
    told = json.loads(made.stdout)
    say = terminal.say
    for one in told["missed"]:
        why = one["why"][say.language] if one["why"] else say("check.miss_unexplained")
        output.line("  " + say("check.missed", mutation=one["mutation"], why=why))
    counts = ("made", "caught", "share", "form", "static", "search", "examples", "unexplained")
    output.line(say("check.mutated", **{key: told[key] for key in counts}))
    return not told["unexplained"]
