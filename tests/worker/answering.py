"""A stand-in for a pathway's workflow, which answers commands as the test tells it to."""

from __future__ import annotations

from temporalio import workflow

from domain.errors import Refusal
from workflows.ports import COMMAND, PATHWAY, Answer, Asking


@workflow.defn(name=PATHWAY)
class Answering:
    """Refuses with the code that it was started with, or answers; counts what it carried out."""

    @workflow.init
    def __init__(self, refusal: str | None) -> None:
        self._refusal = refusal
        self._taken: list[str] = []
        self._over = False

    @workflow.run
    async def run(self, refusal: str | None) -> list[str]:
        await workflow.wait_condition(lambda: self._over and workflow.all_handlers_finished())
        return self._taken

    @workflow.update(name=COMMAND)
    async def command(self, asking: Asking) -> Answer:
        if self._refusal is not None:
            raise Refusal(self._refusal)
        self._taken.append(asking.command.id)
        return Answer("recorded", "p", 1, 1)

    @workflow.signal
    def close(self) -> None:
        self._over = True
