"""Stored histories: what is in them, how they are kept and how they are read.

One numbered folder under ``tests/histories`` for each collection; a folder is written once and never changed. Beside
the histories stand the keys that open them (made for the test people in them, so they are kept in clear), a manifest
that says what each holds, and a fingerprint of the commands in each.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self, get_args

from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowHistory

from domain.commands import Command, TakeOver
from domain.events import EventType
from records.keys import DataKey, KeyUnavailable
from worker.plugin import data_converter
from workflows import ports

FOLDER = Path(__file__).parents[1] / "histories"
KINDS = frozenset(
    model.model_fields["kind"].default for model in get_args(get_args(Command)[0]) if model is not TakeOver
)
"""Every kind of command that a workflow meets; a history that is taken over is recorded before one runs."""


class DictKeys:
    """Data keys by pathway, from a file."""

    def __init__(self, keys: Mapping[str, DataKey]) -> None:
        self._of = dict(keys)
        self._by_id = {key.key_id: key for key in keys.values()}

    async def for_pathway(self, pathway: str) -> DataKey:
        """Return the key that a pathway's payloads are written with; raises KeyUnavailable."""
        return _found(self._of, pathway)

    async def by_id(self, key_id: str) -> DataKey:
        """Return the key that a payload names; raises KeyUnavailable."""
        return _found(self._by_id, key_id)

    def to_json(self) -> dict[str, dict[str, str]]:
        """Return what ``from_json`` reads."""
        return {pathway: {"id": key.key_id, "secret": key.secret.hex()} for pathway, key in self._of.items()}

    @classmethod
    def from_json(cls, data: Mapping[str, Mapping[str, str]]) -> Self:
        """Read keys."""
        return cls({pathway: DataKey(key["id"], bytes.fromhex(key["secret"])) for pathway, key in data.items()})


def _found(keys: Mapping[str, DataKey], name: str) -> DataKey:
    if name not in keys:
        raise KeyUnavailable(name)
    return keys[name]


@dataclass(frozen=True, slots=True)
class Kept:
    """What the manifest says of one file."""

    scenario: str
    run: int
    workflow_id: str
    kinds: tuple[str, ...]
    exits: tuple[str, ...]
    ends: str

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.scenario}-{self.run:02}.json.gz"


@dataclass(frozen=True)
class Collection:
    """One numbered folder."""

    folder: Path

    @property
    def keys(self) -> DictKeys:
        """The keys that open what is in it."""
        return DictKeys.from_json(_read(self.folder / "keys.json"))

    @property
    def manifest(self) -> list[Kept]:
        """What is in it, the first run of each pathway first."""
        return [
            Kept(**{**told, "kinds": tuple(told["kinds"]), "exits": tuple(told["exits"])})
            for told in _read(self.folder / "manifest.json")
        ]

    @property
    def fingerprints(self) -> dict[str, str]:
        """The fingerprint of each file, as it was when the file was written."""
        found: dict[str, str] = _read(self.folder / "fingerprints.json")
        return found

    def history(self, kept: Kept) -> WorkflowHistory:
        """Read one history."""
        text = gzip.decompress((self.folder / kept.file).read_bytes()).decode()
        return WorkflowHistory.from_json(kept.workflow_id, text)

    def write(
        self, histories: list[tuple[Kept, WorkflowHistory]], *, keys: DictKeys, fingerprints: Mapping[str, str]
    ) -> None:
        """Write a whole collection. Raises FileExistsError: one that exists is never written over."""
        self.folder.mkdir(parents=True)
        for kept, history in histories:
            text = json.dumps(anonymous(json.loads(history.to_json())), separators=(",", ":"), ensure_ascii=False)
            (self.folder / kept.file).write_bytes(gzip.compress(text.encode(), 9, mtime=0))
        _write(self.folder / "keys.json", keys.to_json())
        _write(self.folder / "manifest.json", [asdict(kept) for kept, _ in histories])
        _write(self.folder / "fingerprints.json", dict(fingerprints))


def collections() -> list[Collection]:
    """Return every collection, the oldest first."""
    return [Collection(path) for path in sorted(FOLDER.glob("[0-9][0-9][0-9][0-9]"))]


async def kept_as(scenario: str, run: int, history: WorkflowHistory, keys: DictKeys) -> Kept:
    """Read from a history what the manifest says of it."""
    converter = data_converter(keys)
    kinds: set[str] = set()
    exits: list[str] = []

    async def opened(payloads: list[Payload], model: type) -> Any:
        return (await converter.decode(payloads, [model]))[0]

    for event in history.events:
        if event.HasField("workflow_execution_update_accepted_event_attributes"):
            asked = event.workflow_execution_update_accepted_event_attributes.accepted_request.input.args
            kinds.add((await opened(list(asked.payloads), ports.Asking)).command.kind)
        if event.activity_task_scheduled_event_attributes.activity_type.name == ports.RECORD:
            given = event.activity_task_scheduled_event_attributes.input
            batches = (await opened(list(given.payloads), ports.RecordInput)).batches
            kinds.update("tick" for batch in batches if batch.command_id.startswith("tick/"))
            exits += [
                each.coded["reason"] for batch in batches for each in batch.events if each.type is EventType.EXITED
            ]
    last = history.events[-1]
    ends = "open"
    if last.HasField("workflow_execution_continued_as_new_event_attributes"):
        ends = "continued as new"
    if last.HasField("workflow_execution_completed_event_attributes"):
        ends = "completed"
    return Kept(scenario, run, history.workflow_id, tuple(sorted(kinds)), tuple(exits), ends)


def anonymous(data: Any) -> Any:
    """Take out what names the machine that a history was made on: it plays no part in a replay."""
    if isinstance(data, list):
        return [anonymous(each) for each in data]
    if not isinstance(data, dict):
        return data
    if data.get("kind") == "TASK_QUEUE_KIND_STICKY":
        data = {**data, "name": "sticky"}
    return {key: "test" if key == "identity" else anonymous(value) for key, value in data.items()}


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _write(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
