"""What can be wrong with a definition, an operation, a mapping or a story: each code with its text in two languages.

The pattern is that of domain/refusals.py: code and parameters travel, words are chosen where somebody reads them.
What is wrong with the form of a value stands in domain/problems_form.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Union

from domain.problems_form import FORM

if TYPE_CHECKING:
    from collections.abc import Mapping

LINKS: dict[str, tuple[str, str]] = {
    # Names that refer to something.
    "unknown_role": ("okänd roll {name!r}; rollerna är {known}", "unknown role {name!r}; roles are {known}"),
    "unknown_exit": ("okänt avslut {name!r}; avsluten är {known}", "unknown exit {name!r}; exits are {known}"),
    "unknown_fact": ("okänd uppgift {name!r}; kända är {known}", "unknown fact {name!r}; known are {known}"),
    "unknown_record": ("okänd anteckning {name!r}; kända är {known}", "unknown record {name!r}; known are {known}"),
    "unknown_field": ("okänt fält {name!r}; kända är {known}", "unknown field {name!r}; known are {known}"),
    "unknown_milestone": (
        "okänd milstolpe {name!r}; kända är {known}",
        "unknown milestone {name!r}; known are {known}",
    ),
    "unknown_authority": (
        "okänd befogenhet {name!r}; kända är {known}",
        "unknown authority {name!r}; known are {known}",
    ),
    "unknown_code": (
        "okänd kod {name!r} i {of!r}; kända är {known}",
        "unknown code of {of!r} {name!r}; known are {known}",
    ),
    "unknown_item": (
        "okänd del {name!r} av {of!r}; kända är {known}",
        "unknown item of {of!r} {name!r}; known are {known}",
    ),
    "unknown_item_role": (
        "okänd roll (by: item) {name!r}; kända är {known}",
        "unknown role (by: item) {name!r}; known are {known}",
    ),
    "ref_without_ending": (
        "{ref!r}: {path!r} har inget {ending!r}; det har {known}",
        "{ref!r}: {path!r} has no {ending!r}; it has {known}",
    ),
    "ref_unknown": (
        "{ref!r} är inget steg, ingen milstolpe, ingen händelse och inget avslut",
        "{ref!r} is no step, milestone, happening or exit",
    ),
    "ref_ambiguous": (
        "{ref!r} kan betyda flera: {paths}; skriv hela sökvägen",
        "{ref!r} is ambiguous: {paths}; write the full path",
    ),
    # Conditions and triggers.
    "trigger_form": (
        "skriv en referens, en lista av referenser (någon av dem) eller {{all: [...]}}",
        "write a reference, a list of references (any of them) or {{all: [...]}}",
    ),
    "condition_form": (
        "ett villkor skrivs {{fact: ...}}, {{record: ...}}, {{age: ...}}, {{all: [...]}}",
        "a condition is written {{fact: ...}}, {{record: ...}}, {{age: ...}}, {{all: [...]}}",
    ),
    "condition_unknown": ("okänt villkor med nycklarna {keys}", "unknown condition with keys {keys}"),
    "condition_asks_nothing": (
        "vad om uppgiften? skriv is, in, from, to, has eller known bredvid den",
        "what of the fact? write is, in, from, to, has or known beside it",
    ),
    "progress_form": (
        "skriv {{progress: {{record: R, field: F, from: 1}}}}, eller 'to: -1' där mindre är bättre",
        "write {{progress: {{record: R, field: F, from: 1}}}}, or 'to: -1' where less is better",
    ),
    "has_not_codes": (
        "uppgiften {name!r} har inte typen 'codes': skriv 'is' eller 'in' i stället för 'has'",
        "the fact {name!r} is not of type 'codes': write 'is' or 'in' instead of 'has'",
    ),
    "record_without_items": (
        "anteckningen {name!r} har inga delar: nämn dem med 'for' i anteckningen",
        "the record {name!r} has no items: name them with 'for' in the record",
    ),
    "own_words_not_text": (
        "'own_words' är ord: fältet måste ha typen text",
        "'own_words' are words: the field has to be of type text",
    ),
    "name_is_grammar": (
        "{name!r} är ett ord i berättelsernas grammatik: välj ett annat namn, som {instead!r}",
        "{name!r} is a word of the stories' grammar: choose another name, such as {instead!r}",
    ),
    # Steps.
    "role_owner_missing": (
        "rollen 'owner' behövs: arbete som ingen har tagit hör till den ansvariga",
        "the role 'owner' is needed: unclaimed work belongs to the owner",
    ),
    "role_item_taken": (
        "'item' betyder rollen med delens namn; välj ett annat namn",
        "'item' means the role with the item's name; choose another name",
    ),
    "step_watch_taken": (
        "'watch' heter den stående bevakningen; välj ett annat namn",
        "'watch' is the standing step's name; choose another",
    ),
    "step_by_missing": (
        "vem gör det? ett steg behöver 'by' (ett eget val, märkt i house, om beskrivningen tiger)",
        "who does it? a step needs 'by' (a house value, marked, if the description is silent)",
    ),
    "step_due_missing": (
        "till när? ett steg behöver 'due' (ett eget val, märkt i house, om beskrivningen tiger)",
        "by when? a step needs 'due' (a house value, marked, if the description is silent)",
    ),
    "at_due_unknown": (
        "at_due {name!r} är inget utfall av det här beslutet",
        "at_due {name!r} is no outcome of this decision",
    ),
    "anchor_stage_missing": (
        "'after stage' räknas från att skedet runt steget öppnades, och det finns inget",
        "'after stage' counts from the opening of the stage around the step, and there is none",
    ),
    "anchor_stage_taken": (
        "'stage' betyder skedet runt steget, och ett steg heter så; ge det ett annat namn",
        "'stage' means the stage around the step, and a step has that name; give it another",
    ),
    "at_least_holds_nothing": (
        "'at_least' håller tillbaka besluten direkt i ett skede; här finns inga",
        "'at_least' holds back the decisions directly inside a stage; there are none",
    ),
    "items_not_codes": (
        "uppgiften {name!r} har inte typen 'codes': den har inga delar",
        "the fact {name!r} is not of type 'codes': it holds no items",
    ),
    "items_form": (
        "skriv en antecknings delar ('inventory.for'), 'fact.name' eller en lista",
        "write a record's items ('inventory.for'), 'fact.name' or a list",
    ),
    "hand_over_unconfirmed": (
        "lämnar över personen, men inget steg i after_exit har 'confirms' för det avslutet",
        "hands the person over, but no after_exit step 'confirms' that exit",
    ),
    "place_step_taken": (
        "gör ett steg {name!r}, och det finns ett: ge det ett annat namn",
        "makes a step {name!r}, and there is one: give that another name",
    ),
    "nothing_opens": (
        "inget steg öppnas vid remissen: låt ett steg vara utan 'after'",
        "no step opens at the referral: give one step no 'after'",
    ),
    "stage_with_own_work": (
        "ett steg med 'steps' är ett skede: det kan inte också ha decide, record, due eller for_each",
        "a step with 'steps' is a stage: it can't also have decide, record, due or for_each",
    ),
    "lasts_without_steps": (
        "'lasts' är ett skedes längd; ett steg utan 'steps' har 'due' och 'not_before'",
        "'lasts' is a stage's length; a step without 'steps' has 'due' and 'not_before'",
    ),
    "stage_with_authority": (
        "ett skede har ingen 'authority' och inget 'not_before'; ge dem till stegen inuti",
        "a stage has no 'authority' and no 'not_before'; give them to the steps inside it",
    ),
    "if_with_times": (
        "ett ensamt 'if' gäller en gång per skede och går inte ihop med 'times'; använd 'after'",
        "a bare 'if' counts once for each parent and can't go with 'times'; use 'after'",
    ),
    "every_with_choose": (
        "'every' upprepas av sig självt, 'choose' öppnas av en person: använd ett av dem",
        "'every' repeats by itself, 'choose' is opened by a person: use one of them",
    ),
    "choose_with_place": (
        "'choose' öppnas av en person, 'waits_for' av en plats: välj ett steg, och låt det vara det väntandes 'after'",
        "'choose' is opened by a person, 'waits_for' by a place: choose one step, and let the waiting one come 'after'",
    ),
    "at_due_without_due": (
        "'at_due' säger vad tiden själv beslutar: det behöver 'due'",
        "'at_due' says what time itself decides: it needs 'due'",
    ),
    # Variants.
    "base_missing": ("inget program {name!r} finns bredvid det här", "no programme {name!r} is found beside this one"),
    "base_is_variant": (
        "{name!r} är själv en variant; utgå från {base!r}",
        "{name!r} is a variant itself; extend {base!r}",
    ),
    "variant_says_whole": (
        "en variant säger 'change', 'add' eller 'remove' med platser: '{key}.NAME: ...'",
        "a variant says 'change', 'add' or 'remove' with places: '{key}.NAME: ...'",
    ),
    "variant_own_missing": ("en variant har ett eget {key!r}", "a variant has its own {key!r}"),
    "own_lost": (
        "varianten har också {key!r} på sin egen plats, och det skulle gå förlorat: säg allt på ett av ställena",
        "the variant has its own {key!r} too, which would be lost: say everything in one of the places",
    ),
    "place_twice": ("överlappar {place!r}: säg det en gång", "overlaps {place!r}: say it once"),
    "place_there": (
        "{file} har redan den platsen: använd change",
        "{file} has this place already: use change",
    ),
    "place_missing": ("{file} har ingen sådan plats", "{file} has no such place"),
    "place_same": ("{file} säger detsamma: utelämna det", "{file} says the same: leave it out"),
    # Mappings.
    "no_old_step": ("{name!r} är inget steg i den gamla versionen", "{name!r} is no step of the old version"),
    "no_new_step": ("{name!r} är inget steg i den nya versionen", "{name!r} is no step of the new version"),
    "no_old_outcome": ("{name!r} är inget utfall av det gamla steget", "{name!r} is no outcome of the old step"),
    "no_old_name": ("{name!r} finns inte bland gamla {kind}", "{name!r} is no name among the old {kind}"),
    "no_new_name": ("{name!r} finns inte bland nya {kind}", "{name!r} is no name among the new {kind}"),
    "stage_and_step": (
        "ett skede blir ett skede, och ett annat steg ett annat steg",
        "a stage becomes a stage, and another step another step",
    ),
    # Operations.
    "ends_before_it_starts": ("en verksamhet slutar efter att den börjar", "an operation ends after it starts"),
    "unit_owner_unknown": (
        "enheten {unit!r}: dess stående ansvariga {owner!r} finns inte bland personalen",
        "unit {unit!r}: its standing owner {owner!r} is not among the staff",
    ),
    "staff_unit_unknown": (
        "{staff!r} arbetar på {unit!r}, som inte är någon enhet i verksamheten",
        "{staff!r} works at {unit!r}, which is no unit of the operation",
    ),
    "places_site_unknown": (
        "platser i {pool!r}: {site!r} är ingen enhet i verksamheten",
        "places of {pool!r}: {site!r} is no unit of the operation",
    ),
    "places_twice": (
        "platser i {pool!r} på {site!r} står två gånger",
        "places of {pool!r} at {site!r} are stated twice",
    ),
    "places_anywhere_twice": (
        "platser i {pool!r} på vilken enhet som helst står två gånger",
        "places of {pool!r} at any site are stated twice",
    ),
    "unit_became_nothing": (
        "enheten {unit!r} blev {into!r}, som inte är någon enhet i verksamheten",
        "unit {unit!r} became {into!r}, which is no unit of the operation",
    ),
    "unit_became_itself": (
        "enheten {unit!r} blev till slut sig själv; en omorganisation leder någonstans",
        "unit {unit!r} became itself in the end; a reorganisation leads somewhere",
    ),
    # Rows.
    "row_place_missing": (
        "raden {row} nämner platsen, och {file} har ingen sådan",
        "row {row} names it, and {file} has no such place",
    ),
    # Stories.
    "story_cast_missing": ("ingen i uppsättningen spelar {role!r}", "nobody in the cast plays {role!r}"),
    "story_verb_unknown": (
        "dag {day}: {entry!r} börjar inte med något av verben {known}",
        "day {day}: {entry!r} begins with no verb of {known}",
    ),
    "story_says_too_little": ("dag {day}: {entry!r} säger för lite", "day {day}: {entry!r} says too little"),
    "story_nothing_recorded": (
        "dag {day}: inget är registrerat som {name!r}",
        "day {day}: nothing recorded under {name!r}",
    ),
    "story_not_refused": ("dag {day}: {entry!r} nekas inte ({code})", "day {day}: {entry!r} is not refused ({code})"),
    "story_no_referral": ("berättelsen har ingen remiss", "the story has no referral"),
    "history_form": ("en lista under 'history' väntas", "a list under 'history' is expected"),
    "history_entry_form": ("händelsen är ingen tabell med nycklar", "it is no mapping"),
    "history_days_missing": (
        "skriv 'days' (dagar från remissen) eller 'dates' (skrivna dagar)",
        "write 'days' (counted from the referral) or 'dates' (written out)",
    ),
    "history_day_form": (
        "{day!r} är ingen dag: skriv ett helt tal under 'days', ÅÅÅÅ-MM-DD under 'dates'",
        "{day!r} is no day: write a whole number under 'days', YYYY-MM-DD under 'dates'",
    ),
    "history_unreadable": ("dess delar har fel form", "its parts have the wrong form"),
}

PROBLEMS: dict[str, tuple[str, str]] = {**FORM, **LINKS}


def say(code: str, params: Mapping[str, Said], language: str) -> str:
    """Return a problem's text in "sv" or "en"."""
    return PROBLEMS[code][0 if language == "sv" else 1].format_map(
        {name: said(value, language) for name, value in params.items()}
    )


def said(value: Any, language: str) -> Any:
    """Return a parameter in a language: a problem inside another has its own text, several are told as choices."""
    if isinstance(value, Wrong):
        return value.text(language)
    if isinstance(value, tuple):
        return (", eller " if language == "sv" else ", or ").join(said(one, language) for one in value)
    return value


Said = Union[str, "tuple[Wrong, ...]"]
"""A parameter of a problem: words that are the same in every language, or problems to choose among."""


class Wrong(ValueError):
    """Something that is wrongly written; ``code`` is in the table, ``params`` fill its texts."""

    def __init__(self, code: str, /, **params: object) -> None:
        self.code = code
        self.params: dict[str, Said] = {
            name: value if isinstance(value, tuple) else str(value) for name, value in params.items()
        }
        super().__init__(say(code, self.params, "en"))

    def text(self, language: str = "sv") -> str:
        """Return what the author reads: what is wrong, and what to do."""
        return say(self.code, self.params, language)
