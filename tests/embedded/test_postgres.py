from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import socket
import stat
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from embedded import identity, ports, processes
from embedded.postgres import Postgres


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Postgres]:
    own = Postgres(tmp_path / "home", prefer_standard_ports=False)
    yield own
    await own.destroy()


async def execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()


async def ask(url: str, question: str) -> object:
    connection = await asyncpg.connect(url)
    answer = await connection.fetchval(question)
    await connection.close()
    return answer


class TestServing:
    async def test_is_version_18_with_safe_writes(self, postgres: Postgres) -> None:
        assert str(await ask(postgres.url, "SHOW server_version")).startswith("18.")
        assert await ask(postgres.url, "SHOW fsync") == "on"
        assert await ask(postgres.url, "SHOW server_encoding") == "UTF8"

    async def test_listens_on_loopback_only(self, postgres: Postgres) -> None:
        assert await ask(postgres.url, "SHOW listen_addresses") == "127.0.0.1"
        assert await ask(postgres.url, "SHOW unix_socket_directories") == ""

    async def test_asks_for_the_password(self, postgres: Postgres) -> None:
        password = postgres.password_file.read_text(encoding="utf-8")

        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(postgres.url.replace(password, "guess"))

        assert stat.S_IMODE(postgres.password_file.stat().st_mode) == 0o600

    async def test_gives_each_test_a_database_of_its_own(self, postgres: Postgres, database_url: str) -> None:
        await execute(database_url, "CREATE TABLE here (x int)")

        assert await ask(postgres.url, "SELECT to_regclass('here')") is None

    async def test_drops_a_database_that_is_in_use(self, postgres: Postgres) -> None:
        url = await postgres.create_database("in_use")
        connection = await asyncpg.connect(url)

        await postgres.drop_database("in_use")

        assert await ask(postgres.url, "SELECT count(*) FROM pg_database WHERE datname = 'in_use'") == 0
        connection.terminate()

    async def test_refuses_a_name_that_is_not_plain(self, postgres: Postgres) -> None:
        with pytest.raises(ValueError, match="not a plain database name"):
            await postgres.create_database('x"; DROP DATABASE stegvis; --')


@pytest.mark.fault
class TestFaults:
    async def test_keeps_data_and_address_through_stop_and_start(self, server: Postgres) -> None:
        await server.start()
        url = server.url
        await execute(url, "CREATE TABLE kept AS SELECT 1 AS x")

        await server.stop()
        assert not server.is_running
        await server.start()

        assert server.url == url
        assert await ask(url, "SELECT x FROM kept") == 1

    async def test_keeps_committed_data_through_kill(self, server: Postgres) -> None:
        await server.start()
        idle = await asyncpg.connect(server.url)
        await execute(server.url, "CREATE TABLE kept AS SELECT 1 AS x")

        await server.kill()
        await server.start()

        assert await ask(server.url, "SELECT x FROM kept") == 1
        idle.terminate()

    async def test_starts_again_after_only_the_postmaster_was_killed(self, server: Postgres) -> None:
        await server.start()
        busy = await asyncpg.connect(server.url)
        await execute(server.url, "CREATE TABLE kept AS SELECT 1 AS x")

        os.kill(server.pid, signal.SIGKILL)
        await server.start()

        assert await ask(server.url, "SELECT x FROM kept") == 1
        busy.terminate()

    async def test_kill_leaves_no_process_behind(self, server: Postgres) -> None:
        await server.start()
        family = processes._descendants(server.record)

        await server.kill()

        assert len(family) > 3
        assert not any(processes.is_alive(member) for member in family)

    async def test_starts_although_its_old_pid_is_taken(self, server: Postgres) -> None:
        await server.start()
        taken = replace(server.record, pid=os.getpid())
        await server.kill()
        processes.record_file(server.home, "postgres").write_text(json.dumps(asdict(taken)), encoding="utf-8")
        (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n", encoding="utf-8")

        await server.start()

        assert server.pid != os.getpid()
        assert server.is_running


class TestFinding:
    async def test_a_second_start_finds_the_first(self, server: Postgres) -> None:
        await server.start()

        async with Postgres(server.home) as found:
            assert found.pid == server.pid
            assert found.url == server.url

        assert server.is_running

    async def test_a_later_object_can_stop_it(self, server: Postgres) -> None:
        await server.start()

        await Postgres(server.home).stop()

        assert not server.is_running

    async def test_stop_without_start_does_nothing(self, server: Postgres) -> None:
        await server.stop()
        await server.kill()

        assert not server.is_running

    async def test_takes_another_port_when_its_own_is_in_use(self, server: Postgres) -> None:
        await server.start()
        port = server.port("sql")
        await server.stop()

        with socket.create_server((ports.LOOPBACK, port)):
            await server.start()

        assert server.port("sql") != port
        assert urlsplit(server.url).port == server.port("sql")


class TestNamelessUser:
    def test_is_given_a_name_for_initdb(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def nobody_knows(uid: int) -> pwd.struct_passwd:
            raise KeyError(uid)

        monkeypatch.setattr(pwd, "getpwuid", nobody_knows)
        monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")

        assert identity.with_a_name(["initdb"])[0] == "/usr/bin/unshare"

    def test_with_a_name_needs_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pwd, "getpwuid", lambda _: None)

        assert identity.with_a_name(["initdb"]) == ["initdb"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root must give up its rights")
class TestAsRoot:
    async def test_runs_as_another_user(self, postgres: Postgres) -> None:
        user = identity.unprivileged()

        assert user is not None
        assert Path(f"/proc/{postgres.pid}").stat().st_uid == user.uid

    async def test_changes_no_existing_folder(self, server: Postgres) -> None:
        server.home.mkdir(mode=0o700)
        existing = [server.home, *server.home.parents]
        before = {folder: _access(folder) for folder in existing}

        await server.start()

        assert {folder: _access(folder) for folder in existing} == before

    async def test_puts_its_data_where_that_user_can_go(self, server: Postgres) -> None:
        server.home.mkdir(mode=0o700)

        await server.start()

        assert (server.home / "postgres").is_symlink()
        assert server.home not in server.folder.parents
        assert stat.S_IMODE(server.data.stat().st_mode) == 0o700

    async def test_destroy_removes_that_folder_too(self, server: Postgres) -> None:
        server.home.mkdir(mode=0o700)
        await server.start()
        folder = server.folder

        await server.destroy()

        assert not folder.exists()
        assert not (server.home / "postgres").is_symlink()

    async def test_copies_the_programs_where_the_user_cannot_read_them(
        self, server: Postgres, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(identity, "can_read", lambda *_: False)

        await server.start()

        program = Path(f"/proc/{server.pid}/exe").readlink()
        assert program.is_relative_to(server.folder / "programs")
        assert program.stat().st_uid == 0
        assert await ask(server.url, "SELECT 1") == 1

    async def test_has_no_groups_of_roots(self, postgres: Postgres) -> None:
        status = Path(f"/proc/{postgres.pid}/status").read_text(encoding="utf-8")

        groups = next(line for line in status.splitlines() if line.startswith("Groups:"))
        assert groups.removeprefix("Groups:").split() == []


def _access(folder: Path) -> tuple[int, int, int]:
    found = folder.stat()
    return stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid
