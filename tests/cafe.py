"""An operation with a café: the programme of tests/programmes/places.yaml, published and started in a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from domain.operations import load_operation
from records import operations
from records.database import Pool
from records.operations import Operation
from service.publishing import operation_file, publish, read_programme

CAFE = "cafe-test"
SITE = "arbetsmarknad"


async def open_cafe(pool: Pool, *, starts: date, count: int | None, **more: Any) -> None:
    """Start the operation, or change how many places it states; with None it states none."""
    now = datetime.now(UTC)
    await publish(pool, read_programme(Path("tests/programmes/places.yaml")), by="test", now=now)
    like = load_operation(operation_file("koll-2020").read_text("utf-8"))
    ends = starts + timedelta(days=900)
    one = like.model_copy(update={"operation": CAFE, "programme": "places", "starts": starts, "ends": ends})
    places = [] if count is None else [{"pool": "cafe", "count": count, "site": SITE, **more}]
    stated = {**one.model_dump(mode="json"), "places": places}
    await operations.keep(pool, Operation(CAFE, "places", starts, ends, stated), now=now)
