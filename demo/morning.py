"""Act one, a morning: what staff and operations type, on an operation that is fourteen months old.

Each command is the real one, run as a process of its own; what it prints is what is shown.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from demo.cast import EXAMPLES
from demo.house import House, Premises
from demo.voice import Voice

SHOWN, DECLINED = "h-103", "r-2004"  # referrals of examples/history-koll.yaml and examples/referrals.csv
MANAGER, OWNER, CASEWORKER = "pia.programansvarig", "sam.samordnare", "ham.handlaggare"
PATIENCE = 60.0  # seconds for one command; it takes two
REFUSED = 1  # the command's exit status where something was refused


class CommandFailed(Exception):
    """A command of the morning ended otherwise than it should."""


@dataclass
class Desk:
    """Where commands are typed."""

    house: House
    premises: Premises
    voice: Voice

    async def type(self, staff: str, *arguments: str, shown: int | None = None, may: Sequence[int] = (0,)) -> str:
        """Run one command as somebody and show what it prints, or only so many lines at either end."""
        self.voice.plain(f"$ stegvis {' '.join(_quoted(argument) for argument in arguments)} --as {staff}")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "cli.main", *arguments, "--as", staff, env=self._environment(staff),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        try:
            output, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
        finally:
            with suppress(ProcessLookupError):
                process.kill()
        text = output.decode("utf-8", "replace").rstrip()
        for line in _some(text.splitlines(), shown):
            self.voice.plain(f"  {line}")
        self.voice.plain()
        if process.returncode not in may:
            raise CommandFailed(f"stegvis {arguments[0]}: {process.returncode}")
        return text

    def _environment(self, staff: str) -> dict[str, str]:
        return {
            **self.house.environment(self.premises.url), "STEGVIS_TEMPORAL_ADDRESS": self.house.temporal.address,
            "STEGVIS_AS": staff, "PYTHONIOENCODING": "utf-8",
            "LANG": self.voice.of("sv_SE.UTF-8", "en_GB.UTF-8"), "COLUMNS": os.environ.get("COLUMNS", "110"),
        }  # fmt: skip


async def play(house: House, premises: Premises, voice: Voice) -> None:
    """Play the act. Raises CommandFailed."""
    desk = Desk(house, premises, voice)
    history = str(_shown(EXAMPLES / "history-koll.yaml"))
    voice.line(
        "De som redan är inne: en provkörning, sedan övertagandet. En historia går inte ihop och tas inte emot:",
        "Those who are already inside: a dry run, then the take-over. One history doesn't add up and isn't taken:",
    )
    await desk.type(MANAGER, "import", "--history", history, shown=4, may=(REFUSED,))
    await desk.type(MANAGER, "import", "--history", history, "--yes", may=(REFUSED,))
    voice.line(
        "Nya remisser. Felskrivna rader tas inte emot; den som inte uppfyller villkoren avgör en människa om:",
        "New referrals. Malformed rows are refused; who isn't eligible is recorded, and left to a person:",
    )
    await desk.type(CASEWORKER, "import", str(_shown(EXAMPLES / "referrals.csv")), may=(REFUSED,))
    voice.line(
        "Andra system skickar händelser. Samma händelse två gånger är ett kommando:",
        "Other systems send events. The same event twice is one command:",
    )
    await desk.type(MANAGER, "import", "--events", str(_shown(EXAMPLES / "events.jsonl")), may=(REFUSED,))
    voice.line(
        "En är för ung och utan långvarigt stöd. Programmet visar det; programansvarig säger nej, med namn och skäl:",
        "One is too young and without long-term support. The program shows it; the manager says no, with a reason:",
    )
    await desk.type(OWNER, "do", DECLINED, "complete", "acknowledge")
    reason = voice.of("Uppfyller inte villkoren; hänvisas vidare.", "Doesn't meet the criteria; referred elsewhere.")
    await desk.type(
        MANAGER, "do", DECLINED, "decide", "eligibility", "declined", "--code", "not_eligible", "--reason", reason
    )
    voice.line(
        "En persons sida: vem ansvarar, vad är nästa steg och när?",
        "One person's page: who is responsible, what is next and when?",
    )
    await desk.type(OWNER, "show", SHOWN)
    voice.line("Och varför?", "And why?")
    await desk.type(OWNER, "why", SHOWN, "work_training")


def _shown(path: Path) -> Path:
    """Return a path as somebody who stands in the checkout would type it."""
    with suppress(ValueError):
        return path.relative_to(Path.cwd())
    return path


def _quoted(argument: str) -> str:
    return f'"{argument}"' if " " in argument else argument


def _some(lines: Sequence[str], shown: int | None) -> Sequence[str]:
    if shown is None or len(lines) <= 2 * shown:
        return lines
    return [*lines[:shown], "…", *lines[-shown:]]
