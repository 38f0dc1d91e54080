"""Refusals of input before any rule is asked: numbers, files, registers. Part of the table in domain/refusals.py."""

from __future__ import annotations

INPUT: dict[str, tuple[str, str]] = {
    "column_missing": ("Kolumnen {column} saknas i rubrikraden.", "The column {column} is missing in the header line."),
    "column_twice": ("Kolumnen {column} står två gånger.", "The column {column} stands twice."),
    "column_unknown": (
        "Okänd kolumn {column}. Kända: {known}.",
        "Unknown column {column}. Known: {known}.",
    ),
    "columns_too_many": (
        "Raden har fler fält ({count}) än rubrikraden ({expected}). Sätt citattecken om text med skiljetecken.",
        "The line has more fields ({count}) than the header ({expected}). Quote text that holds the separator.",
    ),
    "count_needs_unit": (
        "Säg med --unit var de möttes: {known}.",
        "Say with --unit where they were met: {known}.",
    ),
    "count_out_of_range": (
        "{number} går inte att räkna på en rad: ange 1 till {most}.",
        "{number} can't be counted in one row: give 1 to {most}.",
    ),
    "counted_row_unknown": (
        "Rad {row} finns inte i {operation}, eller räknas redan inte. Se: stegvis operation counted {operation}.",
        "Row {row} isn't in {operation}, or counts no longer already. See: stegvis operation counted {operation}.",
    ),
    "no_role_here": ("Du har ingen roll i {operation}.", "You have no role in {operation}."),
    "deputy_invalid": (
        "En ersättare är någon annan, och ersätter minst en dag.",
        "A deputy is somebody else, and stands in for at least one day.",
    ),
    "entry_invalid": ("Händelsen {entry} kan inte läsas: {problem}.", "The entry {entry} can't be read: {problem}."),
    "event_invalid": ("Ingen giltig CloudEvent: {problem}.", "Not a valid CloudEvent: {problem}."),
    "event_type_unknown": (
        "Okänd händelsetyp {type}. Kända: {known}.",
        "Unknown event type {type}. Known: {known}.",
    ),
    "file_empty": ("Filen är tom.", "The file is empty."),
    "file_encoding": (
        "Filen är inte UTF-8 (byte {byte} på rad {line}). Spara om den som UTF-8.",
        "The file is not UTF-8 (byte {byte} on line {line}). Save it as UTF-8.",
    ),
    "file_unreadable": ("Filen {file} kan inte läsas ({problem}).", "The file {file} can't be read ({problem})."),
    "id_invalid": (
        "Beteckningen får ha högst 200 tecken och inga styrtecken.",
        "The id may have at most 200 characters and no control characters.",
    ),
    "identity_checksum": (
        "Identitetsnumrets kontrollsiffra stämmer inte. Kontrollera siffrorna.",
        "The identity number's check digit is wrong. Check the digits.",
    ),
    "identity_date": (
        "Identitetsnumret innehåller en dag som inte finns eller inte har varit. Kontrollera siffrorna.",
        "The identity number holds a day that doesn't exist or hasn't come. Check the digits.",
    ),
    "identity_format": (
        "Identitetsnumret har fel form. Skriv ÅÅÅÅMMDD-NNNN, eller ange sort: reserve för reservnummer.",
        "The identity number has the wrong form. Write YYYYMMDD-NNNN, or give the kind: reserve for a reserve number.",
    ),
    "identity_kind": (
        "Numret är inte av den sort som angavs. Rätta sorten eller numret.",
        "The number isn't of the kind that was given. Correct the kind or the number.",
    ),
    "identity_kind_unknown": ("Okänd sorts nummer. Välj: {known}.", "Unknown kind of number. Choose: {known}."),
    "identity_not_reserve": (
        "Numret är ett giltigt personnummer eller samordningsnummer och får inte anges som reservnummer.",
        "The number is a valid personal or coordination number and may not be entered as a reserve number.",
    ),
    "json_invalid": ("Raden är inte JSON (tecken {place}).", "The line is not JSON (character {place})."),
    "key_destroyed": (
        "Deltagarens nyckel är förstörd: uppgifterna kan inte läsas mer.",
        "The participant's key is destroyed: the data can't be read any more.",
    ),
    "language_unknown": ("Okänt språk. Välj sv eller en.", "Unknown language. Choose sv or en."),
    "line_too_long": (
        "Raden är längre än {most} tecken. En remiss ryms på mycket mindre; saknas ett radslut eller citattecken?",
        "The line is longer than {most} characters. A referral takes far less; is a line end or a quote missing?",
    ),
    "field_empty": ("Fältet {field} får inte vara tomt.", "The field {field} may not be empty."),
    "notice_unknown": ("Okänd avisering {notice}.", "Unknown notice {notice}."),
    "nothing_to_explain": (
        "{what} finns inte på processen. Ange ett händelsenummer, ett steg eller n och aviseringens nummer.",
        "{what} is not on the pathway. Give an event's number, a step, or n and a notice's number.",
    ),
    "operation_exists": (
        "Verksamheten {operation} finns redan med andra dagar. Välj ett annat namn.",
        "The operation {operation} exists with other days. Choose another name.",
    ),
    "operation_missing": (
        "Ange vilken verksamhet: --operation. Kända: {known}.",
        "Say which operation: --operation. Known: {known}.",
    ),
    "pathway_ambiguous": (
        "{pathway} kan betyda flera: {choices}. Skriv fler tecken.",
        "{pathway} may mean several: {choices}. Write more characters.",
    ),
    "version_unknown": (
        "Ingen publicerad version, eller mer än en, börjar på {version}. 'stegvis programme versions' visar dem.",
        "No published version, or more than one, begins with {version}. 'stegvis programme versions' shows them.",
    ),
    "programme_unknown": (
        "Inget program {programme} är i kraft den dagen. 'stegvis programme publish' publicerar ett.",
        "No programme {programme} is in force on that day. 'stegvis programme publish' publishes one.",
    ),
    "programme_untraced": (
        "Inga rader berättas för {programme}. Program med rader: {known}.",
        "No rows are told of {programme}. Programmes with rows: {known}.",
    ),
    "protection_unknown": ("Okänt skydd. Välj: {known}.", "Unknown protection. Choose: {known}."),
    "quote_open": (
        "Ett citattecken avslutas aldrig. Raden börjar på rad {line}.",
        "A quotation mark is never closed. The record begins on line {line}.",
    ),
    "role_unknown": ("Okänd roll {role}. Kända: {known}.", "Unknown role {role}. Known: {known}."),
    "staff_id_invalid": (
        "En medarbetares beteckning har små bokstäver, siffror, punkt, bindestreck: förnamn.efternamn.",
        "A staff id has lower-case letters, digits, dots and hyphens: first.last.",
    ),
    "tests_not_installed": (
        "Testen följer inte med en installation. Kör kommandot från en utcheckad källkod (här söktes {folder}).",
        "The tests are no part of an installation. Run the command from a checkout (looked in {folder}).",
    ),
    "unit_does_not_refer": (
        "Enheten {unit} remitterar inte till verksamheten. De som gör det: {known}.",
        "The unit {unit} doesn't refer to this operation. Those that do: {known}.",
    ),
    "unit_exists": (
        "Enheten {unit} finns redan. Utelämna --name och --owner, eller välj en annan beteckning.",
        "The unit {unit} exists already. Leave out --name and --owner, or choose another id.",
    ),
    "unit_leads_back": (
        "{into} leder tillbaka till {unit}. Välj en enhet som inte själv uppgår i den.",
        "{into} leads back to {unit}. Choose a unit that doesn't itself become that one.",
    ),
    "unit_needs_both": (
        "En ny enhet behöver både --name och --owner.",
        "A new unit needs both --name and --owner.",
    ),
    "unit_reorganised": (
        "{unit} uppgick redan i {into} den {day}. Omorganisera {into} i stället.",
        "{unit} became {into} on {day} already. Reorganise {into} instead.",
    ),
    "unit_without_owner": (
        "Ingen svarar för enheten {unit}. Ge den först en stående ansvarig som är i tjänst.",
        "Nobody answers for the unit {unit}. Give it a standing owner who is in service first.",
    ),
    "unit_unknown": ("Okänd enhet {unit}. Kända: {known}.", "Unknown unit {unit}. Known: {known}."),
    "version_overlaps": (
        "Version {version} gäller redan från {day}. Välj en annan dag (--effective).",
        "Version {version} is effective from {day} already. Choose another day (--effective).",
    ),
}
