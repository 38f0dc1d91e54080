"""Places: never more taken than there are, the next in line gets what is free, and nobody is forgotten."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain import commands as c
from domain.errors import Refusal
from domain.format.compiling import compile_text
from domain.migration.reading import read_mapping
from domain.rules import Rules, canonical
from records import outbox, places
from records.rebuild import rebuild
from tests.records.builders import World
from tests.records.queueing import CAFE, COMMAND, OPERATION, RULES, Town

ONE = {"pool": "cafe", "count": 1}
MAY, JUNE = date(2026, 5, 4), date(2026, 6, 1)


@pytest.fixture
async def town(world: World) -> Town:
    """A town with no places yet."""
    town = Town(world)
    await town.places()
    return town


async def left_over(town: Town) -> list[str]:
    """Return who could be offered a place that is free."""
    free = [one for one in await places.overview(town.world.pool, OPERATION) if one.taken < one.capacity]
    if not free:
        return []
    rows = await town.world.pool.fetch(
        "SELECT c.pathway FROM claims c JOIN pathways p ON p.id = c.pathway "
        "WHERE c.state = 'waiting' AND p.status = 'open'"
    )
    return [row["pathway"] for row in rows]


async def taken(town: Town) -> dict[str | None, int]:
    return {one.site: one.taken for one in await places.overview(town.world.pool, OPERATION)}


async def offered(town: Town) -> list[str]:
    """Let the outbox be carried out and return who has an offer now."""
    await town.dispatch()
    return [pathway for pathway in town.states if town.state(pathway) == "offered"]


class TestNextInLine:
    async def test_is_offered_the_place_once_it_is_free(self, town: Town) -> None:
        await town.places(ONE)
        first, second, third = [await town.wait(place) for place in range(3)]

        assert await offered(town) == [first]
        await town.answer(first, "accepted")
        assert await offered(town) == []
        assert await town.claims() == {first: "held", second: "waiting", third: "waiting"}
        await town.complete(first, "cafe")
        assert await offered(town) == [second]
        await town.exit(second)
        assert await offered(town) == [third]

    async def test_is_who_has_the_lower_rank_then_who_has_waited_longest(self, town: Town) -> None:
        older = await town.wait(0)
        town.later(days=1)
        newer, young = await town.wait(1), await town.wait(2, young=True)
        await town.places({**ONE, "count": 2})

        assert await offered(town) == [older, young]
        assert [one.pathway for one in await places.queue(town.world.pool, OPERATION)] == [newer]

    async def test_gets_what_was_declined_or_expired_and_who_let_it_go_is_last(self, town: Town) -> None:
        await town.places(ONE)
        first, second = await town.wait(0), await town.wait(1)
        await offered(town)

        await town.answer(first, "declined")
        assert await offered(town) == [second]
        await town.expire(second)
        assert await offered(town) == [first]
        assert await town.claims() == {first: "offered", second: "waiting"}

    async def test_gets_what_somebody_refuses_for_good(self, town: Town) -> None:
        await town.places(ONE)
        first, second = await town.wait(0), await town.wait(1)
        town.decide(first, c.Exit(**town.asked(), exit="left", reason="ok"))  # taken, and not recorded yet

        assert await offered(town) == [second]
        assert await taken(town) == {None: 1}
        assert await left_over(town) == []

    async def test_is_not_who_is_paused_until_they_are_back(self, town: Town) -> None:
        first, second = await town.wait(0), await town.wait(1)
        await town.do(first, c.Pause(**town.asked(), reason="illness", resume_by=date(2026, 4, 1)))
        await town.places({**ONE, "count": 2})

        assert await offered(town) == [second]
        await town.do(first, c.Resume(**town.asked()))
        assert await offered(town) == [first, second]

    async def test_was_refused_while_paused_and_is_asked_again_once_back(self, town: Town) -> None:
        await town.places(ONE)
        only = await town.wait(0)
        town.decide(only, c.Pause(**town.asked(), reason="illness", resume_by=date(2026, 4, 1)))
        assert await offered(town) == []

        await town.do(only, c.Resume(**town.asked()))

        assert await offered(town) == [only]
        ids = await town.world.pool.fetch("SELECT command_id, last_error FROM outbox ORDER BY id")
        assert [(one["command_id"][-2:], one["last_error"]) for one in ids] == [
            ("/1", "no_place_while_paused"), ("/2", None),
        ]  # fmt: skip

    async def test_is_at_another_site_where_the_first_is_full(self, town: Town) -> None:
        await town.places({**ONE, "site": "north"}, {**ONE, "site": "south"})
        first, second, third = [await town.wait(place) for place in range(3)]

        assert await offered(town) == [first, second]
        stand = [(await places.of(town.world.pool, pathway))[0] for pathway in (first, second, third)]
        assert [(one.state, one.site) for one in stand] == [
            ("offered", "north"), ("offered", "south"), ("waiting", None),
        ]  # fmt: skip


class TestCapacity:
    async def test_that_is_lowered_stops_offers_and_takes_nobody_s_place(self, town: Town) -> None:
        await town.places({**ONE, "count": 2})
        first, second, third = [await town.wait(place) for place in range(3)]
        await offered(town)
        await town.answer(first, "accepted")
        await town.answer(second, "accepted")

        await town.places(ONE)
        await town.complete(first, "cafe")
        assert await offered(town) == []
        await town.complete(second, "cafe")
        assert await offered(town) == [third]

    async def test_that_is_no_longer_stated_gives_nothing_and_stays_visible(self, town: Town) -> None:
        await town.places(ONE)
        first, _second = await town.wait(0), await town.wait(1)
        await offered(town)
        await town.answer(first, "accepted")

        await town.places()
        [stood] = await places.overview(town.world.pool)
        await town.complete(first, "cafe")

        assert (stood.stated, stood.capacity, stood.held) == (False, 0, 1)
        assert await offered(town) == []
        assert await places.overview(town.world.pool) == []

    async def test_may_be_exceeded_by_an_exit_that_is_taken_back_and_says_so(self, town: Town) -> None:
        await town.places(ONE)
        first, second, third = [await town.wait(place) for place in range(3)]
        await offered(town)
        await town.answer(first, "accepted")
        await town.exit(first)
        await offered(town)
        await town.answer(second, "accepted")

        await town.do(first, c.Reopen(**town.asked(), reason="a mistake"))

        [stood] = await places.overview(town.world.pool)
        assert (stood.taken, stood.capacity) == (2, 1)
        assert await town.claims() == {first: "held", second: "held", third: "waiting"}
        await town.complete(first, "cafe")
        assert await offered(town) == []
        await town.complete(second, "cafe")
        assert await offered(town) == [third]

    async def test_counts_a_place_that_somebody_is_being_told_of(self, town: Town) -> None:
        await town.places(ONE)
        first, _second = await town.wait(0), await town.wait(1)
        assert await taken(town) == {None: 1}

        await town.exit(first)  # the command is still under way and may not be overtaken

        assert await taken(town) == {None: 1}
        assert await town.world.pool.fetchval("SELECT count(*) FROM outbox") == 1

    async def test_of_a_pool_that_nobody_states_is_none(self, town: Town) -> None:
        only = await town.wait(0)

        assert await offered(town) == []
        [line] = await places.queue(town.world.pool)
        assert (line.pathway, line.pool, line.place, line.length) == (only, "cafe", 1, 1)
        assert town.opened(only, f"{CAFE}_waiting") is not None


class TestLost:
    async def test_command_is_asked_again(self, town: Town) -> None:
        await town.places(ONE)
        only = await town.wait(0)
        [asked] = await outbox.take(town.world.pool, now=town.now)
        await outbox.done(town.world.pool, asked.id, now=town.now)  # accepted, then lost with an old copy of Temporal

        await places.sweep(town.world.pool, now=town.now)
        assert await offered(town) == []
        town.later(minutes=20)
        await places.sweep(town.world.pool, now=town.now)

        assert await offered(town) == [only]


class TestGroup:
    async def test_starts_when_enough_can_start_together(self, town: Town) -> None:
        group = {"at_least": 3, "starts": [MAY.isoformat(), JUNE.isoformat()]}
        await town.places({**ONE, "count": 4, "group": group})
        early = [await town.wait(place) for place in range(2)]
        assert await offered(town) == []

        early.append(await town.wait(2))
        assert sorted(await offered(town)) == sorted(early)
        late = await town.wait(3)
        assert late in await offered(town)
        fifth = await town.wait(4)

        assert await town.dispatch() == 0
        assert town.state(fifth) == "waiting"
        [standing] = await places.of(town.world.pool, late)
        assert standing.starts_on == MAY

    async def test_waits_for_the_next_day_when_one_passes_with_too_few(self, town: Town) -> None:
        group = {"at_least": 3, "starts": [MAY.isoformat(), JUNE.isoformat()]}
        await town.places({**ONE, "count": 4, "group": group})
        few = [await town.wait(place) for place in range(2)]
        town.later(days=(MAY - town.now.date()).days + 1)

        assert await places.sweep(town.world.pool, now=town.now) == 0
        [stood] = await places.overview(town.world.pool)
        assert stood.next_start(town.now.date()) == JUNE
        few.append(await town.wait(2))

        assert sorted(await offered(town)) == sorted(few)
        assert {one.starts_on for pathway in few for one in await places.of(town.world.pool, pathway)} == {JUNE}

    async def test_begins_anew_by_time_alone(self, town: Town) -> None:
        group = {"at_least": 2, "starts": [MAY.isoformat(), JUNE.isoformat()]}
        await town.places({**ONE, "count": 2, "group": group})
        first, second = await town.wait(0), await town.wait(1)
        await offered(town)
        await town.answer(first, "accepted")
        await town.exit(second)
        await town.complete(first, "cafe")
        await town.places({**ONE, "count": 1, "group": group})
        waiting = [await town.wait(place) for place in (2, 3)]
        assert await offered(town) == []  # one place can't start two

        await town.world.pool.execute("UPDATE pools SET capacity = 2")  # nothing that is recorded, so only time tells
        given = await places.sweep(town.world.pool, now=town.now)

        assert given == 2
        assert sorted(await offered(town)) == sorted(waiting)


EXTRA = """
INSERT INTO claims
SELECT pathway, 'x', key, pool, site, wish, starts_on, state, rank, since, since_at, before, why
FROM claims WHERE state = 'offered'
"""
HARMS = [
    ("UPDATE claims SET state = 'held' WHERE state = 'waiting'", "tampered", {"state"}),
    ("UPDATE claims SET rank = 1, site = 'north' WHERE state = 'waiting'", "tampered", {"rank", "site"}),
    ("DELETE FROM claims WHERE state = 'offered'", "missing", set()),
    (EXTRA, "extra", set()),
]  # fmt: skip


class TestRebuild:
    @pytest.mark.parametrize(("harm", "kind", "columns"), HARMS)
    async def test_finds_claims_that_the_log_makes_otherwise(
        self, town: Town, harm: str, kind: str, columns: set[str]
    ) -> None:
        await town.places({**ONE, "count": 3})
        everybody = [await town.wait(place) for place in range(5)]
        await offered(town)
        await town.answer(everybody[0], "accepted")
        await town.answer(everybody[1], "accepted")
        await town.exit(everybody[1])
        await town.do(everybody[1], c.Reopen(**town.asked(), reason="a mistake"))
        await town.complete(everybody[0], "cafe")
        before = await town.claims()
        assert sorted(before.values()) == ["held", "offered", "released", "waiting", "waiting"]
        assert (await rebuild(town.world.pool)).differences == ()
        await town.world.pool.execute(harm)

        found = await rebuild(town.world.pool, repair=True)

        assert {(one.table, one.kind, frozenset(one.columns)) for one in found.differences} == {
            ("claims", kind, frozenset(columns))
        }
        assert await town.claims() == before
        assert (await rebuild(town.world.pool)).differences == ()


PLACES = 5
EVERYTHING = {"expire", "accepted", "declined", "complete", "pause", "resume", "exit waiting"}


class Crowd:
    """Many people who do at random what people do, all at once; whoever looks counts the places."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town = town
        self.random = random.Random(seed)
        self.done: Counter[str] = Counter()
        self.full = 0
        self.over = asyncio.Event()

    async def live(self, place: int, turns: int) -> None:
        """Live one life."""
        pathway = await self.town.wait(place, young=self.random.random() < 0.3)
        for turn in range(turns * 20):
            if turn >= turns and set(self.done) >= EVERYTHING:
                break
            await asyncio.sleep(0)
            self._act(pathway)
            await self.town.record(pathway)
            await self.look()

    def _act(self, pathway: str) -> None:
        town, state = self.town, self.town.state(pathway)
        paused = town.states[pathway].paused is not None
        choices: dict[str, Any] = {"nothing": None}
        if paused:
            choices["resume"] = c.Resume(**town.asked())
        elif state == "offered":
            choices["expire"] = town.ticking()
        elif state == "waiting" and self.random.random() < 0.2:
            choices["pause"] = c.Pause(**town.asked(), reason="illness", resume_by=town.now.date() + timedelta(days=30))
        if state == "offered":
            choices |= {outcome: town.answering(outcome) for outcome in ("accepted", "declined")}
        if state == "held":
            choices["complete"] = c.Complete(**town.asked(), step="cafe")
        if state != "out" and self.random.random() < 0.1:
            choices[f"exit {state}"] = c.Exit(**town.asked(), exit="left", reason="ok")
        # What was done least comes first, so that everything is done however the tasks meet.
        name = min(choices, key=lambda each: (self.done[each], self.random.random()))
        at = town.opened(pathway, f"{CAFE}_offer") if name == "expire" else None
        self.done[name] += 1
        if choices[name] is not None:
            town.decide(pathway, choices[name], at)

    async def look(self) -> None:
        """Count what is taken at this instant, from the claims and apart from them from the steps."""
        pool = self.town.world.pool
        for one in await places.overview(pool, OPERATION):
            assert one.taken <= one.capacity, one
        taken = await pool.fetchval(
            "SELECT (SELECT count(*) FROM steps WHERE status = 'open' AND path = ANY ($1)) "
            "+ (SELECT count(*) FROM reservations WHERE settled_at IS NULL)",
            [CAFE, f"{CAFE}_offer"],
        )
        assert taken <= PLACES
        self.full += taken == PLACES

    async def carry(self) -> None:
        """Be one of the processes that carry commands."""
        while not self.over.is_set():
            await self.town.dispatch()
            await asyncio.sleep(0)


class TestManyAtOnce:
    @pytest.mark.parametrize("seed", [1, 2])
    async def test_never_take_more_places_than_there_are_and_leave_none_unused(self, town: Town, seed: int) -> None:
        await town.places({**ONE, "count": 3, "site": "north"}, {**ONE, "count": 2, "site": "south"})
        crowd = Crowd(town, seed)

        async with asyncio.TaskGroup() as group:
            carriers = [group.create_task(crowd.carry()) for _ in range(2)]
            await asyncio.gather(*(crowd.live(place, turns=10) for place in range(16)))
            crowd.over.set()
            await asyncio.gather(*carriers)
        while await town.dispatch():
            pass
        town.later(hours=2)  # whoever was refused on the way may be asked again
        await places.sweep(town.world.pool, now=town.now)
        while await town.dispatch():
            pass

        await crowd.look()
        assert await left_over(town) == []
        assert crowd.full
        recorded = await town.claims()
        assert {who: town.state(who) for who in town.states} == {
            who: "out" if state == "released" else state for who, state in recorded.items()
        }
        assert (await rebuild(town.world.pool)).differences == ()
        assert set(crowd.done) >= EVERYTHING


def another(*pairs: tuple[str, str]) -> Rules:
    """Return the programme of the town with some of its text changed."""
    text = Path("tests/programmes/places.yaml").read_text("utf-8")
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return compile_text(text)[0]


def waiting_for(pool: str) -> str:
    return f"waits_for: {{pool: {pool}, waiting_due: 4 weeks, offer_due: 5 working days}}"


QUEUE = """waits_for: {pool: cafe, waiting_due: 4 weeks, offer_due: 5 working days, \
priority: [{if: {fact: young, is: true}, rank: 1}]}"""
KITCHEN = """      kitchen:
        label: {{sv: Köket, en: The kitchen}}
        by: owner
        after: talk
        due: 6 months
        {waits}
"""
LONG_AGO = date(2026, 3, 2)


async def migrate(town: Town, new: Rules, *pathways: str, mapping: str = "") -> None:
    read = read_mapping(mapping, town.rules, new)
    for pathway in pathways:
        await town.do(pathway, c.Migrate(**town.asked(), rules=canonical(new), mapping=read))


async def undo(town: Town, new: Rules, *pathways: str) -> None:
    for pathway in pathways:
        await town.do(pathway, c.UndoMigration(**town.asked(), rules=canonical(town.rules)), rules=new)


async def claimed(town: Town) -> dict[str, tuple[str, str, str]]:
    """Return the step, the pool and the state of everybody's claim."""
    assert (await rebuild(town.world.pool)).differences == ()
    rows = await town.world.pool.fetch("SELECT pathway, step, pool, state FROM claims WHERE state <> 'released'")
    return {row["pathway"]: (row["step"].rpartition(".")[2], row["pool"], row["state"]) for row in rows}


RENAMED = """
steps:
  training.cafe: training.kitchen
  training.cafe_waiting: training.kitchen_waiting
  training.cafe_offer: training.kitchen_offer
"""


class TestAnotherVersion:
    async def test_takes_every_claim_along_and_back(self, town: Town) -> None:
        await town.places({**ONE, "count": 2})
        holds, asked, waits = [await town.wait(place) for place in range(3)]
        await offered(town)
        await town.answer(holds, "accepted")
        before = await town.claims()
        text = Path("tests/programmes/places.yaml").read_text("utf-8")
        new = compile_text(text.replace("      cafe:\n", "      kitchen:\n").replace("after: cafe", "after: kitchen"))[
            0
        ]
        mapping = read_mapping(RENAMED, RULES, new)

        for pathway in (holds, asked, waits):
            await town.do(pathway, c.Migrate(**town.asked(), rules=canonical(new), mapping=mapping))

        assert await town.claims() == before
        assert {row["step"] for row in await town.world.pool.fetch("SELECT step FROM claims")} == {"training.kitchen"}
        assert await taken(town) == {None: 2}
        assert (await rebuild(town.world.pool)).differences == ()
        for pathway in (holds, asked, waits):
            await town.do(pathway, c.UndoMigration(**town.asked(), rules=canonical(RULES)), rules=new)
        assert {row["step"] for row in await town.world.pool.fetch("SELECT step FROM claims")} == {CAFE}
        assert await town.claims() == before
        assert (await rebuild(town.world.pool)).differences == ()

    async def test_without_the_step_gives_its_place_to_the_next(self, town: Town) -> None:
        await town.places(ONE)
        holds, waits = await town.wait(0), await town.wait(1)
        await offered(town)
        await town.answer(holds, "accepted")
        text = Path("tests/programmes/places.yaml").read_text("utf-8")
        cafe = text[text.index("      cafe:\n") : text.index("      goodbye:\n")]
        new = compile_text(text.replace(cafe, "").replace("after: cafe", "after: talk"))[0]
        mapping = read_mapping(RENAMED.replace("training.kitchen_waiting", "remove")
                               .replace("training.kitchen_offer", "remove")
                               .replace("training.kitchen", "remove"), RULES, new)  # fmt: skip

        await town.do(holds, c.Migrate(**town.asked(), rules=canonical(new), mapping=mapping))

        assert await town.claims() == {holds: "released", waits: "waiting"}
        assert await offered(town) == [waits]
        assert (await rebuild(town.world.pool)).differences == ()
        await town.do(holds, c.UndoMigration(**town.asked(), rules=canonical(RULES)), rules=new)
        assert await town.claims() == {holds: "held", waits: "offered"}
        assert (await rebuild(town.world.pool)).differences == ()

    async def test_that_begins_to_need_a_place_puts_everybody_in_line_by_the_day_they_began(self, town: Town) -> None:
        town.rules, new = another((f"        {QUEUE}\n", "")), RULES
        first = await town.refer(0)
        town.later(days=1)
        second = await town.wait(1)
        await town.do(first, c.Complete(**town.asked(), step="talk", occurred_on=LONG_AGO))
        await town.places(ONE)
        assert await claimed(town) == {}

        await migrate(town, new, second, first, mapping="steps: {training.cafe: training.cafe_waiting}")

        line = await places.queue(town.world.pool, OPERATION)
        assert [(one.pathway, one.since) for one in line] == [(first, LONG_AGO), (second, town.now.date())]
        await undo(town, new, second, first)
        assert await claimed(town) == {}

    async def test_offers_a_place_to_who_was_put_in_line(self, town: Town) -> None:
        town.rules, new = another((f"        {QUEUE}\n", "")), RULES
        await town.places(ONE)
        waits = await town.wait(0)

        await migrate(town, new, waits, mapping="steps: {training.cafe: training.cafe_waiting}")

        town.rules = new
        assert await offered(town) == [waits]
        assert await claimed(town) == {waits: ("cafe", "cafe", "offered")}
        assert await taken(town) == {None: 1}

    async def test_lets_who_is_in_the_step_already_have_a_place(self, town: Town) -> None:
        town.rules, new = another((f"        {QUEUE}\n", "")), RULES
        await town.places(ONE)
        inside = await town.wait(0)

        await migrate(town, new, inside)

        assert await claimed(town) == {inside: ("cafe", "cafe", "held")}
        assert await taken(town) == {None: 1}
        await undo(town, new, inside)
        assert await claimed(town) == {}
        assert await taken(town) == {None: 0}

    async def test_shows_a_place_at_a_site_that_the_operation_does_not_state(self, town: Town) -> None:
        town.rules, new = another((f"        {QUEUE}\n", "")), RULES
        await town.places({**ONE, "site": "north"})
        inside = await town.wait(0)

        await migrate(town, new, inside)

        assert await taken(town) == {None: 1, "north": 0}

    async def test_with_another_pool_moves_the_queue_and_the_places_and_frees_the_old_ones(self, town: Town) -> None:
        await town.places({**ONE, "count": 2}, {"pool": "kitchen", "count": 2})
        holds, asked, waits, stays = [await town.wait(place) for place in range(4)]
        await offered(town)
        await town.answer(holds, "accepted")
        new = another((QUEUE, waiting_for("kitchen")))

        await migrate(town, new, waits, asked, holds)

        moved = {holds: ("cafe", "kitchen", "held"), asked: ("cafe", "kitchen", "offered"),
                 waits: ("cafe", "kitchen", "waiting")}  # fmt: skip
        assert await claimed(town) == {**moved, stays: ("cafe", "cafe", "waiting")}
        assert stays in await offered(town)  # at once: what the others left is given on
        await undo(town, new, holds, asked, waits)
        assert {one: claim[1] for one, claim in (await claimed(town)).items()} == dict.fromkeys(town.states, "cafe")

    async def test_refuses_a_place_of_the_pool_that_was_left_and_gives_it_on(self, town: Town) -> None:
        told, stays = await town.wait(0), await town.wait(1)
        await town.places(ONE)  # kept for the first, whose pathway isn't told yet
        new = another((QUEUE, waiting_for("kitchen")))

        await migrate(town, new, told)
        town.rules = new
        carried = await outbox.take(town.world.pool, now=town.now, limit=5)

        with pytest.raises(Refusal, match="place_of_another_pool"):
            town.decide(told, COMMAND.validate_python(carried[0].command))
        await outbox.done(town.world.pool, carried[0].id, now=town.now, refusal="place_of_another_pool")
        town.rules = RULES
        assert await offered(town) == [stays]
        assert await claimed(town) == {told: ("cafe", "kitchen", "waiting"), stays: ("cafe", "cafe", "offered")}

    @pytest.mark.parametrize(
        ("mapping", "begins", "then"),
        [
            ("training.cafe_waiting: training.cafe", "waiting", "held"),
            ("training.cafe_offer: training.cafe", "offered", "held"),
            ("training.cafe_offer: training.cafe_waiting", "offered", "waiting"),
            ("training.cafe: training.cafe_waiting", "held", "waiting"),
        ],
    )
    async def test_lets_a_claim_be_what_its_step_became(self, town: Town, mapping: str, begins: str, then: str) -> None:
        if begins != "waiting":
            await town.places(ONE)
        one = await town.wait(0)
        await offered(town)
        if begins == "held":
            await town.answer(one, "accepted")
        new = another(("due: 6 months\n", "due: 5 months\n"))
        assert await claimed(town) == {one: ("cafe", "cafe", begins)}

        await migrate(town, new, one, mapping=f"steps: {{{mapping}}}")

        assert await claimed(town) == {one: ("cafe", "cafe", then)}
        await undo(town, new, one)
        assert await claimed(town) == {one: ("cafe", "cafe", begins)}

    @pytest.mark.parametrize("place", [True, False], ids=["place", "queue"])
    async def test_that_needs_no_place_any_more_releases_it(self, town: Town, *, place: bool) -> None:
        if place:
            await town.places(ONE)
        one = await town.wait(0)
        for pathway in await offered(town):
            await town.answer(pathway, "accepted")
        before = await claimed(town)
        new = another((f"        {QUEUE}\n", ""))
        gone = "training.cafe_offer: remove"

        waiting = "remove" if place else "training.cafe"
        await migrate(town, new, one, mapping=f"steps: {{training.cafe_waiting: {waiting}, {gone}}}")

        assert await claimed(town) == {}
        await undo(town, new, one)
        assert await claimed(town) == before != {}

    async def test_that_splits_a_queue_lets_everybody_stand_in_both(self, town: Town) -> None:
        one = await town.wait(0)
        kitchen = KITCHEN.format(waits=waiting_for("kitchen"))
        new = another(("      goodbye:\n", f"{kitchen}      goodbye:\n"))

        both = "[training.cafe_waiting, training.kitchen_waiting]"
        await migrate(town, new, one, mapping=f"steps: {{training.cafe_waiting: {both}}}")

        line = await places.queue(town.world.pool, OPERATION)
        assert [(each.pool, each.step) for each in line] == [("cafe", CAFE), ("kitchen", "training.kitchen")]
        await undo(town, new, one)
        assert await claimed(town) == {one: ("cafe", "cafe", "waiting")}
