"""A check's ``version`` is the one that ships; the mutations give it others."""

from __future__ import annotations

import pytest

from tests.rows.harness import Version


@pytest.fixture
def version(request: pytest.FixtureRequest) -> Version:
    shipped: Version = request.module.SHIPPED
    return shipped
