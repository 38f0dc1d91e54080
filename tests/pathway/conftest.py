"""A pathway on a skipping clock of a test's own.

Everything on one such server shares its clock, and what an ended workflow left undone can hold it still for the next
test; a server starts in a second.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest

from embedded import timeskip
from embedded.temporal import SEARCH_ATTRIBUTES
from tests.pathway.playing import Played, playing


@pytest.fixture
async def played() -> AsyncIterator[Played]:
    """A pathway that nobody has been referred to yet."""
    async with await timeskip.environment() as environment:
        wanted = dict.fromkeys(SEARCH_ATTRIBUTES, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
        await environment.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(search_attributes=wanted)
        )
        async with playing(environment) as one:
            yield one
