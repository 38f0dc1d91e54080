"""Settings: from the environment, checked when the process starts."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from worker.client import DEFAULT_ADDRESS, connection
from worker.settings import Settings


class TestSettings:
    def test_come_from_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("STEGVIS_TASK_QUEUE", "elsewhere")
        monkeypatch.setenv("STEGVIS_LANGUAGE", "en")

        settings = Settings()

        assert (settings.task_queue, settings.language) == ("elsewhere", "en")

    def test_keep_their_default_where_the_variable_is_empty(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("STEGVIS_TASK_QUEUE", "")

        assert Settings().task_queue == "stegvis"

    def test_place_key_and_outbox_at_home(self) -> None:
        settings = Settings(home=Path("somewhere"))

        assert settings.master_key_path == Path("somewhere/master.key")
        assert settings.mail_address == "somewhere/outbox"

    @pytest.mark.parametrize(
        ("name", "value"),
        [("MAIL", "http://mail"), ("DATABASE_SCHEMA", "Robert'; --"), ("HEALTH_PORT", "70000"), ("LANGUAGE", "fi")],
    )
    def test_are_refused_where_they_make_no_sense(self, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
        monkeypatch.setenv(f"STEGVIS_{name}", value)

        with pytest.raises(ValidationError):
            Settings()

    def test_do_not_show_passwords(self) -> None:
        settings = Settings(database_url="postgresql://u:hush@h/d", mail="smtp://u:hush@h")

        assert "hush" not in repr(settings)


class TestConnection:
    def test_has_a_default(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(tmp_path / "none.toml"))
        monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)

        assert connection(Settings())["target_host"] == DEFAULT_ADDRESS

    def test_follows_the_sdks_own_configuration(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TEMPORAL_ADDRESS", "cluster:7233")
        monkeypatch.setenv("TEMPORAL_NAMESPACE", "stegvis")
        monkeypatch.setenv("TEMPORAL_API_KEY", "key")

        found = connection(Settings())

        assert (found["target_host"], found["namespace"], found["tls"]) == ("cluster:7233", "stegvis", True)

    def test_is_overridden_by_our_own_settings(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TEMPORAL_ADDRESS", "cluster:7233")

        found = connection(Settings(temporal_address="here:1", temporal_namespace="n"))

        assert (found["target_host"], found["namespace"]) == ("here:1", "n")
