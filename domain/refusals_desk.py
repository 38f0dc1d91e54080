"""Refusals of the desk: signing in, seeing, forms. Part of the table in domain/refusals.py."""

from __future__ import annotations

DESK: dict[str, tuple[str, str]] = {
    "address_invalid": (
        "Adressen ska se ut som namn@kommun.se.",
        "An address looks like name@municipality.se.",
    ),
    "another_unit": (
        "Personen hör till en annan enhet än din. Fråga den som är ansvarig, eller din programansvarige.",
        "The person belongs to another unit than yours. Ask whoever is responsible, or your programme manager.",
    ),
    "digest_in_quiet": (
        "Sammanfattningen skulle komma under tysta timmar. Välj ett annat klockslag.",
        "The summary would come in quiet hours. Choose another hour.",
    ),
    "notice_settled": (
        "Aviseringen har redan fått sitt svar. Ladda om sidan.",
        "The notice has its answer already. Load the page again.",
    ),
    "faults_wait": (
        "Det har kommit många rapporter den senaste timmen. Vänta en stund, eller ring den programansvarige.",
        "Many reports came in the last hour. Wait a while, or ring the programme manager.",
    ),
    "last_manager": (
        "Det här är den sista programansvariga. Ge rollen till någon annan först.",
        "This is the last programme manager. Give the role to somebody else first.",
    ),
    "hand_over_unknown": (
        "Den överlämningen finns inte.",
        "There is no such hand-over.",
    ),
    "hand_over_sent": (
        "Den här sidan är redan skickad, med ett annat val. Tabellen visar vad som är kvar: titta och skicka på nytt.",
        "This page was sent already, with another choice. The table shows what is left: look again, and send anew.",
    ),
    "pathways_gone": (
        "{count} av de valda är inte längre den här kollegans. Ingenting har bytt ansvarig: titta och skicka på nytt.",
        "{count} of those chosen are this colleague's no longer. Nothing has changed hands: look again, and send anew.",
    ),
    "pathways_not_theirs": (
        "{count} av de valda är inte den här kollegans. Ingenting har bytt ansvarig.",
        "{count} of those chosen are not this colleague's. Nothing has changed hands.",
    ),
    "pathways_not_yours_to_give": (
        "{count} av de valda hör till en verksamhet där du inte är programansvarig. Inget har bytt ansvarig.",
        "{count} of those chosen are in an operation where you are no programme manager. Nothing has changed hands.",
    ),
    "not_for_you": (
        "Din roll ser inte detta. Den programansvarige ger roller.",
        "Your role doesn't see this. The programme manager gives roles.",
    ),
    "not_possible_now": (
        "Det går inte att göra nu. Sidan visar vad som går.",
        "It can't be done now. The page shows what can.",
    ),
    "password_again": ("De två nya lösenorden är inte lika.", "The two new passwords are not the same."),
    "password_short": (
        "Ett lösenord har minst {least} tecken. Några ord i rad går bra.",
        "A password has at least {least} characters. A few words in a row will do.",
    ),
    "protected_data": (
        "Skyddade personuppgifter. De visas för ansvarig, programansvarig och den som har ett namngivet steg.",
        "Protected personal data. The owner, the programme manager and whoever has a step by name see them.",
    ),
    "quiet_hours": (
        "Ange både från och till, hela timmar, och inte samma timme två gånger.",
        "Give both from and until, full hours, and not the same hour twice.",
    ),
    "staff_changed": (
        "Någon annan ändrade personen medan du skrev. Titta igen, och spara om det fortfarande stämmer.",
        "Somebody else changed this person while you wrote. Look again, and keep it if it still holds.",
    ),
    "staff_id_taken": ("Användarnamnet är upptaget. Välj ett annat.", "The user name is taken. Choose another."),
    "staff_of_others": (
        "Personen arbetar också där du inte är programansvarig. Fråga den programansvariga där.",
        "The person also works where you aren't programme manager. Ask the programme manager there.",
    ),
    "sign_in_failed": (
        "Namnet eller lösenordet stämmer inte. Försök igen, eller be den programansvarige om ett nytt lösenord.",
        "The name or the password isn't right. Try again, or ask the programme manager for a new password.",
    ),
    "sign_in_wait": (
        "För många misslyckade försök. Vänta {minutes} minuter och försök igen.",
        "Too many tries that failed. Wait {minutes} minutes and try again.",
    ),
}
