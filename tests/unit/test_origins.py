"""Every number says where it comes from."""

from __future__ import annotations

from domain.format.loading import load_programme
from domain.origins import origins, unexplained
from service.publishing import programme_file
from tests.unit.small import BASE


def koll() -> str:
    return programme_file("koll").read_text("utf-8")


class TestOrigins:
    def test_of_koll_are_all_stated_or_decided(self) -> None:
        definition, _ = load_programme(koll())

        assert unexplained(definition) == []
        assert {one.origin for one in origins(definition)} == {"house"}, "the description states no lengths (K24)"

    def test_of_one_step_may_be_stated(self) -> None:
        text = koll().replace("due: 6 weeks\n", "due: 6 weeks\n        origins: {due: {origin: stated, source: K99}}\n")

        definition, _ = load_programme(text)

        found = {(one.place, one.option): one for one in origins(definition)}
        assert (found["inventory.domain", "due"].origin, found["inventory.domain", "due"].source) == ("stated", "K99")

    def test_that_nobody_gave_are_found(self) -> None:
        definition, _ = load_programme(
            f"{BASE}\nsteps: {{one: {{label: {{sv: Ett, en: One}}, by: owner, due: 5 days}}}}"
        )

        missing = {(one.place, one.option) for one in unexplained(definition)}

        assert ("one", "due") in missing
        assert ("watch", "watch") in missing
        assert ("after_exit.later", "due") in missing
