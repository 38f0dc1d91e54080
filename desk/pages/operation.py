"""Which operation the board is about: the one that was asked for, among those that the reader may look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Response

from desk.forms.field import Field
from desk.pages.listing import versions_of
from desk.visit import Reader, Signed
from domain.errors import Refusal
from domain.policy import Purpose
from records import operations
from service.seeing import demand, stands_in

if TYPE_CHECKING:
    from records.operations import Run
    from service.wording import Version, Words


@dataclass(frozen=True)
class Chosen:
    """The operation that is looked at, among those that the reader may look at."""

    visit: Signed
    run: Run
    runs: list[Run]
    version: Version

    @property
    def words(self) -> Words:
        """The words of the programme."""
        return self.version.words

    @property
    def choice(self) -> Field:
        """The question which operation."""
        pairs = tuple((run.id, run.name or run.id) for run in self.runs)
        return Field(
            "operation", "select", self.visit._("Operation"), choices=pairs, values=(self.run.id,), required=True
        )

    def page(self, template: str, /, **context: Any) -> Response:
        """Return a page about the operation."""
        return self.visit.page(template, run=self.run, runs=self.runs, choice=self.choice, words=self.words, **context)


async def _chosen(visit: Reader, operation: str = "") -> Chosen:
    runs = [run for run in await operations.runs(visit.pool) if visit.may(Purpose.BOARD, run.id)]
    run = next((run for run in runs if operation in ("", run.id)), None)
    if run is None:
        demand(Purpose.BOARD, stands_in(visit.reader, operation or None))
        raise Refusal("operation_unknown", operation=operation, known=", ".join(run.id for run in runs))
    version = (await versions_of(visit, [run]))[run.programme]
    return Chosen(visit, run, runs, version)


About = Annotated[Chosen, Depends(_chosen)]
