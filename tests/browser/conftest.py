"""One JupyterLab and one Chromium for all browser tests; a new tab for each.

Every test in this folder needs the browser, and all of them run on one worker of pytest-xdist, so that the server and
the browser start once.  The fixtures live as long as this folder's tests, not the session: while Playwright is active
an event loop runs in the thread, and other tests want to start their own.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from tests.browser.jupyterlab import CHROMIUM_ARGUMENTS, Notebook, Server
from tests.conftest import chromium

HERE = Path(__file__).parent
DESK: ViewportSize = {"width": 1400, "height": 1000}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def jupyterlab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running JupyterLab.  Put notebooks below ``jupyterlab.root``."""
    server = Server(tmp_path_factory.mktemp("lab"))
    yield server
    server.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A running Chromium, the system's own."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def notebook(jupyterlab: Server, browser: Browser) -> Iterator[Notebook]:
    """A fresh tab.  The test fails if the page asked for anything outside this machine or threw an error."""
    context = browser.new_context(viewport=DESK)
    tab = Notebook(context.new_page(), jupyterlab)
    yield tab
    context.close()
    tab.assert_well()


@pytest.fixture(scope="module")
def kept(jupyterlab: Server, browser: Browser) -> Iterator[Notebook]:
    """A tab for all tests of a module: opening a notebook takes longer than what is tested.  Run its cells anew."""
    context = browser.new_context(viewport=DESK)
    yield Notebook(context.new_page(), jupyterlab)
    context.close()
