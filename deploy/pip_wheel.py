"""Fetch pip's wheel from the user's configured package index, without pip.

Belongs here: reading pip's configuration the way pip does, and reading a simple
index. The wheel is accepted only if its hash stands in the lock file. There is no
address in this file: without configuration there is nothing to fetch from.
"""

from __future__ import annotations

import configparser
import hashlib
import os
import re
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser
from pathlib import Path

TIMEOUT_S = 60  # a slow mirror, once


class NoPipError(Exception):
    """No configured place has the wheel."""


def pinned(lock: str) -> tuple[str, set[str]]:
    """Read the version of pip and its allowed hashes from the lock file."""
    entry = re.search(r"^pip==(\S+)((?:.*\\\n)*.*)", lock, flags=re.MULTILINE)
    if entry is None:
        raise NoPipError("the lock file does not name pip")
    return entry.group(1), set(re.findall(r"sha256:([0-9a-f]{64})", entry.group(2)))


def fetch(*, version: str, hashes: set[str], folder: Path) -> Path:
    """Put the pinned wheel of pip into a folder.

    Raises:
        NoPipError: no configured index or folder has it.
    """
    settings = configuration()
    name = f"pip-{version}-py3-none-any.whl"
    context = ssl.create_default_context(cafile=settings["cert"][0] if settings["cert"] else None)
    pages = [f"{url.rstrip('/')}/pip/" for url in settings["index-url"] + settings["extra-index-url"]]
    if "1" in settings["no-index"] or "true" in settings["no-index"]:
        pages = []
    reasons = []
    for page in settings["find-links"] + pages:
        try:
            data = wheel_at(page, name, context)
        except (OSError, ValueError) as error:
            reasons.append(f"{type(error).__name__}: {error}")
            continue
        if data is None:
            continue
        if hashlib.sha256(data).hexdigest() not in hashes:
            reasons.append("a wheel with another hash than the lock's was refused")
            continue
        wheel = folder / name
        wheel.write_bytes(data)
        return wheel
    raise NoPipError("; ".join(reasons) or "pip's configuration names no index that has it")


def configuration() -> dict[str, list[str]]:
    """Read pip's settings: files from the most general to the most special, then the environment."""
    wanted = ("index-url", "extra-index-url", "find-links", "cert", "no-index")
    found: dict[str, list[str]] = {key: [] for key in wanted}
    for file in configuration_files():
        parser = configparser.RawConfigParser()
        try:
            parser.read(file, encoding="utf-8")
        except (configparser.Error, OSError, UnicodeDecodeError):
            continue
        for section in ("global", "download", "install"):
            for key in wanted:
                for spelling in (key, key.replace("-", "_")):
                    if parser.has_option(section, spelling):
                        found[key] = parser.get(section, spelling).split()
    for key in wanted:
        value = os.environ.get("PIP_" + key.upper().replace("-", "_"))
        if value:
            found[key] = value.split()
    return found


def configuration_files() -> list[Path]:
    """List the places where pip looks, as pip documents them."""
    named = os.environ.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return []
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - Path.home() raises where there is none
    shared = [Path(folder) / "pip" / "pip.conf" for folder in os.environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":")]
    personal = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "pip" / "pip.conf"
    files = [*shared, Path("/etc/pip.conf"), home / ".pip" / "pip.conf", personal]
    if sys.platform == "darwin":
        files[0:0] = [Path("/Library/Application Support/pip/pip.conf")]
        files.append(home / "Library" / "Application Support" / "pip" / "pip.conf")
    files.append(Path(sys.prefix) / "pip.conf")
    return [*files, Path(named)] if named else files


class Links(HTMLParser):
    """Collect the addresses that a page links to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the address of a link."""
        self.found.extend(value for key, value in attrs if tag == "a" and key == "href" and value)


def wheel_at(page: str, name: str, context: ssl.SSLContext) -> bytes | None:
    """Return the wheel that a page or a folder holds, or None."""
    if "://" not in page:
        page = Path(page).absolute().as_uri()
    parts = urllib.parse.urlsplit(page)
    if parts.scheme == "file":
        folder = Path(urllib.request.url2pathname(parts.path))
        if (folder / name).is_file():
            return (folder / name).read_bytes()
        if not (folder / "index.html").is_file():
            return None
        page = (folder / "index.html").as_uri()
    links = Links()
    links.feed(read(page, context).decode("utf-8", "replace"))
    for link in links.found:
        address = urllib.parse.urljoin(page, link)
        if urllib.parse.unquote(urllib.parse.urlsplit(address).path).endswith("/" + name):
            return read(address, context)
    return None


def read(address: str, context: ssl.SSLContext) -> bytes:
    """Read an address, with the user name and password that stand in it."""
    parts = urllib.parse.urlsplit(address)
    if parts.scheme not in ("http", "https", "file"):
        raise ValueError(f"cannot read a {parts.scheme} address")
    handlers: list[urllib.request.BaseHandler] = [urllib.request.HTTPSHandler(context=context)]
    if parts.username:
        bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        keeper = urllib.request.HTTPPasswordMgrWithPriorAuth()
        password = urllib.parse.unquote(parts.password or "")
        keeper.add_password(None, bare, urllib.parse.unquote(parts.username), password, is_authenticated=True)
        handlers.append(urllib.request.HTTPBasicAuthHandler(keeper))
        address = bare
    request = urllib.request.Request(address, headers={"Accept": "text/html, application/octet-stream, */*;q=0.1"})
    with urllib.request.build_opener(*handlers).open(request, timeout=TIMEOUT_S) as response:
        return bytes(response.read())
