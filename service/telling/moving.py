"""What a migration does to one pathway, in words: where it stands afterwards, what opens, ends and moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.migrating import Moved
    from service.texts import Say
    from service.wording import Words


def told_move(one: Moved, words: Words, say: Say) -> str:
    """Return what becomes of a pathway, in a line."""
    text = say(f"migrate.{one.result}")
    if one.refusal is not None:
        return f"{text}: {one.refusal.text(say.language)}"
    where = ", ".join(words.step(path) for path in one.stages)
    return text + (say("migrate.stands", where=where) if where else "")


def told_changes(one: Moved, words: Words, say: Say) -> list[str]:
    """Return each thing that changes, where it isn't refused."""
    if one.refusal is not None:
        return []
    dues = [say("migrate.due", what=words.key(due.key), old=due.old or "-", new=due.new) for due in one.dues]
    return [
        *(say("migrate.ends", what=words.key(key)) for key in one.ends),
        *(say("migrate.opens", what=words.key(key)) for key in one.opens),
        *dues,
        *(say("migrate.reached", what=words.milestone(name)) for name in one.reached),
        *(say("migrate.withdrawn", what=words.milestone(name)) for name in one.withdrawn),
        *([say("migrate.exits", what=words.exit(one.exit))] if one.exit else []),
    ]
