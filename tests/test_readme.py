"""The README shows what really happens: its transcript is run, and its output compared."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROMPT = "[root@swarm-manage ~]#"


def transcript() -> str:
    """Return the README's terminal session, as printed there."""
    blocks = re.findall(r"^```console\n(.*?)^```$", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    (session,) = [block for block in blocks if block.startswith(PROMPT)]
    return str(session)


def normalised(text: str) -> list[str]:
    """Return the lines of `text` with ids, which differ by seed, replaced: swarm ids, their short form, hex ids."""
    text = re.sub(r"\b(?=[a-z]*[0-9])[0-9a-z]{25}\b", "<id>", text)
    text = re.sub(r"\b(?=[a-z]*[0-9])[0-9a-z]{12}\b", "<short id>", text)
    return [line.rstrip() for line in text.strip().splitlines()]


def test_the_transcript_of_the_readme_is_what_swarmlab_prints() -> None:
    shown = transcript()
    commands = [line for line in shown.splitlines() if line.startswith(PROMPT)]
    assert len(shown.splitlines()) == 8
    assert len(commands) == 3
    run = [sys.executable, "-m", "swarmlab", "run", "-"]
    done = subprocess.run(
        run, input="\n".join(commands) + "\n", capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert normalised(done.stdout) == normalised(shown)


def test_only_ids_are_normalised() -> None:
    assert normalised("u1qsqfrx0hxd6ekeqr0lnyzx5\nu1qsqfrx0hxd   web") == ["<id>", "<short id>   web"]
    assert normalised("httpd:latest swarm-manage availability 192.168.1.12") == [
        "httpd:latest swarm-manage availability 192.168.1.12"
    ]
