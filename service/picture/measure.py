"""How wide a text is, and where it is broken: by the widest of the fonts that a reader may have (DejaVu Sans)."""

from __future__ import annotations

_EM = {
    "abdeghknopqu0123456789åäöéü$+=_": 0.64, "cksvxyz": 0.6, "ijlI'|": 0.3, "frt-": 0.42, "()[]/\\:;.,!* ": 0.4,
    'ABEKPSVXZJLFTY"?': 0.69, "CDGHNOQRUÅÄÖÉ": 0.79, "mMwW%": 1.0,
}  # fmt: skip
_WIDTHS = {letter: width for letters, width in _EM.items() for letter in letters}
_OTHER = 1.0
_BOLD = 1.15
_LEAST = 3  # letters after a hyphen
BOLD = 600


def width_of(text: str, size: float, weight: int = 400) -> float:
    """Return a width in pixels that a text will hardly exceed."""
    em = sum(_WIDTHS.get(letter, _OTHER) for letter in text)
    return em * size * (_BOLD if weight >= BOLD else 1)


def wrapped(text: str, room: float, size: float, weight: int = 400, *, most: int = 99) -> list[str]:
    """Break a text into lines that fit; what is longer than ``most`` lines ends in an ellipsis."""
    lines = [""]
    for word in text.split():
        for part in _pieces(word, room, size, weight):
            longer = f"{lines[-1]} {part}".strip()
            if not lines[-1] or width_of(longer, size, weight) <= room:
                lines[-1] = longer
            else:
                lines.append(part)
    if len(lines) > most:
        last = lines[most - 1]
        while last and width_of(f"{last}…", size, weight) > room:
            last = last[:-1]
        lines = [*lines[: most - 1], f"{last.rstrip()}…"]
    return lines


def _pieces(word: str, room: float, size: float, weight: int) -> list[str]:
    """Break a word that is wider than a line; Swedish has long ones."""
    pieces = []
    while width_of(word, size, weight) > room and len(word) > 1:
        cut = len(word)
        while cut > 1 and width_of(f"{word[:cut]}-", size, weight) > room:
            cut -= 1
        cut = max(1, min(cut, len(word) - _LEAST))
        pieces.append(f"{word[:cut]}-")
        word = word[cut:]
    return [*pieces, word]
