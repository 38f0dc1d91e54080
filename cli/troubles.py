"""Anticipated troubles become an exit code and words that name place and remedy; anything else is a defect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
import typer
from pydantic import ValidationError
from temporalio.service import RPCError
from typer.exceptions import TyperException

from cli.session import AWAY, REFUSED, USAGE
from domain.errors import Refusal
from domain.format.reading import DefinitionError
from domain.script import ScriptError
from embedded.processes import ServerError
from records.keys import KeyDestroyed, KeyUnavailable
from records.migrate import MigrationChanged
from records.programmes import ProgrammeUnknown
from records.register import OperationUnknown
from records.staff import StaffUnknown, UnitUnknown
from service.opening import AWAY as DATABASE_AWAY
from service.opening import AccessDenied, MasterKeyUnusable, ServerAway
from service.stating import Malformed
from worker.patience import Stopped

if TYPE_CHECKING:
    from cli.texts import Say


NO_COMMAND = "No such command '"  # typer's words, for which it has no error of its own


def refused(refusal: Refusal, say: Say) -> str:
    """Return a refusal in words, with its code for whoever has to look it up."""
    return say("answer.not_taken", text=refusal.text(say.language), code=refusal.code)


def told(error: Exception, say: Say) -> tuple[int, str] | None:
    """Return exit code and words for an anticipated trouble, or None."""
    if isinstance(error, Refusal):
        return REFUSED, refused(error, say)
    if isinstance(error, Malformed):
        text = say("answer.field", field=error.field, text=error.refusal.text(say.language), code=error.refusal.code)
        return REFUSED, text
    if isinstance(error, DefinitionError):
        return REFUSED, "\n".join(
            [say("trouble.definition"), *(f"  {problem.told(say.language)}" for problem in error.problems)]
        )
    if isinstance(error, ScriptError):
        return REFUSED, say("trouble.script", problem=error.text(say.language))
    return _typed(error, say) or _registers(error, say) or _settled(error, say) or _servers(error, say)


def _typed(error: Exception, say: Say) -> tuple[int, str] | None:
    if isinstance(error, typer.Abort):
        return USAGE, say("trouble.interrupted")
    if not isinstance(error, TyperException):
        return None
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "stegvis"
    name = type(error).__name__
    if name == "NoArgsIsHelpError":
        return USAGE, error.format_message()
    parameter = getattr(error, "param", None)
    if name == "MissingParameter" and parameter is not None:
        what = parameter.opts[0] if parameter.opts[0].startswith("-") else parameter.display_name_raw.upper()
        key = "trouble.staff_missing" if what == "--as" else "trouble.parameter_missing"
        return USAGE, say(key, parameter=what, command=command)
    if name == "NoSuchOption":
        return USAGE, say("trouble.option_unknown", option=getattr(error, "option_name", ""), command=command)
    problem = getattr(error, "message", "") or error.format_message()
    if problem.startswith(NO_COMMAND):
        return USAGE, say("trouble.command_unknown", name=problem.split("'")[1], command=command)
    if parameter is not None:
        return USAGE, say("trouble.parameter_wrong", parameter=parameter.opts[0], problem=problem, command=command)
    return USAGE, say("trouble.usage", problem=problem, command=command)


def _registers(error: Exception, say: Say) -> tuple[int, str] | None:
    refusal: Refusal | None = None
    if isinstance(error, StaffUnknown):
        refusal = Refusal("staff_unknown", staff=error.args[0] if error.args else "")
    elif isinstance(error, UnitUnknown):
        refusal = Refusal("unit_unknown", unit=error.args[0] if error.args else "")
    elif isinstance(error, OperationUnknown):
        refusal = Refusal("operation_unknown", operation=error.args[0] if error.args else "")
    elif isinstance(error, ProgrammeUnknown):
        refusal = Refusal("programme_unknown", programme=error.args[0] if error.args else "")
    elif isinstance(error, KeyDestroyed):
        refusal = Refusal("key_destroyed")
    return None if refusal is None else (REFUSED, refused(refusal, say))


def _servers(error: Exception, say: Say) -> tuple[int, str] | None:
    if isinstance(error, ServerAway):
        return AWAY, say(f"trouble.{error.server}_away", where=error.where, why=error.why)
    if isinstance(error, AccessDenied):
        return AWAY, say("trouble.access_denied", where=error.where, why=error.why)
    if isinstance(error, MasterKeyUnusable):
        return AWAY, say("trouble.master_key", path=error.path, why=error.why)
    if isinstance(error, KeyUnavailable):
        return AWAY, say("trouble.key_unavailable")
    if isinstance(error, RPCError) or _no_temporal(error):
        return AWAY, say("trouble.temporal_away", where="", why=type(error).__name__)
    if isinstance(error, DATABASE_AWAY):
        return AWAY, say("trouble.postgresql_away", where="", why=type(error).__name__)
    if isinstance(error, ServerError | Stopped):
        return AWAY, say("trouble.server", problem=str(error))
    return None


def _settled(error: Exception, say: Say) -> tuple[int, str] | None:
    """Tell of a database that isn't as this code needs it, and of settings that can't be read."""
    if isinstance(error, MigrationChanged):
        return AWAY, say("trouble.migration_changed", name=str(error))
    if isinstance(error, asyncpg.UndefinedTableError | asyncpg.UndefinedColumnError | asyncpg.InvalidSchemaNameError):
        return AWAY, say("trouble.schema_behind")
    if isinstance(error, asyncpg.LockNotAvailableError | asyncpg.QueryCanceledError):
        return AWAY, say("trouble.database_busy")
    if isinstance(error, ValidationError) and error.title == "Settings":
        first = error.errors(include_input=False)[0]
        setting = "STEGVIS_" + ".".join(map(str, first["loc"])).upper()
        return USAGE, say("trouble.setting", setting=setting, problem=first["msg"])
    return None


def _no_temporal(error: Exception) -> bool:
    # The SDK's failures to connect are plain RuntimeErrors; nothing else tells them apart.
    return type(error) is RuntimeError and "connect" in str(error).lower()
