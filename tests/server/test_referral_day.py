"""P5 when a referral's day is corrected: it stays inside the operation and under the version that it began with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.commands import Correct
from domain.errors import Refusal
from embedded.temporal import Temporal
from records import programmes
from service.answers import NotTaken, Recorded
from service.asking import ask
from service.ids import new_id
from service.publishing import programme_file, publish, read_programme
from tests.server.begun import TO_ACCEPTED, begin
from tests.server.working import working
from tests.stage import stage

OTHER = programme_file("koll").read_text("utf-8").replace("reopen_within: ", "reopen_within: 1", 1)


class TestACorrectedReferralDay:
    async def test_stays_within_the_operation_and_its_version(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        other = tmp_path / "koll.yaml"
        other.write_text(OTHER, "utf-8")
        async with stage(database_url, temporal_server.address, tmp_path) as on, working(on):
            begun = await begin(on, 1, TO_ACCEPTED)
            sam = await on.actor("sam.samordnare")
            newer = begun.start + timedelta(days=2)
            await publish(on.pool, read_programme(other), by="test", now=datetime.now(UTC), effective=newer)
            assert len(await programmes.versions(on.pool, "koll")) == 2

            async def corrected_to(days: int) -> object:
                day = begun.start + timedelta(days=days)
                correct = Correct(id=new_id(), by=sam, of=1, day=day, reason="skäl")
                while True:  # a busy machine may take longer than the look into the record is given
                    answer = await ask(on.office, begun.pathway, correct)
                    if not (isinstance(answer, NotTaken) and answer.refusal.code in ("record_away", "given_up")):
                        return answer

            assert isinstance(await corrected_to(-1), Recorded)
            with pytest.raises(Refusal, match="day_before_the_operation"):
                await corrected_to(-100)
            with pytest.raises(Refusal, match="another_version"):
                await corrected_to(3)
            assert isinstance(await corrected_to(1), Recorded)
