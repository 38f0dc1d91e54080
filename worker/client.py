"""The client of Temporal that every process uses: one address, one namespace, one plugin."""

from __future__ import annotations

from datetime import timedelta

from temporalio.client import Client
from temporalio.envconfig import ClientConfig, ClientConnectConfig
from temporalio.runtime import Runtime

from worker.codec import Keys
from worker.plugin import PathwayPlugin
from worker.settings import Settings

DEFAULT_ADDRESS = "127.0.0.1:7233"
CONNECT_TIMEOUT = timedelta(seconds=5)  # a server on the same network answers in milliseconds


def connection(settings: Settings) -> ClientConnectConfig:
    """Return address, namespace and credentials: TEMPORAL_* and temporal.toml, then STEGVIS_TEMPORAL_* above them."""
    config = ClientConfig.load_client_connect_config()
    config.setdefault("target_host", DEFAULT_ADDRESS)
    if settings.temporal_address:
        config["target_host"] = settings.temporal_address
    if settings.temporal_namespace:
        config["namespace"] = settings.temporal_namespace
    return config


async def connect(settings: Settings, keys: Keys, runtime: Runtime | None = None) -> Client:
    """Connect to Temporal with the pathway plugin.

    Raises:
        RuntimeError: The server doesn't answer.
    """
    return await Client.connect(
        **connection(settings),
        plugins=[PathwayPlugin(keys)],
        runtime=runtime,
        connect_timeout=CONNECT_TIMEOUT,
    )
