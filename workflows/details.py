"""The status that Temporal's Web UI shows of a pathway: codes and days, no free text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.interpreter import State


def status(state: State) -> str:
    """Return one word: open, paused, exited or closed."""
    if state.closed:
        return "closed"
    if state.exit is not None:
        return "exited"
    return "paused" if state.paused is not None else "open"


def of(state: State) -> str:
    """Return Markdown: who is responsible, what is open, and when it is due."""
    lines = [f"**{status(state)}** · owner `{state.owner}` · event {state.seq}", ""]
    if state.exit is not None:
        lines.append(f"Left on {state.exit.on}: `{state.exit.reason}`")
    lines.extend(
        f"- `{one.key}` by `{one.person or one.by}`, due {one.due_on}"
        for one in sorted(state.open.values(), key=lambda one: (str(one.due_on), one.key))
        if one.due_on is not None
    )
    return "\n".join(lines)
