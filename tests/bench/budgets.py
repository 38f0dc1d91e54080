"""The budgets, and whether a run met them; the table is printed, and stands in the README and in docs/budgets.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Budget:
    """One budget: where its figure stands, its limit, and whether more is better."""

    name: str
    place: str
    limit: float
    unit: str = ""
    at_least: bool = False
    goal: bool = False

    def figure(self, figures: Mapping[str, Any]) -> float | None:
        """Return what was measured, or None where a run is older than the budget."""
        found: Any = figures
        for part in self.place.split("/"):
            found = found.get(part, {})
        return None if found == {} else float(found)

    def met(self, figures: Mapping[str, Any]) -> bool | None:
        """Tell whether it was met; None where it wasn't measured."""
        figure = self.figure(figures)
        if figure is None:
            return None
        return figure >= self.limit if self.at_least else figure <= self.limit


BUDGETS: Sequence[Budget] = (
    Budget("recorded commands, ratio to the floor", "ratios/to_floor", 1.0, at_least=True),
    Budget("the same, goal", "ratios/to_floor", 1.25, at_least=True, goal=True),
    Budget("plain commands alone, ratio to the floor", "ratios/plain_to_floor", 1.0, at_least=True),
    Budget("a plain command: billable actions", "single/plain/actions", 2),
    Budget("a plain command: history events", "single/plain/events", 11),
    Budget("a stage change: billable actions (the dearest)", "single/stage_change_most/actions", 5),
    Budget("an idle open pathway: history", "idle/largest", 50_000, "bytes"),
    Budget("a dry run over 10,000 open pathways", "dry_run/seconds", 60, "s"),
    Budget("pure core: 10,000 participants over 30 months", "core/seconds_for_10000", 60, "s"),
)


DESK_BUDGETS: Sequence[Budget] = (
    Budget("a page of the desk over 100,000 pathways: p95 of the slowest", "desk/slowest_p95_ms", 100, "ms"),
)
"""Measured apart: ``python -m tests.bench desk``."""


def table(figures: Mapping[str, Any], budgets: Sequence[Budget] = BUDGETS) -> str:
    """Return the budgets as a Markdown table: what was asked, what was measured, met or by how much not."""
    rows = ["| budget | limit | measured | |", "| --- | ---: | ---: | --- |"]
    for one in budgets:
        figure = one.figure(figures)
        limit = f"| {one.name} | {'≥' if one.at_least else '≤'} {_number(one.limit)} {one.unit}".rstrip()
        if figure is None:
            rows.append(f"{limit} | | not measured in this run |")
            continue
        verdict = _verdict(one, figure, met=one.met(figures) is True)
        rows.append(f"{limit} | {_number(figure)} {one.unit}".rstrip() + f" | {verdict} |")
    return "\n".join(rows) + "\n"


def _verdict(one: Budget, figure: float, *, met: bool) -> str:
    if met:
        return "met"
    missed = (one.limit - figure if one.at_least else figure - one.limit) / one.limit
    return f"{'goal not reached' if one.goal else '**missed**'} by {missed:.0%}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) and abs(value) >= 10 else f"{value:g}"


def speeds(figures: Mapping[str, Any]) -> str:
    """Return commands per second, waits, actions, events and bytes as a Markdown table."""
    heads = ("", "commands/s", "p50 ms", "p95 ms", "p99 ms", "actions", "events", "bytes of history")
    keys = ("per_second", "p50_ms", "p95_ms", "p99_ms", "actions_per_command", "events_per_command",
            "history_bytes_per_command")  # fmt: skip
    rows = [f"| {' | '.join(heads)} |", f"| --- |{' ---: |' * len(keys)}"]
    for name, title in TITLES.items():
        told = figures["rounds"][name]
        rows.append(f"| {title} | {' | '.join(_number(told[key]) for key in keys)} |")
    return "\n".join(rows) + "\n"


def processor_time(figures: Mapping[str, Any]) -> str:
    """Return where the processor time of a command went as a Markdown table, in milliseconds."""
    parts = ("worker", "temporal", "postgresql", "caller")
    rows = [f"|  | {' | '.join(parts)} | together |", f"| --- |{' ---: |' * (len(parts) + 1)}"]
    for name, title in TITLES.items():
        used = figures["rounds"][name]["cpu_ms_per_command"]
        together = round(sum(used[part] for part in parts), 1)
        rows.append(f"| {title} | {' | '.join(_number(used[part]) for part in parts)} | {_number(together)} |")
    return "\n".join(rows) + "\n"


TITLES = {
    "floor": "the floor: one activity, one row",
    "stegvis": "Stegvis: a pathway's first eight commands",
    "stegvis_plain": "Stegvis: plain commands",
    "nothing": "nothing recorded: the upper line",
}


def desk(figures: Mapping[str, Any]) -> str:
    """Return how long each page of the desk took as a Markdown table, then the budget."""
    told = figures["desk"]
    rows = [f"| {told['people']:,} pathways | p50 ms | p95 ms | processor ms |", "| --- | ---: | ---: | ---: |"]
    rows += [
        f"| {name} | {_number(one['p50_ms'])} | {_number(one['p95_ms'])} | {_number(one['cpu_ms'])} |"
        for name, one in told["pages"].items()
    ]
    file = told["export"]
    machine = {"date": told["date"], "machine": told["machine"]}
    return (
        f"{when(machine)}\n\n" + "\n".join(rows) + f"\n\nThe whole list as a file: {file['rows']:,} rows in "
        f"{file['seconds']:g} s. Counting an operation's targets anew, behind a page: {told['recount_ms']:g} ms.\n\n"
        f"{table(figures, DESK_BUDGETS)}"
    )


def when(figures: Mapping[str, Any]) -> str:
    """Return one line: date, machine, and whether others used it meanwhile."""
    machine = figures["machine"]
    busy = "; **other work ran on the machine meanwhile**" if machine["busy"] else ""
    return (
        f"{figures['date']}, {machine['cores']} cores ({machine['processor']}), {machine['memory_gb']:g} GB memory, "
        f"load {machine['load_before']:g} before the start{busy}"
    )
