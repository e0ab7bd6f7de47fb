"""Every control of the board with a real lab behind it, in JupyterLab and in Notebook 7."""

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Locator

from tests.browser.conftest import DESK
from tests.browser.jupyterlab import FACES, Notebook, Server, until
from tests.browser.test_board import write_notebook

SETUP = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from swarmlab import Lab
if "board" in globals():
    board.close()  # the one of the run before
lab = Lab()
manager = lab.host("swarm-manage")
manager.sh("docker service create --name web --replicas 2 httpd:2.4")
manager.sh("docker service create --name api --reserve-cpu 0.5 --reserve-memory 256M health")
lab.exercise("1.1")
"""
BOARD = 'board = lab.board(title="Lesson 01")\nboard'


@pytest.fixture(scope="module", params=list(FACES))
def face(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def opened(face: str, jupyterlab: Server, kept: Notebook) -> Notebook:
    """The module's tab, on the notebook in one of the faces."""
    write_notebook(jupyterlab, f"{face}.ipynb", SETUP, BOARD)
    kept.open(f"{face}.ipynb", face)
    kept.errors.clear()  # Notebook 7 misses a command of JupyterLab's file browser while it opens
    return kept


@pytest.fixture
def board(opened: Notebook) -> Iterator[Notebook]:
    """A new lab with a board that is on the page and has heard from it."""
    opened.page.set_viewport_size({**DESK, "height": 1400})
    opened.run_all()
    opened.locator(".swb [data-service='web']").wait_for()
    until(lambda: opened.kernel_eval("print(board._has_page)").strip() == "True", "the page never said hello")
    yield opened
    opened.assert_well()


def typed(board: Notebook) -> str:
    return str(board.locator(".swb-typed code").inner_text())


def count(board: Notebook, words: str) -> Locator:
    return board.locator("[data-service='web'] .swb-count").filter(has_text=words)


def ask(board: Notebook, expression: str) -> str:
    return board.kernel_eval(f"print({expression})").strip()


def choose(board: Notebook, chip: int = 0) -> None:
    board.locator(".swb-chip[data-label^='web.']:not(.swb-ended)").nth(chip).click()
    board.locator(".swb-drawer .swb-table").wait_for()


def jump(board: Notebook, words: str) -> None:
    """Jump to the newest event that is called so."""
    found = board.locator(".swb-jump option").filter(has_text=words).first.get_attribute("value")
    board.locator(".swb-jump").select_option(found)


def table(board: Notebook, selector: str) -> list[list[str]]:
    script = """e => { const copy = e.cloneNode(true); copy.querySelectorAll('[aria-hidden]').forEach(x => x.remove());
        return JSON.stringify([...copy.rows].map(row => [...row.cells].map(cell => cell.textContent))); }"""
    return list(json.loads(board.locator(f"{selector} .swb-table").evaluate(script)))


def test_services_are_scaled_and_published_and_nodes_drained_by_commands_that_are_shown(board: Notebook) -> None:
    board.locator("[data-service='web'] .swb-step").last.click()
    count(board, "wanted 3 · running 3").wait_for()
    assert typed(board) == "docker service scale web=3"
    board.locator("[data-service='web'] .swb-open").click()
    board.locator("[data-service='web'] .swb-number").first.fill("9000")
    board.locator("[data-service='web'] .swb-go").click()
    board.locator("[data-service='web'] .swb-facts").filter(has_text="*:9000->80/tcp").wait_for()
    assert typed(board) == "docker service update --publish-add published=9000,target=80 web"
    for to in ("pause", "drain", "active"):
        board.locator("[data-node='node1'] .swb-segment").filter(has_text=to).click()
        board.locator(f"[data-node='node1'][data-availability='{to}']").wait_for()
        assert typed(board) == f"docker node update --availability {to} node1"
    lines = ask(board, "[op['line'] for op in lab.session.journal.ops if op['op'] == 'command']")
    assert "docker node update --availability drain node1" in lines


def test_a_machine_goes_off_and_on_and_a_task_is_killed_where_it_runs(board: Notebook) -> None:
    board.locator("[data-node='node1'] .swb-power").click()
    board.locator("[data-node='node1'][data-machine='machine off'][data-state='down']").wait_for()
    assert board.locator(".swb-typed").inner_text().startswith('>>> lab.faults.stop("node1")')
    board.locator("[data-node='node1'] .swb-power").click()
    board.locator("[data-node='node1'][data-machine=''][data-state='ready']").wait_for()
    choose(board)
    board.locator(".swb-kill").click()
    board.locator(".swb-chip[data-state='failed']").first.wait_for(state="attached")
    until(lambda: typed(board).startswith("docker kill "), "nothing was killed")
    host = ask(board, "[row.state['host'] for row in lab.history.rows if row.kind == 'command'][-1]")
    assert board.locator(".swb-typed .swb-prompt").inner_text().strip() == f"[root@{host} ~]#"


def test_whatever_is_chosen_tells_its_story_and_why_and_can_be_inspected(board: Notebook) -> None:
    choose(board)
    states = [row[1] for row in table(board, ".swb-drawer")][1:]
    assert states == ["new", "pending", "assigned", "preparing", "starting", "running"]
    tabs = board.locator(".swb-drawer .swb-tab")
    assert tabs.all_inner_texts() == ["story", "slot", "why", "inspect"]
    tabs.filter(has_text="why").click()
    board.locator(".swb-text").filter(has_text="passed all filters").wait_for()
    tabs.filter(has_text="inspect").click()
    board.locator(".swb-text").filter(has_text='"DesiredState": "running"').wait_for()
    tabs.filter(has_text="slot").click()
    board.locator(".swb-drawer caption").filter(has_text="all tasks of this slot").wait_for()
    board.locator("[data-node='node1'] .swb-host-name").click()
    board.locator(".swb-drawer-head").filter(has_text="node node1").wait_for()
    board.locator("[data-service='web'] .swb-service-name").click()
    board.locator(".swb-drawer-head").filter(has_text="service web").wait_for()
    board.locator(".swb-close").click()
    board.locator(".swb-drawer").wait_for(state="hidden")
    assert "web" in board.page.evaluate("document.activeElement.textContent")


def test_the_time_bar_scrubs_steps_jumps_plays_and_returns(board: Notebook) -> None:
    slider, now = board.locator(".swb-slider"), board.locator(".swb-now")
    assert not now.is_visible()
    slider.focus()
    board.page.keyboard.press("Home")
    board.locator(".swb.swb-past").wait_for()
    board.wait("() => !document.querySelector('.swb-service')", "before the session there was no service")
    assert "in the past" in str(slider.get_attribute("aria-valuetext"))
    assert not board.locator("[data-node='node1'] .swb-power").is_visible()
    jump(board, "docker service create --name web")
    count(board, "wanted 2 · running 2").wait_for()
    board.locator(".swb-tool").first.click()
    board.page.keyboard.press("End")
    now.click()
    now.wait_for(state="hidden")
    box = slider.bounding_box()
    assert box is not None
    board.page.mouse.move(box["x"] + box["width"] - 8, box["y"] + box["height"] / 2)
    board.page.mouse.down()
    board.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=5)
    board.page.mouse.up()
    board.locator(".swb.swb-past").wait_for()
    began, ended = int(ask(board, "lab.history.rows[0].at")), int(ask(board, "lab.now"))
    middle = (began + ended) // 2  # the last step of the mouse may have yet to arrive
    until(lambda: abs(int(ask(board, "board.moment") or 0) - middle) < (ended - began) // 10, "it is not in the middle")
    board.locator("select[aria-label='speed of time']").select_option("60")
    board.locator(".swb-tool[aria-label='play the past']").click()
    now.wait_for(state="hidden")  # it arrives at the present by itself
    before = int(ask(board, "lab.now"))
    board.locator(".swb-tool[aria-label='let time run']").click()
    until(lambda: int(ask(board, "lab.now")) > before + 10**9, "time did not run")
    board.locator(".swb-tool[aria-label='let time stand']").click()
    board.locator(".swb-tool[aria-label='let time run']").wait_for()


def test_what_if_goes_on_from_the_past_and_is_compared_with_what_was(board: Notebook) -> None:
    jump(board, "docker service create --name web")
    board.locator(".swb.swb-past").wait_for()
    board.locator(".swb-branch").click()
    stages = board.locator(".swb-stages button")
    stages.nth(1).wait_for()
    assert stages.all_inner_texts() == ["now", "what if 1"]
    board.locator("[data-service='web'] .swb-step").last.click()
    count(board, "wanted 3 · running 3").wait_for()
    board.locator("select[aria-label='compare with another branch']").select_option("now")
    board.locator(".swb-comparison .swb-table").filter(has_text="3 of 3 running").wait_for()
    rows = table(board, ".swb-comparison")
    assert rows[0] == ["WHAT", "what if 1", "now"]
    assert rows[1:] == [list(row) for row in json.loads(ask(board, "__import__('json').dumps(board.compare('now'))"))]
    stages.first.click()
    count(board, "wanted 2 · running 2").wait_for()
    assert ask(board, "lab.history.world().service('web')['replicas']") == "2"


def test_a_chart_stands_below_the_board_with_its_words_and_its_table(board: Notebook) -> None:
    board.locator("select[aria-label='chart']").select_option("placement")
    picture = board.locator(".swb-picture")
    picture.wait_for()
    board.wait("() => document.querySelector('.swb-picture').naturalWidth > 100", "the picture was not drawn")
    assert picture.get_attribute("alt") == ask(board, "lab.charts.placement().summary")
    board.locator(".swb-behind summary").click()
    shown = table(board, ".swb-behind")
    assert shown == json.loads(
        ask(board, "__import__('json').dumps([[str(c) for c in row] for row in lab.charts.placement().table()])")
    )


def test_the_goals_of_the_exercise_tick_while_the_learner_types(board: Notebook) -> None:
    assert board.locator(".swb-goals-of").inner_text().endswith("· 0 of 2")
    board.kernel_eval("manager.sh('docker service create --name web-server httpd:2.4.65'); lab.advance('10s')")
    board.locator(".swb-goals-of").filter(has_text="2 of 2").wait_for()
    assert board.locator(".swb-goals .swb-done").count() == 2


def test_every_chip_says_what_the_table_of_the_board_says(board: Notebook) -> None:
    board.kernel_eval("lab.faults.kill(lab.history.world().tasks_of('web')[0]['id']); lab.settle()")
    board.locator(".swb-chip[data-state='failed']").first.wait_for()
    drawn = """() => JSON.stringify([...document.querySelectorAll('.swb-host')].flatMap(host =>
        [...host.querySelectorAll('.swb-chip:not(.swb-leaving)')].map(chip => [host.dataset.node, chip.dataset.label,
            chip.dataset.state, chip.dataset.desired, chip.querySelector('.swb-age').textContent,
            chip.dataset.health])))"""
    told = json.loads(ask(board, "__import__('json').dumps([list(row[:6]) for row in board.table()[1:]])"))
    assert [row[2] for row in told].count("running") == 3
    until(lambda: json.loads(board.page.evaluate(drawn)) == told, f"the chips never were {told}")


def test_axe_finds_nothing_serious_in_light_and_dark_now_and_in_the_past(board: Notebook) -> None:
    choose(board)
    board.locator("select[aria-label='chart']").select_option("heatmap")
    board.locator(".swb-picture").wait_for()
    board.page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    found = look(board, "now, light")
    jump(board, "docker service create --name web")
    board.locator(".swb.swb-past").wait_for()
    found += look(board, "past, light")
    if board.page.url.split("/")[3] == "lab":
        board.theme("dark")
        found += look(board, "past, dark")
        board.locator(".swb-now").click()
        board.locator(".swb-now").wait_for(state="hidden")
        found += look(board, "now, dark")
        board.theme("light")
    assert found == []


#: axe sees the contrast of form fields only here, so words are measured by WCAG 2's formula (1.4.3): 4.5, and 3 for
#: signs that repeat what a word says (1.4.11).
FAINT = """() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
    const dot = canvas.getContext('2d', { willReadFrequently: true });
    const over = (colours) => {
        dot.clearRect(0, 0, 1, 1);
        for (const colour of colours) { dot.fillStyle = colour; dot.fillRect(0, 0, 1, 1); }
        return [...dot.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const linear = (c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    const light = (rgb) => rgb.reduce((sum, c, n) => sum + linear(c / 255) * [0.2126, 0.7152, 0.0722][n], 0);
    const found = [];
    let seen = 0;
    const walk = document.createTreeWalker(document.querySelector('.swb'), NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const e = walk.currentNode.parentElement, words = walk.currentNode.textContent.trim();
        const unseen = !e.getClientRects().length || e.closest('option, .swb-live, .swb-spoken, :disabled');
        if (!words || unseen) continue;
        const grounds = [];
        for (let at = e; at; at = at.parentElement) grounds.unshift(getComputedStyle(at).backgroundColor);
        const ground = light(over(grounds)), ink = light(over([...grounds, getComputedStyle(e).color]));
        const contrast = (Math.max(ground, ink) + 0.05) / (Math.min(ground, ink) + 0.05);
        seen++;
        const enough = e.matches('.swb-pips, .swb-health, .swb-badge, .swb-tick') ? 3 : 4.5;
        if (contrast < enough) found.push(`${contrast.toFixed(1)}: ${e.className}: ${words.slice(0, 40)}`);
    }
    return seen > 40 ? found : [`only ${seen} words were seen`];
}"""


def look(board: Notebook, when: str) -> list[str]:
    """Return what axe finds in the board that is serious or worse."""
    board.page.wait_for_timeout(350)  # colours fade
    faint = [f"{when}: {each}" for each in board.page.evaluate(FAINT)]
    result = board.page.evaluate("() => axe.run('.swb', { resultTypes: ['violations'] })")
    assert len(result["passes"]) > 10, "axe looked at nothing"
    return faint + [
        f"{when}: {each['id']}: {node['html'][:160]}: {node['failureSummary']}"
        for each in result["violations"]
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("width", [1400, 900])
def test_the_whole_board_fits_wide_and_narrow_and_at_twice_the_size(board: Notebook, width: int) -> None:
    choose(board)
    board.locator("select[aria-label='chart']").select_option("timeline")
    board.locator(".swb-picture").wait_for()
    board.locator("[data-service='web'] .swb-open").click()
    board.page.set_viewport_size({"width": width, "height": 1800})
    for zoom in ("1", "2"):
        board.page.evaluate("zoom => { document.querySelector('.swb').style.fontSize = `${13 * zoom}px`; }", zoom)
        outside = board.page.evaluate(
            """() => { const board = document.querySelector('.swb').getBoundingClientRect();
                return [...document.querySelectorAll('.swb *:not(.swb-live, .swb-spoken, option)')]
                    .filter(e => e.getClientRects().length && !e.closest('.swb-drawer-body, .swb-scroll'))
                    .filter(e => { const r = e.getBoundingClientRect();
                        return r.right > board.right + 1 || r.left < board.left - 1; })
                    .map(e => e.className); }"""
        )
        assert outside == [], f"at {width} pixels, {zoom} times the size"
    board.page.evaluate("() => { document.querySelector('.swb').style.fontSize = ''; }")
    if board.page.url.split("/")[3] == "lab":
        board.screenshots(f"controls-{width}", ".swb")
