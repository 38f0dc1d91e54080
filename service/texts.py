"""Texts that every way in shares: how things stand, what happened, who agreed. Each in Swedish and English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from service import texts_programmes

if TYPE_CHECKING:
    from collections.abc import Mapping

Language = Literal["sv", "en"]

TEXTS: dict[str, tuple[str, str]] = {
    **texts_programmes.TEXTS,
    "day.today": ("i dag", "today"),
    "day.tomorrow": ("i morgon", "tomorrow"),
    "day.yesterday": ("i går", "yesterday"),
    "day.ahead": ("om {days} dagar", "in {days} days"),
    "day.ago": ("för {days} dagar sedan", "{days} days ago"),
    "status.reserved": ("ej påbörjad", "not begun"),
    "status.open": ("öppen", "open"),
    "status.paused": ("pausad", "paused"),
    "status.exited": ("avslutad, uppföljning", "left, follow-up"),
    "status.closed": ("stängd", "closed"),
    "status.diverged": ("spärrad", "held"),
    "notice.announce": ("ny uppgift", "new task"),
    "notice.remind": ("påminnelse", "reminder"),
    "notice.overdue": ("försenat", "overdue"),
    "notice.escalate": ("eskalering", "escalation"),
    "notice.answer": ("svar", "answer"),
    "notice.review": ("granska", "review"),
    "state.promised": ("utlovad", "promised"),
    "state.claimed": ("på väg", "on its way"),
    "state.handed_over": ("lämnad", "handed over"),
    "state.failed": ("misslyckad", "failed"),
    "state.uncertain": ("osäker", "uncertain"),
    "state.cancelled": ("inställd", "cancelled"),
    "reason.before_takeover": ("före övertagandet", "before the take-over"),
    "reason.no_recipient": ("ingen mottagare", "no recipient"),
    "reason.step_done": ("redan gjort", "done meanwhile"),
    "reason.step_ended": ("steget avbröts", "the step ended"),
    "reason.due_moved": ("dagen flyttades", "the day moved"),
    "reason.paused": ("processen är pausad", "the pathway is paused"),
    "reason.pathway_closed": ("processen stängd", "the pathway closed"),
    "reason.process_died": ("utskicket avbröts på vägen", "sending broke off under way"),
    "reason.no_address": ("mottagaren har ingen adress", "the recipient has no address"),
    "reason.not_written": ("brevet kunde inte skrivas", "the letter couldn't be written"),
    "reason.smtp_later": ("postservern tog inte emot nu", "the mail server didn't take it now"),
    "reason.smtp_refused": ("postservern vägrade", "the mail server refused it"),
    "reason.smtp_unreachable": ("postservern svarar inte", "the mail server doesn't answer"),
    "reason.folder": ("mappen för brev går inte att skriva i", "the folder for letters can't be written to"),
    "reason.address": ("adressen är felskriven", "the address is misspelled"),
    "reason.broken_off": ("förbindelsen bröts när brevet var på väg", "the line broke while the letter was on its way"),
    "reason.rebuilt": ("liggaren byggdes om", "the ledger was rebuilt"),
    "reason.arrived": ("någon vet att det kom fram", "somebody knows that it arrived"),
    "reason.told_otherwise": ("berättat på annat sätt", "told in another way"),
    "remedy.no_recipient": (
        "Ge någon rollen, eller namnge en ställföreträdare. Sedan går den av sig själv.",
        "Give somebody the role, or name a deputy. Then it leaves by itself.",
    ),
    "remedy.no_address": (
        "Skriv in mottagarens e-postadress under Personal. Sedan går den av sig själv.",
        "Enter the recipient's address under Staff. Then it leaves by itself.",
    ),
    "remedy.address": (
        "Rätta adressen under Personal och skicka igen.",
        "Mend the address under Staff and send it again.",
    ),
    "remedy.smtp_later": ("Den försöks igen av sig själv.", "It is tried again by itself."),
    "remedy.smtp_unreachable": (
        "Den försöks igen av sig själv. Håller det i sig: be driften se till postservern.",
        "It is tried again by itself. If it goes on: ask operations to look at the mail server.",
    ),
    "remedy.smtp_refused": (
        "Kontrollera adressen under Personal och skicka igen, eller ring mottagaren.",
        "Check the address under Staff and send it again, or ring the recipient.",
    ),
    "remedy.folder": (
        "Be driften se till mappen. Sedan går den av sig själv.",
        "Ask operations to look at the folder. Then it leaves by itself.",
    ),
    "remedy.not_written": (
        "Be driften läsa loggen, och skicka igen.",
        "Ask operations to read the log, and send it again.",
    ),
    "remedy.uncertain": (
        "Fråga mottagaren om brevet kom. Skicka igen, eller anteckna hur det gick.",
        "Ask the recipient whether the letter came. Send it again, or note how it went.",
    ),
    "remedy.given_up": (
        "Den har försökts många gånger och försöks inte mer. Skicka igen när felet är avhjälpt.",
        "It was tried many times and isn't any more. Send it again when the trouble is mended.",
    ),
    "truth.met": ("uppfyllt", "met"),
    "truth.unmet": ("inte uppfyllt", "not met"),
    "truth.unknown": ("okänt", "unknown"),
    "show.refused": ("avböjer", "declined"),
    "show.sealed": ("(förseglat)", "(sealed)"),
    "event.Referred": ("Remiss till {what}", "Referral to {what}"),
    "event.Opened": ("Öppnat: {what}", "Opened: {what}"),
    "event.Done": ("Klart: {what}{more}", "Done: {what}{more}"),
    "event.Ended": ("Avbrutet: {what} ({more})", "Ended: {what} ({more})"),
    "event.FactRecorded": ("{what}: {more}", "{what}: {more}"),
    "event.RecordTaken": ("{what}: {more}", "{what}: {more}"),
    "event.Reached": ("Milstolpe: {what}", "Milestone: {what}"),
    "event.Withdrawn": ("Milstolpe återtagen: {what}", "Milestone withdrawn: {what}"),
    "event.OwnerChanged": ("Ny ansvarig: {more}", "New owner: {more}"),
    "event.Assigned": ("Ansvarig för {what}: {more}", "Responsible for {what}: {more}"),
    "event.Paused": ("Paus: {what}, till {more}", "Pause: {what}, until {more}"),
    "event.Resumed": ("Återupptagen efter {what} dagar", "Resumed after {what} days"),
    "event.DueMoved": ("Ny dag: {what} → {more}", "Due moved: {what} → {more}"),
    "event.Told": ("Avisering ({what}): {more}", "Notice ({what}): {more}"),
    "event.Happened": ("{what}{more}", "{what}{more}"),
    "event.Corrected": ("Rättelse av händelse {what}: {more}", "Correction of event {what}: {more}"),
    "event.Exited": ("Avslut: {what}", "Exit: {what}"),
    "event.Reopened": ("Återöppnad", "Reopened"),
    "event.Migrated": ("Följer nu version {what}", "Follows version {what} from now on"),
    "event.MigrationUndone": ("Följer åter version {what}", "Follows version {what} again"),
    "event.Closed": ("Processen stängd", "Pathway closed"),
    "event.hours": ("{hours} timmar i {month}", "{hours} hours in {month}"),
    "event.outcome": (" → {outcome}", " → {outcome}"),
    "event.view": (" (deltagaren: {view})", " (participant: {view})"),
    "event.before_takeover": (", före övertagandet", ", before the take-over"),
    "view.yes": ("håller med", "agrees"),
    "view.no": ("håller inte med", "disagrees"),
    "view.partly": ("delvis", "partly"),
    "view.not_asked": ("inte tillfrågad", "not asked"),
    "ended.exit": ("avslut", "exit"),
    "ended.stopped": ("stoppat av regeln", "stopped by the rule"),
    "ended.not_needed": ("behövdes inte", "not needed"),
    "ended.stage_done": ("steget klart", "the stage is done"),
    "ended.reentry": ("kom tillbaka", "came back"),
    "ended.superseded": ("ersatt", "superseded"),
    "ended.reopened": ("återöppnad", "reopened"),
    "happening.contact": ("Kontakt", "Contact"),
    "happening.exit_decided": ("Beslut om avslut", "Decision to leave"),
    "happening.reentry": ("Kom tillbaka i ny process", "Came back on a new pathway"),
    "ended.removed": ("finns inte i den nya versionen", "isn't in the new version"),
    "ended.hidden": ("skälet visas inte för din roll", "the reason isn't shown to your role"),
    "ended.merged": ("slogs ihop med ett annat steg", "became one with another step"),
}


class Say:
    """Texts of one table in one language."""

    def __init__(self, language: Language, table: Mapping[str, tuple[str, str]] = TEXTS) -> None:
        self.language = language
        self._table = table

    def __call__(self, key: str, **words: Any) -> str:
        """Return a text with its words filled in. Raises KeyError for one that isn't in the table."""
        return self._table[key][0 if self.language == "sv" else 1].format(**words)

    def knows(self, key: str) -> bool:
        """Tell whether the table has a text."""
        return key in self._table
