"""Figures for operations: the SDK's on one port, Stegvis's own on another. No figure names a pathway."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from datetime import timedelta

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

from worker.http import HttpServer, Request, Response
from worker.settings import Settings

WAITING_AFTER = 60.0  # seconds; retries come at most 5 s apart, so a batch not seen for longer went elsewhere
HEARTBEAT = timedelta(seconds=60)  # the server's own default, stated so that it doesn't change under us


class Metrics:
    """Stegvis's own figures, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._waiting: dict[str, float] = {}
        self._recorded = Counter(
            "stegvis_recorded_batches", "Batches recorded by this process.", registry=self.registry
        )
        waiting = Gauge(
            "stegvis_accepted_not_recorded",
            "Pathways with accepted batches that this process tried to record and couldn't yet.",
            registry=self.registry,
        )
        waiting.set_function(lambda: float(self.waiting()))
        self._notices = Gauge(
            "stegvis_notices", "Notices that are not settled, by state.", labelnames=["state"], registry=self.registry
        )
        self._diverged = Gauge(
            "stegvis_diverged_pathways",
            "Pathways whose record holds other events under numbers that their workflow used; each needs mending.",
            registry=self.registry,
        )
        self._oldest = Gauge(
            "stegvis_outbox_oldest_seconds",
            "Age of the oldest command from one pathway to another that isn't handled; 0 when there is none.",
            registry=self.registry,
        )
        self._dead = Gauge(
            "stegvis_outbox_dead",
            "Commands between pathways that were given up and need a person.",
            registry=self.registry,
        )
        self._overdue = Gauge("stegvis_overdue_pathways", "Pathways on the overdue list.", registry=self.registry)

    def recorded(self, pathway: str, batches: int) -> None:
        """Count recorded batches; the pathway waits no longer."""
        self._recorded.inc(batches)
        self._waiting.pop(pathway, None)

    def not_recorded(self, pathway: str) -> None:
        """Remember that a pathway's accepted batches wait."""
        self._waiting[pathway] = time.monotonic()

    def waiting(self) -> int:
        """Return how many pathways wait; those that another process took over are forgotten."""
        fresh = time.monotonic() - WAITING_AFTER
        self._waiting = {pathway: since for pathway, since in self._waiting.items() if since > fresh}
        return len(self._waiting)

    def show(
        self,
        *,
        notices: Mapping[str, int],
        diverged: int,
        outbox_oldest: float,
        outbox_dead: int,
        overdue: int,
    ) -> None:
        """Show what PostgreSQL said last."""
        for state, count in notices.items():
            self._notices.labels(state).set(count)
        self._diverged.set(diverged)
        self._oldest.set(outbox_oldest)
        self._dead.set(outbox_dead)
        self._overdue.set(overdue)


def metrics_server(host: str, port: int, metrics: Metrics) -> HttpServer:
    """Return the endpoint of Stegvis's own figures."""

    async def answer(_: Request) -> Response:
        return Response(body=generate_latest(metrics.registry), content_type=CONTENT_TYPE_LATEST)

    return HttpServer(host, port, answer)


def temporal_runtime(settings: Settings) -> Runtime:
    """Return the SDK's runtime: its figures on their port, its lines through our redaction.

    Raises:
        ValueError: The port of the figures is taken.
    """
    prometheus = PrometheusConfig(
        bind_address=f"{settings.listen}:{settings.temporal_metrics_port}",
        counters_total_suffix=True,
        unit_suffix=True,
        durations_as_seconds=True,
    )
    return Runtime(
        telemetry=TelemetryConfig(
            logging=LoggingConfig(
                filter=TelemetryFilter(core_level="WARN", other_level="ERROR"),
                forwarding=LogForwardingConfig(
                    logging.getLogger("temporalio.core"),
                    append_target_to_name=False,
                    prepend_target_on_message=False,
                    # The fields may quote failures; the line itself says what happened.
                    append_log_fields_to_message=False,
                ),
            ),
            metrics=prometheus if settings.temporal_metrics_port else None,
        ),
        worker_heartbeat_interval=HEARTBEAT,
        disable_environment_info=True,
    )
