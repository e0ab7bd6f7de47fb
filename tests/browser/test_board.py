"""The board in JupyterLab: what a learner sees, clicks and types, with a swarm of paper behind it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from tests.browser.conftest import DESK
from tests.browser.jupyterlab import Notebook, Server, until

ROOT = Path(__file__).parents[2]

SETUP = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from swarmlab.widgets.board import Board, Goal
from tests.traces import *
from tests.widgets.paper import PaperSwarm
if "board" in globals():
    board.close()  # the one of the run before
swarm = PaperSwarm(3)
"""
BOARD = """
def goals():
    tasks = swarm.trace.world().tasks_of("web")
    return [Goal("web runs five tasks", sum(t["state"] == t["desired"] == "running" for t in tasks) == 5)]

board = Board(swarm, swarm, title="Lesson", goals=goals)
board
"""


def write_notebook(server: Server, name: str, *cells: str) -> None:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    code = [nbformat.v4.new_code_cell(cell) for cell in cells]
    notebook = nbformat.v4.new_notebook(cells=code, metadata={"kernelspec": kernel})
    nbformat.write(notebook, server.root / name)


@pytest.fixture
def shown(jupyterlab: Server, kept: Notebook) -> Iterator[Notebook]:
    """A notebook whose board is new, on the page, and has heard from it."""
    if not (jupyterlab.root / "board.ipynb").exists():
        write_notebook(jupyterlab, "board.ipynb", SETUP, BOARD, "print('end')")
        kept.open("board.ipynb")
    kept.page.set_viewport_size(DESK)
    kept.run_all()
    kept.locator(".swb [data-node='swarm-manage']").wait_for()
    until(lambda: kept.kernel_eval("print(board._has_page)").strip() == "True", "the page never said hello")
    kept.page.wait_for_function("() => document.querySelector('.swb-time').textContent === '00:01:00'")
    yield kept
    kept.assert_well()


def drawn(notebook: Notebook) -> dict[str, list[str]]:
    """What the columns show: for each node its chips as "label state", in order."""
    return json.loads(
        notebook.page.evaluate(
            """() => JSON.stringify(Object.fromEntries([...document.querySelectorAll('.swb-host')].map(host =>
                [host.dataset.node, [...host.querySelectorAll('.swb-chip:not(.swb-leaving)')].map(chip =>
                    chip.dataset.label + ' ' + chip.dataset.state)])))"""
        )
    )


def told(notebook: Notebook) -> dict[str, list[str]]:
    """The same as the text twin tells it."""
    found = {}
    for line in notebook.kernel_eval("print(board.text())").splitlines():
        if node := re.match(r"(\S+) \((?:manager|worker).*?\): (.*)\.$", line):
            chips = [] if node[2] == "no tasks" else node[2].split("; ")
            found[node[1]] = [re.match(r"\S+ \w+", chip)[0] for chip in chips]
    return found


def settle(notebook: Notebook) -> None:
    """Wait until the page shows what the kernel knows and nothing flies any more."""
    rows = int(notebook.kernel_eval("print(len(swarm.trace))"))
    for _ in range(200):
        if int(notebook.kernel_eval("print(len(swarm.trace) - board._live.backlog)")) == rows:
            break
        notebook.page.wait_for_timeout(50)
    notebook.wait(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done("
        "document.getAnimations().length === 0 && !document.querySelector('.swb-leaving')))))",
        "the board never came to rest",
    )


def test_the_first_picture_says_who_is_manager_what_is_wanted_and_what_runs(shown):
    assert shown.locator("[data-node='swarm-manage']").get_attribute("aria-label") == (
        "node swarm-manage, manager, leader, ready, active, 192.168.1.11, 2 CPU, 4 GiB"
    )
    assert shown.locator(".swb-star").count() == 3
    assert [star.is_visible() for star in shown.locator(".swb-star").all()] == [True, False, False]
    assert shown.locator("[data-service='web'] .swb-count").inner_text() == "wanted 3 · running 3"
    assert shown.locator(".swb-mark").inner_text() == "simulated swarm"
    assert drawn(shown) == told(shown)


def test_scaling_with_the_board_s_control_shows_five_chips_and_the_command(shown):
    more = shown.locator("[data-service='web'] .swb-step").last
    more.click()
    more.click()
    shown.page.wait_for_function("() => document.querySelectorAll('.swb-chip[data-state=running]').length === 5")
    settle(shown)
    assert shown.locator(".swb-typed code").inner_text() == "docker service scale web=5"
    assert "converged" in shown.locator(".swb-typed").inner_text()
    assert shown.locator("[data-service='web'] .swb-count").inner_text() == "wanted 5 · running 5"
    assert shown.locator(".swb-goals .swb-done").count() == 1
    assert drawn(shown) == told(shown)
    assert shown.kernel_eval("print(swarm.typed)").strip() == str(
        [("swarm-manage", "docker service scale web=4"), ("swarm-manage", "docker service scale web=5")]
    )
    shown.screenshots("board-five", ".swb")


def test_a_drained_node_s_chips_stay_hollow_and_new_ones_fly_out_of_them(shown):
    shown.page.evaluate(
        """() => { window.flights = []; const animate = Element.prototype.animate;
            Element.prototype.animate = function (frames, ...rest) {
                if (/translate/.test(frames[0]?.transform ?? '')) window.flights.push(this.dataset.label);
                return animate.call(this, frames, ...rest); }; }"""
    )
    shown.locator("[data-node='node1'] button").filter(has_text="drain").click()
    shown.locator("[data-node='node1'][data-availability='drain']").wait_for()
    settle(shown)
    assert drawn(shown)["node1"] == ["web.1 shutdown"]
    assert drawn(shown) == told(shown)
    assert "web.1" in shown.page.evaluate("window.flights")
    assert shown.locator(".swb-typed code").inner_text() == "docker node update --availability drain node1"
    shown.screenshots("board-drained", ".swb")


def test_nothing_moves_for_those_who_asked_for_reduced_motion(jupyterlab, browser):
    write_notebook(jupyterlab, "calm.ipynb", SETUP, BOARD)
    context = browser.new_context(reduced_motion="reduce")
    tab = Notebook(context.new_page(), jupyterlab)
    tab.open("calm.ipynb")
    tab.run_all()
    tab.locator(".swb [data-node='swarm-manage']").wait_for()
    tab.page.evaluate(
        "() => { window.moved = 0; const a = Element.prototype.animate;"
        "Element.prototype.animate = function (...x) {"
        " if (this.closest('.swb')) window.moved++; return a.apply(this, x); } }"
    )
    tab.locator("[data-node='node1'] button").filter(has_text="drain").click()
    tab.page.wait_for_function("() => document.querySelectorAll('.swb-chip').length === 4")
    assert tab.page.evaluate("window.moved") == 0
    context.close()


def test_the_buttons_of_the_board_are_one_tab_stop_and_work_with_the_keyboard_alone(shown):
    page = shown.page
    stops = "document.querySelectorAll('.swb-button[tabindex=\"0\"]').length"
    assert page.evaluate(stops) == 1
    shown.locator("[data-service='web'] .swb-step").first.focus()
    page.keyboard.press("ArrowRight")
    assert "one more web" in page.evaluate("document.activeElement.ariaLabel")
    assert "docker service scale web=4" in shown.locator(".swb-pointed").inner_text()
    page.keyboard.press("Enter")
    shown.locator("[data-service='web'] .swb-count").filter(has_text="wanted 4").wait_for()
    page.keyboard.press("+")
    shown.locator("[data-service='web'] .swb-count").filter(has_text="wanted 5").wait_for()
    settle(shown)
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('.swb-host').dataset.node") == "node2"
    for _ in range(6):
        if "swb-chip" in page.evaluate("document.activeElement.className"):
            break
        page.keyboard.press("ArrowDown")
    assert re.match(r"web\.2 running, on node2", page.evaluate("document.activeElement.ariaLabel"))
    assert "on node2 · running for" in shown.locator(".swb-pointed").inner_text()
    page.keyboard.press("Enter")
    shown.locator(".swb-drawer-head").filter(has_text="task web.2").wait_for()
    page.keyboard.press("d")
    shown.locator("[data-node='node2'][data-availability='drain']").wait_for()
    assert page.evaluate(stops) == 1


def test_arrows_lead_to_every_button_and_tab_to_everything_else(shown):
    shown.locator(".swb-chip").first.click()
    shown.locator(".swb-drawer .swb-tab").first.wait_for()
    settle(shown)
    lost = shown.page.evaluate(
        """() => {
            const all = [...document.querySelectorAll('.swb-button')].filter(e => e.offsetParent && !e.disabled);
            const seen = new Set([all[0]]), queue = [all[0]];
            while (queue.length) {
                const here = queue.pop();
                for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']) {
                    here.focus();
                    here.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
                    const there = document.activeElement;
                    if (!seen.has(there)) seen.add(there), queue.push(there);
                }
            }
            return all.filter(e => !seen.has(e)).map(e => e.className + ' ' + (e.ariaLabel ?? e.textContent));
        }"""
    )
    assert lost == []
    others = ".swb :is(input, select, summary, [tabindex='0']:not(.swb-button))"
    unreachable = shown.page.evaluate(
        "s => [...document.querySelectorAll(s)].filter(e => e.offsetParent && e.tabIndex < 0).length", others
    )
    assert unreachable == 0
    assert shown.locator(others).count() >= 2


def test_keys_pressed_on_the_board_do_not_edit_the_notebook(shown):
    cells = shown.page.evaluate("window.jupyterapp.shell.currentWidget.content.widgets.length")
    shown.locator("[data-node='node1'] .swb-chip").first.focus()
    for key in ("x", "b", "a", "d", "d", "z", "m"):
        shown.page.keyboard.press(key)
    assert shown.page.evaluate("window.jupyterapp.shell.currentWidget.content.widgets.length") == cells


def test_a_screen_reader_hears_the_sum_of_a_change_once(shown):
    live = shown.locator(".swb-live")
    shown.kernel_eval("swarm.run('swarm-manage', 'docker service scale web=4')")
    live.filter(has_text="web 4 of 4 running").wait_for()
    assert live.get_attribute("aria-live") == "polite"


def test_the_board_follows_a_rewind(shown):
    shown.kernel_eval("n = len(swarm.trace); swarm.run('swarm-manage', 'docker service scale web=5')")
    shown.page.wait_for_function("() => document.querySelectorAll('.swb-chip[data-state=running]').length === 5")
    shown.kernel_eval("swarm.trace.cut(n)")
    shown.locator("[data-service='web'] .swb-count").filter(has_text="wanted 3 · running 3").wait_for()
    settle(shown)
    assert drawn(shown) == told(shown)


def test_the_live_board_hides_its_stored_picture_and_the_saved_file_holds_the_last_state(shown, jupyterlab):
    assert not shown.locator(".swb-static").is_visible()
    shown.locator("[data-service='web'] .swb-step").last.click()
    shown.locator("[data-service='web'] .swb-count").filter(has_text="running 4").wait_for()
    settle(shown)
    shown.command("docmanager:save")
    saved = nbformat.read(jupyterlab.root / "board.ipynb", 4)
    pictures = [
        output.data["text/html"]
        for output in saved.cells[1].outputs
        if "swb-static" in output.get("data", {}).get("text/html", "")
    ]
    assert len(pictures) == 1
    assert "web (httpd:2.4): wanted 4, running 4." in pictures[0]


def test_a_stored_picture_shows_where_the_kernel_is_gone(shown):
    shown.command("docmanager:save")
    shown.page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart().then(() => true)"
    )
    shown.command("docmanager:reload")
    shown.open("board.ipynb")
    picture = shown.locator(".swb-static img")
    picture.wait_for()
    assert picture.is_visible()
    assert "node1 (worker; ready, active; 192.168.1.12; 2 CPU, 4 GiB): web.1 running." in picture.get_attribute("alt")
    assert "model not found" not in shown.locator(".jp-OutputArea").nth(1).inner_text()


@pytest.mark.parametrize("width", [1400, 640])
def test_nothing_sticks_out_however_narrow_the_page(shown, width):
    shown.page.set_viewport_size({"width": width, "height": 1200})
    shown.kernel_eval(
        "swarm.add('service', service('a-service-with-quite-a-long-name', 2,"
        " image='registry.example.com/team/quite-a-long-image:1.2.3'), 1)\n"
        "swarm.add('task', task('a-service-with-quite-a-long-name', 1, '', 9, state='pending',"
        " err='no suitable node (insufficient resources on 3 nodes)'), 1)"
    )
    shown.locator(".swb-tray .swb-chip").wait_for()
    settle(shown)
    outside = shown.page.evaluate(
        """() => { const board = document.querySelector('.swb').getBoundingClientRect();
            return [...document.querySelectorAll('.swb *:not(.swb-live, .swb-spoken)')]
                .filter(e => e.getClientRects().length)
                .filter(e => { const r = e.getBoundingClientRect();
                    return r.right > board.right + 1 || r.left < board.left - 1 || e.scrollWidth > e.clientWidth + 1 &&
                        getComputedStyle(e).display !== 'inline' })
                .map(e => e.className); }"""
    )
    assert outside == []
    shown.screenshots(f"board-{width}", ".swb")


def test_two_views_of_one_board_show_the_same(shown):
    shown.page.evaluate("() => { const w = window.jupyterapp.shell.currentWidget.content; w.activeCellIndex = 1; }")
    shown.command("notebook:create-output-view")
    shown.page.wait_for_function("() => document.querySelectorAll('.swb').length === 2")
    shown.locator("[data-service='web'] .swb-step").last.click()
    shown.page.wait_for_function(
        "() => [...document.querySelectorAll('.swb')].every("
        "board => board.querySelectorAll('[data-state=running].swb-chip').length === 4)"
    )


def test_the_board_takes_the_colours_of_vs_code_where_it_is_shown_there(shown):
    """As VS Code says it to pages of notebooks; VS Code itself was not tried."""
    background = "() => getComputedStyle(document.querySelector('.swb')).backgroundColor"
    before = shown.page.evaluate(background)
    shown.page.evaluate(
        """() => {
            document.body.dataset.vscodeThemeKind = "vscode-dark";
            document.body.style.setProperty("--vscode-editor-background", "rgb(31, 31, 31)");
        }"""
    )
    assert shown.page.evaluate(background) == "rgb(31, 31, 31)"
    shown.page.evaluate("() => { delete document.body.dataset.vscodeThemeKind; }")
    assert shown.page.evaluate(background) == before
