"""``make bench``: the floor and Stegvis on the same servers in one run; writes bench.json and prints the budgets."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import platform
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

from records.keys import MasterKey
from tests.bench import budgets as budget
from tests.bench import crowd, measuring, moving, pages, plans
from tests.bench.budgets import BUDGETS, DESK_BUDGETS, speeds, table, when
from tests.bench.ground import ground

ROUNDS = 4
BUSY = 0.5  # load of the last minute before the start; an idle machine shows less


def _machine() -> dict[str, Any]:
    memory = next(line for line in Path("/proc/meminfo").read_text("ascii").splitlines() if line.startswith("MemTotal"))
    cpu = [line for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines() if line.startswith("model name")]
    load = os.getloadavg()[0]
    return {
        "cores": os.cpu_count(),
        "processor": cpu[0].partition(":")[2].strip() if cpu else platform.machine(),
        "memory_gb": round(int(memory.split()[1]) / 1024**2, 1),
        "python": platform.python_version(),
        "load_before": round(load, 2),
        "busy": load > BUSY,
    }


def _say(text: str) -> None:
    print(f"  {datetime.now(UTC):%H:%M:%S}  {text}", flush=True)


async def bench(home: Path, rounds: int, machine: dict[str, Any]) -> dict[str, Any]:
    """Measure everything and return the figures."""
    figures: dict[str, Any] = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "machine": machine}
    kinds = {name: measuring.Round() for name in ("floor", "stegvis", "stegvis_plain", "nothing")}
    async with ground(home) as on:
        cohort = measuring.Cohort(on)
        await cohort.prepare()
        _say("warming both up")
        await measuring.floor_round(on, measuring.Round(), recorded=True)
        await measuring.our_round(cohort, measuring.Round(), measuring.KOLL)
        for number in range(1, rounds + 1):
            _say(f"round {number} of {rounds}: the floor, Stegvis, plain commands, nothing recorded")
            await measuring.floor_round(on, kinds["floor"], recorded=True)
            await measuring.our_round(cohort, kinds["stegvis"], measuring.KOLL)
            await measuring.our_round(cohort, kinds["stegvis_plain"], measuring.PLAIN)
            await measuring.floor_round(on, kinds["nothing"], recorded=False)
        _say("single commands")
        plain = await measuring.plain_single(cohort)
        changes = await measuring.stage_changes(cohort)
        _say("a reference pathway, and an idle one")
        figures["reference"] = await measuring.reference(cohort)
        figures["idle"] = await measuring.idle_largest(cohort)
        _say("the record alone")
        figures["record_append"] = await measuring.record_append(cohort)
        _say(f"filling in {moving.PEOPLE:,} people, then a dry run over them")
        await moving.fill(cohort)
        figures["dry_run"] = await moving.dry(cohort)
    _say("the pure core")
    figures["core"] = measuring.pure_core()
    figures["core"]["seconds_for_10000"] = round(10_000 / figures["core"]["per_second"], 1)
    figures["rounds"] = {name: kind.told() for name, kind in kinds.items()}
    most = max(changes.values(), key=lambda one: one["actions"])
    figures["single"] = {"plain": plain, "stage_changes": changes, "stage_change_most": most}
    per_second = {name: one["per_second"] for name, one in figures["rounds"].items()}
    figures["ratios"] = {
        "to_floor": round(per_second["stegvis"] / per_second["floor"], 3),
        "plain_to_floor": round(per_second["stegvis_plain"] / per_second["floor"], 3),
        "nothing_to_floor": round(per_second["nothing"] / per_second["floor"], 3),
    }
    figures["budgets"] = {one.name: one.met(figures) for one in BUDGETS}
    return figures


async def desk(home: Path, people: int, machine: dict[str, Any]) -> dict[str, Any]:
    """Measure the desk's pages over many pathways, write how PostgreSQL answers them, and return the figures."""
    async with ground(home) as on:
        _say(f"making {people:,} pathways")
        begun = time.perf_counter()
        who = await crowd.gather(on.office, MasterKey.from_file(home / "master.key"), people=people)
        _say(f"made in {time.perf_counter() - begun:.0f} s; now the pages")
        found = await pages.measured(on, who)
        Path("docs/desk-queries.md").write_text(await plans.page(on.office.pool, who), "utf-8")
    return {"date": f"{datetime.now(UTC):%Y-%m-%d}", "machine": machine, **found}


def told(figures: dict[str, Any]) -> str:
    """Return what is printed, and what the README quotes."""
    whole = figures["reference"]
    return (
        f"{when(figures)}\n\n{speeds(figures)}\n{table(figures)}\n"
        f"A whole reference pathway ({whole['commands']} commands from referral to six-month follow-up, without waiting): "
        f"{whole['actions']:.0f} billable actions, {whole['events']:,} history events, {whole['history_bytes']:,} bytes of "
        f"history in all runs, {whole['recorded_events']} recorded events; idle it held {whole['idle_bytes_typical']:,} "
        f"bytes as a rule and {whole['idle_bytes_largest']:,} at most.\n"
        f"Recording one batch takes {figures['record_append']['p50_ms']} ms (p95 {figures['record_append']['p95_ms']} ms). "
        f"The pure core plays {figures['core']['per_second']:g} participants a second in one process, over thirty months.\n"
    )


def main() -> int:
    """Read the command line, measure, write and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("part", nargs="?", choices=["all", "desk"], default="all", help="desk: the desk's pages alone")
    parser.add_argument("--people", type=int, default=crowd.PEOPLE, help="pathways for the desk's pages")
    parser.add_argument("--out", type=Path, default=Path("bench.json"))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--tell", type=Path, help="print the tables of an earlier run instead")
    options = parser.parse_args()
    if options.tell:
        print(told(json.loads(options.tell.read_text("utf-8"))), end="")
        return 0
    logging.disable(logging.CRITICAL)
    silent = LoggingConfig(filter=TelemetryFilter(core_level="OFF", other_level="OFF"))
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=silent)), error_if_already_set=False)
    home = Path(os.environ.get("STEGVIS_HOME") or ".stegvis").absolute() / "bench"
    figures: dict[str, Any] = json.loads(options.out.read_text("utf-8")) if options.out.exists() else {}
    machine = _machine()  # before anything of ours runs
    if options.part == "all":
        print(
            "The bench starts servers of its own; it takes about six minutes, and the desk's pages eight more.",
            flush=True,
        )
        figures = asyncio.run(bench(home, options.rounds, machine))
        print(f"\n{told(figures)}")
    figures["desk"] = asyncio.run(desk(home, options.people, machine))
    figures["desk"]["budgets"] = {one.name: one.met(figures) for one in DESK_BUDGETS}
    options.out.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", "utf-8")
    print(f"\n{budget.desk(figures)}\nWritten: {options.out}, docs/desk-queries.md")
    return 0


if __name__ == "__main__":
    code = main()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)  # the SDK's threads may abort the interpreter's own way out
