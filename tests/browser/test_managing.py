"""A manager's pages, the inbox and what is open to everybody, as they look."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

from records import plans
from tests.desk.test_inbox import notice
from tests.deskworld import DeskWorld

SMALL = Path("programmes/example-small.yaml").read_text("utf-8").replace("2020-01-01", "2058-01-01", 1)


async def test_the_inbox_and_when_mail_comes(visit: Any, world: DeskWorld) -> None:
    for _ in range(3):
        await notice(world, "siv.samordnare", person=22)
    async with visit("siv.samordnare") as siv:
        await siv.page.get_by_role("link", name="Inkorg").click()
        await siv.page.get_by_role("button", name="Har läst").first.click()
        await siv.page.get_by_role("heading", name="Läst tidigare").wait_for()
        await siv.look("inbox")
        await siv.page.get_by_role("link", name="Välj när").click()
        await siv.page.get_by_label("Ingen e-post från").select_option("18")
        await siv.page.get_by_role("button", name="Spara").click()
        await siv.page.get_by_role("alert").wait_for()
        await siv.look("when-notices-come-wrong")
        await siv.page.get_by_label("Ingen e-post till").select_option("7")
        await siv.page.get_by_label("Inte på lördagar").check()
        await siv.page.get_by_role("button", name="Spara").click()
        await siv.page.get_by_text("Klart.").wait_for()
        await siv.look("when-notices-come")


async def test_notices_that_need_somebody(visit: Any, world: DeskWorld) -> None:
    for state, reason in (("failed", "smtp-550"), ("uncertain", "process_died"), ("failed", "no_address")):
        made = await notice(world, "tor.handledare", person=23, state=state)
        await world.pool.execute("UPDATE notices SET reason = $2, attempts = 2 WHERE id = $1", made, reason)
    async with visit("pia.programansvarig") as pia:
        await pia.go("/notices")
        await pia.look("notices")
        await pia.page.get_by_role("button", name="Skicka igen").first.click()
        await pia.page.get_by_text("skickas igen inom").wait_for()


async def test_colleagues(visit: Any) -> None:
    async with visit("pia.programansvarig") as pia:
        await pia.go("/staff")
        await pia.look("staff")
        await pia.page.get_by_role("link", name="Lägg till medarbetare").click()
        await pia.page.get_by_role("button", name="Lägg till").click()
        await pia.page.get_by_role("alert").wait_for()
        await pia.look("colleague-new-wrong")
        await pia.page.get_by_label("Användarnamn").fill("nora.ny")
        await pia.page.get_by_label("Namn", exact=True).fill("Nora Ny")
        await pia.page.get_by_label("team", exact=True).check()
        await pia.page.get_by_role("button", name="Lägg till").click()
        await pia.page.get_by_role("heading", name="Nora Ny").wait_for()
        await pia.look("colleague")
        await pia.page.get_by_role("button", name="Ge ett nytt lösenord").click()
        await pia.page.get_by_role("heading", name="Nytt lösenord").wait_for()
        await pia.look("first-password")
        await pia.go("/staff/sam.samordnare")
        await pia.page.get_by_role("button", name="Avsluta tjänsten").click()
        await pia.page.get_by_text("ansvarar fortfarande").wait_for()
        await pia.look("colleague-stays")


async def test_programmes(visit: Any) -> None:
    async with visit("pia.programansvarig", scripts=True) as pia:
        await pia.go("/programmes")
        await pia.look("programmes")
        await pia.page.locator("main table a").first.click()
        await pia.page.locator(".picture img").evaluate("image => image.decode()")
        await pia.look("programme")
        await pia.page.get_by_role("link", name="Kontrollera").click()
        await pia.page.get_by_role("heading", name="Kontrollen").wait_for()
        await pia.look("programme-check")
        await pia.go("/programmes/publish")
        await pia.page.get_by_label("Programmets text").fill(SMALL.replace("by: owner, after", "by: nobody, after"))
        await pia.page.get_by_role("button", name="Kontrollera").click()
        await pia.page.get_by_role("heading", name="sak är fel").wait_for()
        await pia.look("publish-wrong")
        await pia.page.get_by_label("Programmets text").fill(SMALL)
        await pia.page.get_by_role("button", name="Kontrollera").click()
        await pia.page.get_by_role("button", name="Publicera").wait_for()
        await pia.look("publish")
        await pia.page.get_by_role("button", name="Publicera").click()
        await pia.page.get_by_text("Publicerad.").wait_for()
        later = SMALL.replace("due: 4 weeks", "due: 5 weeks").replace("2058", "2059").replace(
            "way owner 35", "way owner 42"
        )  # fmt: skip
        await pia.go("/programmes/publish")
        await pia.page.get_by_label("Programmets text").fill(later)
        await pia.page.get_by_role("button", name="Kontrollera").click()
        await pia.page.get_by_role("button", name="Publicera").click()
        await pia.page.get_by_role("button", name="Visa").click()
        await pia.page.get_by_role("heading", name="Vad som skiljer").wait_for()
        await pia.look("programme-differences")


async def test_a_move_is_tried(visit: Any, world: DeskWorld) -> None:
    text = Path("programmes/koll.yaml").read_text("utf-8")
    text = text.replace("        due: 12 months\n", "        due: 13 months\n")
    text = text[: text.index("\nexamples:")].replace("effective: ", "effective: 2057-01-01 #", 1) + "\n"
    async with visit("pia.programansvarig") as pia:
        await pia.go("/programmes/publish")
        await pia.page.get_by_label("eller en fil").set_input_files(
            {"name": "koll.yaml", "mimeType": "text/plain", "buffer": text.encode()}
        )
        await pia.page.get_by_role("button", name="Kontrollera").click()
        await pia.page.get_by_role("button", name="Publicera").click()
        await pia.go("/programmes")
        await pia.page.get_by_role("link", name="till en annan version").first.click()
        await pia.page.get_by_label("Till version").select_option(index=1)
        await pia.look("move-new")
        await pia.page.get_by_role("button", name="Prova").click()
        await pia.page.get_by_role("heading", name="Vad som skulle hända").wait_for()
        await pia.look("move")
        await _plans_in_every_state(world)
        await pia.go("/programmes/plans")
        await pia.page.get_by_role("cell", name="pågår").wait_for()
        await pia.look("moves")


async def _plans_in_every_state(world: DeskWorld) -> None:
    """Keep plans beside the one that was tried, as they stand when some batches, or all of them, were carried out."""
    now = world.office.clock()
    tried = (await plans.every(world.pool))[0]
    for back, after, done in ((True, "p-x", now), (False, "p-x", now), (False, "p-x", None)):
        number = await plans.add(
            world.pool, uuid4(), old=tried.old, new=tried.new, mapping="", by="pia.programansvarig", now=now
        )
        kept = await plans.begin(world.pool, await _plan(world, number), "back" if back else "forward", now=now)
        assert kept is not None
        await plans.advance(world.pool, kept, after=after, moved=3, refused=(), done_at=done)


async def _plan(world: DeskWorld, number: int) -> plans.Plan:
    found = await plans.get(world.pool, number)
    assert found is not None
    return found


async def test_open_to_everybody(visit: Any) -> None:
    async with visit() as somebody:
        await somebody.go("/accessibility")
        await somebody.look("accessibility")
        await somebody.page.get_by_role("link", name="Anmäl fel").first.click()
        await somebody.page.get_by_role("button", name="Skicka rapporten").click()
        await somebody.page.get_by_role("alert").wait_for()
        await somebody.look("fault-wrong")
        await somebody.page.get_by_label("Något är svårt").check()
        await somebody.page.get_by_label("Vad är fel?").fill("Bilden går inte att läsa upp.")
        await somebody.page.get_by_role("button", name="Skicka rapporten").click()
        await somebody.page.get_by_text("Tack.").wait_for()
        await somebody.look("fault")
    async with visit("dag.drift") as dag:
        await dag.go("/faults")
        await dag.look("faults")
