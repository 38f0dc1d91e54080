"""Start, find again and stop processes, never one that we did not start.

Belongs here: what is the same for every server: its own session, a log file, a
record of its pid together with the moment it started (so that a pid that was given
to another process since is left alone), waiting for a condition, and ending it.
Linux first, where /proc answers; elsewhere `ps` does.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

POLL_S = 0.02  # how often a condition is looked at
LOG_TAIL_LINES = 15  # enough for the reason a server gives when it refuses
PROC = Path("/proc")
HAS_PROC = sys.platform == "linux"


class ServerError(Exception):
    """A server did not do what was asked of it."""


class ServerDidNotStart(ServerError):
    """A server ended or stayed silent instead of becoming ready."""


class ServerDidNotStop(ServerError):
    """A process is still there after it was killed."""


@dataclass(frozen=True)
class Identity:
    """A user to run a process as."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Record:
    """What a later process must know to find this one again."""

    name: str
    pid: int
    started: str
    log: str
    ports: Mapping[str, int] = field(default_factory=dict)


def launch(
    *,
    name: str,
    command: Sequence[str],
    home: Path,
    ports: Mapping[str, int],
    identity: Identity | None = None,
    environment: Mapping[str, str] | None = None,
) -> Record:
    """Start a process in a session of its own and record it under home/run.

    Raises:
        ServerDidNotStart: the program cannot be run, or ended at once.
    """
    log = home / "log" / f"{name}.log"
    own_folder(log.parent)
    with log.open("ab") as output:
        try:
            process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",  # the caller's folder may be closed to the other user, or be removed
                start_new_session=True,
                env=dict(environment) if environment is not None else None,
                user=identity.uid if identity else None,
                group=identity.gid if identity else None,
                extra_groups=[] if identity else None,
            )
        except OSError as error:
            raise ServerDidNotStart(f"{name} cannot be run: {error}") from error
    state = _state(process.pid)
    # The process outlives this object by design; the record takes over, and is_alive reaps.
    process.returncode = 0
    if state is None:
        raise ServerDidNotStart(f"{name} ended at once:\n{log_tail(log)}")
    record = Record(name=name, pid=process.pid, started=state.started, log=str(log), ports=dict(ports))
    _write(record_file(home, name), json.dumps(asdict(record)))
    _write(_ports_file(home, name), json.dumps(dict(ports)))
    return record


def own_folder(folder: Path) -> Path:
    """Make a folder that only its owner can open; one that exists keeps its mode."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def record_file(home: Path, name: str) -> Path:
    """Name the file that records a running process."""
    return home / "run" / f"{name}.json"


def _ports_file(home: Path, name: str) -> Path:
    return home / "run" / f"{name}.ports.json"


def read(home: Path, name: str) -> Record | None:
    """Return the record of a process that may still run, or None."""
    try:
        return Record(**json.loads(record_file(home, name).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def recorded(home: Path) -> list[str]:
    """Return the names of the processes that were started in a home and not stopped by us."""
    files = (home / "run").glob("*.json") if (home / "run").is_dir() else ()
    return sorted(file.stem for file in files if "." not in file.stem)


def last_ports(home: Path, name: str) -> dict[str, int]:
    """Return the ports of the last start, so that a restart keeps its address."""
    try:
        return {str(key): int(port) for key, port in json.loads(_ports_file(home, name).read_text("utf-8")).items()}
    except (FileNotFoundError, ValueError, AttributeError):
        return {}


def forget(home: Path, name: str) -> None:
    """Remove the record of a process that has ended."""
    record_file(home, name).unlink(missing_ok=True)


def _write(file: Path, text: str) -> None:
    """Replace a file at once, so that a reader never sees half of it."""
    own_folder(file.parent)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)


@contextlib.asynccontextmanager
async def exclusively(home: Path, name: str, *, patience_s: float) -> AsyncIterator[None]:
    """Let one process at a time start or stop a server.

    Raises:
        ServerError: another process held on for longer than our patience.
    """
    file = home / "run" / f"{name}.lock"
    own_folder(file.parent)
    with file.open("w") as lock:

        async def taken() -> bool:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        if not await until(taken, patience_s=patience_s):
            raise ServerError(f"another process is starting or stopping {name}")
        yield


async def until(condition: Callable[[], Awaitable[bool]], *, patience_s: float) -> bool:
    """Wait for a condition and tell whether it came true in time."""
    deadline = time.monotonic() + patience_s
    while not await condition():
        if time.monotonic() >= deadline:
            return False
        await asyncio.sleep(POLL_S)
    return True


async def until_ready(record: Record, ready: Callable[[], Awaitable[bool]], *, patience_s: float) -> None:
    """Wait until a started process is ready.

    Raises:
        ServerDidNotStart: it ended, or is not ready in time.
    """

    async def settled() -> bool:
        return not is_alive(record) or await ready()

    in_time = await until(settled, patience_s=patience_s)
    tail = log_tail(Path(record.log))
    if not is_alive(record):
        raise ServerDidNotStart(f"{record.name} ended while starting:\n{tail}")
    if not in_time:
        raise ServerDidNotStart(f"{record.name} is not ready after {patience_s:.0f} s:\n{tail}")


def log_tail(log: Path) -> str:
    """Return the last lines of a log."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_TAIL_LINES:])


def is_alive(record: Record) -> bool:
    """Tell whether the recorded process itself still runs, not another with its pid."""
    state = _state(record.pid)
    if state is None or state.started != record.started:
        return False
    if state.ended:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(record.pid, os.WNOHANG)
        return False
    return True


async def end(record: Record, *, first: signal.Signals, patience_s: float) -> None:
    """Ask a process to end, and kill it and its children when it does not.

    Raises:
        ServerDidNotStop: it survives even that.
    """
    if not is_alive(record):
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(record.pid, first)

    async def gone() -> bool:
        return not is_alive(record)

    if not await until(gone, patience_s=patience_s):
        await kill(record)


async def kill(record: Record, *, patience_s: float = 20) -> None:
    """Kill a process and its descendants with SIGKILL and wait until all are gone.

    Raises:
        ServerDidNotStop: one is still there after our patience.
    """
    if not is_alive(record):
        return
    with contextlib.suppress(ProcessLookupError):
        # A stopped parent cannot fork while its children are counted.
        os.kill(record.pid, signal.SIGSTOP)
    family = [record, *_descendants(record)]
    for member in family:
        if is_alive(member):
            with contextlib.suppress(ProcessLookupError):
                os.kill(member.pid, signal.SIGKILL)

    async def gone() -> bool:
        return not any([is_alive(member) for member in family])  # noqa: C419 - each is to be reaped

    if not await until(gone, patience_s=patience_s):
        raise ServerDidNotStop(f"{record.name} (pid {record.pid}) is still there after SIGKILL")


@dataclass(frozen=True)
class _State:
    started: str
    ended: bool
    parent: int


def _state(pid: int) -> _State | None:
    """Look at a process; None when there is none."""
    if HAS_PROC:
        try:
            stat = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
            # Ticks since boot, unaffected by changes of the clock; the boot's own id tells boots apart.
            boot = (PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        except (FileNotFoundError, ProcessLookupError):
            return None
        # The name, in parentheses, may hold anything, so count from its end.
        fields = stat.rpartition(")")[2].split()
        # Threads may still hold files and ports when the first one is gone.
        ended = fields[0] in "ZX" and int(fields[17]) <= 1
        return _State(started=f"{boot}/{fields[19]}", ended=ended, parent=int(fields[1]))
    return next(iter(_states_by_ps("-p", str(pid)).values()), None)


def _states_by_ps(*selection: str) -> dict[int, _State]:
    done = subprocess.run(
        ["/bin/ps", *selection, "-o", "pid=,ppid=,state=,lstart="],
        capture_output=True,
        text=True,
        check=False,
        env={"LC_ALL": "C", "TZ": "UTC"},
    )
    found = {}
    for line in done.stdout.splitlines():
        pid, parent, state, started = line.split(maxsplit=3)
        found[int(pid)] = _State(started=started.strip(), ended=state.startswith("Z"), parent=int(parent))
    return found


def _descendants(record: Record) -> list[Record]:
    """List the children of a process, and theirs."""
    if HAS_PROC:
        pids = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]
        states = {pid: state for pid in pids if (state := _state(pid)) is not None}
    else:
        states = _states_by_ps("-A")
    found: list[Record] = []
    parents = {record.pid}
    while parents:
        children = {pid for pid, state in states.items() if state.parent in parents}
        found += [
            Record(name=f"{record.name} child", pid=pid, started=states[pid].started, log=record.log)
            for pid in sorted(children)
        ]
        parents = children
    return found
