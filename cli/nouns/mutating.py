"""``stegvis programme trace --mutate``: each line that a row names is removed and changed; whose test notices?"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from cli import output
from domain.errors import Refusal
from service.publishing import PROGRAMMES
from service.tracing import rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cli.session import Terminal


def mutated(terminal: Terminal, programmes: Sequence[str]) -> bool:
    """Print the rows whose test stayed green without one of their lines; tell whether there was none.

    The tests are no part of what is installed, so it needs a checkout. Raises Refusal, DefinitionError.
    """
    checkout = PROGRAMMES.parent
    if not (checkout / "tests" / "rows" / "__main__.py").is_file():
        raise Refusal("tests_not_installed", folder=str(checkout))
    for programme in programmes:
        rows_of(programme)
    made = subprocess.run(
        [sys.executable, "-m", "tests.rows", *programmes], cwd=checkout, stdout=subprocess.PIPE, check=True, text=True
    )
    found = [json.loads(line) for line in made.stdout.splitlines()]
    green = [one for one in found if one["green"]]
    for one in green:
        key = "trace.green_changed" if one["change"] else "trace.green_removed"
        output.line(terminal.say(key, row=one["row"], place=one["place"]))
    changed = sum(one["change"] for one in found)
    output.line(terminal.say("trace.mutated", removed=len(found) - changed, changed=changed,
                             green=len({one["row"] for one in green})))  # fmt: skip
    return not green
