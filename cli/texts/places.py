"""Places and queues."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "places.none": ("Inga platser är angivna.", "No places are stated."),
    "places.any_site": ("-", "-"),
    "places.group": ("{day}, minst {least}", "{day}, at least {least}"),
    "places.no_group": ("ingen dag kvar (minst {least})", "no day left (at least {least})"),
    "places.queue": ("Väntar på {pool} ({operation}): {count}", "Waiting for {pool} ({operation}): {count}"),
    "places.days": ("sedan {since} ({days} d)", "since {since} ({days} d)"),
    "places.paused": ("{waited} (pausad)", "{waited} (paused)"),
    "places.above": (
        "{pool} ({operation}): {over} fler än platserna. Ingen förlorar sin; nästa erbjuds först när det ryms.",
        "{pool} ({operation}): {over} more than there are places. Nobody loses theirs; no offers until there is room.",
    ),
    "places.gone": (
        "{pool} ({operation}) anges inte längre: ingen ny får plats där.",
        "{pool} ({operation}) is stated no longer: nobody new gets a place there.",
    ),
    "places.unstated": (
        "{pool} ({operation}) har inga angivna platser: den som väntar där erbjuds ingen, och väntan förfaller.",
        "{pool} ({operation}) has no stated places: whoever waits there is offered none, and the waiting falls due.",
    ),
    "head.pool": ("Plats", "Pool"),
    "head.site": ("Ställe", "Site"),
    "head.count": ("Antal", "Places"),
    "head.held": ("Upptagna", "Held"),
    "head.offered": ("Erbjudna", "Offered"),
    "head.start": ("Nästa gruppstart", "Next group start"),
    "head.line": ("Kö", "Line"),
    "head.rank": ("Företräde", "Rank"),
    "head.waited": ("Har väntat", "Has waited"),
    "show.place_waiting": (
        "{step}: plats {place} av {length} i kön till {pool}, {waited}",
        "{step}: number {place} of {length} in line for {pool}, {waited}",
    ),
    "show.place_offered": ("{step}: erbjuden en plats, {pool}{at}", "{step}: offered a place, {pool}{at}"),
    "show.place_held": ("{step}: har en plats, {pool}{at}", "{step}: has a place, {pool}{at}"),
    "show.place_starts": (", gruppen börjar {day}", ", the group starts on {day}"),
}
