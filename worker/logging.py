"""Logs without personal data: structured lines in which only known keys with code-like values survive.

Libraries log what they like, error messages included, and an error message may quote what somebody typed in. So
a line from elsewhere is cut at its first colon, its arguments are kept only where they look like identifiers, and an
exception is told by its classes and places, never by its message. Workflows log through ``workflow.logger``, which
says nothing while a history is replayed.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger
from temporalio import activity, workflow

from domain.errors import Refusal
from worker.codec import PATHWAY_PREFIX
from worker.settings import Settings

ALLOWED = frozenset(
    {
        "activity", "address", "attempt", "batches", "code", "command_id", "count", "duration", "error", "event",
        "exception", "index", "kind", "level", "logger", "namespace", "notice", "outbox", "pathway", "port",
        "position", "queue", "run", "schema", "seconds", "seq", "signal", "state", "step", "timestamp", "update",
        "version", "wait", "workflow", "workflow_type",
    }
)  # fmt: skip
"""The keys that may stand in a log line; any other is dropped."""

REMOVED = "[removed]"
FRAMES = 8  # of each exception; deeper ones are libraries' own business

_CODE_LIKE = re.compile(r"[\w.:/#+-]{1,200}")
_IDENTITY_NUMBER = re.compile(r"(?<![\w-])(\d{2})?\d{2}[01T]\d[0-9]{2}[-+]?\d{4}(?![\w-])", re.IGNORECASE)
_FOREIGN_END = re.compile(r":|\n")
_PLACEHOLDER = re.compile(r"%%|%(\(\w+\))?[-#0 +]*[\d*]*(\.[\d*]+)?[a-zA-Z]")
_OUR_FIELDS = ("event", "timestamp", "level", "logger", "exception")  # made here, never taken from a caller's extras
_TEMPORAL_DETAILS = ("temporal_workflow", "temporal_activity")


def configure(settings: Settings, stream: TextIO | None = None) -> None:
    """Send every log line of this process through one formatter, and let nothing personal pass it."""
    shared: list[Processor] = [structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True)]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_logger_name,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # tests and child processes configure again
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter(json=settings.log_format == "json"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_unhandled
    # The SDK would append workflow and activity details to the text; they travel as fields instead.
    workflow.logger.workflow_info_on_message = False
    activity.logger.activity_info_on_message = False


def formatter(*, json: bool) -> structlog.stdlib.ProcessorFormatter:
    """Return the formatter of every line, for machines or for people."""
    renderer: Processor
    if json:
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        renderer = structlog.dev.ConsoleRenderer(colors=False)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.ExtraAdder(allow=ALLOWED.difference(_OUR_FIELDS).union(_TEMPORAL_DETAILS)),
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _tame_foreign_text,
        ],
        processors=[
            _lift_temporal_details,
            _tell_exception,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            redact,
            renderer,
        ],
        pass_foreign_args=True,
        use_get_message=False,  # it would fill in the arguments before they are looked at
    )


def redact(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Drop every key that isn't allowed and every value that doesn't look like a code."""
    return {
        key: value if key in _OUR_FIELDS else _code_or_removed(value) for key, value in event.items() if key in ALLOWED
    }


def describe(error: BaseException) -> str:
    """Tell an exception and its causes by class, code and place, without any message."""
    told = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        code = current.code if isinstance(current, Refusal) else getattr(current, "sqlstate", None)
        name = type(current).__name__ + (f"[{code}]" if isinstance(code, str) and _CODE_LIKE.fullmatch(code) else "")
        told.append(f"{name} at {_places(current.__traceback__)}" if current.__traceback__ else name)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return " <- ".join(told)


def _places(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)[-FRAMES:]
    return " > ".join(f"{'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno}:{frame.name}" for frame in frames)


def _code_or_removed(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    if _CODE_LIKE.fullmatch(text) and not _IDENTITY_NUMBER.search(text):
        return text
    return REMOVED


def _tame_foreign_text(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Keep a library's constant words and identifier-like arguments, up to where it starts to quote."""
    text = _FOREIGN_END.split(str(event["event"]), maxsplit=1)[0]
    arguments = event.pop("positional_args", ())
    if isinstance(arguments, tuple) and arguments:
        remaining = iter(arguments)
        text = _PLACEHOLDER.sub(
            lambda found: "%" if found[0] == "%%" else str(_code_or_removed(next(remaining, REMOVED))), text
        )
    event["event"] = text
    return event


def _lift_temporal_details(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Name the pathway, run, activity and attempt that the SDK attached to the record."""
    for source in _TEMPORAL_DETAILS:
        details = event.pop(source, None)
        if not isinstance(details, Mapping):
            continue
        workflow_id = str(details.get("workflow_id", ""))
        if workflow_id.startswith(PATHWAY_PREFIX):
            event.setdefault("pathway", workflow_id.removeprefix(PATHWAY_PREFIX))
        else:
            event.setdefault("workflow", workflow_id)
        event.setdefault("attempt", details.get("attempt"))
        if "activity_type" in details:
            event.setdefault("activity", details["activity_type"])
        if "update_name" in details:
            event.setdefault("update", details["update_name"])
    return event


def _tell_exception(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    info = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["exception"] = describe(error)
    return event


def _log_unhandled(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
    logging.getLogger("stegvis").critical("unhandled %s", kind.__name__, exc_info=error)
