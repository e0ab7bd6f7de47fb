"""The request tracer with a real lab behind it: every control, in JupyterLab and in Notebook 7."""

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from tests.browser.conftest import DESK
from tests.browser.jupyterlab import FACES, Notebook, Server, until
from tests.browser.test_board import write_notebook
from tests.browser.test_controls import FAINT

SETUP = f"""
import sys, json
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from swarmlab import Lab
if "tracer" in globals():
    tracer.close()  # the one of the run before
lab = Lab()
for line in (
    "docker network create -d overlay my_net",
    "docker service create -d --name web --publish 8080:80 --replicas 3 whoami",
    "docker service create -d --name api --network my_net --replicas 2 whoami",
    "docker service create -d --name util --network my_net busybox sleep 1000000",
):
    lab.host("swarm-manage").sh(line)
lab.settle()
lab.advance("5s")
"""
TRACER = "tracer = lab.tracer()\ntracer"
MESH = "192.168.1.13:8080"


@pytest.fixture(scope="module", params=list(FACES))
def opened(request: pytest.FixtureRequest, jupyterlab: Server, kept: Notebook) -> Notebook:
    """The module's tab, on the notebook in one of the faces."""
    name = f"tracer-{request.param}.ipynb"
    write_notebook(jupyterlab, name, SETUP, TRACER)
    kept.open(name, request.param)
    kept.errors.clear()  # Notebook 7 misses a command of JupyterLab's file browser while it opens
    return kept


@pytest.fixture
def tracer(opened: Notebook) -> Iterator[Notebook]:
    """A new lab with a tracer that is on the page."""
    opened.page.set_viewport_size({**DESK, "height": 1400})
    opened.run_all()
    opened.locator(".swt .swt-one").wait_for()
    shows = "e => [e.querySelector('.swt-form select').length, e.querySelector('.swt-to').value]"
    until(lambda: opened.locator(".swt").evaluate(shows) == [9, "192.168.1.11:8080"], "the page shows no new lab")
    yield opened
    opened.assert_well()


def typed(tracer: Notebook) -> str:
    """Wait until the line has ended, and return it with its prompt."""
    tracer.locator(".swb-typed .swb-said").filter(has_text="…").wait_for(state="detached")
    return str(tracer.locator(".swb-typed").inner_text()).split("\n")[0]


def send(tracer: Notebook, client: str, target: str, button: str = "one") -> None:
    """Choose, send, and wait until the kernel has answered."""
    number = int(ask(tracer, "tracer.shown['number']"))
    tracer.locator(".swt-form select").select_option(client)
    tracer.locator(".swt-to").fill(target)
    tracer.locator(f".swt-{button}").click()
    done = f"tracer.shown['number'] == {number + 1} and tracer.shown['sent'] is not None"
    until(lambda: ask(tracer, done) == "True", "nothing was sent")
    tracer.locator(".swt-hits").wait_for()


def ask(tracer: Notebook, expression: str) -> str:
    return tracer.kernel_eval(f"print({expression})").strip()


def told(tracer: Notebook, name: str) -> list[list[str]]:
    """The rows of the text twin."""
    return list(json.loads(ask(tracer, f"json.dumps(tracer.tables()[{name!r}])")))


def table(tracer: Notebook, selector: str) -> list[list[str]]:
    script = "e => JSON.stringify([...e.rows].map(row => [...row.cells].map(cell => cell.textContent)))"
    return list(json.loads(tracer.locator(f"{selector} .swb-table").evaluate(script)))


def hops(tracer: Notebook) -> list[list[str]]:
    script = """e => JSON.stringify([...e.children].map((li, n) => [`${n + 1}`, li.querySelector('.swt-ms').textContent
        .replace(' ms', ''), li.querySelector('.swt-where').textContent, li.querySelector('.swt-name').textContent,
        li.querySelector('.swt-told').textContent]))"""
    return list(json.loads(tracer.locator(".swt-list").evaluate(script)))


def plain(rows: list[list[str]]) -> list[list[str]]:
    """Rows as they are without the backticks that make code of a text."""
    return [[cell.replace("`", "") for cell in row] for row in rows]


def test_one_request_is_typed_at_a_shell_and_its_way_drawn_hop_by_hop(tracer: Notebook) -> None:
    send(tracer, "node1", MESH)
    assert typed(tracer).startswith(f"[root@node1 ~]# curl -sS -m 5 {MESH} ✓")
    assert hops(tracer) == plain(told(tracer, "path"))[1:]
    stations = tracer.locator(".swt-station").all_inner_texts()
    assert [station.split(" web")[0] for station in stations] == [row[3] for row in told(tracer, "path")[1:]]
    assert tracer.locator(".swt-box-name").all_inner_texts()[:2] == ["node1", "node2"]
    assert table(tracer, ".swt-hits") == told(tracer, "hits")
    assert sum(int(row[2]) for row in table(tracer, ".swt-hits")[1:]) == 1
    lines = ask(tracer, "[op['line'] for op in lab.session.journal.ops if op['op'] == 'command'][-1]")
    assert lines == f"curl -sS -m 5 {MESH}"


def test_a_hundred_from_a_container_are_shared_among_the_replicas_and_counted_as_bars(tracer: Notebook) -> None:
    send(tracer, "util.1", "api", "many")
    assert "docker exec util.1." in typed(tracer)
    assert table(tracer, ".swt-hits") == told(tracer, "hits")
    assert [row[2] for row in table(tracer, ".swt-hits")] == ["REQUESTS", "50", "50"]
    script = "bars => bars.map(bar => bar.getBoundingClientRect().width / bar.parentElement.clientWidth)"
    widths = tracer.locator(".swt-bar").evaluate_all(script)
    assert widths == pytest.approx([0.5, 0.5], abs=0.02)
    assert "vip" in [row[3] for row in hops(tracer)]
    tracer.locator(".swb-live").filter(has_text="100 requests: api.1 answered 50, api.2 answered 50.").wait_for(
        state="attached"
    )


def test_a_failure_says_where_and_why_and_its_repair_is_typed_by_a_click(tracer: Notebook) -> None:
    tracer.kernel_eval("lab.host('node2').sh('firewall-cmd --remove-port=4789/udp'); lab.advance('1s')")
    until(lambda: ask(tracer, "lab.trace('curl -m 5 192.168.1.13:8080', on='node2').failed is not None") == "True", "!")
    send(tracer, "node2", MESH, "many")
    failed = tracer.locator(".swt-station.swt-failed")
    assert failed.inner_text() == "✕ vxlan"
    assert "failed: no answer in time" in [row[0] for row in table(tracer, ".swt-hits")]
    assert "firewall-cmd --add-port=4789/udp on node2 repairs it." in tracer.locator(".swt-help").inner_text()
    if "/lab/" in tracer.page.url:
        tracer.screenshots("tracer-failed", ".swt")
    tracer.locator(".swt-repair").click()
    tracer.locator(".swb-typed code").filter(has_text="firewall-cmd --add-port=4789/udp").wait_for()
    assert typed(tracer).endswith("✓ success")
    tracer.kernel_eval("lab.advance('30s')")
    send(tracer, "node2", MESH, "many")
    assert [row[0] for row in table(tracer, ".swt-hits")] == ["CONTAINER", "web.1", "web.2", "web.3"]
    assert failed.count() == 0


def test_the_matrix_says_who_reaches_whom_and_a_cell_chooses_its_way(tracer: Notebook) -> None:
    tracer.locator(".swt-reach").click()
    tracer.locator(".swt-cell").first.wait_for()
    assert table(tracer, ".swt-matrix") == told(tracer, "matrix")
    assert table(tracer, ".swt-matrix")[1:] == json.loads(ask(tracer, "json.dumps(lab.reachability().table()[1:])"))
    cell = tracer.locator(".swt-cell[data-way='util.1 api:80']")
    assert cell.get_attribute("aria-label") == "util.1 to api:80: answers"
    cell.click()
    until(
        lambda: ask(tracer, "tracer.shown['client'], tracer.shown['target']") == "util.1 api:80",
        "the cell chose nothing",
    )
    assert tracer.locator(".swt-to").input_value() == "api:80"
    tracer.locator(".swt-reach").click()
    tracer.locator(".swt-matrix").wait_for(state="hidden")


def test_names_are_shown_as_the_chosen_place_sees_them_and_asked_for_at_its_shell(tracer: Notebook) -> None:
    tracer.locator(".swt-names-open").click()
    tracer.locator(".swt-names .swb-table").wait_for()
    assert {row[4] for row in table(tracer, ".swt-names")[1:]} == {"NXDOMAIN"}  # a host knows no service's name
    tracer.locator(".swt-form select").select_option("util.1")
    tracer.locator(".swt-names caption").filter(has_text="util.1").wait_for()
    tracer.locator(".swt-names input").fill("tasks.api")
    tracer.page.keyboard.press("Enter")
    tracer.locator(".swb-typed code").filter(has_text="nslookup tasks.api").wait_for()
    tracer.locator(".swt-names tbody tr").first.filter(has_text="tasks.api").wait_for()
    assert table(tracer, ".swt-names") == plain(told(tracer, "names"))
    name, place, scope, server, answer, means = table(tracer, ".swt-names")[1]
    assert (name, place, scope, server) == ("tasks.api", "util.1", "my_net", "127.0.0.11")
    assert sorted(means.split(", ")) == ["api.1", "api.2"]
    assert len(answer.split(", ")) == 2


def test_everything_can_be_done_with_keys_alone(tracer: Notebook) -> None:
    page = tracer.page
    tracer.locator(".swt-to").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("8080")
    page.keyboard.press("Enter")
    tracer.locator(".swb-typed code").filter(has_text="localhost:8080").wait_for()
    tracer.locator(".swt-one").focus()
    page.keyboard.press("ArrowRight")
    assert "swt-many" in page.evaluate("document.activeElement.className")
    page.keyboard.press("Enter")
    tracer.locator(".swt-hits caption").filter(has_text="the 100 requests").wait_for()
    cells = page.evaluate("document.querySelectorAll('.jp-Cell').length")
    page.keyboard.press("x")  # in the notebook: cut the cell
    assert page.evaluate("document.querySelectorAll('.jp-Cell').length") == cells
    page.keyboard.press("Home")
    assert "who reaches whom" in page.evaluate("document.activeElement.textContent")


def test_what_cannot_be_asked_is_said_in_a_sentence(tracer: Notebook) -> None:
    tracer.locator(".swt-to").fill("web; reboot")
    tracer.locator(".swt-one").click()
    tracer.locator(".swb-bad").filter(has_text="A target is a name or an address").wait_for()
    assert "reboot" not in ask(tracer, "[op.get('line') for op in lab.session.journal.ops]")


def test_nothing_moves_for_those_who_asked_for_that(tracer: Notebook) -> None:
    moving = "() => document.querySelector('.swt').getAnimations({ subtree: true }).length"
    tracer.page.emulate_media(reduced_motion="reduce")
    send(tracer, "node1", MESH)
    assert tracer.page.evaluate(moving) == 0
    tracer.page.emulate_media(reduced_motion="no-preference")
    tracer.locator(".swt-one").click()
    until(lambda: tracer.page.evaluate(moving) > 5, "nothing runs along the way")
    until(lambda: not tracer.locator(".swt-dot").is_visible(), "the dot never arrives")


def open_all(tracer: Notebook) -> None:
    send(tracer, "util.1", "api", "many")
    tracer.locator(".swt-reach").click()
    tracer.locator(".swt-cell").first.wait_for()
    tracer.locator(".swt-names-open").click()
    tracer.locator(".swt-names .swb-table").wait_for()
    until(lambda: not tracer.locator(".swt-dot").is_visible(), "the dot never arrives")
    tracer.page.wait_for_timeout(250)


def test_axe_finds_nothing_serious_in_light_and_dark(tracer: Notebook) -> None:
    open_all(tracer)
    tracer.page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    found = []
    for theme in ("light", "dark") if "/lab/" in tracer.page.url else ("light",):
        if theme == "dark":
            tracer.theme(theme)
        tracer.page.wait_for_timeout(350)  # colours fade
        found += [f"{theme}: {faint}" for faint in tracer.page.evaluate(FAINT)]
        result = tracer.page.evaluate("() => axe.run('.swb', { resultTypes: ['violations'] })")
        assert len(result["passes"]) > 10, "axe looked at nothing"
        found += [
            f"{theme}: {each['id']}: {node['html'][:160]}"
            for each in result["violations"]
            if each["impact"] in ("serious", "critical")
            for node in each["nodes"]
        ]
    if "/lab/" in tracer.page.url:
        tracer.theme("light")
    assert found == []


@pytest.mark.parametrize("width", [1400, 800])
def test_it_fits_wide_and_narrow_and_at_twice_the_size(tracer: Notebook, width: int) -> None:
    open_all(tracer)
    tracer.page.set_viewport_size({"width": width, "height": 1800})
    for zoom in ("1", "2"):
        tracer.page.evaluate("zoom => { document.querySelector('.swb').style.fontSize = `${13 * zoom}px`; }", zoom)
        outside = tracer.page.evaluate(
            """() => { const all = document.querySelector('.swb').getBoundingClientRect();
                return [...document.querySelectorAll('.swb *:not(.swb-live, option, datalist)')]
                    .filter(e => e.getClientRects().length && !e.closest('.swb-scroll'))
                    .filter(e => { const r = e.getBoundingClientRect();
                        return r.right > all.right + 1 || r.left < all.left - 1; })
                    .map(e => e.className); }"""
        )
        assert outside == [], f"at {width} pixels, {zoom} times the size"
    tracer.page.evaluate("() => { document.querySelector('.swb').style.fontSize = ''; }")
    if "/lab/" in tracer.page.url:
        tracer.screenshots(f"tracer-{width}", ".swb")
