"""Every form of the desk, filled with what nobody should type: no server error, a clear message, nothing half-recorded.

Forms are found by walking through the desk as each role, so that a new page is tried without anybody naming it here.
Each role has a desk of its own: it finds the same as ever, whoever was there before, and the tests can be spread.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from embedded.postgres import Postgres
from embedded.temporal import Temporal
from records import plans, staff, views
from records.rebuild import rebuild
from records.staff import Deputy
from service.ids import new_id
from service.publishing import draft, publish
from service.reporting_faults import report
from tests.desk.answers import HOSTILE
from tests.desk.crawling import read, walk
from tests.desk.fuzzing import Fuzzer
from tests.desk.test_delivery import broken
from tests.desk.test_inbox import notice
from tests.deskworld import DeskWorld, desk_of_its_own

PIA = "pia.programansvarig"
GIVES_ALL = {
    "ham.handlaggare": (
        "post /refer", "get /referrals", "post /language", "post /people/{p}/do/happen", "post /people/{p}/do/contact",
    ),
    "ada.arbetsterapeut": (
        "post /people/search", "post /inbox", "post /people/{p}/do/record", "post /people/{p}/do/assign",
        "post /people/{p}/correct/{n} command_id,day,look,reason,seen,v-findings",
    ),
    "tor.handledare": (
        "post /people/{p}/do/hours", "post /people/{p}/do/open", "post /people/{p}/do/end",
        "post /people/{p}/do/complete", "post /people/{p}/do/fact",
        "post /people/{p}/correct/{n} command_id,day,look,reason,seen,v-hours",
    ),
    "sam.samordnare": (
        "post /people/{p}/do/exit", "post /people/{p}/do/pause", "post /people/{p}/do/change_owner",
    ),
    PIA: ("post /people/{p}/do/decide", "post /staff", "get /staff", "post /programmes", "post /board"),
    "dag.drift": ("post /notices", "get /notices", "post /faults", "post /fault", "post /me/"),
}  # fmt: skip
"""Who gives every value to which forms; the others who have them give a few, and a form that nobody is named for gets
every value from each of them. The same code needn't be given the same six times."""


@pytest.fixture
async def fuzzed(
    postgres: Postgres, temporal_server: Temporal, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[DeskWorld]:
    """A desk for one test: what is taken here would surprise any other."""
    async with desk_of_its_own(postgres, temporal_server, tmp_path_factory.mktemp("fuzz")) as opened:
        yield opened


async def furnish(world: DeskWorld, who: str) -> None:
    """Make what the sample lacks and a form stands beside: notices, faults, a deputy, a second browser, a plan."""
    now = world.office.clock()
    for person in (1, 2, 3):
        await notice(world, who, person=person)
    await broken(world, "failed", "smtp-550")
    await broken(world, "uncertain", "process_died")
    for words in ("Texten är för liten", "Knappen syns inte"):
        await report(world.pool, uuid.UUID(new_id()), about="other", page="/", words=words, contact="", staff=who,
                     address="", now=now)  # fmt: skip
    await staff.deputise(world.pool, Deputy(who, "siv.samordnare", now.date() + timedelta(days=30), None))
    async with world.visitor(who):
        pass
    text = re.sub(r"^effective: .*$", "effective: 2059-01-01", Path("programmes/koll.yaml").read_text("utf-8"),
                  flags=re.MULTILINE)  # fmt: skip
    other = await draft(world.pool, text[: text.index("\nexamples:")] + "\n")
    await publish(world.pool, other, by=PIA, now=now)
    old = max((await views.followers(world.pool)).items(), key=lambda pair: pair[1])[0]
    await plans.add(world.pool, uuid.UUID(new_id()), old=old, new=other.rules.hash, mapping="", by=PIA, now=now)


@pytest.mark.slow
@pytest.mark.parametrize("who", GIVES_ALL)
async def test_no_form_breaks_and_nothing_is_half_recorded(
    fuzzed: DeskWorld, who: str, record_property: Callable[[str, object], None]
) -> None:
    await furnish(fuzzed, who)
    before = (await rebuild(fuzzed.pool)).differences
    others = [each for one, forms in GIVES_ALL.items() if one != who for each in forms]
    async with fuzzed.visitor() as visitor:
        fuzzer = Fuzzer(fuzzed, visitor, who, others=others, turn=list(GIVES_ALL).index(who))
        await fuzzer.sign_in()
        walked = await walk(visitor)
        await fuzzer.addresses(walked.pages)
        await fuzzer.fuzz(walked)
    tries = fuzzer.tries
    record_property("told", tries.told(who))

    absent = [each for each in GIVES_ALL[who] if not any(found.startswith(each) for found in tries.fields)]
    wrong = [*walked.broken, *tries.wrong, *tries.untried(walked), *(f"nowhere: {each}" for each in absent)]
    assert not wrong, "\n".join(sorted(set(wrong))[:80])
    assert (await rebuild(fuzzed.pool)).differences == before, "the read model says otherwise than the log"


@pytest.mark.slow
async def test_signing_in_takes_nonsense_calmly(fuzzed: DeskWorld) -> None:
    async with fuzzed.visitor() as visitor:
        fuzzer = Fuzzer(fuzzed, visitor, "nobody")
        await fuzzer.traces.forget()
        (form,) = [one for one in read(await visitor.get("/sign-in")).forms if one.action == "/sign-in"]
        for name in form.fields:
            for value in HOSTILE:
                given = {"staff": ["ingen.alls"], "password": ["fel"], "next": ["/"]}
                await fuzzer.send(form, {**given, name: [value]}, f"{name}={value[:30]!r}")
        for cookie in ("", "\x7f", "a" * 4000, "é"):
            answer = await visitor.get("/", headers=[(b"cookie", f"stegvis={cookie}".encode("latin-1"))])
            fuzzer.tries.say(answer.status_code, f"cookie {cookie[:5]!r}")
    assert not fuzzer.tries.wrong, "\n".join(sorted(set(fuzzer.tries.wrong))[:40])
