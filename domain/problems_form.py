"""What can be wrong with the form of what people write, in two languages. Part of the table in domain/problems.py."""

from __future__ import annotations

FORM: dict[str, tuple[str, str]] = {
    # The text itself.
    "yaml_too_long": (
        "mer än {most} byte: dela upp den eller skriv mindre",
        "more than {most} bytes: split it or write less",
    ),
    "yaml_sign": ("tecknet {sign} får inte stå i texten", "the character {sign} may not stand in the text"),
    "yaml_grows": (
        "hänvisningar till hänvisningar ger mer än {most} delar: skriv ut det som behövs",
        "references to references make more than {most} parts: write out what is needed",
    ),
    "yaml_key_twice": (
        'nyckeln "{key}" står två gånger: en nyckel får stå en gång',
        'found duplicate key "{key}": a key may stand once',
    ),
    "yaml_colon": (
        "inte YAML: ett kolon står där ett värde väntas; sätt text med kolon inom citattecken, och rätta indraget",
        "not YAML: a colon where a value is expected; quote text that holds a colon, and mend the indentation",
    ),
    "yaml_unclosed": (
        "inte YAML: en parentes, klammer eller ett citattecken stängs aldrig, eller ett komma fattas",
        "not YAML: a bracket, brace or quote is never closed, or a comma is missing",
    ),
    "yaml_indent": (
        "inte YAML: raden är indragen på annat sätt än de rader som den hör ihop med",
        "not YAML: the line is indented otherwise than the lines that it belongs to",
    ),
    "yaml_tab": (
        "inte YAML: ett tecken som inte kan börja ett värde; dra in med blanksteg (inte tabb), citera @ och `",
        "not YAML: a character that can't begin a value; indent with spaces (no tabs), quote @ and `",
    ),
    "yaml_alias": (
        "inte YAML: '*' hänvisar till något som inte är märkt med '&'; citera text som börjar med '*'",
        "not YAML: '*' refers to what isn't marked with '&'; quote text that begins with '*'",
    ),
    "yaml_value": (
        "inte YAML: {text!r} ser ut som en dag eller ett tal och är inget; citera det om det är text",
        "not YAML: {text!r} looks like a day or a number and is none; quote it if it is text",
    ),
    "yaml_deep": (
        "inte YAML som kan läsas: klamrar eller listor ligger för djupt i varandra",
        "not YAML that can be read: brackets or lists lie too deep in one another",
    ),
    "yaml_other": ("inte YAML: läsaren säger {problem!r}", "not YAML: {problem}"),
    # Keys.
    "key_unknown": (
        "okänd nyckel {key!r}; docs/programme-format.md har elementets nycklar",
        "unknown key {key!r}; see docs/programme-format.md for the keys of this element",
    ),
    "key_missing": ("nyckeln {key!r} saknas", "the key {key!r} is missing"),
    # One value.
    "form_text": (
        "skriv en text, inom citattecken om den ser ut som något annat",
        "write a text, in quotes where it looks like something else",
    ),
    "form_mapping": ("skriv nycklar med värden, {{nyckel: värde}}", "write keys with values, {{key: value}}"),
    "form_list": ("skriv en lista, [ett, två]", "write a list, [one, two]"),
    "form_boolean": ("skriv true eller false", "write true or false"),
    "form_number": ("skriv ett tal, med punkt före decimaler", "write a number"),
    "form_integer": ("skriv ett helt tal", "write a whole number"),
    "form_date": ("skriv en dag, ÅÅÅÅ-MM-DD", "write a day, YYYY-MM-DD"),
    "form_day_far": (
        "välj en dag mellan {first} och {last}: längre räcker inte kalendern",
        "choose a day between {first} and {last}: the calendar goes no further",
    ),
    "form_one_of": ("skriv ett av: {known}", "write one of: {known}"),
    "form_only": ("skriv {known}", "write {known}"),
    "form_either": ("{forms}", "{forms}"),
    # Limits.
    "too_few": ("minst {least} behövs, här finns {count}", "at least {least} needed, there are {count}"),
    "too_many": ("högst {most} får finnas, här finns {count}", "at most {most} allowed, there are {count}"),
    "text_too_short": ("skriv minst {least} tecken", "write at least {least} characters"),
    "text_too_long": ("skriv högst {most} tecken", "write at most {most} characters"),
    "number_too_small": ("skriv {least} eller mer", "write {least} or more"),
    "number_too_large": ("skriv {most} eller mindre", "write {most} or less"),
    "number_not_above": ("skriv mer än {limit}", "write more than {limit}"),
    "number_not_below": ("skriv mindre än {limit}", "write less than {limit}"),
    # Patterns.
    "pattern_name": (
        "{given!r} är inget namn: små bokstäver a-z, siffror och _, med en bokstav först, högst 60 tecken",
        "{given!r} is no name: lower-case letters a-z, digits and _, a letter first, at most 60 characters",
    ),
    "pattern_ref": (
        "{given!r} är ingen referens: namn med punkter emellan, som 'intake.gate.accepted'",
        "{given!r} is no reference: names with dots between, such as 'intake.gate.accepted'",
    ),
    "pattern_id": (
        "{given!r} är ingen beteckning: små bokstäver a-z, siffror, punkt, bindestreck och _, med en bokstav först",
        "{given!r} is no id: lower-case letters a-z, digits, dots, hyphens and _, a letter first",
    ),
    "pattern_derived": (
        "skriv två fält med ' / ' emellan, som 'hours / base'",
        "write two fields with ' / ' between, such as 'hours / base'",
    ),
    "pattern_percent": ("skriv hela procent: '60 %'", "write whole per cent: '60 %'"),
    "pattern_other": ("{given!r} har inte formen {pattern}", "{given!r} doesn't have the form {pattern}"),
    # Time.
    "span_form": (
        "{given!r} är ingen tidslängd; skriv ett tal och en enhet, som '10 working days' eller '6 months'",
        "{given!r} is no length of time; write a number and a unit, such as '10 working days' or '6 months'",
    ),
    "span_too_long": (
        "{count} {unit} är mer än tjugo år; ett programs tid är kortare",
        "{count} {unit} is more than twenty years; a programme's time is shorter",
    ),
    "due_form": (
        "{given!r} är ingen tidsgräns; skriv '10 working days' eller '6 months after exit'",
        "{given!r} is no due rule; write '10 working days' or '6 months after exit'",
    ),
    "before_form": (
        "{given!r} är ingen påminnelse; skriv '5 working days before'",
        "{given!r} is no reminder; write '5 working days before'",
    ),
    # What a later library may find, in its own words.
    "form_other": ("passar inte här ({problem})", "doesn't fit here ({problem})"),
}
