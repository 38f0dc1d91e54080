"""A workflow with one of everything that reaches history, to look at what the plugin does with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity, workflow

from domain.errors import Refusal
from domain.events import Event


@dataclass(frozen=True, slots=True)
class Words:
    text: str


@activity.defn
async def echo(words: Words) -> Words:
    activity.logger.info("echoed", extra={"kind": "echo", "text": words.text})
    return words


@workflow.defn(name="Toy")
class Toy:
    @workflow.init
    def __init__(self, words: Words) -> None:
        self._words = words
        self._over = False

    @workflow.run
    async def run(self, words: Words) -> Words:
        workflow.logger.info("started", extra={"kind": "toy", "text": words.text})
        heard = await workflow.execute_activity(
            echo, words, start_to_close_timeout=timedelta(seconds=10), summary=f"echo {words.text}"
        )
        workflow.set_current_details(words.text)
        await workflow.wait_condition(lambda: self._over, timeout=timedelta(hours=1), timeout_summary=words.text)
        await workflow.wait_condition(workflow.all_handlers_finished)
        workflow.logger.info("ended", extra={"kind": "toy"})
        return heard

    @workflow.update
    async def say(self, words: Words) -> Words:
        if words.text.startswith("no"):
            raise Refusal("toy_refuses", step="say", count=2)
        return words

    @workflow.update
    async def close(self) -> None:
        self._over = True

    @workflow.query
    def same_domain(self, address: int) -> bool:
        return id(Event) == address
