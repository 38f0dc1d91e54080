"""Logs: known keys with code-like values pass, everything else stays inside."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from temporalio import activity, workflow

from domain.errors import Refusal
from worker.logging import REMOVED, configure, describe
from worker.settings import Settings

SECRET = "Astrid Lindqvist"


class Log:
    """What was logged while a test ran."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def last(self) -> dict[str, Any]:
        return dict(json.loads(self.text.splitlines()[-1]))


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    # Setting them to what they are lets them be put back afterwards.
    monkeypatch.setattr(workflow.logger, "workflow_info_on_message", True)
    monkeypatch.setattr(activity.logger, "activity_info_on_message", True)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    log = Log()
    configure(Settings(log_format="json"), stream=log.stream)
    yield log
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def raised(error: Exception, cause: Exception | None = None) -> Exception:
    try:
        raise error from cause
    except type(error) as caught:
        return caught


class TestOwnLines:
    def test_keep_known_keys(self, log: Log) -> None:
        structlog.stdlib.get_logger("worker").info("recorded", pathway="p-1", seq=7, duration=0.25)

        assert {key: log.last[key] for key in ("event", "pathway", "seq", "duration", "level", "logger")} == {
            "event": "recorded",
            "pathway": "p-1",
            "seq": 7,
            "duration": 0.25,
            "level": "info",
            "logger": "worker",
        }

    def test_drop_unknown_keys(self, log: Log) -> None:
        structlog.stdlib.get_logger("worker").info("recorded", name=SECRET, payload={"note": SECRET})

        assert SECRET not in log.text
        assert set(log.last) == {"event", "level", "logger", "timestamp"}

    @pytest.mark.parametrize("value", [SECRET, "19800101-1234", "8001011234", "a@b.se", {"x": 1}, ["x", "y"]])
    def test_remove_values_that_are_no_codes(self, log: Log, value: object) -> None:
        structlog.stdlib.get_logger("worker").info("recorded", step=value)

        assert log.last["step"] == REMOVED

    def test_keep_a_uuid_whose_digits_could_be_a_number(self, log: Log) -> None:
        structlog.stdlib.get_logger("worker").info("recorded", command_id="19800101-1234-7abc-8def-0123456789ab")

        assert log.last["command_id"] == "19800101-1234-7abc-8def-0123456789ab"


class TestForeignLines:
    def test_are_cut_where_they_start_to_quote(self, log: Log) -> None:
        logging.getLogger("asyncio").error(f"Task exception was never retrieved\nfuture: {SECRET}")  # noqa: G004
        logging.getLogger("lib").error(f"Failed, original error: {SECRET}")  # noqa: G004

        assert SECRET not in log.text
        assert log.last["event"] == "Failed, original error"

    def test_keep_arguments_that_are_identifiers_only(self, log: Log) -> None:
        logging.getLogger("lib").warning("run %s of %s took %.1f s, 100%%", "0192-ab", SECRET, 2.5)

        assert log.last["event"] == f"run 0192-ab of {REMOVED} took 2.5 s, 100%"

    def test_drop_unknown_extras(self, log: Log) -> None:
        logging.getLogger("lib").warning("odd", extra={"person": SECRET, "step": "intake", "timestamp": SECRET})

        assert SECRET not in log.text
        assert log.last["step"] == "intake"


class TestExceptions:
    def test_are_told_by_class_and_place_without_messages(self, log: Log) -> None:
        error = raised(ValueError(SECRET), raised(KeyError(SECRET)))

        logging.getLogger("lib").error("failed", exc_info=error)

        assert SECRET not in log.text
        assert log.last["exception"].startswith("ValueError at worker/test_logging.py:")
        assert "<- KeyError at" in log.last["exception"]

    def test_own_lines_tell_them_alike(self, log: Log) -> None:
        try:
            raise ValueError(SECRET)
        except ValueError:
            structlog.stdlib.get_logger("worker").exception("failed")

        assert SECRET not in log.text
        assert log.last["exception"].startswith("ValueError at worker/test_logging.py:")

    def test_name_a_refusals_code(self) -> None:
        assert describe(Refusal("already_done", by=SECRET)) == "Refusal[already_done]"

    def test_end_where_causes_go_round(self) -> None:
        first, second = ValueError(), KeyError()
        first.__cause__, second.__cause__ = second, first

        assert describe(first) == "ValueError <- KeyError"
