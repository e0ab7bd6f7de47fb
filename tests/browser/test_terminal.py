"""A terminal of JupyterLab on a host of the lab that runs in a notebook beside it."""

import re
import sys
from pathlib import Path

import pytest

from tests.browser.jupyterlab import Notebook, Server, until
from tests.browser.test_board import write_notebook

CELL = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from swarmlab import Lab
lab = Lab()
lab.host("node1").sh("docker run -d --name box busybox sleep 100000")
print(lab.open_terminals())
"""
#: What stands in the terminal; it is painted, so the document does not hold it.
SCREEN = """() => {
    const buffer = window.jupyterapp.shell.currentWidget.content._term.buffer.active, lines = [];
    for (let row = 0; row < buffer.length; row++) {
        const line = buffer.getLine(row);
        line.isWrapped ? lines.push(lines.pop() + line.translateToString()) : lines.push(line.translateToString());
    }
    return lines.map(line => line.trimEnd()).join('\\n').trim();
}"""
PROMPT = "[root@node1 ~]#"


@pytest.fixture
def terminal(jupyterlab: Server, notebook: Notebook) -> Notebook:
    """A tab in which a notebook has opened its lab to terminals, and a terminal is in front."""
    write_notebook(jupyterlab, "terminals.ipynb", CELL)
    notebook.open("terminals.ipynb")
    notebook.run_all()
    said = notebook.locator(".jp-OutputArea-output").filter(has_text="Type in a terminal:")
    assert "swarmlab shell swarm-manage   (or swarm-manage, node1, node2)" in said.inner_text()
    notebook.command("terminal:create-new")
    notebook.page.locator(".jp-Terminal .xterm-screen").wait_for()
    notebook.page.locator(".jp-Terminal .xterm-helper-textarea").focus()
    return notebook


def screen(terminal: Notebook) -> str:
    return str(terminal.page.evaluate(SCREEN))


def type_line(terminal: Notebook, line: str, expected: str) -> str:
    """Type `line` with the keyboard and wait until the pattern `expected` stands below it; return what does."""
    terminal.page.keyboard.type(line)
    terminal.page.keyboard.press("Enter")

    def below() -> str:
        _, seen, rest = screen(terminal).rpartition(f"{line}\n")
        return rest if seen else ""

    until(lambda: re.search(expected, below()) is not None, f"no {expected!r} came after {line!r}: {screen(terminal)}")
    return below()


def test_swarmlab_shell_opens_a_host_of_the_notebooks_lab_in_jupyterlabs_terminal(terminal: Notebook) -> None:
    until(lambda: screen(terminal) != "", "the terminal never showed a prompt")
    type_line(terminal, f"PATH={Path(sys.executable).parent}:$PATH; echo rea''dy", "ready")
    type_line(terminal, "swarmlab shell node1", re.escape(PROMPT))
    listed = type_line(terminal, "docker ps", re.escape(PROMPT))
    assert "CONTAINER ID   IMAGE" in listed
    assert re.search(r'busybox\s+"sleep 100000"\s+.*Up .*\bbox\b', listed)
    type_line(terminal, "docker rm -f box", r"box\n" + re.escape(PROMPT))
    terminal.screenshots("terminal")
    listed = type_line(terminal, "exit", r"[#$]")
    terminal.command("application:activate-previous-tab")
    assert terminal.kernel_eval("print(lab.docker('node1').containers.list())").strip() == "[]"
