"""The three answers in words, each with its exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli import output
from cli.session import OK, REFUSED
from cli.troubles import refused
from service.answers import Accepted, NotTaken

if TYPE_CHECKING:
    from cli.texts import Say
    from service.answers import AnswerGiven


def answer(given: AnswerGiven, say: Say, *, command_id: str) -> int:
    """Print what became of a command, and the id with which it can be asked again."""
    if isinstance(given, NotTaken):
        output.trouble(refused(given.refusal, say))
        if given.refusal.code == "given_up":
            output.trouble(say("answer.id", id=command_id))
        return REFUSED
    if isinstance(given, Accepted):
        output.line(say("answer.accepted", pathway=given.pathway))
    else:
        key = "answer.recorded_again" if given.again else "answer.recorded"
        output.line(say(key, pathway=given.pathway, first=given.first_seq, last=given.last_seq))
    output.line(say("answer.id", id=command_id))
    return OK
