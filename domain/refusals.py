"""Every refusal's code with its text in Swedish and English: what is wrong, and what to do instead.

The table is part of the documentation: docs/refusals.md is printed from it, and a test finds codes without a text.
"""

from __future__ import annotations

from typing import Any

from domain.problems import said
from domain.refusals_desk import DESK
from domain.refusals_input import INPUT

TEXTS: dict[str, tuple[str, str]] = {
    **DESK,
    **INPUT,
    "already_done": (
        "{step} är redan klart: {who} registrerade det {on}. Är det fel, rätta den registreringen.",
        "{step} is already done: {who} registered it on {on}. If that is wrong, correct that entry.",
    ),
    "already_ended": (
        "{step} avslutades redan {on} av {who} utan att bli klart.",
        "{step} was already ended on {on} by {who} without being done.",
    ),
    "already_paused": (
        "Processen är redan pausad till {resume_by}. Återuppta den först.",
        "The pathway is already paused until {resume_by}. Resume it first.",
    ),
    "already_referred": (
        "Remissen finns redan som {pathway}. Öppna den i stället för att remittera igen.",
        "The referral already exists as {pathway}. Open that one instead of referring again.",
    ),
    "already_inside": (
        "Personen finns redan i verksamheten ({pathway}). Avsluta den processen först, eller arbeta vidare i den.",
        "The person is already inside the operation ({pathway}). Exit that pathway first, or go on with it.",
    ),
    "another_version": (
        "Den {day} gällde en annan version. Behåll dagen, eller avsluta som felregistrerad och remittera på nytt.",
        "Another version was in force on {day}. Keep the day, or exit as registered in error and refer again.",
    ),
    "before_the_exit": ("Dagen ligger före avslutet {on}.", "The day is before the exit on {on}."),
    "before_the_pause": ("Dagen ligger före pausens början {on}.", "The day is before the pause began on {on}."),
    "closed": (
        "Processen är stängd. Rättelser går fortfarande bra; en chef kan återöppna den.",
        "The pathway is closed. Corrections are still possible; a manager can reopen it.",
    ),
    "coded_reason_unknown": ("Välj en av orsakerna: {known}.", "Choose one of the reasons: {known}."),
    "command_invalid": (
        "{place} saknas, är okänt eller har fel form.",
        "{place} is missing, unknown or has the wrong form.",
    ),
    "command_too_old": (
        "Begäran är äldre än {days} dagar och kan inte tas emot. Gör den på nytt.",
        "The command is more than {days} days old and can't be taken. Make it again.",
    ),
    "day_before_the_operation": (
        "Dagen {day} ligger före verksamhetens start {start}.",
        "The day {day} is before the operation starts on {start}.",
    ),
    "day_after_the_operation": (
        "Dagen {day} ligger efter verksamhetens slut {end}.",
        "The day {day} is after the operation ends on {end}.",
    ),
    "day_before_the_referral": (
        "Dagen {day} ligger före remissen {referral}. Rätta dagen.",
        "The day {day} is before the referral on {referral}. Correct the day.",
    ),
    "day_in_the_future": (
        "Dagen {day} har inte varit än. Registrera det som har hänt.",
        "The day {day} has not come yet. Register what has happened.",
    ),
    "diverged": (
        "Processen {pathway} är spärrad: journalen och arbetsflödet säger olika. Drift kör 'stegvis ops revive'.",
        "The pathway {pathway} is held: record and workflow differ. Operations has to run 'stegvis ops revive'.",
    ),
    "exit_unknown": ("Okänt avslutsskäl {exit}. Välj bland: {known}.", "Unknown exit {exit}. Choose among: {known}."),
    "exited": (
        "Deltagaren är avslutad sedan {on} ({exit}). Bara uppföljning, rättelse och återöppning är möjlig.",
        "The participant left on {on} ({exit}). Only follow-up, correction and reopening are possible.",
    ),
    "fact_not_refusable": (
        "Uppgiften {fact} kan inte avböjas. Lämna den tom om den är okänd.",
        "The fact {fact} can't be declined. Leave it empty if it is unknown.",
    ),
    "fact_unknown": ("Okänd uppgift {fact}. Kända: {known}.", "Unknown fact {fact}. Known: {known}."),
    "field_missing": ("{field} behövs i {record}.", "{field} is needed in {record}."),
    "field_unknown": (
        "Okänt fält {field} i {record}. Kända: {known}.",
        "Unknown field {field} in {record}. Known: {known}.",
    ),
    "given_up": (
        "Begäran kom fram för sent ({not_after}) och gjordes inte. Försök igen.",
        "The command came too late ({not_after}) and was not carried out. Try again.",
    ),
    "happening_not_now": (
        "{happening} kan inte registreras nu: programmets villkor är inte uppfyllt.",
        "{happening} can't be registered now: the programme's condition doesn't hold.",
    ),
    "happening_unknown": (
        "Okänd händelse {happening}. Kända: {known}.",
        "Unknown happening {happening}. Known: {known}.",
    ),
    "hours_out_of_range": (
        "Timmar anges i hela kvartar mellan 0 och {most}.",
        "Hours are given in whole quarters between 0 and {most}.",
    ),
    "menu_not_for_this_person": (
        "{step} är inte öppet för den här personen enligt programmets regel.",
        "{step} is not open to this person by the programme's rule.",
    ),
    "menu_not_yet": ("{step} kan inte väljas än.", "{step} can't be chosen yet."),
    "menu_used_up": ("{step} har redan valts {most} gånger.", "{step} has already been chosen {most} times."),
    "migration_crosses_exit": (
        "{step} kan inte flyttas mellan programmet och det som följer efter avslutet.",
        "{step} can't be moved between the programme and what follows the exit.",
    ),
    "migration_endless": (
        "Den nya versionen går runt i en cirkel för den här processen. Rätta definitionen.",
        "The new version goes round in circles for this pathway. Mend the definition.",
    ),
    "migration_exit_unknown": (
        "Avslutsskälet {exit} finns inte i den nya versionen. Ange i mappningen vad det har blivit.",
        "The exit {exit} isn't in the new version. Say in the mapping what it has become.",
    ),
    "migration_needless": (
        "Processen följer redan version {version}.",
        "The pathway follows version {version} already.",
    ),
    "migration_not_undoable": (
        "Flytten kan inte tas tillbaka: något annat än aviseringar har hänt sedan dess, eller så finns ingen flytt.",
        "The migration can't be taken back: more than notices has happened since, or there is none.",
    ),
    "migration_other_programme": (
        "Versionen hör till programmet {other}, inte till {programme}.",
        "The version belongs to the programme {other}, not to {programme}.",
    ),
    "migration_unmapped": (
        "{step} är öppet och har ingen plats i den nya versionen. Ange i mappningen vad det blivit, eller 'remove'.",
        "{step} is open and has no place in the new version. Say in the mapping what it has become, or 'remove'.",
    ),
    "month_out_of_range": (
        "Månaden {month} ligger utanför insatsen (från {first}, inte i framtiden).",
        "The month {month} is outside the intervention (from {first}, not in the future).",
    ),
    "moving": (
        "Processen byter körning just nu. Försök igen.",
        "The pathway is moving to a new run. Try again.",
    ),
    "must_be_another_person": (
        "{step} måste göras av en annan person än {other}.",
        "{step} must be done by another person than {other}.",
    ),
    "must_be_the_same_person": (
        "{step} måste göras av samma person som {other}.",
        "{step} must be done by the same person as {other}.",
    ),
    "needs_not_met": (
        "{outcome} i {step} kräver att villkoren är uppfyllda (nu: {needs}). Den som får göra undantag kan det.",
        "{outcome} in {step} needs its conditions met (now: {needs}). Whoever may make exceptions can.",
    ),
    "not_correctable": (
        "Händelse {of} kan inte rättas. Rätta den händelse som registrerade uppgiften.",
        "Event {of} can't be corrected. Correct the event that recorded the value.",
    ),
    "not_exited": ("Deltagaren är inte avslutad.", "The participant has not left."),
    "no_place_while_paused": (
        "Processen är pausad till {resume_by}; platsen går till nästa i kön.",
        "The pathway is paused until {resume_by}; the place goes to the next in line.",
    ),
    "not_paused": ("Processen är inte pausad.", "The pathway is not paused."),
    "not_your_role": (
        "Din roll får inte göra detta. Det kräver: {needed}.",
        "Your role may not do this. It needs: {needed}.",
    ),
    "nothing_to_correct": (
        "Rättelsen av händelse {of} ändrar ingenting.",
        "The correction of event {of} changes nothing.",
    ),
    "only_the_day_can_be_corrected": (
        "På händelse {of} kan bara dagen rättas.",
        "Only the day of event {of} can be corrected.",
    ),
    "place_of_another_pool": (
        "Platsen ({pool}) hör till en annan kö än den som deltagaren står i nu; den går till nästa i kön.",
        "The place ({pool}) is of another queue than the one the participant is in now; it goes to the next in line.",
    ),
    "operation_unknown": (
        "Okänd verksamhet {operation}. Kända: {known}.",
        "Unknown operation {operation}. Known: {known}.",
    ),
    "outcome_unknown": (
        "{step} har inget utfall {outcome}. Välj bland: {known}.",
        "{step} has no outcome {outcome}. Choose among: {known}.",
    ),
    "owner_already": ("{owner} är redan ansvarig.", "{owner} is already the owner."),
    "participants_missing": (
        "{step} kräver att alla är med; saknas: {missing}.",
        "{step} needs everybody to take part; missing: {missing}.",
    ),
    "pathway_unknown": ("Okänd process. Kontrollera beteckningen.", "Unknown pathway. Check the id."),
    "reason_missing": ("Skriv ett skäl.", "Write a reason."),
    "referral_taken": (
        "Remissen {referral} gäller redan en annan person. Använd en egen beteckning för varje remiss.",
        "The referral {referral} already stands for another person. Use an id of its own for each referral.",
    ),
    "record_away": (
        "Journalen svarar inte just nu och ingenting gjordes. Försök igen om en stund.",
        "The record doesn't answer now and nothing was done. Try again in a while.",
    ),
    "record_unknown": ("Okänd bedömning {record}. Kända: {known}.", "Unknown record {record}. Known: {known}."),
    "reentered": (
        "Personen har kommit tillbaka som {pathway}; den här processen kan inte återöppnas.",
        "The person came back as {pathway}; this pathway can't be reopened.",
    ),
    "resume_by_out_of_range": (
        "Pausen måste sluta en kommande dag, senast {latest}.",
        "The pause has to end on a coming day, at the latest {latest}.",
    ),
    "stage_not_open": ("Steget som {step} hör till är inte öppet.", "The stage of {step} is not open."),
    "staff_has_work": (
        "{staff} har öppna processer ({count}). Överlämna dem först: 'stegvis staff reassign'.",
        "{staff} has open pathways ({count}). Hand them over first: 'stegvis staff reassign'.",
    ),
    "staff_inactive": ("{staff} är inte aktiv.", "{staff} is not active."),
    "staff_unknown": (
        "Okänd medarbetare {staff}. Ange --as eller STEGVIS_AS med en registrerad medarbetare.",
        "Unknown staff member {staff}. Give --as or STEGVIS_AS with a registered one.",
    ),
    "step_ambiguous": (
        "{step} kan betyda flera: {choices}. Ange vilken.",
        "{step} may mean several: {choices}. Say which.",
    ),
    "step_cant_be_ended": (
        "{step} kan inte avbrytas; det måste göras eller beslutas.",
        "{step} can't be interrupted; it has to be done or decided.",
    ),
    "step_has_no_hours": ("{step} har ingen närvaro att registrera.", "{step} has no attendance to report."),
    "step_is_no_decision": ("{step} är inget beslut.", "{step} is no decision."),
    "step_needs_a_decision": (
        "{step} är ett beslut: ange utfall och skäl.",
        "{step} is a decision: give outcome and reason.",
    ),
    "step_needs_a_record": (
        "{step} blir klart när bedömningen {record} registreras.",
        "{step} is done when the record {record} is taken.",
    ),
    "step_not_in_menu": ("{step} finns inte bland det som kan väljas.", "{step} is not among what can be chosen."),
    "step_not_open": (
        "{step} är inte öppet. 'stegvis do PROCESS' visar vad som är möjligt nu.",
        "{step} is not open. 'stegvis do PATHWAY' lists what is possible now.",
    ),
    "step_takes_another_record": ("{step} tar bedömningen {record}.", "{step} takes the record {record}."),
    "step_unknown": ("Programmet har inget steg {step}.", "The programme has no step {step}."),
    "step_waits_for_a_place": (
        "{step} blir klart när en plats i {pool} är ledig och erbjuds.",
        "{step} is done when a place in {pool} is free and offered.",
    ),
    "text_control_characters": (
        "{name} innehåller styrtecken. Skriv vanlig text.",
        "{name} holds control characters. Write plain text.",
    ),
    "text_too_long": ("{name} är längre än {most} tecken.", "{name} is longer than {most} characters."),
    "too_early": ("{step} kan bli klart tidigast {earliest}.", "{step} can be done on {earliest} at the earliest."),
    "too_late_to_reopen": (
        "Avslutet kunde återöppnas till och med {latest}. Gör en ny remiss i stället.",
        "The exit could be reopened until {latest}. Make a new referral instead.",
    ),
    "value_not_a_code": ("{name} måste vara ett av: {codes}.", "{name} has to be one of: {codes}."),
    "value_not_a_date": ("{name} måste vara ett datum, ÅÅÅÅ-MM-DD.", "{name} has to be a date, YYYY-MM-DD."),
    "value_not_a_number": ("{name} måste vara ett tal.", "{name} has to be a number."),
    "value_not_a_step": ("{name} anges i steg om {step}.", "{name} is given in steps of {step}."),
    "value_not_boolean": ("{name} måste vara ja eller nej.", "{name} has to be yes or no."),
    "value_not_text": ("{name} måste vara text.", "{name} has to be text."),
    "value_out_of_range": ("{name} måste ligga mellan {low} och {high}.", "{name} has to be between {low} and {high}."),
    "view_missing": (
        "Ange deltagarens egen syn på {step}: håller med, håller inte med, delvis eller inte tillfrågad.",
        "State the participant's own view on {step}: agrees, disagrees, partly or not asked.",
    ),
    "watch_belongs_to_the_owner": (
        "Bevakningen hör till den ansvariga och kan inte delas ut.",
        "The watch belongs to the owner and can't be assigned.",
    ),
    "watch_is_moved_by_contact": (
        "Bevakningen flyttas när en kontakt registreras.",
        "The watch moves when a contact is registered.",
    ),
}


class _Gaps(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def say(code: str, params: dict[str, Any], language: str) -> str:
    """Return a refusal's text in "sv" or "en"; an unknown code is shown as it is."""
    if code not in TEXTS:
        return code
    spoken = {name: said(value, language) for name, value in params.items()}
    return TEXTS[code][0 if language == "sv" else 1].format_map(_Gaps(spoken))
