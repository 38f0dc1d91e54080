"""What may never come of a try, whoever made it: how answers and what they left behind are judged."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import httpx2

from tests.desk.crawling import LEAVES, Found, Walk, pattern_of
from tests.desk.traces import Batch, Left

SCRIPT = "<script>alert(7)</script>"
IMAGE = '"><img src=x onerror=alert(7)>'
UNSEEN = ("hidden", "button", "submit", "file")


@dataclass
class Tries:
    """What was tried, and what should not have happened."""

    fields: dict[str, set[str]] = field(default_factory=dict)
    """By form: the fields that had something hostile in them."""
    at_once: set[str] = field(default_factory=set)
    shaped: set[str] = field(default_factory=set)
    reached: set[str] = field(default_factory=set)
    count: int = 0
    again: int = 0
    answers: dict[int, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def say(self, status: int, what: str) -> None:
        """Note an answer."""
        self.count += 1
        self.answers[status] = self.answers.get(status, 0) + 1
        if status >= 500:
            self.wrong.append(f"{status}: {what}")

    def untried(self, walked: Walk) -> list[str]:
        """Return what a walk found and nobody tried: fields, whole forms, other shapes, forms that always said no."""
        found = []
        for pattern, forms in walked.forms.items():
            if pattern_of(forms[0].action) in LEAVES:
                continue
            missed = set(forms[0].fields) - self.fields.get(pattern, set())
            found += [f"{pattern}: never hostile: {name}" for name in sorted(missed)]
            if pattern not in self.at_once:
                found.append(f"{pattern}: never hostile at once")
            if forms[0].method != "get" and pattern not in self.shaped:
                found.append(f"{pattern}: never in another shape")
            if pattern not in self.reached:
                found.append(f"{pattern}: never got past the door")
        return found

    def told(self, who: str) -> str:
        """Return one line for whoever runs the tests."""
        answers = ", ".join(f"{status}: {count}" for status, count in sorted(self.answers.items()))
        fields = sum(map(len, self.fields.values()))
        return f"fuzz: {who}: {len(self.fields)} forms, {fields} fields, {self.count} tries ({answers})"


def wrong_of(batches: Iterable[Batch], made: str | None) -> list[str]:
    """Return what is wrong with the batches that one command left: exactly one, whole, under the id it was asked with."""
    found = list(batches)
    wrong = [f"half a batch on {each.pathway}" for each in found if not each.whole]
    if made is not None and [each.command_id for each in found] != [made]:
        wrong.append(f"one command, and batches {[each.command_id for each in found]}")
    if made is None and found:
        wrong.append("recorded something, and shows nobody what")
    return wrong


def says_what_to_do(answer: httpx2.Response) -> bool:
    """Tell whether an answer names a field, or says in words what is wrong."""
    if "html" not in answer.headers.get("content-type", ""):
        return len(answer.text) > 20
    return re.search(r'href="#f-|role="alert"|class="note"', answer.text) is not None


def silent_at(answer: httpx2.Response, form: Found, name: str, value: str) -> str:
    """Return what is missing where something hostile in a field was refused: a way to that field from above the form.

    An empty field may be one of several of which one would do: then it is enough that words say so. So it is where
    the page draws the field without our components, and no way can lead there. A way to a question that the form
    hadn't when it was opened says that it asks for more by now.
    """
    links = set(re.findall(r'href="#f-([^"]+)"', answer.text))
    places = set(re.findall(r'id="f-([^"]+)"', answer.text))
    if gone := links - places:
        return f"leads nowhere: {sorted(gone)}"
    if form.fields[name].kind in UNSEEN or name in links or links - set(form.fields):
        return ""
    if (not value.strip() or name not in places) and re.search(r'role="alert"|class="note"', answer.text):
        return ""
    return f"names {sorted(links)}"


def first_password(answer: httpx2.Response, left: Left) -> bool:
    """Tell whether somebody was given a password: it is shown this once, on the page that answers."""
    return answer.status_code == 200 and answer.url.path.endswith("/password") and left.tables == ("accounts",)
