"""How ``stegvis programme check`` tells a proof: what holds, what doesn't, where, and how to get there."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from cli import output
from domain.errors import Refusal
from service.publishing import PROGRAMMES
from service.telling.proof import proof_lines

if TYPE_CHECKING:
    from cli.session import Terminal
    from service.proving import Proof
    from service.publishing import Programme


def tell_proof(terminal: Terminal, programme: Programme, proof: Proof) -> None:
    """Print a proof, layer by layer."""
    for line in proof_lines(programme, proof, terminal.say):
        output.line(f"  {line.text}" if line.finding else line.text)
        if line.story:
            output.line(f"    {line.story}")
    if proof.searched is not None and not proof.searched.exhaustive:
        output.line(terminal.say("check.more"))


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
