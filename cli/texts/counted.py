"""People who are counted without an identity."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "counted.kept": (
        "Räknat (rad {row}): {number}, {kind}, {unit}, {day}. Inget om vem.",
        "Counted (row {row}): {number}, {kind}, {unit}, {day}. Nothing about who.",
    ),
    "counted.withdrawn": ("Rad {row} räknas inte längre.", "Row {row} counts no longer."),
    "counted.none": ("Inga räknade utan identitet.", "Nobody counted without an identity."),
    "counted.figures": ("Deltagare", "Participants"),
    "counted.named": (
        "  {number} med identitet (remitterade; var och en räknas en gång)",
        "  {number} with an identity (referred; each counts once)",
    ),
    "counted.sum": (
        "  {number} utan identitet, {kind} ({split}): ingår inte bland dem med identitet",
        "  {number} without an identity, {kind} ({split}): not among those with one",
    ),
    "counted.declined": ("ville inte uppge identitet", "declined to be identified"),
    "counted.short_contact": ("kort kontakt", "short contact"),
    "counted.woman": ("kvinnor", "women"),
    "counted.man": ("män", "men"),
    "counted.unknown": ("kön ej angivet", "gender not stated"),
    "head.row": ("Rad", "Row"),
    "head.gender": ("Kön", "Gender"),
    "head.people": ("Antal", "People"),
}
