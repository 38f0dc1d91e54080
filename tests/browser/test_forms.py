"""Every form that the domain makes possible, as somebody meets it: without barriers, at every width and size."""

from __future__ import annotations

import re
from typing import Any

from tests.desk.people import INSIDE, REFERRED, taken
from tests.deskworld import DeskWorld

STORY = [*INSIDE, (40, "done plan"), (45, "open wellness"), (60, "hours work_training 24")]
STORIES = {
    "inside": (120, STORY),
    "referred": (20, REFERRED[:1]),
    "to decide": (20, REFERRED[:2]),
    "paused": (120, [*STORY, (110, "pause illness 60")]),
    "left": (120, [*STORY, (100, {"exit": "dropped_out", "reason": "Vill inte fortsätta."})]),
}
WHO = ("sam.samordnare", "pia.programansvarig", "ada.arbetsterapeut", "ham.handlaggare")
KINDS = {
    "assign", "change_owner", "complete", "contact", "decide", "end", "exit", "fact", "happen", "hours", "open", "pause",
    "record", "reopen", "resume",
}  # fmt: skip


async def test_every_form(visit: Any, world: DeskWorld) -> None:
    pathways = [await taken(world, ago, days) for ago, days in STORIES.values()]
    met: set[str] = set()
    for who in WHO:
        async with visit(who) as visitor:
            for pathway in pathways:
                await visitor.go(f"/people/{pathway}")
                for address in re.findall(rf'href="(/people/{pathway}/do/[^"]+)"', await visitor.page.content()):
                    kind = re.split(r"[/?]", address)[4]
                    if kind not in met:
                        met.add(kind)
                        await visitor.go(address.replace("&amp;", "&"))
                        await visitor.page.locator("form[method=post] [name=command_id]").first.wait_for(
                            state="attached"
                        )
                        await visitor.look(f"form-{kind}".replace("_", "-"))

    assert met == KINDS
