"""The tools of the browser tests work: a notebook runs, themes change, and a way out is noticed."""

from pathlib import Path

import nbformat
import pytest
from PIL import Image

from tests.browser.jupyterlab import Notebook, Server


@pytest.fixture
def small(jupyterlab: Server) -> str:
    """The name of a notebook with one slider and one line of output."""
    cells = [
        nbformat.v4.new_code_cell("import ipywidgets\nn = ipywidgets.IntSlider(3)\nn"),
        nbformat.v4.new_code_cell("print('seen', n.value)"),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(made, jupyterlab.root / "small.ipynb")
    return "small.ipynb"


def test_a_notebook_runs_and_its_kernel_answers(notebook: Notebook, small: str) -> None:
    notebook.open(small)
    notebook.run_all()
    notebook.locator("text=seen 3").wait_for()
    handle = notebook.locator(".noUi-handle").first
    handle.wait_for()
    handle.press("ArrowRight")
    notebook.page.wait_for_timeout(200)
    assert notebook.kernel_eval("print(n.value)").strip() == "4"
    assert notebook.kernel_eval("1/0").startswith("ZeroDivisionError")
    light, dark = notebook.screenshots("the browser itself")
    assert brightness(light) > 200 > 80 > brightness(dark)


def test_a_request_to_the_outside_is_noticed_and_stopped(notebook: Notebook, small: str) -> None:
    notebook.open(small)
    answer = notebook.page.evaluate("() => fetch('http://outside.invalid/x').then(() => 'went out', () => 'stopped')")
    assert answer == "stopped"
    assert notebook.outside == ["http://outside.invalid/x"]
    notebook.outside.clear()


def brightness(path: Path) -> float:
    """Return the mean grey value of a picture, 0 to 255."""
    picture = Image.open(path).convert("L").resize((1, 1))
    return float(picture.getpixel((0, 0)))  # type: ignore[arg-type]
