"""``stegvis demo``: three acts, then the check. Exit status 0 when every promise is kept, 1 when one is broken."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import traceback
from collections.abc import Sequence
from pathlib import Path

from demo.options import ACTS, Options
from demo.plant import PLANTS
from demo.quiet import quieten
from demo.voice import Voice, language_of

KEPT, BROKEN = 0, 1
HOME = ".stegvis"
INTERRUPTED = 130  # what a shell says of a program that Ctrl-C ended


def read_options(arguments: Sequence[str]) -> Options:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="stegvis demo", description="Show Koll from referral to follow-up.")
    parser.add_argument("--acts", default="123", help="which acts to play, as digits (123)")
    parser.add_argument("--people", type=int, help="only so many people (for a quick look)")
    parser.add_argument("--plant", choices=PLANTS, help="damage the stores so that this promise is broken")
    parser.add_argument("--html", type=Path, help="where the page goes (demo.html in STEGVIS_HOME)")
    parser.add_argument("--language", choices=("sv", "en"), help="instead of LANG's")
    read = parser.parse_args(arguments)
    home = Path(os.environ.get("STEGVIS_HOME") or HOME).absolute()
    acts = tuple(act for act in ACTS if str(act) in read.acts)
    if not acts:
        parser.error("--acts names none of 1, 2 and 3")
    page = (read.html or home / "demo.html").absolute()
    return Options(home, page, read.language or language_of(), acts, read.people, read.plant)


def main(arguments: Sequence[str]) -> int:
    """Read the command line, play, and return the exit status."""
    return run(read_options(arguments))


def run(options: Options) -> int:
    """Play and return the exit status; whatever happens, nothing is left running."""
    voice = Voice(options.language)
    quieten()
    try:
        return asyncio.run(_until_signal(options, voice))
    except (KeyboardInterrupt, asyncio.CancelledError):
        voice.line("Avbrutet; allt är stoppat.", "Interrupted; everything is stopped.")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - a newcomer reads one sentence, and the log has the rest
        options.log.parent.mkdir(parents=True, exist_ok=True)
        options.log.write_text(traceback.format_exc(), encoding="utf-8")
        voice.line(
            f"Demonstrationen stannade: {type(error).__name__}. Allt är stoppat. Mer står i {options.log}",
            f"The demonstration stopped: {type(error).__name__}. Everything is stopped. More is in {options.log}",
        )
        return BROKEN


async def _until_signal(options: Options, voice: Voice) -> int:
    from demo.acts import play  # noqa: PLC0415 - importing takes a second; --help should not wait for it

    loop, playing = asyncio.get_running_loop(), asyncio.current_task()
    if playing is not None:
        loop.add_signal_handler(signal.SIGTERM, playing.cancel)
    return await play(options, voice)
