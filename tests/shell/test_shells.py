"""Typing: on hosts, at the shell of a container, and what comes of it."""

import _thread
import re
import threading

import pytest

from swarmlab import Lab
from swarmlab.core.units import SECOND
from swarmlab.shell.machine import TYPING
from tests.shell.conftest import Stage


def test_a_shell_keeps_its_variables_directory_and_files(stage: Stage) -> None:
    node = stage.lab.host("node1")
    node.sh("x=5; mkdir -p /srv/data; cd /srv/data; echo hello > note")
    assert node.sh("echo $x; pwd; cat note").stdout == "5\n/srv/data\nhello\n"
    assert node.prompt == "[root@node1 data]# "
    assert stage.lab.host("node2").prompt == "[root@node2 ~]# "
    assert stage.lab.host("node2").sh("ls /srv").exit_code == 2


def test_pipes_loops_and_substitutions_work_with_docker(shared: Stage) -> None:
    result = shared.on(
        "swarm-manage",
        "for id in $(docker service ls -q); do docker service inspect -f '{{.Spec.Name}}' $id; done | sort",
    )
    assert result.stdout == "my_web\nutil\nwho\n"
    assert shared.on("swarm-manage", "docker node ls -q | wc -l").stdout.strip() == "3"
    assert shared.on("node1", "docker service ls > /tmp/out 2>&1 || echo failed; head -c 26 /tmp/out").stdout == (
        "failed\nError response from daemon"
    )


def test_statuses_are_the_commands_own(shared: Stage) -> None:
    assert shared.on("node1", "exit 7").exit_code == 7
    assert shared.on("node1", "nosuch").exit_code == 127
    assert shared.on("node1", "nosuch").stderr == "bash: nosuch: command not found\n"
    assert shared.on("node1", "docker nosuch").exit_code == 1
    assert shared.on("node1", "echo 'open").stderr == "bash: unexpected EOF while looking for matching `''\n"
    assert str(shared.on("node1", "echo a; nosuch")) == "a\n"


def test_the_next_line_knows_the_status_of_the_last(shared: Stage) -> None:
    node = shared.lab.host("node1")
    node.sh("docker nosuch")
    assert node.sh("echo $?").stdout == "1\n"
    assert node.sh("echo $?").stdout == "0\n"
    node.sh("(exit 7)")
    assert node.sh("test $? -eq 7 && echo seven").stdout == "seven\n"


def test_a_result_shows_both_streams_as_they_came(shared: Stage) -> None:
    result = shared.on("node1", "echo one; nosuch; echo two; false")
    assert result._repr_mimebundle_() == {"text/plain": "one\nbash: nosuch: command not found\ntwo\n[exit status 1]"}
    assert result.stdout == "one\ntwo\n"


def test_what_is_typed_is_recorded(stage: Stage) -> None:
    stage.on("node1", "false")
    ops = [op for op in stage.lab.session.journal.ops if op["op"] == "command"]
    assert {key: ops[-1][key] for key in ("host", "line", "exit_code")} == {
        "host": "node1",
        "line": "false",
        "exit_code": 1,
    }


# --- inside containers ----------------------------------------------------------------------------------------------


def test_an_interactive_shell_prompts_and_echoes(shared: Stage) -> None:
    assert shared.typed("echo hi", "cd /tmp", "pwd", "exit") == (
        "/ # echo hi\nhi\n/ # cd /tmp\n/tmp # pwd\n/tmp\n/tmp # exit\n"
    )


def test_commands_over_several_lines_get_a_second_prompt(shared: Stage) -> None:
    assert shared.typed("for i in 1 2", "do echo $i", "done", "exit") == (
        "/ # for i in 1 2\n> do echo $i\n> done\n1\n2\n/ # exit\n"
    )


def test_a_shell_ends_with_its_own_status_or_the_last_commands(shared: Stage) -> None:
    assert shared.inside("sh", "-it", "false\nexit\n").exit_code == 1
    assert shared.inside("sh", "-it", "exit 9\n").exit_code == 9
    assert shared.inside("sh", "-it", "true\n").exit_code == 0  # the keyboard was closed
    assert shared.inside("sh", "-i", "echo hi\n").stdout == "hi\n"  # no terminal: no prompt, no echo


def test_other_images_have_another_shell_and_other_programs(stage: Stage) -> None:
    node = stage.machine
    name = node.sh("docker ps -q -f name=my_web").stdout.split()[0]
    assert node.sh(f"docker exec -it {name} /bin/sh", stdin="ip a\npwd\nexit\n").text == (
        "# ip a\nsh: 1: ip: not found\n# pwd\n/usr/local/apache2\n# exit\n"
    )
    curl = node.sh(f"docker exec {name} curl localhost")
    assert curl.exit_code == 127
    assert 'exec: "curl": executable file not found in $PATH' in curl.stdout
    assert node.sh(f"docker exec {name} sh -c 'which curl'").exit_code == 1


def test_what_is_written_in_a_container_stays_and_is_served(stage: Stage) -> None:
    node = stage.machine
    node.sh("docker run -d --name site -p 8088:80 httpd")
    node.sh("docker exec site sh -c 'echo new > htdocs/index.html; mkdir htdocs/more; echo x > htdocs/more/x'")
    assert node.sh("curl -s localhost:8088; curl -s localhost:8088/more/x").stdout == "new\nx\n"
    assert node.sh("docker exec site cat htdocs/index.html").stdout == "new\n"
    node.sh("docker exec site rm htdocs/index.html")
    assert node.sh("curl -s -o /dev/null -w '%{http_code}' localhost:8088").stdout == "404"
    session = stage.lab.session
    replayed = type(session).replay(session._make_application, session.journal.header, list(session.journal.ops))
    assert replayed.simulation.digest() == session.simulation.digest()


def test_one_command_sees_at_once_what_another_wrote(stage: Stage) -> None:
    node = stage.machine
    node.sh("docker run -d --name site -p 8088:80 httpd")
    seen = node.sh(
        "docker exec site sh -c 'echo first > htdocs/index.html'; curl -s localhost:8088;"
        " docker exec site sh -c 'echo second >> htdocs/index.html'; curl -s localhost:8088"
    )
    assert seen.stdout == "first\nfirst\nsecond\n"


def test_input_reaches_filters(stage: Stage) -> None:
    assert stage.inside("cat", "-i").stdout == ""
    piped = stage.machine.sh("echo hello | docker exec -i $(docker ps -q -f name=util) tr a-z A-Z")
    assert piped.stdout == "HELLO\n"
    line = "docker exec -i $(docker ps -q -f name=util) sh -c 'cat > /tmp/copy; wc -l < /tmp/copy' < /etc/hosts"
    assert stage.machine.sh(line).stdout.strip() == "5"


def test_environment_directory_and_user_are_the_containers(shared: Stage) -> None:
    assert shared.inside("pwd", "-w /tmp").stdout == "/tmp\n"
    assert shared.inside("printenv A", "-e A=5").stdout == "5\n"
    assert shared.inside("id -u").stdout == "0\n"
    assert "HOSTNAME=" in shared.inside("env").stdout


def test_a_program_that_waits_moves_the_labs_time(stage: Stage) -> None:
    before = stage.lab.now
    assert stage.inside("sleep 5").exit_code == 0
    assert 5 * SECOND <= stage.lab.now - before - TYPING < 5.5 * SECOND
    before = stage.lab.now
    result = stage.inside("ping -c 4 my_web")
    assert result.stdout.count("64 bytes") == 4
    assert 3 * SECOND <= stage.lab.now - before - TYPING < 3.5 * SECOND


def test_a_container_can_run_a_tool_as_its_program(stage: Stage) -> None:
    result = stage.machine.sh("docker run --rm alpine sh -c 'echo $((3 + 4)) | sed s/7/seven/; exit 3'")
    assert result.stdout == "seven\n"
    assert result.exit_code == 3
    assert stage.machine.sh("docker run --rm busybox nslookup localhost").exit_code == 1


def test_a_stopped_container_ends_what_runs_in_it(stage: Stage) -> None:
    node = stage.machine
    node.sh("docker run -dit --name box busybox; docker exec -d box sleep 1000")
    before = threading.active_count()
    node.sh("docker rm -f box")
    stage.lab.advance("1s")
    node.sh("docker ps")
    assert threading.active_count() <= before


# --- interrupts and endless loops -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    ["ping -c 1000000 node2 > /dev/null", "for i in $(seq 60); do ping -c 9999 node2 > /dev/null; done"],
)
def test_an_interrupt_ends_a_command_and_the_next_one_works(line: str) -> None:
    node = Lab().host("node1")
    node.sh("true")
    timer = threading.Timer(0.05, _thread.interrupt_main)
    timer.start()
    result = node.sh(line)
    assert result.exit_code == 130
    assert result.text.endswith("^C\n")
    assert node.sh("echo still here").stdout == "still here\n"


def test_ping_sums_up_when_it_is_interrupted() -> None:
    said = ""

    def write(stream: int, text: str) -> None:
        nonlocal said
        said += text
        if "icmp_seq=5 " in text:
            raise KeyboardInterrupt  # as if Ctrl-C was pressed when this line was seen

    assert Lab().host("node1").run("ping -c 1000000 node2", write) == 130
    before, _, summary = said.partition("^C\n")
    assert "icmp_seq=5 " in before
    sums = re.search(
        r"\n--- node2 ping statistics ---\n(\d+) packets transmitted, (\d+) received, 0% packet loss", summary
    )
    assert sums is not None
    assert 5 <= int(sums[1]) == int(sums[2])


def test_an_endless_loop_is_stopped(shared: Stage) -> None:
    result = shared.on("node1", "while true; do :; done")
    assert result.exit_code == 1
    assert result.stderr.startswith("bash: stopped: an endless loop")
    assert shared.on("node1", "echo on").stdout == "on\n"


# --- determinism ----------------------------------------------------------------------------------------------------


def test_two_labs_with_one_seed_answer_alike_and_do_not_meet() -> None:
    def story(stage: Stage) -> str:
        texts = [stage.inside("nslookup tasks.my_web").text, stage.inside("ping -c 2 my_web").text]
        texts += [stage.on("node2", "curl -s localhost:9090").text for _ in range(3)]
        return "".join(texts) + stage.lab.digest()

    one, other = Stage(), Stage()
    assert story(one) == story(other)
    one.on("node1", "firewall-cmd --remove-port=7946/tcp; echo x > /tmp/mine")
    assert other.on("node1", "firewall-cmd --query-port=7946/tcp; ls /tmp").stdout == "yes\n"


@pytest.mark.parametrize(
    "line",
    [
        "docker exec box ping -c 3 node1; docker exec box sh -c 'echo x > /tmp/y; sleep 3; date'",
        "docker exec -d box ping -c 5000 127.0.0.1",
        "docker run -d --name pinger alpine sh -c 'for i in 1 2 3; do ping -c 1 192.168.1.11; sleep 1; done'",
    ],
)
def test_a_replay_repeats_what_programs_did_without_running_them(line: str) -> None:
    lab = Lab()
    lab.host("node1").sh("docker run -d --name box alpine sleep 10000; " + line)
    for _ in range(8):
        lab.session.application.poll()
        lab.advance("1s")
    session = lab.session
    programs = threading.active_count()
    replayed = type(session).replay(session._make_application, session.journal.header, list(session.journal.ops))
    replayed.advance_to(session.now)
    assert replayed.simulation.digest() == session.simulation.digest()
    assert threading.active_count() == programs
