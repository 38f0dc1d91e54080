"""How the demonstration ends: one line of evidence for each promise, and what came of the operation."""

from __future__ import annotations

from demo.check import MOST_SHOWN, Finding, Findings
from demo.outcomes import Outcomes, said
from demo.voice import Voice
from domain.figures import Share

NAMES = {
    "P1": ("ingen faller mellan stolarna", "nobody falls between"),
    "P2": ("inget förloras, inget dubblas", "nothing lost, nothing twice"),
    "P3": ("varje utlovat besked", "every promised notice"),
    "P4": ("rent avslut", "clean exit"),
}
PLANNED = 30  # per cent of those who enter the activity phase (K20)


def evidence(promise: str, finding: Finding, voice: Voice) -> str:
    """Return what was counted for a promise, in one sentence."""
    counted = finding.counted
    if promise == "P1":
        return voice.of(
            f"{counted['open']} öppna processer har var sin ansvarig på plats och en nästa dag; "
            f"{counted['escalations']} eskaleringar står i liggaren",
            f"{counted['open']} open pathways each have an owner who is here and a next date; "
            f"{counted['escalations']} escalations stand in the ledger",
        )
    if promise == "P2":
        return voice.of(
            f"{counted['commands']} kommandon gav {counted['events']} händelser, utan lucka, varje kommando en gång; "
            f"{counted['workflows']} arbetsflöden lever",
            f"{counted['commands']} commands gave {counted['events']} events, without a gap, each command once; "
            f"{counted['workflows']} workflows live",
        )
    if promise == "P3":
        parts = [
            (counted["handed_over"], "lämnade", "handed over"),
            (counted["cancelled"], "inställda med skäl", "cancelled with a reason"),
            (counted["uncertain"], "osäkra, visade", "uncertain, shown"),
            (counted["failed"], "misslyckade, visade", "failed, shown"),
        ]
        told = ", ".join(f"{count} {voice.of(sv, en)}" for count, sv, en in parts if count)
        return voice.of(f"{counted['notices']} besked: {told}", f"{counted['notices']} notices: {told}")
    waiting = counted["handed_over"] - counted["received"]
    late_sv = f", {waiting} bevakas" if waiting else ""
    late_en = f", {waiting} watched" if waiting else ""
    return voice.of(
        f"{counted['exits']} avslut utan öppet arbete; "
        f"{counted['received']} av {counted['handed_over']} överlämnade är mottagna{late_sv}",
        f"{counted['exits']} exits with no work left open; "
        f"{counted['received']} of {counted['handed_over']} handed over are received{late_en}",
    )


def tell_promises(findings: Findings, voice: Voice) -> bool:
    """Say whether each promise is kept, and return whether all are."""
    for promise, finding in findings.items():
        name = voice.of(*NAMES[promise])
        if finding.kept:
            voice.plain(f"{promise} ✓ {name}: {evidence(promise, finding, voice)}.")
            continue
        count = len(finding.broken)
        voice.line(f"{promise} ✗ {name}: BRUTET på {count} ställen", f"{promise} ✗ {name}: BROKEN in {count} places")
        for place in finding.broken[:MOST_SHOWN]:
            voice.plain(f"     {place}")
    return all(finding.kept for finding in findings.values())


def tell_outcomes(found: Outcomes, voice: Voice) -> None:
    """Say how far the operation came: counts, bases and both readings."""
    reached, undergone = found.reached, found.undergone
    voice.line(
        f"Mål: {PLANNED} % av dem som går vidare till aktivitetsfasen når 25 % aktivitetsförmåga.",
        f"Target: {PLANNED} % of those who enter the activity phase reach 25 % activity capacity.",
    )
    voice.line(
        f"Nådde: {reached.count} av {reached.of} = {said(reached.percent)} av alla som gick vidare; "
        f"{_left_sv(reached)}.",
        f"Reached: {reached.count} of {reached.of} = {said(reached.percent)} of all who entered; {_left_en(reached)}.",
    )
    voice.line(
        f"Resursinventering: {undergone.count} genomgick av {undergone.of} erbjudna = {said(undergone.percent)} "
        f"av alla; {_left_sv(undergone)}.",
        f"Inventory: {undergone.count} undergone of {undergone.of} offered = {said(undergone.percent)} of all; "
        f"{_left_en(undergone)}.",
    )
    voice.line(
        f"Räknade: {found.people} personer, {found.inside} av dem inne; {found.errors} felregistrerade räknas inte.",
        f"Counted: {found.people} people, {found.inside} of them inside; {found.errors} registered in error are out.",
    )


def _left_sv(share: Share) -> str:
    return (
        f"{share.count_left} av {share.of_left} = {said(share.percent_left)} av dem som lämnat ({share.inside} är inne)"
    )


def _left_en(share: Share) -> str:
    return (
        f"{share.count_left} of {share.of_left} = {said(share.percent_left)} of those who left ({share.inside} inside)"
    )
