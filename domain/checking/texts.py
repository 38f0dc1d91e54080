"""Every finding's code with its text in Swedish and English: what is wrong, and what it would lead to."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    # The form.
    "derived_unknown_field": (
        "{name} räknas ut ur {missing}, som inte är ett tal i samma anteckning: värdet blir aldrig till",
        "{name} is derived from {missing}, which is no number of the same record: it is never worked out",
    ),
    "limits_reversed": (
        "gränserna för {name} står omvända: från {low} till {high}",
        "the limits of {name} are the wrong way round: from {low} to {high}",
    ),
    "default_impossible": (
        "förvalet {value} är inget värde som {name} kan ha",
        "the default {value} is no value that {name} can have",
    ),
    "enough_without_items": (
        "'enough' i {step} betyder inget utan 'for_each'",
        "'enough' of {step} means nothing without 'for_each'",
    ),
    "enough_too_many": (
        "{step} kräver {enough} klara men har bara {count}: steget blir aldrig klart i förtid",
        "{step} wants {enough} done but has only {count} items: the quorum is never reached",
    ),
    "items_missing": (
        "{step}: 'for_each' pekar på {name}, som inte har några delar",
        "{step}: 'for_each' names {name}, which has no items",
    ),
    "only_after_exit": (
        "'{option}' i {step} gäller bara steg under after_exit och betyder inget här",
        "'{option}' of {step} is for steps in after_exit and means nothing here",
    ),
    "reasons_on_decision": (
        "'reasons' i {step} betyder inget: ett beslut kan ingen avbryta (ge orsaker till ett utfall)",
        "'reasons' of {step} mean nothing: nobody can interrupt a decision (give an outcome reasons)",
    ),
    "record_beside_decide": (
        "{step} har både 'decide' och 'record': beslutet gäller, anteckningen frågas aldrig efter",
        "{step} has both 'decide' and 'record': the decision wins, the record is never asked for",
    ),
    "stage_empty": ("skedet {step} har inga steg", "the stage {step} has no steps"),
    "name_taken_twice": (
        "milstolpen {name} heter som ett steg: där namnet står menas milstolpen",
        "the milestone {name} has the name of a step: wherever the name stands, the milestone is meant",
    ),
    "name_reserved": ("namnet {name} använder motorn själv; välj ett annat", "the engine uses the name {name} itself"),
    "condition_unknown_key": (
        "villkoret förstår inte {key}; det läser {known}",
        "the condition doesn't understand {key}; it reads {known}",
    ),
    "code_unknown": ("{name} kan inte vara {value}; koderna är {known}", "{name} can't be {value}; codes are {known}"),
    "value_outside_scale": (
        "{value} ligger utanför skalan för {name}: {low} till {high}",
        "{value} is outside the scale of {name}: {low} to {high}",
    ),
    "value_of_another_type": (
        "{name} har typen {type} och kan inte jämföras med {value}",
        "{name} is of type {type} and can't be compared with {value}",
    ),
    "age_day_unknown": (
        "åldern räknas vid {name}, som ingen dag har: villkoret blir aldrig känt",
        "the age is taken at {name}, which has no day: the condition never becomes known",
    ),
    "never_holds": ("villkoret kan aldrig gälla: {condition}", "the condition can never hold: {condition}"),
    "always_holds": (
        "villkoret gäller alltid, vad som än är känt: {condition}",
        "the condition always holds, whatever is known: {condition}",
    ),
    # Who, and by when.
    "due_missing": (
        "{step} har ingen tidsgräns: den som väljer steget väntar utan nästa datum",
        "{step} has no due rule: whoever chooses it waits without a next date",
    ),
    "nobody_may": (
        "ingen får göra {step}: den som är ansvarig gjorde {other}",
        "nobody may do {step}: whoever is responsible did {other}",
    ),
    "needs_two_roles": (
        "bara den som är både {role} och {other_role} kan göra {step} (samma person som {other})",
        "only somebody who is both {role} and {other_role} can do {step} (the same person as {other})",
    ),
    "person_comes_later": (
        "'{option}' i {step} nämner {other}, som ingen kan ha gjort innan",
        "'{option}' of {step} names {other}, which nobody can have done before it",
    ),
    "receiver_missing": (
        "avslutet {exit} lämnar över till {role}, men inget steg som bekräftar det görs av {role}",
        "the exit {exit} hands over to {role}, but no step that confirms it is done by {role}",
    ),
    "nobody_hands_over": (
        "{step} bekräftar ett mottagande efter {exit}, som inte lämnar över till någon (hand_over)",
        "{step} confirms a reception after {exit}, which hands over to nobody (hand_over)",
    ),
    "anchor_comes_later": (
        "{option} i {step} räknas från {anchor}, som inte kan vara klart innan: då räknas från att steget öppnas",
        "{option} of {step} counts from {anchor}, which can't be done before it: it would count from the opening",
    ),
    # What can be reached.
    "step_unreachable": ("steget {step} kan aldrig öppnas", "the step {step} can never open"),
    "stage_never_done": (
        "skedet {step} kan aldrig bli klart; det som fattas: {inner}",
        "the stage {step} can never be done; what is missing: {inner}",
    ),
    "milestone_unreachable": ("milstolpen {name} kan aldrig nås", "the milestone {name} can never be reached"),
    "happening_unreachable": ("{name} kan aldrig hända", "{name} can never happen"),
    "exit_by_hand_only": (
        "avslutet {name} kan bara göras för hand (exit), inget beslut leder dit",
        "the exit {name} can only be made by hand (exit), no decision leads there",
    ),
    "target_base_unreachable": (
        "målet {name} räknas på {ref}, som aldrig inträffar: basen är alltid noll",
        "the target {name} is counted on {ref}, which never comes true: its base is always zero",
    ),
    "target_count_unreachable": (
        "målet {name} räknar {ref}, som aldrig inträffar",
        "the target {name} counts {ref}, which never comes true",
    ),
    "target_is_its_base": (
        "målet {name} räknar sin egen bas: det är alltid 100 %",
        "the target {name} counts its own base: it is always 100 %",
    ),
    "target_always_met": (
        "målet {name}: {base} inträffar bara för den som redan har {ref}: det är alltid 100 %",
        "the target {name}: {base} comes true only for those with {ref} already: it is always 100 %",
    ),
    "target_count_outside_base": (
        "målet {name}: {ref} kan inträffa för den som inte hör till basen {base}; bara de i basen räknas",
        "the target {name}: {ref} can come true for somebody outside the base {base}; only those inside count",
    ),
    "version_overlaps": (
        "{other} gäller också {programme} från {day}: det går inte att säga vilken version som följs",
        "{other} is also effective for {programme} from {day}: nobody can say which version is followed",
    ),
    # What the search finds.
    "endless_loop": (
        "{step} öppnas om och om igen utan att någon gör något eller tid går",
        "{step} opens again and again without anybody doing anything or time passing",
    ),
    "engine_stops": ("processen skulle stanna: {problem}", "the pathway would stop: {problem}"),
    "nobody_watches": ("P1 bryts: {problem}", "P1 is broken: {problem}"),
    "exit_not_clean": ("P4 bryts: {problem}", "P4 is broken: {problem}"),
    "hand_over_unconfirmed": (
        "P4 bryts: processen stängs efter {exit} utan att någon har bekräftat mottagandet",
        "P4 is broken: the pathway closes after {exit} although nobody has confirmed the hand-over",
    ),
    "stuck": (
        "härifrån leder inget beslut vidare, bara ett avslut för hand; öppet är {open}",
        "from here no decision leads on, only an exit by hand; open is {open}",
    ),
    "step_never_opens": (
        "steget {step} öppnas på ingen av alla vägar",
        "the step {step} opens on none of all paths",
    ),
    "outcome_never_possible": (
        "utfallet {outcome} i {step} är möjligt på ingen av alla vägar",
        "the outcome {outcome} of {step} is possible on none of all paths",
    ),
    # The examples.
    "not_in_examples": ("inget exempel visar {what}", "no example shows {what}"),
}

HINTS = frozenset({"exit_by_hand_only", "needs_two_roles", "target_count_outside_base", "not_in_examples"})
"""Worth knowing, but no reason to refuse a definition."""
