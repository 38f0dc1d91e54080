"""`stegvis show PATHWAY --own`: what the participant can have printed, in plain Swedish."""

from __future__ import annotations

from tests.cli.conftest import Stegvis

SWEDISH = "sv_SE.UTF-8"


class TestThePage:
    def test_says_whom_to_turn_to_what_was_said_and_what_comes_next(self, stegvis: Stegvis) -> None:
        somebody = stegvis.activity()

        told = stegvis.must("show", somebody, "--own", lang=SWEDISH).out

        assert told.startswith("Din väg i Koll förmåga stöd förändring\nTill Test Testsson\n")
        assert "Sam Samordnare följer dig genom hela programmet." in told
        assert "  Planera insatser med deltagaren:\n    Du höll med till en del.\n    ”Gärna förmiddagar.”" in told
        assert "Beslut om fortsättning: går vidare till aktivitetsfasen" in told
        assert "Arbetsträning tillsammans med utförare, senast " in told
        assert "Vi hör av oss till dig senast " in told
        assert "gått vidare till aktivitetsfasen" in told

    def test_has_no_codes_and_no_english(self, stegvis: Stegvis) -> None:
        told = stegvis.must("show", stegvis.activity(), "--own", lang=SWEDISH).out

        for code in ("work_training", "go_on", "#1", "provider", "eligibility", "p-"):
            assert code not in told

    def test_is_for_those_who_follow_the_participant(self, stegvis: Stegvis) -> None:
        somebody = stegvis.activity()

        assert stegvis("show", somebody, "--own", by="pia.programansvarig").code == 0
        refused = stegvis("show", somebody, "--own", by="tor.handledare")
        assert refused.code == 1
        assert "not_for_you" in refused.err

    def test_tells_of_having_left(self, stegvis: Stegvis) -> None:
        somebody = stegvis.activity()
        stegvis.must("do", somebody, "exit", "dropped_out", "--reason", "flyttar")

        assert "Du lämnade programmet" in stegvis.must("show", somebody, "--own", lang=SWEDISH).out
