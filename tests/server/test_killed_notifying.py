"""P3 when workers are killed while they hand a notice over: before the claim, after it, and before the receipt."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from activities.notify import MESSAGE_DOMAIN, STALE, Notifier
from embedded.temporal import Temporal
from records import ledger
from service.answers import Recorded
from service.ids import new_id
from tests.activities.smtp import smtp_server_that
from tests.server.begun import Begun, begin
from tests.server.dying import NOTICED_AFTER, armed_notices
from tests.server.mortal import dying_workers
from tests.server.working import Letters, all_at_rest, outcome_of, until
from tests.stage import Stage, stage
from worker.sweep import Sweeper

# Where its worker dies, what the ledger says then and in the end, and how many letters arrive.
POINTS = (
    ("unclaimed", "promised", "handed_over", 1),
    ("claimed", "claimed", "uncertain", 0),
    ("handed_over", "claimed", "uncertain", 1),
)


@pytest.mark.fault
class TestANoticeWhoseWorkerIsKilled:
    async def test_is_in_the_ledger_with_what_became_of_it_and_never_sent_twice(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        with smtp_server_that("accept", tmp_path / "arrived") as mail:
            async with (
                stage(database_url, temporal_server.address, tmp_path) as on,
                dying_workers(on, database_url, temporal_server.address, tmp_path, mail=mail.address()) as armed,
            ):
                sweeper = Sweeper(on.pool, Notifier(on.pool, Letters(), "sv"))
                for place, (point, first, afterwards, arrived) in enumerate(POINTS):
                    begun = await begin(on, place, {0: ["refer"], 1: ["done acknowledge"]})
                    # What the prelude told must have left, or it would meet the death that is meant for the answer.
                    await until(lambda: nothing_leaves(on, begun))  # noqa: B023 - awaited at once
                    mine = armed / armed_notices(begun.pathway)
                    mine.write_text(point)

                    decided = begun.command("decide eligibility accepted", id=new_id())
                    assert isinstance(await outcome_of(on, begun.pathway, decided), Recorded)
                    await until(lambda: not mine.exists())  # noqa: B023
                    died = await answer_of(on, begun)
                    await until(lambda: all_at_rest(on, [begun.pathway]))  # noqa: B023 - and tried again by then
                    for _ in range(2):
                        await sweeper.sweep(datetime.now(UTC) + STALE + NOTICED_AFTER)

                    settled = await answer_of(on, begun)
                    assert died.state in {first, afterwards}, "on a busy machine it may have been tried again by now"
                    assert settled.state == afterwards, point
                    times = [letter["Message-ID"] for letter in mail.arrived]
                    assert times.count(await message_id(on, settled)) == arrived, point
                    assert len(times) == len(set(times))


async def nothing_leaves(on: Stage, begun: Begun) -> bool:
    """Tell whether a pathway is at rest, and every notice of it was handed over."""
    rows = await ledger.notices(on.pool, pathway=begun.pathway, states=("promised", "claimed"))
    return not rows and await all_at_rest(on, [begun.pathway])


async def answer_of(on: Stage, begun: Begun) -> ledger.Notice:
    """Return the ledger's row of the answer to the referrer."""
    (found,) = [
        row for row in await ledger.notices(on.pool, pathway=begun.pathway)
        if row.kind == "answer" and row.seq > begun.state.seq
    ]  # fmt: skip
    return found


async def message_id(on: Stage, notice: ledger.Notice) -> str:
    """Return a notice's Message-ID, as it stands in a letter."""
    kept = await on.pool.fetchval("SELECT message_id FROM notices WHERE id = $1", notice.id)
    return f"<{kept}@{MESSAGE_DOMAIN}>"
