"""Every picture of the desk stands on its page, and the page names none that isn't there."""

from __future__ import annotations

import re
from pathlib import Path


def test_the_page_of_pictures_shows_each_once() -> None:
    shown = re.findall(r"\((.+?)\.png\)", Path("docs/desk/README.md").read_text("utf-8"))

    assert sorted(shown) == sorted(one.stem for one in Path("docs/desk").glob("*.png"))
