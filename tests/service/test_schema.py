"""JSON Schemas for editors: kept current, and every file that ships keeps to them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cli.main import run
from domain.format.schema import KINDS, schema_text
from domain.operations import load_operation
from service.examples import play_examples
from service.publishing import PROGRAMMES, operation_file, programme_file, read_programme

OPERATIONS = sorted((PROGRAMMES / "operations").glob("*.yaml"))
SHIPPED = sorted(PROGRAMMES.glob("*.yaml"))


def refused(kind: str, *files: Path) -> str:
    """Return what a schema says against files, nothing where it takes them."""
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(PROGRAMMES / f"{kind}.schema.json")]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


class TestTheSchemas:
    @pytest.mark.parametrize("kind", KINDS)
    def test_that_are_kept_are_made_from_the_models(self, kind: str, capfd: pytest.CaptureFixture[str]) -> None:
        kept = (PROGRAMMES / f"{kind}.schema.json").read_text("utf-8")

        assert kept == schema_text(kind), (
            f"make it again: stegvis programme schema {kind} > programmes/{kind}.schema.json"
        )
        assert run(["programme", "schema", kind], {}) == 0
        assert capfd.readouterr().out == kept

    def test_are_three(self, capfd: pytest.CaptureFixture[str]) -> None:
        assert run(["programme", "schema", "poem"], {"LANG": "en_GB"}) == 2
        assert "programme, operation, mapping" in capfd.readouterr().err

    def test_take_every_file_that_ships(self) -> None:
        assert refused("programme", *SHIPPED, *Path("tests/programmes").glob("[et]*.yaml")) == ""
        assert refused("operation", *OPERATIONS) == ""

    @pytest.mark.parametrize("file", [*SHIPPED, *OPERATIONS], ids=lambda file: file.stem)
    def test_are_named_on_the_first_line(self, file: Path) -> None:
        first = file.read_text("utf-8").partition("\n")[0]
        name = first.removeprefix("# yaml-language-server: $schema=")

        assert name != first
        assert (file.parent / name).is_file()

    @pytest.mark.parametrize(
        ("kind", "file", "old", "new", "says"),
        [
            ("programme", "koll.yaml", "        announce: true", "        anounce: true", "anounce"),
            ("programme", "koll.yaml", "is: long_term", "equals: long_term", "equals"),
            ("programme", "koll.yaml", "format: 1", "format: 2", "format"),
            ("programme", "visa_motala.yaml", "change:", "changes:", "changes"),
            ("operation", "operations/koll-2020.yaml", "ends: 2022-06-30", "finishes: 2022-06-30", "finishes"),
        ],
    )
    def test_refuse_what_the_models_refuse(
        self, *, kind: str, file: str, old: str, new: str, says: str, tmp_path: Path
    ) -> None:
        text = (PROGRAMMES / file).read_text("utf-8")
        wrong = tmp_path / "wrong.yaml"
        wrong.write_text(text.replace(old, new, 1), "utf-8")

        assert old in text
        assert says in refused(kind, wrong)

    def test_take_a_mapping(self, tmp_path: Path) -> None:
        mapping = tmp_path / "mapping.yaml"
        mapping.write_text(
            "steps: {start.talk: start.call, start.old: remove}\noutcomes: {start.gate: {in: go_on}}\n", "utf-8"
        )
        assert refused("mapping", mapping) == ""
        mapping.write_text("step: {start.talk: start.call}\n", "utf-8")
        assert "step" in refused("mapping", mapping)


class TestTheSmallExample:
    def test_has_ten_lines_and_is_well(self) -> None:
        file = programme_file("example_small")
        programme = read_programme(file)

        assert len([line for line in file.read_text("utf-8").splitlines() if not line.startswith("#")]) == 10
        assert [one.well for one in play_examples(programme.rules, programme.definition)] == [True, True]
        assert run(["programme", "check", "example-small"], {"LANG": "en_GB"}) == 0

    def test_is_toured_in_the_guide_with_what_the_commands_print(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        guide = Path("docs/guide-builder.md").read_text("utf-8")
        copy = tmp_path / "copy.yaml"
        text = programme_file("example_small").read_text("utf-8")
        copy.write_text(text.replace("due: 4 weeks", "due: 5 weeks"), "utf-8")
        for command in ("check", "show", "examples", f"diff example-small {copy}"):
            name = [] if command.startswith("diff") else ["example-small"]
            assert run(["programme", *command.split(), *name], {"LANG": "en_GB"}) == 0
        printed = {line.strip() for line in capfd.readouterr().out.splitlines()}
        tour = guide.partition("## A tour")[2].partition("With `stegvis ops up")[0]
        shown = [line.strip() for line in tour.splitlines() if line.startswith("    ") and "$ stegvis" not in line]

        assert len(shown) > 10
        assert [line for line in shown if line not in ("...", *printed)] == []

    def test_has_an_operation_whose_staff_play_its_roles(self) -> None:
        operation = load_operation(operation_file("example-small").read_text("utf-8"))
        rules = read_programme(programme_file(operation.programme)).rules

        assert {role for person in operation.staff for role in person.roles} | {"owner"} == set(rules.roles)


class TestTheList:
    def test_names_what_ships(self, capfd: pytest.CaptureFixture[str]) -> None:
        assert run(["programme", "list"], {"LANG": "sv_SE.UTF-8"}) == 0

        lines = capfd.readouterr().out.splitlines()
        assert [line.split()[0] for line in lines[2:]] == [file.stem for file in SHIPPED]
        assert any("VISA i Motala" in line and " visa " in line for line in lines)
