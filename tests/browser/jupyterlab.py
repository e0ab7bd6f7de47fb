"""Drive JupyterLab, or Notebook 7, as a person would, and wait for what really happened.

Two traps shaped this module.  The status bar says "Idle" before a kernel is connected, and *Run All* then marks the
cells and runs nothing: `READY` asks the session itself.  And Playwright's ``wait_for_function`` takes the promise of
an async predicate for true and returns at once: such predicates are polled from here, with ``evaluate``.
"""

import json
import os
import re
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlsplit

from playwright.sync_api import Page, Route

#: Where screenshots go, to be looked at.  Git ignores it.
SCREENSHOTS = Path(__file__).parent / "screenshots"

FACES = {"lab": "lab/tree", "notebook": "notebooks"}

THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}

CHROMIUM_ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--hide-scrollbars",
]  # fmt: skip

#: The race keeps a dialog ("Select kernel": the notebook names none) from blocking the question for ever.
READY = """() => {
  const ask = async () => {
    const w = window.jupyterapp?.shell.currentWidget, s = w?.sessionContext;
    if (!s) return false;
    await w.revealed; await w.context.ready; await s.ready;
    const k = s.session?.kernel;
    if (!k) return false;
    await k.info;
    return k.connectionStatus === 'connected' && k.status === 'idle';
  };
  return Promise.race([ask(), new Promise(resolve => setTimeout(resolve, 1000, false))]);
}"""

RUN_CODE = """async code => {
  const k = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  let out = '';
  const f = k.requestExecute({ code, store_history: false });
  f.onIOPub = m => {
    if (m.header.msg_type === 'stream') out += m.content.text;
    if (m.header.msg_type === 'error') out += m.content.ename + ': ' + m.content.evalue;
  };
  await f.done; f.dispose();
  return out;
}"""


def until(condition: Callable[[], bool], what: str, seconds: float = 30) -> None:
    """Wait for `condition`; fail with the sentence `what` when `seconds` have passed."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.05)


class Server:
    """A JupyterLab of our own on loopback, with settings of its own below the folder `base`.

    Notebooks are served from `root`; `url` ends in a slash.
    """

    def __init__(self, base: Path) -> None:
        self.root = base / "work"
        self.token = secrets.token_hex(16)
        self.log = base / "lab.log"
        self._runtime = base / "run"
        folders = {
            "JUPYTER_CONFIG_DIR": base / "cfg",
            "JUPYTER_DATA_DIR": base / "data",
            "JUPYTER_RUNTIME_DIR": self._runtime,
            "JUPYTERLAB_SETTINGS_DIR": base / "set",
            "JUPYTERLAB_WORKSPACES_DIR": base / "ws",
            "IPYTHONDIR": base / "ipy",
            "SWARMLAB_HOME": base / "home",
            "XDG_RUNTIME_DIR": base / "x",  # sockets of terminals: no other lab of this machine is found
        }
        for folder in (self.root, *folders.values()):
            folder.mkdir(parents=True)
        quiet = base / "set/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
        quiet.parent.mkdir(parents=True)
        quiet.write_text('{"fetchNews": "false", "checkForUpdates": false}')
        command = [
            sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", "--port=0", "--allow-root",
            f"--ServerApp.root_dir={self.root}", f"--IdentityProvider.token={self.token}",
            "--LabApp.extension_manager=readonly", "--expose-app-in-browser",
            "--JupyterNotebookApp.expose_app_in_browser=True",
        ]  # fmt: skip
        with self.log.open("wb") as log:
            environment = {**os.environ, **{name: str(folder) for name, folder in folders.items()}}
            self._process = subprocess.Popen(
                command, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
        until(lambda: self._find_url() and self._answers(), f"JupyterLab did not start: see {self.log}", 60)

    def _find_url(self) -> bool:
        assert self._process.poll() is None, f"JupyterLab ended at once:\n{self.log.read_text()[-2000:]}"
        for path in self._runtime.glob("jpserver-*.json"):
            text = path.read_text()
            if text:
                self.url: str = json.loads(text)["url"]
                return True
        return False

    def _answers(self) -> bool:
        try:
            return self._ask("api/status") == 200
        except (urllib.error.URLError, ConnectionError):
            return False

    def _ask(self, path: str, method: str = "GET") -> int:
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(self.url + path, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=5) as answer:
            return int(answer.status)

    def stop(self) -> None:
        """End the server and its kernels; nothing of it is left when this returns."""
        try:
            self._ask("api/shutdown", "POST")
            self._process.wait(10)
        except (OSError, subprocess.TimeoutExpired):
            os.killpg(self._process.pid, signal.SIGKILL)  # its own group: we started it as a session leader
            self._process.wait(10)


class Notebook:
    """One browser tab.  `page` is Playwright's; `outside` and `errors` are what the tab should not have done.

    The fixture that makes it asserts at the end that both lists are empty.
    """

    def __init__(self, page: Page, server: Server) -> None:
        self.page = page
        self.server = server
        self.outside: list[str] = []
        self.errors: list[str] = []
        page.route("**/*", self._keep_inside)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _keep_inside(self, route: Route) -> None:
        """Let a request go only if it stays on this machine; note the others."""
        url = urlsplit(route.request.url)
        if url.scheme in ("data", "blob") or url.hostname in ("127.0.0.1", "localhost", "::1"):
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()

    def open(self, name: str, face: str = "lab") -> None:
        """Open the notebook `name` below the server's root and wait until its kernel can work.

        `face`: "lab" for JupyterLab, "notebook" for Notebook 7; the same server shows both.
        """
        self.page.goto(
            f"{self.server.url}{FACES[face]}/{quote(name)}?reset&token={self.server.token}",
            wait_until="domcontentloaded",
        )
        self.page.wait_for_function("() => !!window.jupyterapp")
        self.page.evaluate("() => window.jupyterapp.restored.then(() => 0)")
        self.page.wait_for_selector("#jupyterlab-splash", state="detached")
        self.wait(READY, f"no kernel became ready for {name}: does it name its kernel?")

    def assert_well(self) -> None:
        """Fail if the page asked for anything outside this machine or threw an error."""
        assert self.outside == [], "the page asked for addresses outside this machine"
        assert self.errors == [], "the page threw errors"

    def wait(self, predicate: str, what: str, seconds: float = 30) -> None:
        """Poll the (async) JavaScript function `predicate` until it returns true."""
        end = time.monotonic() + seconds
        while not self.page.evaluate(predicate):
            assert time.monotonic() < end, what
            self.page.wait_for_timeout(50)  # lets Playwright handle what comes meanwhile; a plain sleep does not

    def command(self, name: str, **arguments: object) -> None:
        """Run a command of JupyterLab; ``notebook:run-all-cells`` returns when the last cell has finished."""
        self.page.evaluate(
            "([c, a]) => window.jupyterapp.commands.execute(c, a).then(() => true)", [name, dict(arguments)]
        )

    def run_all(self) -> None:
        """Run every cell and wait for the last one."""
        self.command("notebook:run-all-cells")

    def kernel_eval(self, code: str) -> str:
        """Run `code` in the kernel, outside every cell, and return what it printed (or its error)."""
        return str(self.page.evaluate(RUN_CODE, code))

    def locator(self, selector: str):  # type: ignore[no-untyped-def]
        """Find in the visible notebook only: other tabs stay in the document."""
        return self.page.locator(".jp-NotebookPanel:visible").locator(selector)

    def theme(self, name: str) -> None:
        """Switch to the theme "light" or "dark" and wait until it is painted."""
        self.command("apputils:change-theme", theme=THEMES[name])
        self.page.wait_for_function("name => document.body.dataset.jpThemeName === name", arg=THEMES[name])
        light = "true" if name == "light" else "false"
        self.page.wait_for_function("light => document.body.dataset.jpThemeLight === light", arg=light)
        self.page.wait_for_selector("#jupyterlab-splash", state="detached")  # a changed theme shows it again

    def screenshots(self, name: str, selector: str = "") -> list[Path]:
        """Save `name`-light.png and `name`-dark.png, of the first element of `selector` or of the whole page."""
        SCREENSHOTS.mkdir(exist_ok=True)
        paths = []
        for theme in ("dark", "light"):  # light last: that is how the page was
            self.theme(theme)
            path = SCREENSHOTS / f"{re.sub(r'[^a-z0-9]+', '-', name.lower())}-{theme}.png"
            target = self.locator(selector).first if selector else self.page
            target.screenshot(path=path)
            paths.append(path)
        return paths[::-1]
