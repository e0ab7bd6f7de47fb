"""A presenter's view: a lesson as a page without code, its board alive, by Voilà."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import nbformat
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import DESK
from tests.browser.jupyterlab import SCREENSHOTS, Server

PRESENTATION = """\
from swarmlab import Lab
lab = Lab()
done = lab.host("swarm-manage").sh("docker service create --name hello --replicas 2 httpd:2.4")
lab.board()
"""

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


@pytest.fixture
def page(jupyterlab: Server, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=DESK)
    opened = context.new_page()
    opened.route("**/*", lambda route: route.continue_() if _is_ours(route.request.url) else route.abort())
    yield opened
    context.close()


def _is_ours(url: str) -> bool:
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", None)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_presenter_s_page_has_the_board_and_its_controls_work(jupyterlab: Server, page: Page, theme: str) -> None:
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(PRESENTATION)], metadata=KERNEL)
    nbformat.write(made, jupyterlab.root / "presented.ipynb")
    page.goto(f"{jupyterlab.url}voila/render/presented.ipynb?token={jupyterlab.token}&theme={theme}")
    hello = page.locator(".swb [data-service='hello']")
    hello.locator(".swb-count").filter(has_text="wanted 2 · running 2").wait_for(timeout=60_000)
    hello.locator(".swb-step").last.click()
    hello.locator(".swb-count").filter(has_text="wanted 3 · running 3").wait_for()
    assert page.locator(".swb-typed code").first.inner_text() == "docker service scale hello=3"
    assert page.get_by_text("from swarmlab import").count() == 0
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"voila-{theme}.png")
