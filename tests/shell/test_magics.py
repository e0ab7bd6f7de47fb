"""The magics in a notebook: cells typed on hosts."""

from collections.abc import Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from swarmlab import Lab, load_ipython_extension


@pytest.fixture
def notebook() -> Iterator[InteractiveShell]:
    shell = InteractiveShell()
    load_ipython_extension(shell)
    shell.user_ns["lab"] = Lab()
    yield shell
    shell.history_manager.end_session()


def run(shell: InteractiveShell, cell: str) -> str:
    with capture_output() as printed:
        shell.run_cell(cell)
    assert printed.stderr == ""
    return str(printed.stdout)


def test_a_cell_is_typed_on_its_host(notebook: InteractiveShell) -> None:
    text = run(notebook, "%%host node1\nhostname\nfor i in 1 2; do\n  echo $i\ndone")
    assert text == (
        "\x1b[1;32m[root@node1 ~]# \x1b[0mhostname\nnode1\n"
        "\x1b[1;32m[root@node1 ~]# \x1b[0mfor i in 1 2; do\n>   echo $i\n> done\n1\n2\n"
    )


def test_a_failure_is_printed_and_remembered_but_not_raised(notebook: InteractiveShell) -> None:
    assert run(notebook, "%%host node1 --no-echo\nnosuch\nprintf x") == (
        "bash: nosuch: command not found\n[exit status 127]\nx\n"
    )
    assert notebook.user_ns["_exit_code"] == 0
    run(notebook, "%%host node1\nfalse")
    assert notebook.user_ns["_exit_code"] == 1


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("docker serivce ls", "docker service ls"),
        ("dokcer service ls", "docker service ls"),
        ("docker service scael web=3", "docker service scale web=3"),
        ("docker service scale wbe=3", "docker service scale web=3"),
        ("docker service create --replica 3 httpd:2.4", "docker service create --replicas 3 httpd:2.4"),
        ("docker service update --replica=3 web", "docker service update --replicas=3 web"),
        (
            "docker service update --update-order strat-first web",
            "docker service update --update-order start-first web",
        ),
        ("docker node update --availability drian node1", "docker node update --availability drain node1"),
        ("docker node inspect noed1", "docker node inspect node1"),
        ("docker service inspect billing", ""),  # no misspelt word: another one
        ("docker service create --name web httpd:2.4", ""),  # well spelt, and refused: there is one
        ("docker service ls | gerp web", ""),  # more than one command
        ("frobnicate", ""),
    ],
)
def test_a_near_miss_is_followed_by_one_quiet_line(notebook: InteractiveShell, typed: str, meant: str) -> None:
    lab = notebook.user_ns["lab"]
    lab.host("swarm-manage").sh("docker service create --name web httpd:2.4")
    text = run(notebook, f"%%host swarm-manage --no-echo\n{typed}")
    assert "[exit status" in text
    quiet = f"\x1b[2m[perhaps you meant: {meant}]\x1b[0m\n"
    assert text.endswith(quiet) if meant else "perhaps" not in text
    assert lab.session.journal.ops[-1]["line"] == typed  # asking what fits left no trace


def test_check_stops_at_the_first_failure_without_a_traceback(notebook: InteractiveShell) -> None:
    text = run(notebook, "%%host node1 --check --no-echo\nfalse\necho never")
    assert text == "[exit status 1]\nCommandFailed: `false` ended with status 1 on node1.\n"


def test_lines_up_to_exit_are_typed_inside_a_container(notebook: InteractiveShell) -> None:
    text = run(notebook, "%%host node1 --no-echo\ndocker run -it --rm -h box busybox\nhostname\nexit\nhostname")
    assert text.endswith("/ # hostname\nbox\n/ # exit\nnode1\n")


def test_docker_is_typed_on_the_manager(notebook: InteractiveShell) -> None:
    text = run(notebook, "%docker node ls --format '{{.Hostname}} {{.ManagerStatus}}'")
    assert "swarm-manage Leader\n" in text


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("%%host nosuch\nls", 'NotFound: there is no host "nosuch"; the hosts are swarm-manage, node1, node2\n'),
        ("%%host\nls", "SwarmlabError: %%host: the following arguments are required: name;"),
        ("%%host node1 --lab other\nls", "SwarmlabError: There is no lab in the variable 'other'"),
    ],
)
def test_mistakes_are_sentences(notebook: InteractiveShell, cell: str, sentence: str) -> None:
    assert run(notebook, cell).startswith(sentence)


def test_without_a_lab_one_is_told_how_to_make_one(notebook: InteractiveShell) -> None:
    del notebook.user_ns["lab"]
    assert run(notebook, "%docker ps").startswith("SwarmlabError: There is no lab yet: make one with")
    notebook.user_ns["mine"] = Lab()
    assert run(notebook, "%docker ps -q") == ""


def completed(shell: InteractiveShell, text: str) -> list[str]:
    """Return what is offered at the end of `text`."""
    lines = text.split("\n")

    class Context:
        full_text = text
        cursor_line = len(lines) - 1
        cursor_position = len(lines[-1])

    matcher = next(
        m for m in shell.Completer.custom_matchers if getattr(m, "matcher_identifier", "") == "swarmlab.host"
    )
    return [completion.text for completion in matcher(Context())["completions"]]


def test_completion_knows_hosts_commands_options_and_names(notebook: InteractiveShell) -> None:
    run(notebook, "%docker service create -d --name web httpd")
    assert completed(notebook, "%%host n") == ["node1", "node2"]
    assert completed(notebook, "%%host node1\ndocker serv") == ["service"]
    assert completed(notebook, "%%host node1\ndocker service sc") == ["scale"]
    assert completed(notebook, "%docker service ps w") == ["web"]
    assert completed(notebook, "%docker service scale w") == ["web="]
    assert completed(notebook, "%docker service create --repl") == ["--replicas", "--replicas-max-per-node"]
    assert completed(notebook, "%docker node update node") == ["node1", "node2"]
    assert completed(notebook, "%%host node1\nls | cur") == ["curl"]
    assert completed(notebook, "print(n") == []
    load_ipython_extension(notebook)
    assert completed(notebook, "%%host n") == ["node1", "node2"]
