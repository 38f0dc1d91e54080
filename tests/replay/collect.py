"""Collect histories of every command and every exit, on servers of its own: ``python -m tests.replay.collect``.

They go to the next free number under ``tests/histories``; what is there is never written over.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path

from embedded.postgres import Postgres
from embedded.temporal import Temporal
from tests.replay.fingerprint import fingerprint
from tests.replay.histories import FOLDER, Collection, DictKeys, collections, kept_as
from tests.replay.playing import SCENARIOS, play
from tests.server.working import working
from tests.stage import stage


async def collect(home: Path) -> Collection:
    """Play every scenario and keep the histories."""
    number = 1 + max((int(one.folder.name) for one in collections()), default=0)
    collection = Collection(FOLDER / f"{number:04}")
    postgres = Postgres(home, prefer_standard_ports=False)
    temporal = Temporal(home, prefer_standard_ports=False, ui=False)
    try:
        await asyncio.gather(postgres.start(), temporal.start())
        url = await postgres.create_database("collected")
        async with stage(url, temporal.address, Path("collected")) as on, working(on):
            histories, keys = [], {}
            for place, scenario in enumerate(SCENARIOS, start=1):
                played = await play(on, place, scenario)
                runs = await played.runs()
                keys[played.pathway] = await played.key()
                histories += [(scenario.name, number, run) for number, run in enumerate(runs, start=1)]
                print(f"{scenario.name}: {len(runs)} runs")
    finally:
        await postgres.destroy()
        await temporal.destroy()
    known = DictKeys(keys)
    files = [(await kept_as(name, run, history, known), history) for name, run, history in histories]
    prints = {kept.file: fingerprint(history) for kept, history in files}
    collection.write(files, keys=known, fingerprints=prints)
    return collection


def main() -> None:
    """Collect and say what there is now."""
    home = Path(tempfile.mkdtemp(prefix="stegvis-collect-"))
    try:
        collection = asyncio.run(collect(home))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    size = sum(path.stat().st_size for path in collection.folder.iterdir())
    print(f"{collection.folder.name}: {len(collection.manifest)} histories, {size} bytes in all")


if __name__ == "__main__":
    main()
