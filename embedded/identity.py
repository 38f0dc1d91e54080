"""Choose the user that a server runs as, and what that user can reach.

PostgreSQL refuses to run as root. As root we use an unprivileged user that every
system has, and find out by trying what it can open; no existing folder's mode or
owner is ever changed.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from embedded.processes import Identity

NOBODY = "nobody"
PROBE_TIMEOUT_S = 20  # a cold disk


def unprivileged() -> Identity | None:
    """Return the user to run as, or None where we are unprivileged already."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(NOBODY)
    except KeyError:
        # A minimal image may name no users; the number needs no name.
        return Identity(uid=65534, gid=65534)
    return Identity(uid=entry.pw_uid, gid=entry.pw_gid)


def with_a_name(command: list[str]) -> list[str]:
    """Wrap a command that insists on a user's name, for a user who has none.

    A container may run under a bare number. There a user namespace maps it to one that has a name; files
    still belong to the number. Where that is not possible the command itself says what it misses.
    """
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        unshare = shutil.which("unshare")
        if unshare is not None:
            return [unshare, "--user", "--map-user=65534", "--map-group=65534", *command]
    return command


def can_enter(folder: Path, identity: Identity) -> bool:
    """Tell whether a user can enter a folder and all above it."""
    return _try(["/bin/sh", "-c", 'cd "$0"', str(folder)], identity)


def can_read(folder: Path, identity: Identity) -> bool:
    """Tell whether a user can read everything in a folder."""
    return _try(["/bin/sh", "-c", 'cd "$0" && test -z "$(find . ! -readable 2>&1 | head -n 1)"', str(folder)], identity)


def can_run(program: Path, identity: Identity) -> bool:
    """Tell whether a user can run a program and load its libraries."""
    return _try([str(program), "--version"], identity)


def _try(command: list[str], identity: Identity) -> bool:
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
            cwd="/",
            timeout=PROBE_TIMEOUT_S,
            user=identity.uid,
            group=identity.gid,
            extra_groups=[],
        )
    except OSError:
        return False
    return done.returncode == 0
