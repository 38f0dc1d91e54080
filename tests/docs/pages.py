"""Pages of docs/ that are written from the code: ``python -m tests.docs.pages refusals > docs/refusals.md``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from domain.policy import CLOSE, COMMANDS, MAY, PROTECTED, Purpose, Relation, Sender
from domain.refusals import TEXTS
from domain.refusals_desk import DESK
from domain.refusals_input import INPUT
from tests.matrix.page import semantics

_REFUSALS = """# Refusals

Every "no" that Stegvis foresees has a code and a text in Swedish and in English: what is wrong, and what to do instead.
Nothing has happened then, and nothing will. The command line prints the text with the code in square brackets and ends
with exit code 1; in Temporal a refusal of a command is an application failure of type `Refusal` whose details are the
code and its parameters.

Parameters, in braces, hold codes, days and counts: never a name, a number or what somebody typed as free text. A
parameter that is missing is shown as `…`.

This page is written by `python -m tests.docs.pages refusals > docs/refusals.md` from the table in
`domain/refusals.py`, and a test compares.
"""


def refusals() -> str:
    """Return docs/refusals.md."""
    rules = {code: texts for code, texts in TEXTS.items() if code not in INPUT and code not in DESK}
    return (
        f"{_REFUSALS}\n## By the rules\n\n{_table(rules)}"
        f"\n## Of input: numbers, files, registers\n\nAsked before any rule.\n\n{_table(INPUT)}"
        f"\n## Of the desk\n\n{_table(DESK)}"
    )


def _table(texts: Mapping[str, tuple[str, str]]) -> str:
    rows = [f"| `{code}` | {_cell(swedish)} | {_cell(english)} |" for code, (swedish, english) in sorted(texts.items())]
    return "\n".join(["| code | svenska | English |", "| --- | --- | --- |", *rows]) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


_POLICY = """# Who may see and do what

`domain/policy.py` is the one place that says it: every view asks it, every command is refused by it, and nothing is
offered that it would refuse. This page is written from its two tables by
`python -m tests.docs.pages policy > docs/policy.md`; `tests/unit/test_policy.py` tries every cell.

## To see, and to begin

How somebody stands to a pathway (or, where no pathway is meant, in an operation) decides. A relation is enough by
itself; somebody may have several. **close**: of people whose personal data are protected, these see it and nobody else.

- owner: answers for the pathway, or stands in for whoever does
- manager: the programme manager
- responsible: has an open step of the pathway by name
- referrer: referred the person, or refers for the same unit
- team: has another role of the operation that works with participants
- operations: runs the machines
- other unit: refers to the operation, for another unit

{purposes}
## To send a command

A programme says with `by` which role does a step, and who may say that something happened; the rest is here. To refer
is a purpose above, as there is no pathway yet.

- named: the person to whom the step was given
- step: the role that the step names; the owner where it names none
- happening: a role that the happening names
- programme: any role of the programme, the owner's and the referrer's too
- owner, manager: as above
- system: Stegvis itself, when time passes

`confirm` stands for all commands about a step at which a receiver confirms a hand-over; `claim` is to make oneself
responsible for a step, `assign` to make somebody else; `observe` is a record that no step asked for.

{commands}"""


def policy() -> str:
    """Return docs/policy.md."""
    purposes = [[f"`{purpose}`", *(_may(purpose, each) for each in Relation)] for purpose in Purpose]
    commands = [
        [f"`{name}`", *("yes" if each in enough else "" for each in Sender)] for name, enough in COMMANDS.items()
    ]
    return _POLICY.format(
        purposes=_grid(["purpose", *(each.replace("_", " ") for each in Relation)], purposes),
        commands=_grid(["command", *Sender], commands),
    )


def _may(purpose: Purpose, relation: Relation) -> str:
    if relation not in MAY[purpose]:
        return ""
    return "close" if purpose in PROTECTED and relation in CLOSE else "yes"


def _grid(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


PAGES: dict[str, Callable[[], str]] = {"policy": policy, "refusals": refusals, "semantics": semantics}

if __name__ == "__main__":
    sys.stdout.write(PAGES[sys.argv[1]]())
