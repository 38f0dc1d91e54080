"""Make the environment in .venv from the lock file, with nothing but Python.

Belongs here: finding a new enough Python, a pip where there is none, and the
installation. Uses the standard library only, since it runs before anything else
exists, and must load on an old Python far enough to say what is missing.
Does not belong here: anything that the application needs at run time.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

OLDEST = (3, 11)
NEWER_NAMES = ("python3.14", "python3.13", "python3.12", "python3.11")
ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
PROJECT = ROOT / "pyproject.toml"
VENV = ROOT / ".venv"
# Measured on Linux x86-64 with an empty cache: the three bundled servers are two thirds of it, and
# unpacking takes half a minute on two cores.
DOWNLOAD_MB = 240
DISK_MB = 980
DURATION = "about 40 s at 100 Mbit/s, 3 minutes at 10 Mbit/s"


class BootstrapError(Exception):
    """Something that the user must do first; the message says what."""


def main() -> int:
    """Bring .venv up to date and return an exit code."""
    if sys.version_info < OLDEST:
        return run_with_newer_python()
    try:
        with only_one_at_a_time():
            prepare()
    except BootstrapError as error:
        print(f"bootstrap: {error}", file=sys.stderr)
        return 1
    return 0


def run_with_newer_python() -> int:
    """Start again with a Python that is new enough."""
    for name in NEWER_NAMES:
        found = shutil.which(name)
        if found:
            return subprocess.call([found, str(Path(__file__).resolve())])
    print("bootstrap: Python 3.11 or newer is needed; put one on PATH or run: make PYTHON=/path/to/it", file=sys.stderr)
    return 1


@contextlib.contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """Let a second make in the same checkout wait for the first."""
    import fcntl  # noqa: PLC0415 - absent on Windows, where the rest cannot run either

    VENV.mkdir(exist_ok=True)
    with (VENV / ".bootstrap.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepare() -> None:
    """Install what the lock names, then the checkout itself, each only if it changed."""
    packages = VENV / ".packages.stamp"
    checkout = VENV / ".checkout.stamp"
    want_packages = fingerprint(LOCK)
    want_checkout = fingerprint(LOCK, PROJECT)
    works = environment_works()
    if works and content(packages) == want_packages and content(checkout) == want_checkout:
        return
    if not works:
        print(
            f"Making .venv: fetches up to {DOWNLOAD_MB} MB (less what pip has cached), fills {DISK_MB} MB, "
            f"takes {DURATION}.",
            flush=True,
        )
    elif content(packages) != want_packages:
        print(f"The lock file changed: bringing .venv up to date (at most {DOWNLOAD_MB} MB).", flush=True)
    started = time.monotonic()
    if not works:
        make_environment()
    if content(packages) != want_packages:
        # The lock is complete. Left to resolve, pip meets "coverage[toml]" before its pin and takes the newest.
        pip("install", "--no-deps", "--require-hashes", "-r", str(LOCK))
        packages.write_text(want_packages, encoding="utf-8")
    pip("install", "--no-deps", "--no-build-isolation", "--no-index", "-e", str(ROOT))
    checkout.write_text(want_checkout, encoding="utf-8")
    if not works:
        print(f".venv is ready after {time.monotonic() - started:.0f} s.", flush=True)


def fingerprint(*files: Path) -> str:
    """Name the state that an installation was made from, its place included."""
    digest = hashlib.sha256(str(ROOT).encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def content(file: Path) -> str:
    """Read a stamp; a missing one is empty."""
    return file.read_text(encoding="utf-8") if file.exists() else ""


def environment_works() -> bool:
    """Tell whether .venv has a Python of the right age with a pip, made at this place."""
    if not (VENV / "bin" / "python").exists() or content(VENV / ".place") != str(ROOT):
        return False
    probe = f"import sys, pip; sys.exit(sys.version_info < {OLDEST!r})"
    return subprocess.run([VENV / "bin" / "python", "-c", probe], capture_output=True, check=False).returncode == 0


def make_environment() -> None:
    """Make an empty environment with a pip in it."""
    for stamp in (".packages.stamp", ".checkout.stamp", ".place"):
        (VENV / stamp).unlink(missing_ok=True)
    for old in ("bin", "lib", "lib64", "include", "pyvenv.cfg"):
        remove(VENV / old)
    without_pip = importlib.util.find_spec("ensurepip") is None
    command = [sys.executable, "-m", "venv", *(["--without-pip"] if without_pip else []), str(VENV)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0 and not without_pip:
        # Some distributions ship the module but not the wheel inside it.
        command.insert(3, "--without-pip")
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BootstrapError(f"Python could not make .venv:\n{done.stdout}{done.stderr}")
    if not has_pip(VENV / "bin" / "python"):
        bring_pip()
    (VENV / ".place").write_text(str(ROOT), encoding="utf-8")


def remove(path: Path) -> None:
    """Remove a file, a link or a folder of an old environment."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)


def has_pip(python: Path | str) -> bool:
    """Tell whether an interpreter has pip."""
    return subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0


def bring_pip() -> None:
    """Install pip into .venv, from this Python's own pip or from the configured index."""
    sys.path.insert(0, str(ROOT))
    from deploy import pip_wheel  # noqa: PLC0415 - needed on machines without pip only

    folder = VENV / ".pip"
    folder.mkdir(exist_ok=True)
    version, hashes = pip_wheel.pinned(LOCK.read_text(encoding="utf-8"))
    try:
        if has_pip(sys.executable):
            command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder), f"pip=={version}"]
            subprocess.run(command, capture_output=True, check=True)
            wheel = next(folder.glob("pip-*.whl"))
        else:
            wheel = pip_wheel.fetch(version=version, hashes=hashes, folder=folder)
        # A wheel of pip is runnable, so it can install itself.
        python = str(VENV / "bin" / "python")
        command = [python, f"{wheel}/pip", "install", "-q", "--no-index", "--no-deps", str(wheel)]
        subprocess.run(command, capture_output=True, check=True)
    except (pip_wheel.NoPipError, subprocess.CalledProcessError, StopIteration) as error:
        raise BootstrapError(
            f"this Python has neither ensurepip nor a pip, and none could be fetched ({error}).\n"
            "Name your package index, then run make again:\n"
            "    export PIP_INDEX_URL=<address of a simple index>\n"
            "or install your distribution's venv package, for example: apt-get install python3-venv"
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def pip(*arguments: str) -> None:
    """Run .venv's pip quietly; show what it said only when it fails."""
    command = [str(VENV / "bin" / "python"), "-m", "pip", *arguments[:1], "--no-input", "-q", *arguments[1:]]
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    # PIP_USER and its like would send the packages elsewhere.
    for name in ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV", "PYTHONPATH"):
        environment.pop(name, None)
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, env=environment
    )
    if done.returncode != 0:
        shown = "\n".join((done.stdout + done.stderr).splitlines()[-25:])
        raise BootstrapError(f"pip could not install ({' '.join(arguments[:2])} ...):\n{shown}")


if __name__ == "__main__":
    raise SystemExit(main())
