"""P6: nothing that could identify anybody is in Temporal's files, in search attributes, in logs or in notices."""

from __future__ import annotations

import asyncio
import base64
import os
import sys
import uuid
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from domain.commands import Complete, Contact, Decide, Exit, RecordFact, View
from domain.identity import parse
from embedded.temporal import Temporal
from records.register import NewPerson
from service.answers import NotTaken, Recorded
from service.referrals import Referral, refer
from tests.server.working import outcome_of
from tests.stage import MASTER, OPERATION, Stage, number, stage
from workflows import ports

TEMPORALS_OWN = ("BuildIds", "TemporalUsedWorkerDeploymentVersions")
NAME = "Xylofonia Quiztestsson"
WORDS = "hemlig-anteckning-om-vardagen"
OWN_WORDS = "deltagarens-egna-tankar"
EDUCATION = "isced_3_4"  # a fact's value; nothing else in the story has it
PLANTED = "planted-marker-that-must-be-found"


def forms(text: str) -> list[bytes]:
    """Return how a text could stand in a file: plain, in UTF-16, in base64 at every offset."""
    plain = text.encode()
    shifted = [base64.b64encode(b"x" * shift + plain)[4:-4] for shift in range(3)]
    return [plain, text.encode("utf-16-le"), *shifted]


def holds(data: bytes, text: str) -> bool:
    """Tell whether a text stands somewhere in data, also inside what zlib can inflate."""
    if any(form in data for form in forms(text)):
        return True
    start = data.find(b"\x78\x9c")
    while start >= 0:
        try:
            if text.encode() in zlib.decompressobj().decompress(data[start : start + 200_000]):
                return True
        except zlib.error:
            pass
        start = data.find(b"\x78\x9c", start + 1)
    return False


@asynccontextmanager
async def process(on: Stage, database_url: str, address: str, home: Path, log: Path) -> AsyncIterator[None]:
    """Run a real worker process that logs everything it can, with a mail folder."""
    (home / "master.key").write_text(MASTER.hex())
    (home / "master.key").chmod(0o600)
    environment = {
        **os.environ, "STEGVIS_HOME": str(home), "STEGVIS_DATABASE_URL": database_url, "STEGVIS_LOG_LEVEL": "DEBUG",
        "STEGVIS_TEMPORAL_ADDRESS": address, "STEGVIS_TASK_QUEUE": on.office.task_queue, "STEGVIS_HEALTH_PORT": "0",
        "STEGVIS_METRICS_PORT": "0", "STEGVIS_TEMPORAL_METRICS_PORT": "0", "STEGVIS_CODEC_PORT": "0",
    }  # fmt: skip
    with log.open("wb") as sink:
        running = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "worker.main",
            env=environment,
            cwd=Path(__file__).parents[2],
            stdout=sink,
            stderr=sink,
        )
        try:
            yield
        finally:
            running.terminate()
            await running.wait()


class TestAScan:
    async def test_finds_no_trace_of_a_person_and_does_find_what_is_planted(
        self, database_url: str, own_temporal: Temporal, tmp_path: Path
    ) -> None:
        home, log = tmp_path / "home", tmp_path / "worker.log"
        home.mkdir()
        identity = number(77)
        async with (
            stage(database_url, own_temporal.address, tmp_path) as on,
            process(on, database_url, own_temporal.address, home, log),
        ):
            pathway = await self._story(on, identity)
            async with asyncio.timeout(60):  # the answers to the referrer are letters in the outbox
                while not list((home / "outbox").rglob("*.eml")):
                    await asyncio.sleep(0.1)
            listed = [found async for found in on.client.list_workflows("")]
            seen = "\n".join([f"{one.id} {one.typed_search_attributes} {await one.memo()}" for one in listed])
            attributes = {pair.key.name for one in listed for pair in one.typed_search_attributes}
            assert {name for name in attributes if name not in TEMPORALS_OWN} == {"StegvisProgramme", "StegvisStatus"}
            planted = await on.client.get_workflow_handle(ports.WORKFLOW_ID.format(pathway)).describe()
            assert planted.id in seen
        await own_temporal.stop()

        letters = b"".join(file.read_bytes() for file in (home / "outbox").rglob("*.eml"))
        files = [own_temporal.database, *own_temporal.database.parent.glob(f"{own_temporal.database.name}*")]
        places = {
            "temporal": b"".join(file.read_bytes() for file in dict.fromkeys(files)),
            "visibility": seen.encode(),
            "log": log.read_bytes(),
            "letters": letters,
        }
        secrets = [
            NAME,
            NAME.split(maxsplit=1)[0],
            identity,
            identity[2:8] + "-" + identity[8:],
            identity[2:],
            WORDS,
            OWN_WORDS,
            "1980-05-05",
        ]

        assert places["letters"], "no letter was written"
        assert b"pathway/" in places["temporal"]
        found = [(place, secret) for place, data in places.items() for secret in secrets if holds(data, secret)]
        assert found == []
        assert not holds(places["temporal"], EDUCATION)
        assert not holds(places["temporal"], "long_term"), "a fact's value"
        for place, data in places.items():
            for form in (*forms(PLANTED), zlib.compress(PLANTED.encode())):
                assert holds(data + form, PLANTED), (place, form)

    async def _story(self, on: Stage, identity: str) -> str:
        today = datetime.now(UTC).date()
        ham, sam, pia = [await on.actor(who) for who in ("ham.handlaggare", "sam.samordnare", "pia.programansvarig")]
        person = NewPerson(parse(identity, on=today), NAME, date(1980, 5, 5))
        facts = {"birth_date": "1980-05-05", "assistance": "long_term", "complex_problems": True, "gender": "woman"}
        asked = Referral("leak-1", OPERATION, person, "forsorjningsstod", today, facts, reason=WORDS)
        command_id = str(uuid.uuid4())
        async with asyncio.timeout(60):  # the worker process is still starting
            while not isinstance(answer := await refer(on.office, asked, by=ham, command_id=command_id), Recorded):
                await asyncio.sleep(0.1)
        pathway = answer.pathway

        async def send(command: object) -> object:
            return await outcome_of(on, pathway, command)  # type: ignore[arg-type] # any of the commands

        for command in (
            Complete(
                id=str(uuid.uuid4()), by=sam, step="acknowledge", note=WORDS, view=View(agrees="no", words=OWN_WORDS)
            ),
            RecordFact(id=str(uuid.uuid4()), by=sam, fact="education", value=EDUCATION),
            Decide(id=str(uuid.uuid4()), by=pia, step="eligibility", outcome="accepted", reason=WORDS),
            Contact(id=str(uuid.uuid4()), by=sam, note=WORDS),
        ):
            assert isinstance(await send(command), Recorded)
        refused = await send(Decide(id=str(uuid.uuid4()), by=sam, step="eligibility", outcome="accepted", reason=WORDS))
        assert isinstance(refused, NotTaken)
        wrong = await send(RecordFact(id=str(uuid.uuid4()), by=sam, fact="education", value=f"{NAME} {WORDS}"))
        assert isinstance(wrong, NotTaken)
        left = await send(
            Exit(
                id=str(uuid.uuid4()), by=pia, exit="dropped_out", reason=WORDS, view=View(agrees="yes", words=OWN_WORDS)
            )
        )
        assert isinstance(left, Recorded)
        return pathway
