"""In words, what a command leads to: who sees it must not be surprised by what happens next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from domain.errors import Refusal
from domain.rules import OWNER
from service.foreseeing import Ahead, ahead, foresee
from service.refusing import worded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from desk.visit import Visit
    from service.page import Page
    from service.wording import Words


def follows(visit: Visit, page: Page, fields: dict[str, Any]) -> str:
    """Return what a command with these fields would lead to, or why it would be refused."""
    try:
        found = ahead(foresee(page, fields, now=visit.now))
    except Refusal as refusal:
        return worded(refusal, page.words, page.names).text(visit.language)
    return told(visit, page, replace(found, exit=None) if fields["kind"] == "exit" else found)


def told(visit: Visit, page: Page, found: Ahead) -> str:
    """Return what follows, in words."""
    _, words = visit._, page.words
    if words is None:
        return ""
    parts = []
    if found.exit:
        parts.append(_("Leads to exit: %(exit)s.", exit=words.exit(found.exit)))
    if found.opened:
        parts.append(_("Then: %(steps)s.", steps=_steps(page, words, found.opened, roles=True)))
    if found.ended:
        parts.append(_("No longer needed: %(steps)s.", steps=_steps(page, words, found.ended, roles=False)))
    if found.reached:
        parts.append(_("Milestone: %(names)s.", names=_list(words.milestone(name) for name in found.reached)))
    if found.withdrawn:
        parts.append(_("No longer reached: %(names)s.", names=_list(words.milestone(name) for name in found.withdrawn)))
    if found.told:
        who = _list(page.names.get(to) or words.role(to) for to in found.told)
        parts.append(_("A notice goes to: %(who)s.", who=who))
    return " ".join(parts)


def _steps(page: Page, words: Words, steps: Iterable[tuple[str, str | None]], *, roles: bool) -> str:
    names = []
    for path, _item in dict.fromkeys((path, None) for path, _ in steps):
        rule = page.rules.steps.get(path) if page.rules is not None else None
        by = (rule.by if rule else None) or OWNER
        names.append(f"{words.step(path)} ({words.role(by)})" if roles and by != OWNER else words.step(path))
    return _list(names)


def _list(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))
