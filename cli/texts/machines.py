"""Servers, schema, mending, the doctor."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "up.embedded": (
        "Inbyggda servrar i {home}, för att prova, lära och testa. Inte för drift.",
        "Embedded servers in {home}, for trying, teaching and testing. Not for production.",
    ),
    "up.server": ("  {name}: {address}", "  {name}: {address}"),
    "up.sample": (
        "Exempelprogrammet {operation} med {people} påhittade deltagare, från {starts}.",
        "The sample programme {operation} with {people} made-up participants, from {starts}.",
    ),
    "up.sample_there": (
        "Verksamheten {operation} finns sedan {starts}.",
        "The operation {operation} exists since {starts}.",
    ),
    "up.worker": ("Arbetaren är igång.", "The worker runs."),
    "up.ui": ("Temporals webbsida: {address}", "Temporal's Web UI: {address}"),
    "up.desk": ("Skrivbordet: {address}", "The desk: {address}"),
    "up.accounts": (
        "  Logga in som någon av dem med lösenordet {password} (bara i det här exemplet):",
        "  Sign in as one of them with the password {password} (in this sample only):",
    ),
    "up.user": ("användare", "user"),
    "up.as.caseworker": ("handläggare som remitterar", "caseworker who refers"),
    "up.as.team": ("bedömare i teamet", "assessor in the team"),
    "up.as.owner": ("ansvarig samordnare", "owner of pathways"),
    "up.as.manager": ("programansvarig", "programme manager"),
    "up.as.operations": ("drift", "operations"),
    "up.next": (
        "Prova sedan:\n"
        "  export STEGVIS_AS=sam.samordnare\n"
        "  stegvis due --overdue          vad som är försenat\n"
        "  stegvis list                   vilka som är inne\n"
        "  stegvis show ex-20             en persons sida\n"
        "  stegvis do ex-20               vad som är möjligt nu\n"
        "  stegvis why ex-20 watch        varför något ska göras\n"
        "  stegvis notices                vad som har aviserats\n"
        "Stoppa: stegvis ops down",
        "Try next:\n"
        "  export STEGVIS_AS=sam.samordnare\n"
        "  stegvis due --overdue          what is late\n"
        "  stegvis list                   who is inside\n"
        "  stegvis show ex-20             one person's page\n"
        "  stegvis do ex-20               what is possible now\n"
        "  stegvis why ex-20 watch        why something is to be done\n"
        "  stegvis notices                what was told to whom\n"
        "Stop: stegvis ops down",
    ),
    "down.stopped": (
        "Stoppat: {names}. Uppgifterna finns kvar i {home}.",
        "Stopped: {names}. The data stay in {home}.",
    ),
    "down.nothing": ("Ingenting är igång i {home}.", "Nothing runs in {home}."),
    "head.part": ("Del", "Part"),
    "head.address": ("Adress", "Address"),
    "head.log": ("Logg", "Log"),
    "status.well": ("igång", "well"),
    "status.unwell": ("igång, svarar inte", "runs, doesn't answer"),
    "status.down": ("stoppad", "down"),
    # schema
    "head.migration": ("Migrering", "Migration"),
    "schema.applied": ("körd", "applied"),
    "schema.applied_now": ("Körd: {name}", "Applied: {name}"),
    "schema.pending": ("väntar", "pending"),
    "schema.behind": (
        "{count} väntar: 'stegvis ops schema --apply'.",
        "{count} pending: 'stegvis ops schema --apply'.",
    ),
    "schema.current": ("Schemat är aktuellt.", "The schema is current."),
    # rebuild
    "rebuild.seen": (
        "{pathways} processer, {events} händelser spelade.",
        "{pathways} pathways, {events} events replayed.",
    ),
    "rebuild.equal": ("Läsmodellen säger detsamma som journalen.", "The read model says what the log says."),
    "rebuild.missing": ("saknas", "missing"),
    "rebuild.extra": ("för mycket", "extra"),
    "rebuild.tampered": ("ändrad", "tampered"),
    "rebuild.repaired": ("Rättat ur journalen.", "Put right from the log."),
    "rebuild.ask": ("Rätta med --repair.", "Put it right with --repair."),
    "head.table": ("Tabell", "Table"),
    "head.key": ("Rad", "Row"),
    "head.difference": ("Skillnad", "Difference"),
    "head.columns": ("Fält", "Columns"),
    # revive
    "revive.running": ("igång", "running"),
    "revive.revived": ("startad på nytt", "revived"),
    "revive.mended": ("ersatt ur journalen", "mended from the log"),
    "revive.failed": ("INTE startad", "NOT started"),
    "revive.why.diverged": ("spärrad: säger annat än journalen", "held: it says otherwise than the log"),
    "revive.why.behind": ("står efter journalen", "stands behind the log"),
    "revive.why.ahead": (
        "vet mer än journalen: är databasen en äldre kopia? Ersätts aldrig",
        "knows more than the log: is the database an older copy? Never replaced",
    ),
    "revive.why.no_answer": ("ingen arbetare svarar", "no worker answers"),
    "revive.dropped": (
        "    MÅSTE BEGÄRAS IGEN: {kind}, {by}, {at} ({command}): var mottaget men finns inte i journalen",
        "    HAS TO BE ASKED AGAIN: {kind}, {by}, {at} ({command}): was taken and is not in the log",
    ),
    "revive.unbegun": (
        "  {pathway}  remissen {referral} kom aldrig in i journalen; {owner} får remittera igen med samma beteckning",
        "  {pathway}  the referral {referral} never reached the log; {owner} has to refer again with the same id",
    ),
    "revive.done": (
        "{running} igång, {revived} startade på nytt, {mended} ersatta, {failed} inte startade ({seconds} s).",
        "{running} running, {revived} revived, {mended} mended, {failed} not started ({seconds} s).",
    ),
    "revive.hint": ("Ersätt dem ur journalen med --mend.", "Replace them from the log with --mend."),
    # doctor
    "doctor.ok": ("OK  ", "OK  "),
    "doctor.warn": ("OBS ", "NOTE"),
    "doctor.bad": ("FEL ", "BAD "),
    "check.home": ("Hem", "Home"),
    "check.master_key": ("Huvudnyckel", "Master key"),
    "check.embedded": ("Inbyggda servrar", "Embedded servers"),
    "check.postgresql": ("PostgreSQL", "PostgreSQL"),
    "check.durability": ("Hållbarhet", "Durability"),
    "check.clock": ("Klockor", "Clocks"),
    "check.schema": ("Schema", "Schema"),
    "check.keys": ("Deltagarnas nycklar", "Participants' keys"),
    "check.owners": ("Ansvariga", "Owners"),
    "check.diverged": ("Spärrade processer", "Held pathways"),
    "check.places": ("Platser", "Places"),
    "check.notices": ("Aviseringar", "Notices"),
    "check.outbox": ("Utkorg", "Outbox"),
    "check.temporal": ("Temporal", "Temporal"),
    "check.attributes": ("Sökattribut", "Search attributes"),
    "check.worker": ("Arbetare", "Workers"),
    "check.mail": ("E-post", "Mail"),
    "doctor.path": ("{path}", "{path}"),
    "doctor.not_writable": ("{path} går inte att skriva i", "{path} can't be written to"),
    "doctor.missing": ("{path} saknas", "{path} is missing"),
    "doctor.unreadable": ("{path} kan inte läsas ({why})", "{path} can't be read ({why})"),
    "doctor.open_to_others": ("{path} kan läsas av andra", "{path} can be read by others"),
    "doctor.embedded": ("{names}, på denna maskin", "{names}, on this machine"),
    "doctor.away": ("{where} svarar inte ({why})", "{where} doesn't answer ({why})"),
    "doctor.denied": ("{where} släpper inte in oss ({why})", "{where} doesn't let us in ({why})"),
    "doctor.version": ("{where}, version {version}", "{where}, version {version}"),
    "doctor.durability_off": ("{setting} är avslaget", "{setting} is off"),
    "doctor.clock": (
        "{seconds} s mellan denna maskin och PostgreSQL",
        "{seconds} s between this machine and PostgreSQL",
    ),
    "doctor.schema_changed": ("{name} har ändrats sedan den kördes", "{name} was changed after it was applied"),
    "doctor.schema_behind": ("{count} migreringar väntar", "{count} migrations pending"),
    "doctor.schema_current": ("aktuellt", "current"),
    "doctor.keys": ("kan öppnas; {staff} medarbetare i registret", "can be opened; {staff} staff in the register"),
    "doctor.keys_unusable": ("kan inte öppnas ({why})", "can't be opened ({why})"),
    "doctor.nobody_adrift": (
        "varje öppen process har en ansvarig och en nästa dag",
        "every open pathway has an owner and a next date",
    ),
    "doctor.adrift": (
        "{count} utan ansvarig eller nästa dag: {first}",
        "{count} without an owner or a next date: {first}",
    ),
    "doctor.none_diverged": ("inga", "none"),
    "doctor.diverged": ("{count}: {first}", "{count}: {first}"),
    "doctor.places_well": ("alla köer har platser", "every queue has places"),
    "doctor.places_unstated": ("ingen erbjuds plats i: {pools}", "nobody is offered a place in: {pools}"),
    "doctor.places_above": ("fler än platserna i: {pools}", "more than there are places in: {pools}"),
    "doctor.notices": ("{failed} misslyckade, {uncertain} osäkra", "{failed} failed, {uncertain} uncertain"),
    "doctor.outbox": ("{waiting} väntar, {dead} uppgivna", "{waiting} waiting, {dead} given up"),
    "doctor.temporal": (
        "{where}, namnrymd {namespace}, version {version}",
        "{where}, namespace {namespace}, version {version}",
    ),
    "doctor.attributes": ("registrerade", "registered"),
    "doctor.attributes_missing": ("saknas: {names}", "missing: {names}"),
    "doctor.workers": ("{count} på kön {queue}", "{count} on the queue {queue}"),
    "doctor.no_worker": ("ingen på kön {queue}", "none on the queue {queue}"),
    "doctor.mail_folder": ("mappen {path}", "the folder {path}"),
    "doctor.answers": ("{where} svarar", "{where} answers"),
    "mend.home": (
        "Sätt STEGVIS_HOME till en mapp som du får skriva i.",
        "Set STEGVIS_HOME to a folder you may write in.",
    ),
    "mend.master_key_missing": (
        "Lägg tillbaka nyckeln, eller sätt STEGVIS_MASTER_KEY_FILE. 'stegvis ops up' gör en för en ny databas.",
        "Put the key back, or set STEGVIS_MASTER_KEY_FILE. 'stegvis ops up' makes one for a new database.",
    ),
    "mend.master_key": (
        "Sätt STEGVIS_MASTER_KEY_FILE till filen med 64 hexadecimala siffror.",
        "Set STEGVIS_MASTER_KEY_FILE to the file with 64 hexadecimal digits.",
    ),
    "mend.master_key_mode": ("Kör: chmod 600 {path}", "Run: chmod 600 {path}"),
    "mend.embedded": (
        "För drift: ett kluster eller Temporal Cloud (STEGVIS_TEMPORAL_ADDRESS), en egen PostgreSQL "
        "(STEGVIS_DATABASE_URL).",
        "For production: a cluster or Temporal Cloud (STEGVIS_TEMPORAL_ADDRESS), a PostgreSQL of its own "
        "(STEGVIS_DATABASE_URL).",
    ),
    "mend.postgresql": (
        "Starta servern, eller rätta STEGVIS_DATABASE_URL.",
        "Start the server, or correct STEGVIS_DATABASE_URL.",
    ),
    "mend.postgresql_access": (
        "Kontrollera användare, lösenord och databas i STEGVIS_DATABASE_URL.",
        "Check user, password and database in STEGVIS_DATABASE_URL.",
    ),
    "mend.postgresql_version": ("PostgreSQL 18 eller senare behövs.", "PostgreSQL 18 or later is needed."),
    "mend.durability": (
        "Slå på {setting}: annars kan det registrerade försvinna vid strömavbrott.",
        "Turn {setting} on: otherwise what was recorded may be lost in a power cut.",
    ),
    "mend.clock": ("Ställ klockorna efter samma tidsserver (NTP).", "Set the clocks by the same time server (NTP)."),
    "mend.schema": ("Kör: stegvis ops schema --apply", "Run: stegvis ops schema --apply"),
    "mend.schema_changed": (
        "Återställ filen och skriv en ny migrering.",
        "Restore the file and write a new migration.",
    ),
    "mend.keys": (
        "Är det huvudnyckeln som hör till databasen?",
        "Is it the master key that belongs to the database?",
    ),
    "mend.adrift": (
        "Lämna över: stegvis staff reassign, eller stegvis do PROCESS owner.",
        "Hand over: stegvis staff reassign, or stegvis do PATHWAY owner.",
    ),
    "mend.diverged": ("Kör: stegvis ops revive --mend", "Run: stegvis ops revive --mend"),
    "mend.places_unstated": (
        "Ange platserna i verksamhetens fil och kör: stegvis operation new FIL",
        "State the places in the operation's file and run: stegvis operation new FILE",
    ),
    "mend.places_above": (
        "Ingen förlorar sin plats. Se: stegvis operation places",
        "Nobody loses a place. See: stegvis operation places",
    ),
    "mend.notices": (
        "Se: stegvis notices --state failed --state uncertain",
        "See: stegvis notices --state failed --state uncertain",
    ),
    "mend.outbox": (
        "En arbetare frågar igen när den startar om; se dess logg.",
        "A worker asks again when it is started anew; see its log.",
    ),
    "mend.temporal": (
        "Starta servern, eller rätta STEGVIS_TEMPORAL_ADDRESS (eller TEMPORAL_ADDRESS).",
        "Start the server, or correct STEGVIS_TEMPORAL_ADDRESS (or TEMPORAL_ADDRESS).",
    ),
    "mend.attributes": (
        "En arbetare registrerar dem när den startar; i Temporal Cloud görs det där.",
        "A worker registers them when it starts; in Temporal Cloud it is done there.",
    ),
    "mend.worker": ("Starta en: stegvis ops worker", "Start one: stegvis ops worker"),
    "mend.mail_folder": ("För drift: STEGVIS_MAIL=smtp://...", "For production: STEGVIS_MAIL=smtp://..."),
    "mend.mail": (
        "Rätta STEGVIS_MAIL, eller starta e-postservern.",
        "Correct STEGVIS_MAIL, or start the mail server.",
    ),
}
