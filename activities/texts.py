"""What a notice says, in Swedish and English: what to do, by when and how to open it. Never about whom.

A notice leaves the house by mail, so it carries no name, number or free text: only words of the programme and the
pathway's opaque id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

LANGUAGES = ("sv", "en")
KINDS = ("announce", "remind", "overdue", "escalate", "answer", "review")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a notice is about; ``step`` and ``programme`` are titles, or paths where there are no titles."""

    kind: str
    pathway: str
    step: str
    programme: str
    due_on: date | None = None
    desk: str = ""

    @property
    def opens(self) -> str:
        """How to open it: a page of the desk where one has an address, else a command."""
        return f"{self.desk.rstrip('/')}/people/{self.pathway}" if self.desk else f"stegvis show {self.pathway}"


@dataclass(frozen=True, slots=True)
class Text:
    """A notice's words."""

    subject: str
    body: str


_HEADS: Mapping[str, Mapping[str, str]] = {
    "sv": {
        "announce": "Ny uppgift: {step}",
        "remind": "Påminnelse: {step}",
        "overdue": "Försenat: {step}",
        "escalate": "Eskalering: {step} är försenat",
        "answer": "Svar på din remiss",
        "review": "Att granska: {step}",
    },
    "en": {
        "announce": "New task: {step}",
        "remind": "Reminder: {step}",
        "overdue": "Overdue: {step}",
        "escalate": "Escalation: {step} is overdue",
        "answer": "Answer to your referral",
        "review": "To review: {step}",
    },
}

_LEADS: Mapping[str, Mapping[str, str]] = {
    "sv": {
        "announce": "Du har en ny uppgift: {step}.",
        "remind": "Snart är det dags: {step}.",
        "overdue": "Sista dagen har passerat: {step}.",
        "escalate": "Sista dagen har passerat utan att det blev gjort, därför får du veta det: {step}.",
        "answer": "Det finns ett svar på en remiss som du har skickat: {step}.",
        "review": "En rättelse ändrade underlaget. Se över: {step}.",
    },
    "en": {
        "announce": "You have a new task: {step}.",
        "remind": "It is soon time: {step}.",
        "overdue": "The last day has passed: {step}.",
        "escalate": "The last day passed without it being done, so you are told: {step}.",
        "answer": "There is an answer to a referral that you sent: {step}.",
        "review": "A correction changed what this was based on. Please review: {step}.",
    },
}

_DUE: Mapping[str, str] = {"sv": "Sista dag: {due_on}", "en": "Last day: {due_on}"}
_WHERE: Mapping[str, str] = {
    "sv": "Insats: {programme}\nÖppna: {opens}",
    "en": "Programme: {programme}\nOpen: {opens}",
}
_REST: Mapping[str, str] = {
    "sv": (
        "Brevet är skrivet av ett program och kan inte besvaras. "
        "Av hänsyn till deltagaren står inga personuppgifter här."
    ),
    "en": (
        "This letter was written by a program and can't be answered. "
        "Out of consideration for the participant it holds no personal data."
    ),
}
_DIGEST: Mapping[str, tuple[str, str]] = {
    "sv": ("Sammanfattning: {count} aviseringar", "Du har {count} aviseringar, samlade i ett brev som du har valt."),
    "en": ("Summary: {count} notices", "You have {count} notices, gathered in one letter as you chose."),
}


def text_of(subject: Subject, language: str) -> Text:
    """Return a notice's words.

    Raises:
        KeyError: The kind or the language is unknown.
    """
    words = _words_of(subject)
    lead = _LEADS[language][subject.kind].format(**words)
    body = "\n".join([lead, "", *_about(subject, language), "", _REST[language]]) + "\n"
    return Text(subject=_HEADS[language][subject.kind].format(**words), body=body)


def digest_of(subjects: Sequence[Subject], language: str) -> Text:
    """Return the words of one letter for several notices.

    Raises:
        KeyError: A kind or the language is unknown.
    """
    head, lead = (text.format(count=len(subjects)) for text in _DIGEST[language])
    parts = [lead]
    for number, subject in enumerate(subjects, 1):
        title = _HEADS[language][subject.kind].format(**_words_of(subject))
        parts.append("\n".join([f"{number}. {title}", *_about(subject, language)]))
    return Text(subject=head, body="\n\n".join([*parts, _REST[language]]) + "\n")


def _about(subject: Subject, language: str) -> list[str]:
    words = _words_of(subject)
    due = [_DUE[language].format(**words)] if subject.due_on else []
    return [*due, *_WHERE[language].format(**words).splitlines()]


def _words_of(subject: Subject) -> dict[str, str]:
    return {
        "step": _one_line(subject.step),
        "programme": _one_line(subject.programme),
        "opens": subject.opens,
        "due_on": subject.due_on.isoformat() if subject.due_on else "",
    }


def _one_line(title: str) -> str:
    return " ".join(title.split())
