"""Texts about definitions: what a check found, in what two differ, what a migration does. Part of service/texts.py."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "check.compiled": (
        "{name}: läsbar, {steps} steg, version {version}.",
        "{name}: well-formed, {steps} steps, version {version}.",
    ),
    "check.origins": (
        "{house} egna regler, {unknown} okända uppgifter i beskrivningen.",
        "{house} house rules, {unknown} unknowns in the description.",
    ),
    "check.unexplained": (
        "{place}: ingen har sagt varifrån {option} kommer. Ange det under origins eller house (covers).",
        "{place}: nobody has said where {option} comes from. State it under origins or house (covers).",
    ),
    "check.at": ("rad {line}: {text}", "line {line}: {text}"),
    "check.hint_at": ("rad {line}, att veta: {text}", "line {line}, worth knowing: {text}"),
    "check.story": ("så här: {story}", "like this: {story}"),
    "check.structure": (
        "Struktur: varje steg kan öppnas, varje skede bli klart, varje villkor kan både gälla och inte gälla.",
        "Structure: every step can open, every stage be done, every condition can hold and fail to hold.",
    ),
    "check.proved": (
        "Bevisat uttömmande: {states} tillstånd, {moves} händelser prövade på {seconds} s.",
        "Proved exhaustively: {states} states, {moves} moves tried in {seconds} s.",
    ),
    "check.sampled": (
        (
            "Stickprov, inte bevis: {states} tillstånd av fler, bredden först; {walks} slumpvandringar (frö {seed}) "
            "fann {walked} till; {moves} händelser prövade på {seconds} s."
        ),
        (
            "Sampled, not proved: {states} states of more, breadth first; {walks} random walks (seed {seed}) found "
            "{walked} more; {moves} moves tried in {seconds} s."
        ),
    ),
    "check.not_searched": (
        "Inte genomsökt: det ovan betyder inget för motorn. Rätta det först.",
        "Not searched: the above means nothing to the engine. Mend it first.",
    ),
    "check.coverage": (
        "Exemplen visar {steps} steg, {outcomes} utfall och {exits} avslut.",
        "The examples show {steps} steps, {outcomes} outcomes and {exits} exits.",
    ),
    "check.example": ("Exempel: {name}: som väntat.", "Example: {name}: as expected."),
    "check.example_refused": ("Exempel: {name}: {text}", "Example: {name}: {text}"),
    "check.example_differs": (
        "Exempel: {name}: {what}: väntat {expected}, blev {found}",
        "Example: {name}: {what}: expected {expected}, found {found}",
    ),
    "check.no_examples": ("Inga exempel.", "No examples."),
    "diff.same": ("Ingen regel skiljer: samma version, {version}.", "No rule differs: the same version, {version}."),
    "diff.versions": ("Från version {old} till {new}.", "From version {old} to {new}."),
    "diff.inside": ("Märks av den som är inne", "Noticed by those inside"),
    "diff.leading": ("Märks av den som leder", "Noticed by those who lead"),
    "diff.wording": ("Bara ordalydelse", "Only wording"),
    "diff.nothing": ("Inget skiljer.", "Nothing differs."),
    "diff.order": (
        "Inget som berättas skiljer; något står i en annan ordning.",
        "Nothing that is told differs; something stands in another order.",
    ),
    "migrate.from_to": ("Från version {old} till {new}.", "From version {old} to {new}."),
    "migrate.nobody": (
        "Ingen öppen process följer den version som lämnas.",
        "No open pathway follows the version that is left.",
    ),
    "migrate.moves": ("flyttas", "moves"),
    "migrate.moved": ("flyttad", "moved"),
    "migrate.accepted": ("mottagen, registreras när journalen svarar", "accepted, recorded when the record answers"),
    "migrate.back": ("tillbaka", "back"),
    "migrate.refused": ("flyttas inte", "refused"),
    "migrate.no_answer": ("inget svar, kör igen", "no answer, run again"),
    "migrate.stands": (" och står i {where}", " and stands in {where}"),
    "migrate.ends": ("avslutas: {what}", "ends: {what}"),
    "migrate.opens": ("öppnas: {what}", "opens: {what}"),
    "migrate.due": ("ny dag för {what}: {old} → {new}", "{what} is due {new} instead of {old}"),
    "migrate.reached": ("uppnått: {what}", "reached: {what}"),
    "migrate.withdrawn": ("inte längre uppnått: {what}", "no longer reached: {what}"),
    "migrate.exits": ("avslut: {what}", "exit: {what}"),
    "migrate.count.moves": ("{count} skulle flyttas.", "{count} would move."),
    "migrate.count.moved": ("{count} flyttade.", "{count} moved."),
    "migrate.count.accepted": ("{count} mottagna.", "{count} accepted."),
    "migrate.count.back": ("{count} tillbaka.", "{count} taken back."),
    "migrate.count.refused": ("{count} flyttas inte.", "{count} refused."),
    "migrate.count.no_answer": ("{count} utan svar.", "{count} without an answer."),
}
