"""What a page loses when it is made larger is found: the look that every page gets sees what it is there to see."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.zooming import LOST

WIDE = "x" * 400


@pytest.mark.parametrize(
    ("html", "found"),
    [
        (f"<p>{WIDE}</p>", "the page by"),
        ('<div style="width: 3000px; position: absolute">x</div>', "beyond the edge: div"),
        ('<p style="height: 1rem; overflow: hidden">One line<br>and another</p>', "cut off: p"),
        (f'<p style="overflow: hidden; white-space: nowrap">{WIDE}</p>', "cut off: p"),
        ('<p style="height: 20px">One line<br>and another</p>', "higher than its box: p"),
        ('<button style="height: 9px; padding: 0; border: 0">Save</button>', "lower than its text: button"),
        (
            f'<table style="display: block; overflow-x: auto"><tr><td>{WIDE}</td></tr></table>',
            "not reached by keyboard",
        ),
    ],
)
async def test_it_is_found(visit: Any, html: str, found: str) -> None:
    async with visit() as somebody:
        await somebody.page.set_content(f"<body>{html}</body>")
        lost = await somebody.page.evaluate(LOST)

    assert any(found in one for one in lost), lost


@pytest.mark.parametrize(
    "html",
    [
        "<p>One line<br>and another</p>",
        f'<table tabindex="0" style="display: block; overflow-x: auto"><tr><td>{WIDE}</td></tr></table>',
        f'<span style="position: absolute; width: 1px; overflow: hidden; clip-path: inset(50%)">{WIDE}</span>',
        f'<input value="{WIDE}">',
    ],
)
async def test_what_is_meant_is_left(visit: Any, html: str) -> None:
    async with visit() as somebody:
        await somebody.page.set_content(f"<body>{html}</body>")

        assert await somebody.page.evaluate(LOST) == []
