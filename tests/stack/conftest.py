"""One stack for all of its tests: building and starting it takes longer than everything they do."""

from collections.abc import Iterator

import pytest

from tests.stack.engine import Stack, running
from tests.stack.visit import Browser


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("stack")) as started:
        yield started


@pytest.fixture
def browsers(stack: Stack) -> Iterator[tuple[Browser, Browser]]:
    """A visitor's and a staff member's."""
    both = Browser(stack.front), Browser(stack.front)
    yield both
    for browser in both:
        browser.client.close()
