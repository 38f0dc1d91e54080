"""Events of other systems in the CNCF's envelope, one JSON object a line, that become commands.

The type says which command (``se.stegvis.hours``), the subject which pathway (its id or its referral's), ``data`` the
rest. Source and id together make the command's id, so that the same event sent twice is one command.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from domain.calendar import local_day
from domain.errors import Refusal
from records import log
from service import who
from service.answers import Accepted, NotTaken
from service.asking import ask, command_from, meant
from service.ids import derived_id
from service.importing.lines import MOST_LINE, lines

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime
    from pathlib import Path

    from domain.people import Actor
    from service.importing.lines import Line
    from service.office import Office

PREFIX = "se.stegvis."
REQUIRED = ("id", "source", "specversion", "type")
KINDS = ("complete", "decide", "record", "fact", "open", "end", "assign", "contact", "hours", "happen", "pause",
         "resume", "exit")  # fmt: skip
"""The commands that another system may ask; correcting, reopening and changing the owner are for people."""


@dataclass(frozen=True, slots=True)
class Happening:
    """An event as it came: who sent it, which command it is, for which pathway."""

    source: str
    id: str
    kind: str
    subject: str
    time: datetime | None
    data: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of one line."""

    line: int
    event: str
    result: Literal["recorded", "already", "accepted", "refused"]
    pathway: str | None = None
    refusal: Refusal | None = None


async def import_events(office: Office, path: Path, *, staff_id: str) -> AsyncIterator[Carried]:
    """Carry out the events of a file and yield a result for each line. Raises Refusal for the file as a whole."""
    for one in lines(path):
        if one.text is not None and not one.text.strip():
            continue
        shown = ""
        try:
            happening = read_event(one)
            shown = happening.id
            yield await _carry(office, one.number, happening, staff_id=staff_id)
        except Refusal as refusal:
            yield Carried(one.number, shown, "refused", refusal=refusal)


def read_event(one: Line) -> Happening:
    """Read a line. Raises Refusal: line_too_long, json_invalid, event_invalid, event_type_unknown."""
    if one.text is None:
        raise Refusal("line_too_long", most=MOST_LINE)
    try:
        plain = json.loads(one.text)
    except json.JSONDecodeError as error:
        raise Refusal("json_invalid", place=error.pos + 1) from None
    if not isinstance(plain, dict):
        raise Refusal("event_invalid", problem="no JSON object")
    missing = [name for name in REQUIRED if not plain.get(name)]
    if missing:  # the library would make up an id, and an event sent twice would be two
        raise Refusal("event_invalid", problem=", ".join(missing))
    try:
        event = JSONFormat().read(CloudEvent, one.text)
    except CloudEventValidationError as error:
        raise Refusal("event_invalid", problem=", ".join(sorted(error.errors))) from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Refusal("event_invalid", problem="time, data") from None
    data = event.get_data()
    kind = event.get_type().removeprefix(PREFIX)
    if not event.get_type().startswith(PREFIX) or kind not in KINDS:
        raise Refusal("event_type_unknown", type=event.get_type()[:60], known=", ".join(PREFIX + k for k in KINDS))
    subject = event.get_subject()
    if not subject:
        raise Refusal("event_invalid", problem="subject")
    if not isinstance(data, dict | None):
        raise Refusal("event_invalid", problem="data")
    return Happening(event.get_source(), event.get_id(), kind, subject, event.get_time(), data or {})


async def _carry(office: Office, line: int, one: Happening, *, staff_id: str) -> Carried:
    found = await meant(office.pool, one.subject)
    data = dict(one.data)
    by = await _actor(office, data.pop("by", None), staff_id, operation=found.operation, pathway=found.id)
    for name in ("id", "kind", "not_after"):
        if name in data:
            raise Refusal("field_unknown", record="data", field=name, known="")
    if one.time is not None:
        data.setdefault("occurred_on", local_day(one.time).isoformat())
    if one.kind == "hours":
        data.setdefault("month", str(data.get("occurred_on") or local_day(office.clock()))[:7])
        data.pop("occurred_on", None)
    command_id = derived_id("event", one.source, one.id)
    command = command_from({**data, "kind": one.kind, "id": command_id, "by": by})
    if await log.recorded(office.pool, found.id, command_id):
        return Carried(line, one.id, "already", found.id)
    answer = await ask(office, found.id, command)
    if isinstance(answer, NotTaken):
        return Carried(line, one.id, "refused", found.id, answer.refusal)
    if isinstance(answer, Accepted):
        return Carried(line, one.id, "accepted", found.id)
    return Carried(line, one.id, "already" if answer.again else "recorded", found.id)


async def _actor(office: Office, named: Any, staff_id: str, *, operation: str, pathway: str) -> Actor:
    """Return who acts: whoever imports or, where a manager imports, the person that the event names. Raises Refusal."""
    importer = await who.actor(office.pool, staff_id, operation=operation, pathway=pathway, channel="events")
    if named is None or named == staff_id:
        return importer
    who.require(importer.roles, who.MANAGER)
    return await who.actor(office.pool, str(named), operation=operation, pathway=pathway, channel="events")
