"""An event in words: what happened, in the programme's own terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.events import Event, EventType
from domain.people import SYSTEM

if TYPE_CHECKING:
    from service.texts import Say
    from service.wording import Words

HOURS = "hours"  # the record that every programme has
COMMAND = 0  # the cause of what was asked for
_STEPS = frozenset(
    {EventType.OPENED, EventType.DONE, EventType.ENDED, EventType.DUE_MOVED, EventType.OWNER_CHANGED}
)  # fmt: skip
QUIET = frozenset({EventType.DUE_MOVED})
TURNS = frozenset(
    {EventType.REACHED, EventType.WITHDRAWN, EventType.EXITED, EventType.REOPENED, EventType.CLOSED}
)  # fmt: skip
"""What people's actions led to, and nobody would leave out of a story."""
BY_HAND = frozenset({EventType.CORRECTED})
"""What a person did although it names an earlier event as its cause."""


def asked_for(event: Event) -> bool:
    """Tell whether an event is what a command said, and not what followed from it."""
    return event.cause.seq == COMMAND or event.type in BY_HAND


class Teller:
    """Words for events of one version of a programme."""

    def __init__(self, words: Words | None, names: dict[str, str], say: Say) -> None:
        self.words = words
        self.names = names
        self.say = say

    def matters(self, event: Event) -> bool:
        """Tell whether an event stands in the short history: what people did and what it led to."""
        if event.type in QUIET or (event.type is EventType.OPENED and event.coded["kind"] == "group"):
            return False
        return not (event.type is EventType.DONE and event.coded.get("decided") is None)

    def of_people(self, event: Event) -> bool:
        """Tell whether an event is what somebody did, or a turn that it led to."""
        return event.type in TURNS or (asked_for(event) and event.actor.staff != SYSTEM)

    def event(self, event: Event, *, open_words: bool = False) -> str:
        """Return one line; what was sealed stands in it only for readers who may see it."""
        text = self._plain(event, open_words=open_words)
        if open_words:
            said = [str(event.sealed[name]) for name in ("reason", "note", "words") if event.sealed.get(name)]
            if said:
                text = f"{text}: {' / '.join(' '.join(one.split()) for one in said)}"
        return text

    def _plain(self, event: Event, *, open_words: bool) -> str:
        words, say = self.words, self.say
        assigned = event.type is EventType.OWNER_CHANGED and event.step
        key = "event.Assigned" if assigned else f"event.{event.type}"
        if words is None:
            return say(key, what=event.step or "", more="").rstrip(" :→,")
        what = words.step(event.step, event.coded.get("item")) if event.step else ""
        if event.type in _STEPS:
            more = self._of_step(event, words)
        else:
            what, more = self._of_pathway(event, words, what)
        if open_words and event.type is EventType.FACT_RECORDED and event.sealed.get("value") is not None:
            more = words.value(event.sealed["value"])
        return say(key, what=what, more=more).rstrip(" :→,")

    def _of_step(self, event: Event, words: Words) -> str:
        """Return what is to be added where the step itself says what it is about."""
        coded, say = event.coded, self.say
        match event.type:
            case EventType.DONE if coded.get("outcome"):
                view = say("event.view", view=say(f"view.{coded['view']}")) if coded.get("view") else ""
                return say("event.outcome", outcome=words.outcome(event.step or "", coded["outcome"])) + view
            case EventType.ENDED:
                return self.ended(coded["reason"])
            case EventType.DUE_MOVED:
                return str(coded["due_on"])
            case EventType.OWNER_CHANGED:
                return self.names.get(coded["new"], str(coded["new"]))
            case _:
                return ""

    def ended(self, reason: str) -> str:
        """Return why a step ended without being done: by the engine's rule, or for a coded reason."""
        known = f"ended.{reason}"
        if self.say.knows(known):
            return self.say(known)
        return self.words.code(reason) if self.words is not None else reason

    def _of_pathway(self, event: Event, words: Words, step: str) -> tuple[str, str]:
        """Return what an event is about and what is to be added."""
        coded, say = event.coded, self.say
        match event.type:
            case EventType.REFERRED | EventType.MIGRATED | EventType.MIGRATION_UNDONE:
                what = coded["unit" if event.type is EventType.REFERRED else "to"]
                return self.names.get(what, what), ""
            case EventType.FACT_RECORDED:
                return words.fact(coded["fact"]), say("show.refused") if coded.get("refused") else self._value(coded)
            case EventType.RECORD_TAKEN:
                return step or words.record(coded["record"]), self._recorded(coded["record"], coded["values"], words)
            case EventType.REACHED | EventType.WITHDRAWN:
                return words.milestone(coded["milestone"]), ""
            case EventType.PAUSED | EventType.RESUMED:
                return words.code(str(coded.get("reason", coded.get("days")))), coded.get("resume_by", "")
            case EventType.TOLD:
                before = say("event.before_takeover") if coded.get("before_takeover") else ""
                return say(f"notice.{coded['kind']}"), f"{self._whom(coded['to'])}, {self._about(coded)}{before}"
            case EventType.HAPPENED:
                known = f"happening.{coded['happening']}"
                return say(known) if say.knows(known) else words.happening(coded["happening"]), ""
            case EventType.CORRECTED:
                what = self._corrected(coded, words)
                return what, ", ".join([*self._changes(coded, words), str(coded["day"])])
            case EventType.EXITED:
                return words.exit(coded["reason"]), ""
            case _:
                return step, ""

    def _recorded(self, record: str, values: dict[str, Any], words: Words) -> str:
        if record == HOURS and values:
            return self.say("event.hours", hours=words.value(values["hours"]), month=values["month"])
        names = dict.fromkeys((*(name for name in words.fields(record) if name in values), *values))
        return ", ".join(f"{words.field(record, name)} {words.value(values[name])}" for name in names)

    def _corrected(self, coded: dict[str, Any], words: Words) -> str:
        """Return the number of the event that was corrected, and what it is called."""
        of, name = coded["of"], str(coded["name"])
        match coded["what"]:
            case "fact":
                return f"{of} ({words.fact(name)})"
            case "record":
                return f"{of} ({words.record(name)})"
            case "done":
                return f"{of} ({words.step(name)})"
            case "exit":
                return f"{of} ({words.exit(name)})"
            case "happened":
                return f"{of} ({words.happening(name)})"
            case _:
                return str(of)

    def _changes(self, coded: dict[str, Any], words: Words) -> list[str]:
        """Return what a correction changed, by the names of what it corrected."""
        of_record = coded.get("what") == "record"
        names = {name: words.field(coded["name"], name) if of_record else "" for name in coded["changes"]}
        return [f"{names[name]} {words.value(value)}".strip() for name, value in coded["changes"].items()]

    def _value(self, coded: dict[str, object]) -> str:
        if "value" not in coded:
            return self.say("show.sealed")
        return self.words.value(coded["value"]) if self.words else str(coded["value"])

    def _about(self, coded: dict[str, str | None]) -> str:
        about = coded.get("about") or ""
        if self.words is None or coded.get("key"):
            return self.words.key(coded["key"]) if self.words else about
        if about.startswith("exits."):
            return self.words.exit(about[6:])
        if self.words.definition_of(about) is not None:
            return self.words.step(about)
        path, _, outcome = about.rpartition(".")
        return f"{self.words.step(path)}: {self.words.outcome(path, outcome)}"

    def _whom(self, to: str) -> str:
        if to in self.names:
            return self.names[to]
        return self.words.role(to) if self.words else to
