"""An edit of a state: what a migration changes in it, as plain values that an event can carry and a log can keep.

It knows no programme. ``put`` holds instances as they are afterwards (``old`` is the key that they had; none for a new
one), ``gone`` the keys of instances that are no more; ``seen``, ``counts``, ``reached`` and ``happened`` hold new
values, null where there is none; ``facts`` and ``records`` hold new names by old ones, because values may be sealed.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from domain.interpreter.state import Exited, Instance, Seen

if TYPE_CHECKING:
    from domain.interpreter.state import Entry, State

Edit = dict[str, Any]
_INSTANCE = TypeAdapter(Instance)
_SEEN = TypeAdapter(Seen)
_EXIT = TypeAdapter(Exited)
_NUMBERS = ("seen", "counts")
_DAYS = ("reached", "happened")


def instance_data(one: Instance) -> dict[str, Any]:
    """Return an instance as plain values, without what is at its default."""
    plain: dict[str, Any] = _INSTANCE.dump_python(one, mode="json", exclude_defaults=True)
    return plain


def instance_from(data: dict[str, Any]) -> Instance:
    """Return the instance that plain values hold."""
    return _INSTANCE.validate_python(data)


def apply_edit(state: State, edit: Edit) -> None:
    """Change a state as an edit says."""
    _put(state, edit)
    for name in _NUMBERS:
        _write(getattr(state, name), edit.get(name, {}), lambda value: value)
    for name in _DAYS:
        _write(getattr(state, name), edit.get(name, {}), _SEEN.validate_python)
    for kept in ("facts", "records"):
        values = getattr(state, kept)
        moved = {new: values.pop(old) for old, new in edit.get(kept, {}).items() if old in values}
        values.update(moved)
    if "exit" in edit:
        state.exit = None if edit["exit"] is None else _EXIT.validate_python(edit["exit"])
    if "keys" in edit:
        state.records = {
            name: tuple(_rekeyed(entry, edit["keys"].get(entry.key, entry.key)) for entry in entries)
            for name, entries in state.records.items()
        }


def _rekeyed(entry: Entry, key: str | None) -> Entry:
    """Return a record under the key that its step has now; an item that was renamed takes its new name along."""
    item = key.partition("[")[2].partition("]")[0] if key and key != entry.key else ""
    return replace(entry, key=key, item=item or entry.item)


def _put(state: State, edit: Edit) -> None:
    """Let instances be what the edit says; what is open stands in the order of its opening, as everywhere."""
    became = {item["old"]: instance_from(item["one"]) for item in edit.get("put", ()) if item.get("old")}
    added = [instance_from(item["one"]) for item in edit.get("put", ()) if not item.get("old")]
    gone = frozenset(edit.get("gone", ()))
    stay = [became.get(key, one) for key, one in {**state.past, **state.open}.items() if key not in gone]
    state.past = {one.key: one for one in (*stay, *added) if one.status != "open"}
    running = sorted((one for one in (*stay, *added) if one.status == "open"), key=lambda one: one.opened_seq)
    state.open = {one.key: one for one in running}


def _write(there: dict[str, Any], changed: dict[str, Any], read: Any) -> None:
    for key, value in changed.items():
        if value is None:
            there.pop(key, None)
        else:
            there[key] = read(value)


def difference(before: State, after: State, *, renamed: dict[str, dict[str, str]]) -> Edit:
    """Return the edit that makes ``before`` into ``after``.

    ``renamed`` names what moved: ``keys`` (instances), ``facts`` and ``records``, new by old.
    """
    old_of = {new: old for old, new in renamed.get("keys", {}).items()}
    had, have = {**before.past, **before.open}, {**after.past, **after.open}
    put = [
        {"old": old_of.get(key, key) if old_of.get(key, key) in had else None, "one": instance_data(one)}
        for key, one in have.items()
        if had.get(old_of.get(key, key)) != one
    ]
    kept = {item["old"] for item in put} | set(have)
    edit: Edit = {"put": put, "gone": [key for key in had if key not in kept]}
    for name in _NUMBERS:
        edit[name] = _changed(getattr(before, name), getattr(after, name))
    for name in _DAYS:
        edit[name] = {
            key: None if value is None else _SEEN.dump_python(value, mode="json")
            for key, value in _changed(getattr(before, name), getattr(after, name)).items()
        }
    for kept_name in ("facts", "records"):
        edit[kept_name] = dict(renamed.get(kept_name, {}))
    edit["keys"] = {old: new for old, new in renamed.get("keys", {}).items() if old != new}
    if before.exit != after.exit:
        edit["exit"] = None if after.exit is None else _plain(asdict(after.exit))
    return {name: value for name, value in edit.items() if value or name == "exit"}


def _changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {key: after.get(key) for key in {**before, **after} if before.get(key) != after.get(key)}


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in values.items()}
