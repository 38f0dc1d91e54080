"""Answers and troubles."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "answer.recorded": (
        "Registrerat: {pathway}, händelse {first}–{last}.",
        "Recorded: {pathway}, events {first}–{last}.",
    ),
    "answer.recorded_again": (
        "Redan registrerat: {pathway}, händelse {first}–{last}. Ingenting gjordes en gång till.",
        "Recorded before: {pathway}, events {first}–{last}. Nothing was done twice.",
    ),
    "answer.accepted": (
        "Mottaget: {pathway}. Registreringen väntar på databasen och görs i tur och ordning.",
        "Accepted: {pathway}. Recording waits for the database and will be done in order.",
    ),
    "answer.not_taken": ("Inte gjort: {text} [{code}]", "Not taken: {text} [{code}]"),
    "answer.field": ("Inte gjort: fältet {field}: {text} [{code}]", "Not taken: field {field}: {text} [{code}]"),
    "answer.id": ("Beteckning: {id} (samma igen med --id)", "Id: {id} (the same again with --id)"),
    "trouble.interrupted": ("Avbrutet.", "Interrupted."),
    "trouble.definition": ("Definitionen kan inte användas:", "The definition can't be used:"),
    "trouble.script": ("Berättelsen kan inte läsas: {problem}", "The story can't be read: {problem}"),
    "trouble.staff_missing": (
        "Vem är du? Ange --as MEDARBETARE, eller sätt STEGVIS_AS.",
        "Who are you? Give --as STAFF, or set STEGVIS_AS.",
    ),
    "trouble.parameter_missing": (
        "{parameter} saknas. Hjälp: {command} --help",
        "{parameter} is missing. Help: {command} --help",
    ),
    "trouble.option_unknown": (
        "Okänd flagga {option}. Hjälp: {command} --help",
        "Unknown option {option}. Help: {command} --help",
    ),
    "trouble.command_unknown": (
        "Okänt kommando {name}. Hjälp: {command} --help",
        "Unknown command {name}. Help: {command} --help",
    ),
    "trouble.parameter_wrong": (
        "{parameter}: {problem}. Hjälp: {command} --help",
        "{parameter}: {problem}. Help: {command} --help",
    ),
    "trouble.usage": ("{problem} Hjälp: {command} --help", "{problem} Help: {command} --help"),
    "trouble.pair": ("Skriv namn=värde, inte {text!r}.", "Write name=value, not {text!r}."),
    "trouble.nobody_to_ask": (
        "{parameter} saknas, och det finns ingen terminal att fråga på.",
        "{parameter} is missing, and there is no terminal to ask on.",
    ),
    "trouble.postgresql_away": (
        "PostgreSQL svarar inte {where} ({why}). Starta den: 'stegvis ops up' för att prova, annars kontrollera "
        "STEGVIS_DATABASE_URL med 'stegvis ops doctor'.",
        "PostgreSQL doesn't answer {where} ({why}). Start it: 'stegvis ops up' for trying, otherwise check "
        "STEGVIS_DATABASE_URL with 'stegvis ops doctor'.",
    ),
    "trouble.temporal_away": (
        "Temporal svarar inte {where} ({why}). Inget gjordes. Starta den: 'stegvis ops up' för att prova, annars "
        "kontrollera STEGVIS_TEMPORAL_ADDRESS med 'stegvis ops doctor'.",
        "Temporal doesn't answer {where} ({why}). Nothing was done. Start it: 'stegvis ops up' for trying, otherwise "
        "check STEGVIS_TEMPORAL_ADDRESS with 'stegvis ops doctor'.",
    ),
    "trouble.access_denied": (
        "PostgreSQL på {where} släpper inte in oss ({why}). Kontrollera användare, lösenord och databas i "
        "STEGVIS_DATABASE_URL.",
        "PostgreSQL at {where} doesn't let us in ({why}). Check user, password and database in STEGVIS_DATABASE_URL.",
    ),
    "trouble.master_key": (
        "Huvudnyckeln {path} kan inte läsas ({why}). Ange STEGVIS_MASTER_KEY_FILE; utan den kan inget läsas.",
        "The master key {path} can't be read ({why}). Set STEGVIS_MASTER_KEY_FILE; without it nothing can be read.",
    ),
    "trouble.key_unavailable": (
        "Deltagarens nyckel kan inte hämtas nu. Är det rätt huvudnyckel? 'stegvis ops doctor' kontrollerar.",
        "The participant's key can't be fetched now. Is it the right master key? 'stegvis ops doctor' checks.",
    ),
    "trouble.migration_changed": (
        "Migreringen {name} har ändrats sedan den kördes. Återställ filen och skriv en ny migrering.",
        "The migration {name} was changed after it was applied. Restore the file and write a new one.",
    ),
    "trouble.schema_behind": (
        "Databasens schema är inte uppdaterat. Kör 'stegvis ops schema --apply'.",
        "The database's schema is behind. Run 'stegvis ops schema --apply'.",
    ),
    "trouble.database_busy": (
        "Databasen är upptagen. Försök igen om en stund.",
        "The database is busy. Try again in a while.",
    ),
    "trouble.server": ("En inbyggd server: {problem}", "An embedded server: {problem}"),
    "trouble.setting": ("Inställningen {setting}: {problem}.", "The setting {setting}: {problem}."),
    "import.one_file": (
        "ange en fil: FIL.csv, --history FIL eller --events FIL",
        "give one file: FILE.csv, --history FILE or --events FILE",
    ),
    "import.recorded": ("registrerad", "recorded"),
    "import.accepted": ("mottagen", "accepted"),
    "import.already": ("fanns redan", "there already"),
    "import.would_record": ("skulle registreras", "would be recorded"),
    "import.refused": ("INTE TAGEN", "REFUSED"),
    "import.nothing": ("Filen innehöll inga rader.", "The file held no rows."),
    "import.history_dry": (
        "Provkörning: {people} personer till {operation}. Ingenting registreras.",
        "Dry run: {people} people to {operation}. Nothing is recorded.",
    ),
    "import.history_doing": (
        "{people} personer tas över till {operation}.",
        "{people} people are taken over to {operation}.",
    ),
    "import.history_go": ("Gör det med --yes.", "Do it with --yes."),
    "import.history_person": (
        "{events} händelser, {cancelled} aviseringar före övertagandet ställs in; {status}",
        "{events} events, {cancelled} notices before the take-over cancelled; {status}",
    ),
    "import.history_next": (", nästa {due}", ", next {due}"),
}
