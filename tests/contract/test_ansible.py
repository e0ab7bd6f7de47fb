"""Ansible's modules for Docker swarms, unchanged, against `swarmlab serve`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.serving import Served

PLAYBOOK = Path(__file__).parent / "data" / "ansible.yml"


@pytest.mark.ansible
@pytest.mark.timeout(300)
def test_a_playbook_builds_a_swarm_and_takes_it_down(tmp_path: Path) -> None:
    served = Served(tmp_path, "--hosts", "solo=192.168.1.11", "--no-swarm")
    done = subprocess.run(
        ["ansible-playbook", "-e", f"ansible_python_interpreter={sys.executable}", "-e",
         f"docker_host={served.hosts['solo']}", str(PLAYBOOK)],
        env={**os.environ, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_LOCALHOST_WARNING": "False"},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert "failed=0" in done.stdout
    assert served.stop() == (0, "")
