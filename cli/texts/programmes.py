"""Versions of programmes: who moves from one to another, and back."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "help.programme.versions": (
        "Publicerade versioner: sedan när de gäller och hur många som följer dem.",
        "Published versions: since when they hold and how many follow them.",
    ),
    "help.programme.migrate": (
        "Flytta alla som är inne från en version till en annan; --dry-run visar först vad som händer med var och en.",
        "Move everybody inside from one version to another; --dry-run first shows what happens to each.",
    ),
    "help.programme.from": (
        "Versionen som lämnas (hashens början räcker).",
        "The version that is left (its first digits will do).",
    ),
    "help.programme.to": (
        "Versionen som ska gälla; med --dry-run även en fil som inte är publicerad.",
        "The version that is to hold; with --dry-run also a file that isn't published.",
    ),
    "help.programme.mapping": (
        "Fil som säger vad varje namn har blivit; det som behåller sitt namn nämns inte.",
        "File that says what each name has become; what keeps its name isn't mentioned.",
    ),
    "help.programme.dry": (
        "Visa ett utfall för var och en; ändra ingenting.",
        "Show a result for each; change nothing.",
    ),
    "help.programme.rollback": (
        "Ta tillbaka flytten där bara aviseringar har följt; namnge de andra.",
        "Take the migration back where only notices have followed; name the others.",
    ),
    "help.programme.diagram": (
        "Rita programmet som en bild (SVG): stegvis programme diagram koll > koll.svg.",
        "Draw the programme as a picture (SVG): stegvis programme diagram koll > koll.svg.",
    ),
    "help.programme.diff": (
        "Säg i ord vad som skiljer två definitioner.",
        "Say in words what differs between two definitions.",
    ),
    "help.programme.either": (
        "En fil, ett medföljande programs namn eller en publicerad version (hashens början räcker).",
        "A file, the name of a programme that ships, or a published version (its first digits will do).",
    ),
    "help.programme.diff_as": (
        "Vem du är; behövs bara för publicerade versioner.",
        "Who you are; only needed for published versions.",
    ),
    "diff.who": (
        "det finns ingen sådan fil; en publicerad version slås upp av en medarbetare, ange --as",
        "there is no such file; a published version is looked up by a staff member, say --as",
    ),
    "show.differs": ("En variant. Den skiljer sig från {name} i detta:", "A variant. It differs from {name} in this:"),
    "help.programme.schema": (
        "Skriv ut det JSON-schema som en redigerare kontrollerar filer mot.",
        "Print the JSON Schema against which an editor checks files.",
    ),
    "help.programme.schema_kind": ("Vilken sorts fil.", "Which kind of file."),
    "schema.kinds": ("det finns {known}", "there are {known}"),
    "help.programme.list": (
        "Program som följer med, och publicerade versioner (med --as).",
        "Programmes that ship, and published versions (with --as).",
    ),
    "help.programme.list_as": (
        "Vem du är; med det listas också publicerade versioner.",
        "Who you are; with it published versions are listed too.",
    ),
    "head.variant_of": ("Variant av", "Variant of"),
    "list.published": ("Publicerade versioner", "Published versions"),
    "help.programme.examples": (
        "Visa vad som är öppet, hos vem och till när, efter varje händelse i exemplen.",
        "Show what is open, with whom and by when, after every event of the examples.",
    ),
    "help.programme.write": (
        "Skriv in det i filen; från och med då jämför 'check'.",
        "Write it into the file; from then on 'check' compares.",
    ),
    "examples.written": ("Skrivet till {file}. Läs igenom det.", "Written to {file}. Read it through."),
    "migrate.publish_first": (
        "Publicera versionen först: stegvis programme publish. Bara --dry-run tar en fil.",
        "Publish the version first: stegvis programme publish. Only --dry-run takes a file.",
    ),
    "head.following": ("Följer", "Following"),
}
