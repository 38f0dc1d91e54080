"""An older copy of Temporal's file put back: every diverged pathway is named, none overwritten, all are mended."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from domain.interpreter import fold
from embedded.temporal import Temporal
from service.answers import Accepted, NotTaken, Recorded
from service.ids import new_id
from service.restore import Revived, revive
from tests.server.begun import TO_ACCEPTED, TO_EXIT, TO_PLAN, TO_WORK, Begun, begin, judged
from tests.server.working import all_at_rest, asked_until_answered, events_of, recorded, refer_for_good, until, working
from tests.stage import Stage, stage

# What each pathway has behind it, what is asked of it before the copy is made, and what after that.
STORIES: dict[str, tuple[dict[int, list[Any]], Sequence[Any], Sequence[Any]]] = {
    "untouched": (TO_WORK, ["contact"], []),
    "gone_on": (TO_WORK, ["contact"], ["contact"]),
    "many_runs": (TO_ACCEPTED, [], ["record domain.health", "record domain.social_situation",
        "record domain.functional_variation", "record domain.work_and_schooling", "record domain.labour_market",
        "decide recommendation go_on", "decide gate go_on"]),
    "exited": (TO_WORK, [], ["exit work"]),
    "paused": (TO_PLAN, ["done plan"], ["pause illness 30"]),
    "closed": (TO_ACCEPTED, ["contact"], ["exit registered_in_error"]),
    "reopened": (TO_ACCEPTED, ["exit registered_in_error"], ["reopen"]),
    "handed_over": (TO_EXIT, [], ["owner siv.samordnare"]),
}  # fmt: skip
DIVERGED = set(STORIES) - {"untouched", "reopened"}


async def do(on: Stage, begun: Begun, sentences: Sequence[Any]) -> list[str]:
    """Ask one thing after another, and return the commands; each has to be taken."""
    asked = []
    for sentence in sentences:
        state = fold(begun.pathway, await events_of(on, begun.pathway))
        command = begun.command(sentence, id=new_id(), state=state)
        answer = await asked_until_answered(on, begun.pathway, command)
        assert isinstance(answer, Recorded | Accepted), answer
        await recorded(on, begun.pathway, command.id)
        asked.append(command.id)
    return asked


async def look(on: Stage, *, mend: bool = False) -> dict[str, Revived]:
    """Return what ``revive`` says of each pathway."""
    return {one.pathway: one async for one in revive(on.office, mend=mend)}


class TestAnOlderCopyPutBack:
    async def test_overwrites_nothing_and_is_mended(
        self, database_url: str, own_temporal: Temporal, tmp_path: Path
    ) -> None:
        folder, copy = own_temporal.database.parent, tmp_path / "copy"
        async with stage(database_url, own_temporal.address, tmp_path) as on:
            begun = {name: await begin(on, place, days) for place, (name, (days, _, _)) in enumerate(STORIES.items())}
            async with working(on):
                await asyncio.gather(*(do(on, one, STORIES[name][1]) for name, one in begun.items()))
                # A copy holds for ever what was under way: whoever lags behind the log in it looks diverged.
                await until(lambda: all_at_rest(on, [one.pathway for one in begun.values()]))
            await own_temporal.stop()
            shutil.copytree(folder, copy)
            await own_temporal.start()
            async with working(on):
                later = await asyncio.gather(*(do(on, one, STORIES[name][2]) for name, one in begun.items()))
                referred = await refer_for_good(on, len(STORIES))
            await own_temporal.stop()
            shutil.rmtree(folder)
            shutil.copytree(copy, folder)
            await own_temporal.start()
            log_before = {name: await events_of(on, one.pathway) for name, one in begun.items()}
            names = {one.pathway: name for name, one in begun.items()}

            async with working(on):
                assert isinstance(referred, Recorded)
                first = await look(on)
                assert first.pop(referred.pathway).result == "revived"
                assert {names[one] for one in first} == set(STORIES)
                assert {names[each]: (one.result, one.why) for each, one in first.items()} == {
                    name: ("failed", "behind") if name in DIVERGED
                    else ("revived", None) if name == "reopened" else ("running", None)
                    for name in STORIES
                }  # fmt: skip

                for name in DIVERGED:
                    one = begun[name]
                    answers = [await asked_until_answered(on, one.pathway, one.command(sentence, id=new_id()))
                               for sentence in ({"fact": "education", "value": "isced_3_4"}, "contact")]  # fmt: skip
                    assert [answer.refusal.code for answer in answers if isinstance(answer, NotTaken)] == [
                        "diverged"
                    ] * 2
                    for each in later[list(STORIES).index(name)]:
                        known = await asked_until_answered(on, one.pathway, one.commands[each])
                        assert isinstance(known, Recorded), name
                second = await look(on)
                assert {
                    names.get(each): one.why for each, one in second.items() if one.result == "failed"
                } == dict.fromkeys(DIVERGED, "diverged")
                for name in DIVERGED:
                    assert await events_of(on, begun[name].pathway) == log_before[name]

                third = await look(on, mend=True)
                assert {names[each] for each, one in third.items() if one.result == "mended"} == DIVERGED
                assert {one.result for one in (await look(on)).values()} == {"running"}
                for name, one in begun.items():
                    await do(on, one, ["reopen"] if name == "closed" else [{"fact": "education", "value": "isced_0"}])

            for name, one in begun.items():
                events = await events_of(on, one.pathway)
                assert events[: len(log_before[name])] == log_before[name]
                assert len(events) > len(log_before[name])
                assert events == judged(one, events)
