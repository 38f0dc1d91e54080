"""`stegvis ops`: up, down, status, doctor, schema, rebuild, revive; and what is said when a server is away."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from cli.stack import CODEC, WORKER, Stack
from embedded import processes
from embedded.clean import clean
from embedded.postgres import Postgres
from embedded.temporal import Temporal
from service.sample import OPERATION
from tests.cli.conftest import Stegvis, number
from workflows import ports

PIA = "pia.programansvarig"
TABLES = ("participants", "events")


def closed_port() -> int:
    """Return a port on which nobody listens."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class TestStatus:
    def test_says_that_all_is_well_and_for_trying_only(self, stegvis: Stegvis) -> None:
        done = stegvis("ops", "status", by=None)

        assert done.code == 0
        assert "Not for production" in done.out
        assert [line.split()[1] for line in done.out.splitlines()[3:7]] == ["well"] * 4
        assert "http://127.0.0.1:" in done.out

    def test_up_again_changes_nothing(self, stegvis: Stegvis) -> None:
        before = {name: processes.read(stegvis.home, name) for name in ("postgres", "temporal", WORKER, CODEC)}
        kept = stegvis.kept()

        done = stegvis("ops", "up", by=None, lang="sv_SE")

        assert done.code == 0
        assert "för att prova" in done.out
        assert {name: processes.read(stegvis.home, name) for name in before} == before
        assert stegvis.kept() == kept

    def test_of_an_empty_home_is_down(self, tmp_path: Path) -> None:
        done = Stegvis(tmp_path)("ops", "status", by=None)

        assert done.code == 3
        assert "down" in done.out


class TestDown:
    def test_leaves_nothing_running_and_keeps_the_data(self, tmp_path: Path) -> None:
        stegvis = Stegvis(tmp_path)
        try:
            stegvis.must("ops", "up", "--empty", by=None)
            stegvis.must("staff", "add", "first.person", "--name", "First", "--role", "manager", by="first.person")
            records = [processes.read(tmp_path, name) for name in ("postgres", "temporal", WORKER, CODEC)]

            done = stegvis("ops", "down", by=None)

            assert done.code == 0
            assert not any(record is not None and processes.is_alive(record) for record in records)
            assert stegvis("staff", "list", by="first.person").code == 3
            assert "Nothing runs" in stegvis("ops", "down", by=None).out
            stegvis.must("ops", "up", "--empty", by=None)
            assert "First" in stegvis.must("staff", "list", by="first.person").out
        finally:
            stegvis("ops", "down", by=None)
            asyncio.run(clean(tmp_path))


class TestServersAway:
    def test_postgresql_is_named_with_its_remedy(self, stegvis: Stegvis) -> None:
        url = f"postgresql://someone:secret@127.0.0.1:{closed_port()}/x"

        for line in (
            ("list",),
            ("show", "ex-20"),
            ("refer", "--number", "x", "--name", "y"),
            ("do", "ex-20", "contact"),
        ):
            done = stegvis(*line, STEGVIS_DATABASE_URL=url)

            assert done.code == 3
            assert "PostgreSQL doesn't answer" in done.err
            assert "secret" not in done.err

    def test_a_wrong_password_is_told_apart(self, stegvis: Stegvis) -> None:
        url = Postgres(stegvis.home).url.replace("stegvis:", "stegvis:wrong")

        done = stegvis("list", STEGVIS_DATABASE_URL=url)

        assert done.code == 3
        assert "STEGVIS_DATABASE_URL" in done.err

    def test_temporal_is_named_and_reading_goes_on_without_it(self, stegvis: Stegvis) -> None:
        away = f"127.0.0.1:{closed_port()}"

        assert stegvis("list", STEGVIS_TEMPORAL_ADDRESS=away).code == 0
        assert stegvis("show", "ex-20", STEGVIS_TEMPORAL_ADDRESS=away).code == 0
        done = stegvis("do", "ex-20", "contact", STEGVIS_TEMPORAL_ADDRESS=away)
        assert done.code == 3
        assert "Temporal doesn't answer" in done.err

    def test_nobody_is_kept_half_where_temporal_is_away(self, stegvis: Stegvis) -> None:
        before = stegvis.kept()
        person = ("--number", number(), "--name", "A B", "-o", OPERATION)

        done = stegvis("refer", *person, by="ham.handlaggare", STEGVIS_TEMPORAL_ADDRESS=f"127.0.0.1:{closed_port()}")

        assert done.code == 3
        assert stegvis.kept() == before
        assert stegvis("refer", *person, by="ham.handlaggare").code == 0

    def test_a_schema_that_is_behind_is_named(self, stegvis: Stegvis) -> None:
        done = stegvis("list", STEGVIS_DATABASE_SCHEMA="nothing_here")

        assert done.code == 3
        assert "ops schema --apply" in done.err

    def test_a_missing_master_key_is_named(self, stegvis: Stegvis, tmp_path: Path) -> None:
        done = stegvis("show", "ex-20", STEGVIS_MASTER_KEY_FILE=str(tmp_path / "none"))

        assert done.code == 3
        assert "STEGVIS_MASTER_KEY_FILE" in done.err

    def test_a_setting_that_means_nothing_is_named(self, stegvis: Stegvis) -> None:
        done = stegvis("list", STEGVIS_HEALTH_PORT="many")

        assert done.code == 2
        assert "STEGVIS_HEALTH_PORT" in done.err


class TestDoctor:
    def test_finds_everything_well_and_says_what_is_embedded(self, stegvis: Stegvis) -> None:
        done = stegvis("ops", "doctor", by=None)

        assert done.code == 0, done
        assert "NOTE  Embedded servers" in done.out
        assert "version 18" in done.out
        assert "BAD" not in done.out

    def test_accepts_no_embedded_server_in_production(self, stegvis: Stegvis) -> None:
        done = stegvis("ops", "doctor", "--production", by=None)

        assert done.code == 1
        assert "BAD   Embedded servers: postgres, temporal" in done.out

    def test_says_how_to_mend_each(self, stegvis: Stegvis, tmp_path: Path) -> None:
        key = tmp_path / "open.key"
        key.write_text("0" * 64, "ascii")
        key.chmod(0o644)
        away = closed_port()

        done = stegvis(
            "ops", "doctor", by=None, lang="sv_SE", STEGVIS_MASTER_KEY_FILE=str(key),
            STEGVIS_TEMPORAL_ADDRESS=f"127.0.0.1:{away}", STEGVIS_MAIL=f"smtp://127.0.0.1:{away}",
        )  # fmt: skip

        assert done.code == 3
        for remedy in ("chmod 600", "STEGVIS_MAIL", "STEGVIS_TEMPORAL_ADDRESS", "Är det huvudnyckeln"):
            assert remedy in done.out

    def test_works_with_every_server_down(self, tmp_path: Path) -> None:
        done = Stegvis(tmp_path)(
            "ops", "doctor", by=None, STEGVIS_DATABASE_URL=f"postgresql://x@127.0.0.1:{closed_port()}/x",
            STEGVIS_TEMPORAL_ADDRESS=f"127.0.0.1:{closed_port()}",
        )  # fmt: skip

        assert done.code == 3
        assert "Start the server" in done.out


class TestSchema:
    def test_lists_what_is_applied(self, stegvis: Stegvis) -> None:
        done = stegvis("ops", "schema", by=None)

        assert done.code == 0
        assert "0001_pre_register.sql" in done.out
        assert "The schema is current" in done.out

    def test_applies_what_is_pending(self, stegvis: Stegvis) -> None:
        other = {"STEGVIS_DATABASE_SCHEMA": "another_one"}

        assert stegvis("ops", "schema", by=None, **other).code == 1
        assert "Applied: 0001" in stegvis.must("ops", "schema", "--apply", by=None, **other).out
        assert stegvis("list", **other).code == 1


class TestRebuild:
    def test_names_and_repairs_a_tampered_row(self, stegvis: Stegvis) -> None:
        pathway = stegvis.refer()
        assert stegvis("ops", "rebuild", by=PIA).code == 0
        stegvis.sql("UPDATE pathways SET owner = 'tor.handledare' WHERE id = $1 RETURNING 1", pathway)

        found = stegvis("ops", "rebuild", by=PIA)
        repaired = stegvis("ops", "rebuild", "--repair", by=PIA)

        assert found.code == 1
        assert pathway in found.out
        assert "tampered" in found.out
        assert repaired.code == 0
        assert stegvis.sql("SELECT owner FROM pathways WHERE id = $1", pathway) == "sam.samordnare"

    def test_is_for_those_who_run_it(self, stegvis: Stegvis) -> None:
        assert "not_your_role" in stegvis("ops", "rebuild").err
        assert "not_your_role" in stegvis("ops", "revive").err


class TestRevive:
    def test_leaves_alone_what_runs(self, stegvis: Stegvis) -> None:
        done = stegvis("ops", "revive", by=PIA)

        assert done.code == 0, done
        assert " 0 revived, 0 mended, 0 not started" in done.out

    def test_starts_what_is_gone_from_the_log(self, stegvis: Stegvis) -> None:
        pathway = stegvis.inventory()
        terminate(stegvis, pathway)

        done = stegvis("ops", "revive", pathway, by=PIA)

        assert f"{pathway}  revived" in done.out
        assert stegvis("do", pathway, "contact").code == 0

    def test_mends_a_held_pathway_only_when_asked(self, stegvis: Stegvis) -> None:
        pathway = stegvis.inventory()
        stegvis.sql(
            "UPDATE pathways SET diverged_at = now(), diverged_why = 'other_batch at 9' WHERE id = $1 RETURNING 1",
            pathway,
        )

        named = stegvis("ops", "revive", pathway, by=PIA)
        mended = stegvis("ops", "revive", pathway, "--mend", by=PIA)

        assert named.code == 1
        assert f"{pathway}  NOT started (held" in named.out
        assert f"{pathway}  mended" in mended.out
        assert stegvis("do", pathway, "contact").code == 0

    def test_never_replaces_what_knows_more_than_the_log(self, stegvis: Stegvis) -> None:
        pathway = stegvis.inventory()
        last = stegvis.sql("SELECT max(first_seq) FROM batches WHERE pathway = $1", pathway)
        stegvis.sql("CREATE TABLE IF NOT EXISTS kept AS SELECT * FROM batches WHERE false")
        stegvis.sql("ALTER TABLE batches DISABLE TRIGGER append_only")
        stegvis.sql("WITH gone AS (DELETE FROM batches WHERE pathway = $1 AND first_seq = $2 RETURNING *) "
                    "INSERT INTO kept SELECT * FROM gone RETURNING 1", pathway, last)  # fmt: skip
        try:
            done = stegvis("ops", "revive", pathway, "--mend", by=PIA)
        finally:
            stegvis.sql("INSERT INTO batches SELECT * FROM kept RETURNING 1")
            stegvis.sql("DROP TABLE kept")
            stegvis.sql("ALTER TABLE batches ENABLE TRIGGER append_only")

        assert done.code == 1
        assert "knows more than the log" in done.out

    def test_names_referrals_that_never_began(self, stegvis: Stegvis) -> None:
        stegvis.sql(
            "INSERT INTO pathways (id, participant, operation, programme, referral, ordinal, unit, owner, reserved_at) "
            "SELECT 'p-lost0', participant, operation, programme, 'lost-1', 99, unit, owner, now() - interval '1 hour' "
            "FROM pathways WHERE status = 'closed' LIMIT 1 RETURNING 1"
        )
        try:
            assert "lost-1" in stegvis("ops", "revive", "p-lost0", by=PIA).out
        finally:
            stegvis.sql("DELETE FROM pathways WHERE id = 'p-lost0' RETURNING 1")


def terminate(stegvis: Stegvis, pathway: str) -> None:
    """End a workflow behind everybody's back."""

    async def end() -> None:
        client = await Client.connect(Temporal(stegvis.home).address)
        await client.get_workflow_handle(ports.WORKFLOW_ID.format(pathway)).terminate()

    asyncio.run(end())


class TestProcess:
    def test_the_installed_command_ends_with_its_code(self, stegvis: Stegvis) -> None:
        program = Path(sys.executable).with_name("stegvis")
        environment = {**os.environ, "STEGVIS_HOME": str(stegvis.home), "STEGVIS_AS": "sam.samordnare", "LANG": "C"}

        for line, code in ((("do", "ex-20", "contact"), 0), (("show", "p-none"), 1), (("show",), 2)):
            done = subprocess.run([program, *line], env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == code, done
            assert "Traceback" not in done.stderr


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Any]:
    """A stack whose processes are stopped whatever happens."""
    made = Stack(tmp_path, {})
    yield made
    await made.stop()


class TestStack:
    async def test_takes_other_ports_where_the_standard_ones_are_taken(self, stack: Stack) -> None:
        with contextlib.closing(socket.socket()) as taken:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):  # somebody else may hold it, which serves as well
                taken.bind(("127.0.0.1", 8087))
                taken.listen()

            assert Stack(stack.home, {}).chosen["health"] != 8087
