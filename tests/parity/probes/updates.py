"""Rolling updates, their failures, and rollbacks."""

from tests.parity.steps import ALL, Cli, Probe, Rest, Step, Until, calm, create, ended, run, see, update_is

_ON_NODE1 = "--constraint node.hostname==node1"
_NEW = "httpd:2.4-alpine"


def _fails(action: str, *then: Step) -> tuple[Step, ...]:
    """An update of one task to an image that crashes, with a failure action."""
    return (
        *create(
            "web_server",
            f"{_ON_NODE1} --update-delay 3s --update-monitor 5s --update-failure-action {action} httpd",
        ),
        Cli("service update -q --image crash web_server"),
        *then,
    )


def _changes(*options: str) -> tuple[Step, ...]:
    """Updates one after another; each is over when all tasks run again and no update is under way."""
    steps: list[Step] = []
    for option in options:
        steps += [
            Cli(f"service update -d {option} web_server"),
            Rest(1),
            Until("it is done", lambda view: calm(view.tasks("web_server"), 2)
                  and (view.service("web_server").get("UpdateStatus") or {}).get("State") in (None, "completed"), 40),
            see("timeline"),
        ]  # fmt: skip
    return tuple(steps)


PROBES = (
    Probe(
        "update_stop_first",
        "one task at a time, 2 s apart, stop-first",
        ("29-update-stop-first",),
        (
            *create("web_server", f"{_ON_NODE1} --update-delay 2s httpd", replicas=3),
            Cli(f"service update --image {_NEW} web_server"),
            update_is("web_server", "completed", 10),
            Cli("service inspect --pretty web_server"),
            Cli("service ps --no-trunc web_server"),
            ALL,
        ),
        pinned=True,
    ),
    Probe(
        "update_start_first",
        "the new task runs before the old one is stopped",
        ("30-update-start-first",),
        (
            *create("web_server", f"{_ON_NODE1} --update-delay 1s --update-order start-first httpd", replicas=2),
            Cli(f"service update --image {_NEW} web_server"),
            update_is("web_server", "completed", 10),
            run("web_server", 2),
            Cli("service inspect --pretty web_server"),
            ALL,
        ),
        pinned=True,
    ),
    Probe(
        "update_in_parallel",
        "two at a time, and all at once",
        ("29-update-stop-first",),
        (
            *create("web_server", f"{_ON_NODE1} --update-parallelism 2 --update-monitor 1s httpd", replicas=4),
            Cli(f"service update -d --image {_NEW} web_server"),
            update_is("web_server", "completed", 30),
            run("web_server", 4),
            Cli("service update -d --update-parallelism 0 --env-add A=1 web_server"),
            Rest(1),
            update_is("web_server", "completed", 30),
            run("web_server", 4),
            see("services", "tasks", "timeline"),
        ),
        pinned=True,
    ),
    Probe(
        "rollback_by_hand",
        "rollback swaps the two specs; refused without a previous one",
        ("31-update-rollback-by-hand",),
        (
            *create("web_server", f"{_ON_NODE1} --update-monitor 1s --rollback-monitor 1s httpd"),
            Cli("service rollback web_server"),
            Cli(f"service update -q --image {_NEW} --label-add a=b web_server"),
            update_is("web_server", "completed"),
            see("services"),
            Cli("service rollback web_server"),
            update_is("web_server", "rollback_completed"),
            Cli("service inspect --pretty web_server"),
            see("services", "tasks"),
            Cli("service rollback -d web_server"),
            Rest(8),
            Cli("service rollback web_server"),
            ALL,
        ),
        pinned=True,
    ),
    Probe(
        "update_fails_pause",
        "an update to a crashing image stops at the first failure; then a rollback",
        ("32-update-fails-pause", "P25"),
        (
            *_fails("pause"),
            update_is("web_server", "paused", 5),
            Cli("service inspect --pretty web_server"),
            see("services"),
            Cli("service rollback -d web_server"),
            update_is("web_server", "rollback_completed", 40),
            run("web_server", 1),
            Cli("service inspect --pretty web_server"),
            see("services", "tasks"),
        ),
        pinned=True,
    ),
    Probe(
        "update_fails_rollback",
        "it goes back by itself",
        ("33-update-fails-rollback", "P25"),
        (
            *_fails("rollback"),
            update_is("web_server", "rollback_completed", 40),
            run("web_server", 1),
            Cli("service inspect --pretty web_server"),
            see("services", "tasks"),
        ),
        pinned=True,
    ),
    Probe(
        "update_fails_continue",
        "it goes on over failures",
        ("34-update-fails-continue",),
        (
            *create(
                "web_server",
                f"{_ON_NODE1} --restart-condition none --update-monitor 3s --update-failure-action continue httpd",
                replicas=2,
            ),
            Cli("service update -d --image crash web_server"),
            update_is("web_server", "completed", 40),
            ended("web_server", 2),
            Rest(1),
            see("services", "tasks", "timeline"),
        ),
        pinned=True,
    ),
    Probe(
        "what_replaces_tasks",
        "updates that replace tasks, and updates that do not",
        ("35-update-settings",),
        (
            *create("web_server", f"{_ON_NODE1} --update-parallelism 0 --update-monitor 200ms httpd", replicas=2),
            *_changes(
                "--label-add a=b", "--update-delay 1s", "--restart-delay 1s", "--env-add A=1",
                "--container-label-add c=d", "--limit-memory 64M", "--constraint-add node.role==worker",
                "--stop-grace-period 3s", "--force", "--image httpd:latest",
            ),
            see("services", "tasks"),
        ),
        pinned=True,
    ),
    Probe(
        "image_of_the_same_digest",
        "the same image again does nothing; a rename is refused",
        ("35-update-settings",),
        (
            *create("web_server", f"{_ON_NODE1} nginx"),
            Cli("service update --image nginx:latest web_server"),
            Cli("service update web_server"),
            Cli("service update --args 'sleep 5' --replicas 2 --detach web_server"),
            update_is("web_server", "completed", 40),
            Cli("service inspect --pretty web_server"),
            see("services"),
        ),
        pinned=True,
    ),
)  # fmt: skip
