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
    "check.notices": ("Aviseringar", "Notices"),
    "check.outbox": ("Utkorg", "Outbox"),
    "check.temporal": ("Temporal", "Temporal"),
    "check.attributes": ("Sökattribut", "Search attributes"),
    "check.worker": ("Arbetare", "Workers"),
    "check.mail": ("E-post", "Mail"),
    "doctor.path": ("{path}", "{path}"),
    "doctor.home": (
        "Sätt STEGVIS_HOME till en mapp som du får skriva i.",
        "Set STEGVIS_HOME to a folder you may write in.",
    ),
    "doctor.not_writable": ("{path} går inte att skriva i", "{path} can't be written to"),
    "doctor.missing": ("{path} saknas", "{path} is missing"),
    "doctor.master_key_missing": (
        "Lägg tillbaka nyckeln, eller sätt STEGVIS_MASTER_KEY_FILE. 'stegvis ops up' gör en ny för en ny databas.",
        "Put the key back, or set STEGVIS_MASTER_KEY_FILE. 'stegvis ops up' makes one for a new database.",
    ),
    "doctor.unreadable": ("{path} kan inte läsas ({why})", "{path} can't be read ({why})"),
    "doctor.master_key": ("Filen ska hålla 64 hexadecimala siffror.", "The file holds 64 hexadecimal digits."),
    "doctor.open_to_others": ("{path} kan läsas av andra", "{path} can be read by others"),
    "doctor.master_key_mode": ("Kör: chmod 600 {path}", "Run: chmod 600 {path}"),
    "doctor.embedded": (
        "{names}: inbyggda, på denna maskin. För drift: ett kluster, eller Temporal Cloud, och en egen PostgreSQL",
        "{names}: embedded, on this machine. For production: a cluster, or Temporal Cloud, and a PostgreSQL of its own",
    ),
    "doctor.away": ("{where} svarar inte ({why})", "{where} doesn't answer ({why})"),
    "doctor.postgresql": (
        "Starta servern, eller rätta STEGVIS_DATABASE_URL.",
        "Start the server, or correct STEGVIS_DATABASE_URL.",
    ),
    "doctor.denied": ("{where} släpper inte in oss ({why})", "{where} doesn't let us in ({why})"),
    "doctor.postgresql_access": (
        "Kontrollera användare, lösenord och databas i STEGVIS_DATABASE_URL.",
        "Check user, password and database in STEGVIS_DATABASE_URL.",
    ),
    "doctor.version": ("{where}, version {version}", "{where}, version {version}"),
    "doctor.postgresql_version": ("PostgreSQL 18 eller senare behövs.", "PostgreSQL 18 or later is needed."),
    "doctor.durability_off": ("{setting} är avslaget", "{setting} is off"),
    "doctor.durability": (
        "Slå på {setting}: annars kan det registrerade försvinna vid strömavbrott.",
        "Turn {setting} on: otherwise what was recorded may be lost in a power cut.",
    ),
    "doctor.clock": (
        "{seconds} s mellan denna maskin och PostgreSQL",
        "{seconds} s between this machine and PostgreSQL",
    ),
    "doctor.schema_changed": ("{name} har ändrats sedan den kördes", "{name} was changed after it was applied"),
    "doctor.schema_behind": ("{count} migreringar väntar", "{count} migrations pending"),
    "doctor.schema_current": ("aktuellt", "current"),
    "doctor.schema": ("Kör: stegvis ops schema --apply", "Run: stegvis ops schema --apply"),
    "doctor.keys": (
        "Är det huvudnyckeln som hör till databasen? ({staff} medarbetare i registret)",
        "Is it the master key of this database? ({staff} staff in the register)",
    ),
    "doctor.keys_unusable": ("går inte att öppna ({why})", "can't be opened ({why})"),
    "doctor.nobody_adrift": (
        "varje öppen process har en ansvarig och en nästa dag",
        "every open pathway has an owner and a next date",
    ),
    "doctor.adrift": (
        "{count} utan ansvarig eller nästa dag: {first}",
        "{count} without an owner or a next date: {first}",
    ),
    "doctor.none_diverged": ("inga", "none"),
    "doctor.diverged": (
        "{count}: {first}. Kör: stegvis ops revive --mend",
        "{count}: {first}. Run: stegvis ops revive --mend",
    ),
    "doctor.notices": (
        "{failed} misslyckade, {uncertain} osäkra; se stegvis notices --state failed --state uncertain",
        "{failed} failed, {uncertain} uncertain; see stegvis notices --state failed --state uncertain",
    ),
    "doctor.outbox": ("{waiting} väntar, {dead} uppgivna", "{waiting} waiting, {dead} given up"),
    "doctor.temporal": (
        "{where}, namnrymd {namespace}. Starta servern eller rätta STEGVIS_TEMPORAL_ADDRESS om den inte svarar",
        "{where}, namespace {namespace}. Start the server or correct STEGVIS_TEMPORAL_ADDRESS where it doesn't answer",
    ),
    "doctor.attributes": ("StegvisProgramme, StegvisStatus", "StegvisProgramme, StegvisStatus"),
    "doctor.attributes_missing": ("saknas: {names}", "missing: {names}"),
    "doctor.workers": ("{count} på kön {queue}", "{count} on the queue {queue}"),
    "doctor.no_worker": ("ingen på kön {queue}", "none on the queue {queue}"),
    "doctor.worker": ("Starta en: stegvis ops worker", "Start one: stegvis ops worker"),
    "doctor.mail_folder": (
        "mappen {path}; för drift: STEGVIS_MAIL=smtp://...",
        "the folder {path}; for production: STEGVIS_MAIL=smtp://...",
    ),
    "doctor.mail": (
        "Rätta STEGVIS_MAIL, eller starta e-postservern.",
        "Correct STEGVIS_MAIL, or start the mail server.",
    ),
    "doctor.answers": ("{where} svarar", "{where} answers"),
}
