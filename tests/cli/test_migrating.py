"""`stegvis programme versions|migrate`: what a coordinator sees of a move, dry, done, and taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from domain.calendar import local_day
from tests.cli.conftest import Stegvis

PIA = "pia.programansvarig"
LONGER = local_day(datetime.now(UTC)) + timedelta(days=500)  # no referral of these tests falls on it


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A new version of Koll in which work training has another name, and its mapping."""
    text = Path("programmes/koll.yaml").read_text("utf-8")
    for old, new in (
        ("      work_training:\n", "      practice:\n"),
        ("[reached_25, work_training, work_training.ended]", "[reached_25, practice, practice.ended]"),
        ("        due: 12 months\n", "        due: 13 months\n"),
    ):
        assert old in text, old
        text = text.replace(old, new)
    text = text[: text.index("\nexamples:")] + "\n"
    programme, mapping = tmp_path / "koll-next.yaml", tmp_path / "mapping.yaml"
    programme.write_text(text, "utf-8")
    mapping.write_text("steps: {activity.work_training: activity.practice}\n", "utf-8")
    return programme, mapping


def version(stegvis: Stegvis, effective: date | None = None) -> str:
    """Return the version of Koll that most follow, or the one that is effective from a day."""
    rows = [line.split() for line in stegvis.must("programme", "versions", "koll").out.splitlines()[2:]]
    if effective is not None:
        return next(row[1] for row in rows if row[2] == effective.isoformat())
    return max(rows, key=lambda row: int(row[3]))[1]


class TestMigrate:
    def test_shows_first_then_does_it_and_goes_back(self, stegvis: Stegvis, files: tuple[Path, Path]) -> None:
        programme, mapping = files
        somebody = stegvis.activity()
        old = version(stegvis)
        inside = stegvis.sql("SELECT count(*) FROM pathways WHERE rules = $1 AND status <> 'closed'", old)

        dry = stegvis("programme", "migrate", old[:6], str(programme), "--mapping", str(mapping), "--dry-run", by=PIA)
        assert dry.code == 0, dry
        assert f"{inside} would move." in dry.out
        assert f"{somebody}  moves and stands in Activity phase" in dry.out
        assert "Work training is due" in dry.out
        assert stegvis.sql("SELECT count(*) FROM events WHERE type = 'Migrated'") == 0

        early = stegvis("programme", "migrate", old, str(programme), "--mapping", str(mapping), by=PIA)
        assert (early.code, "Publish the version first" in early.out) == (2, True)
        stegvis.must("programme", "publish", str(programme), "--effective", LONGER.isoformat(), by=PIA)
        new = version(stegvis, LONGER)
        line = ("programme", "migrate", old, new, "--mapping", str(mapping))

        done = stegvis.must(*line, by=PIA)
        assert f"{inside} moved." in done.out
        shown = stegvis.must("show", somebody, by=PIA)
        assert f"Follows version {new} from now on" in shown.out
        assert "No open pathway follows the version that is left." in stegvis.must(*line, by=PIA).out

        stegvis.must("do", somebody, "contact")
        back = stegvis("programme", "migrate", old, new, "--mapping", str(mapping), "--rollback", by=PIA)
        assert back.code == 1
        assert f"{inside - 1} taken back." in back.out
        assert "1 refused." in back.out
        assert f"{somebody}  refused: The migration can't be taken back" in back.out

    def test_is_a_managers(self, stegvis: Stegvis, files: tuple[Path, Path]) -> None:
        done = stegvis("programme", "migrate", version(stegvis), str(files[0]), "--dry-run", by="sam.samordnare")

        assert (done.code, "manager" in done.err) == (1, True), done

    def test_names_what_is_wrong_in_a_mapping(self, stegvis: Stegvis, files: tuple[Path, Path]) -> None:
        programme, mapping = files
        mapping.write_text("steps:\n  activity.work_training: activity.practise\n", "utf-8")

        done = stegvis(
            "programme", "migrate", version(stegvis), str(programme), "--mapping", str(mapping), "--dry-run", by=PIA
        )

        assert done.code == 1
        assert "line 2: steps.activity.work_training: 'activity.practise' is no step of the new version" in done.err

    def test_names_a_version_that_isnt_there(self, stegvis: Stegvis, files: tuple[Path, Path]) -> None:
        done = stegvis("programme", "migrate", "ffff", str(files[0]), "--dry-run", by=PIA, lang="sv_SE.UTF-8")

        assert done.code == 1
        assert "Ingen publicerad version" in done.err
