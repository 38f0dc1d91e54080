"""When the reader wishes notices by mail: quiet hours, working days only, all of a day in one letter."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from desk.forms.field import Field, Form, Typed, choices_of, one
from desk.pages.typed import typed
from desk.visit import Reader, Signed
from domain.errors import Refusal
from domain.quiet import ESCALATION_WAITS, HOURS, Wishes
from records import wishes

pages = APIRouter(prefix="/me/notices")


def _form(visit: Signed) -> Form:
    _ = visit._
    hours = choices_of((str(hour), f"{hour:02d}.00" if visit.language == "sv" else f"{hour:02d}:00") for hour in HOURS)
    free = _("Not on Saturdays, Sundays and holidays")
    return Form(
        (
            Field("quiet_from", "select", _("No mail from"), choices=hours),
            Field("quiet_until", "select", _("No mail until"), choices=hours),
            Field("working_days_only", "checks", _("Days off"), choices=(("yes", free),)),
            Field(
                "digest_at", "select", _("Everything in one letter at"), hint=_("Leave empty for a letter for each."),
                choices=hours,
            ),
        )
    )  # fmt: skip


def _typed_of(kept: Wishes) -> Typed:
    hours = {"quiet_from": kept.quiet_from, "quiet_until": kept.quiet_until, "digest_at": kept.digest_at}
    given = {name: [str(hour)] for name, hour in hours.items() if hour is not None}
    return given | ({"working_days_only": ["yes"]} if kept.working_days_only else {})


def _lacks(given: Typed) -> str:
    """Return which of the two quiet hours has to be mended: the one that is missing, else the first."""
    return "quiet_until" if one(given, "quiet_until") is None and one(given, "quiet_from") else "quiet_from"


def _read(given: Typed) -> Wishes:
    """Return what was typed, all of it hours that were offered. Raises Refusal: quiet_hours, digest_in_quiet."""

    def hour(name: str) -> int | None:
        text = one(given, name)
        return None if text is None else int(text)

    only = one(given, "working_days_only") == "yes"
    return Wishes(hour("quiet_from"), hour("quiet_until"), only, hour("digest_at"))


@pages.get("")
async def show(visit: Reader) -> Response:
    """Show what the reader wishes."""
    return _page(visit, _form(visit).filled(_typed_of(await wishes.of(visit.pool, visit.reader.id))))


def _page(visit: Signed, form: Form, status: int = 200) -> Response:
    hours = int(ESCALATION_WAITS.total_seconds() // 3600)
    done = visit.request.query_params.get("done")
    return visit.page("wishes.html", status, form=form, hours=hours, done=done)


@pages.post("")
async def change(visit: Reader, request: Request) -> Response:
    """Keep what the reader wishes."""
    given = await typed(request)
    form = _form(visit).filled(given).offered(visit._("Choose something that stands here"))
    if not form.ok:
        return _page(visit, form, 422)
    try:
        wished = _read(given)
    except Refusal as refusal:
        at = "digest_at" if refusal.code == "digest_in_quiet" else _lacks(given)
        return _page(visit, form.with_error(refusal.text(visit.language), at), 422)
    await wishes.keep(visit.pool, visit.reader.id, wished)
    return RedirectResponse("/me/notices?done=yes", 303)
