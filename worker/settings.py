"""What a deployment may set: one typed object, built once in each process's entry point.

The connection to Temporal is the SDK's own (TEMPORAL_*, temporal.toml); here it can only be overridden.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "STEGVIS_"
MAIL_SCHEMES = ("", "smtp", "smtps")

Port = Annotated[int, Field(ge=0, le=65535)]
"""A TCP port; 0 leaves the endpoint out."""


def _carriers_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in MAIL_SCHEMES or (parts.scheme and not parts.hostname):
        raise ValueError("give a folder's path, smtp://host:port or smtps://host:port")
    return value


class Settings(BaseSettings):
    """Settings of every Stegvis process; each is an environment variable with the prefix STEGVIS_."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True, env_ignore_empty=True)

    home: Path = Field(
        Path(".stegvis"), description="Folder of everything kept on this machine: embedded servers, outbox, keys."
    )
    database_url: str = Field(
        "postgresql://stegvis@127.0.0.1:5432/stegvis",
        repr=False,
        description="PostgreSQL 18. The role needs the right to create its own schema on the first start.",
    )
    database_schema: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]{0,62}$")] = Field(
        "stegvis", description="Schema of Stegvis's tables, so that a database can be shared."
    )
    master_key_file: Path | None = Field(
        None, description="File with the master key that wraps the participants' keys. Empty: `master.key` in home."
    )
    temporal_address: str | None = Field(
        None, description="host:port of Temporal. Empty: TEMPORAL_ADDRESS or temporal.toml, else 127.0.0.1:7233."
    )
    temporal_namespace: str | None = Field(
        None, description="Temporal namespace. Empty: TEMPORAL_NAMESPACE or temporal.toml, else `default`."
    )
    task_queue: str = Field("stegvis", min_length=1, description="Task queue that workers poll and callers name.")
    mail: Annotated[str, AfterValidator(_carriers_address)] = Field(
        "",
        repr=False,
        description=(
            "Where notices go: a folder, or smtp://user:password@host:port (STARTTLS where offered; smtps:// for TLS "
            "from the start; ?timeout=SECONDS for each step, 10 when left out). Empty: the folder `outbox` in home."
        ),
    )
    mail_from: str = Field("stegvis@localhost", description="Sender's address of every notice.")
    listen: str = Field(
        "127.0.0.1", description="Address that health and metrics listen on; 0.0.0.0 inside a container."
    )
    health_port: Port = Field(8087, description="Port of /live and /ready; 0: none.")
    metrics_port: Port = Field(9464, description="Port of Stegvis's own metrics for Prometheus; 0: none.")
    temporal_metrics_port: Port = Field(9465, description="Port of the Temporal SDK's metrics for Prometheus; 0: none.")
    codec_port: Port = Field(8089, description="Port of the codec endpoint for Temporal's Web UI and CLI; loopback.")
    codec_origin: str = Field(
        "http://127.0.0.1:8233", description="Address of Temporal's Web UI: the only page that may ask the codec."
    )
    desk_listen: str = Field(
        "127.0.0.1", description="Address that the desk listens on; anything else only behind a proxy that speaks TLS."
    )
    desk_port: Port = Field(8088, description="Port of the desk.")
    desk_address: str = Field(
        "",
        description="Address under which staff reach the desk, https://... behind a proxy. Empty: http on loopback.",
    )
    log_format: Literal["console", "json"] = Field("console", description="Lines for people or for machines.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least level that is logged.")
    language: Literal["sv", "en"] = Field("sv", description="Language of notices and of texts without a reader's own.")

    @property
    def master_key_path(self) -> Path:
        """The file with the master key."""
        return self.master_key_file or self.home / "master.key"

    @property
    def mail_address(self) -> str:
        """Where notices go, with the default filled in."""
        return self.mail or str(self.home / "outbox")


def settings_page() -> str:
    """Return deploy/settings.md: every setting with its default and meaning."""
    return _PAGE_HEAD + settings_table()


def settings_table() -> str:
    """Return every setting as a Markdown table."""
    rows = ["| Variable | Default | Meaning |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default in (None, "") else f"`{field.default}`"
        rows.append(f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows) + "\n"


_PAGE_HEAD = """# Settings

Every process reads its settings from environment variables; an empty one counts as not set. This page is written by
`python -m worker.settings > deploy/settings.md`, and a test compares.

The connection to Temporal follows the SDK's own configuration: `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`,
`TEMPORAL_API_KEY`, `TEMPORAL_TLS*` and a profile in `temporal.toml` (`TEMPORAL_CONFIG_FILE`, `TEMPORAL_PROFILE`), so
that a cluster or Temporal Cloud is a matter of configuration alone.

"""


if __name__ == "__main__":
    sys.stdout.write(settings_page())
