"""What is typed into the forms of the desk: what nobody should type, and what may be taken."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

from service.ids import new_id
from service.sample import PASSWORD, reserved_number
from service.who import today
from tests.desk.crawling import Asked, Found
from tests.desk.judging import IMAGE, SCRIPT

HOSTILE = (
    "", "   ", "a" * 10_000, "[" * 3_000, "ett\x00två", "\x1b[31m\x07\x08", "👩‍🚀" * 40, "\u202ebaklänges\u202c", SCRIPT + IMAGE,
    "'; DROP TABLE pathways; --", "=cmd()|' /C calc'!A0", "9" * 400, "-1", "NaN", "1e400", "2026-02-31", "0001-01-01",
    "9999-12-31", "9999-12", "finns_inte", "%s%n{0}{{7*7}}", "\r\n\r\nSet-Cookie: a=b", "٣٤",
)  # fmt: skip
"""What is typed into one field while the others hold something sensible."""
CHOSEN = ("", "\x00", SCRIPT, "9" * 400, "finns_inte")
"""The same for what isn't typed: choices, hidden fields, parts of an address."""
TYPED = ("text", "search", "textarea", "day", "number")


class Sensible:
    """Answers that may be taken; ``text`` is a programme's."""

    def __init__(self, text: str = "") -> None:
        self.text = text
        self._serial = count(1)

    def given(self, form: Found) -> dict[str, Any]:
        """Return an answer for every field of a form."""
        given = {each.name: self._answer(each) for each in form.fields.values()}
        if form.action.endswith("/deputies"):  # until further notice, or the one day would be wrong by the other
            given["until"] = [""]
        return {**given, **_changed(form)} if "/correct/" in form.action else given

    def _answer(self, one: Asked) -> list[str]:
        serial = next(self._serial)
        made = {
            "command_id": new_id(), "seen": "", "text": self.text, "email": f"prov{serial}@example.se",
            "id": f"prov.prov{serial}", "quiet_from": "22", "quiet_until": "6", "digest_at": "8",
            "number": reserved_number(date(1982, 1 + serial % 12, 1 + serial % 28), serial),
        }  # fmt: skip
        day = today() + timedelta(days=14) if one.name == "until" else "1980-01-01" if "birth" in one.name else ""
        kinds = {"password": PASSWORD, "number": "10", "hidden": "", "file": "", "day": str(day)}
        if one.name in made:
            return [made[one.name]]
        if one.name == "deputy":  # somebody else than who is away, whom the form asks for with the same people
            return one.choices[-1:] or one.values
        if any(one.values):
            return one.values[:1] if one.kind in ("button", "submit") else one.values
        return [next((each for each in one.choices if each), kinds.get(one.kind, "Prov"))]


def _changed(form: Found) -> dict[str, Any]:
    """Return one answer that differs from what stands, since a correction has to change something."""
    values = [one for name, one in form.fields.items() if name.startswith("v-")]
    if not values:
        day = date.fromisoformat(form.fields["day"].values[0])
        return {"day": [str(day + timedelta(days=1 if day < today() else -1))]}
    one = next((one for one in values if one.kind == "number"), values[0])
    others = one.choices or {"number": ["7,5", "8"], "day": ["1980-01-02", "1980-01-03"]}.get(
        one.kind, ["Ett", "Ett till"]
    )
    return {one.name: [next(each for each in others if each and each not in one.values)]}
