"""The client of Temporal that every process uses: one address, one namespace, one plugin."""

from __future__ import annotations

from datetime import timedelta

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.envconfig import ClientConfig, ClientConnectConfig
from temporalio.runtime import Runtime

from worker.codec import Keys
from worker.plugin import PathwayPlugin
from worker.settings import Settings
from workflows.ports import SA_PROGRAMME, SA_STATUS

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


async def ensure_search_attributes(client: Client) -> list[str]:
    """Register what workflows upsert where it is missing, and return the names that were added.

    An unregistered attribute fails each workflow task that sets it. Temporal Cloud lets only its own tools register:
    there this raises and the deployment must do it first.

    Raises:
        RPCError: The server doesn't answer, or doesn't let us register.
    """
    known = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    missing = {
        key.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
        for key in (SA_PROGRAMME, SA_STATUS)
        if key.name not in known.custom_attributes
    }
    if missing:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
        )
    return sorted(missing)
