"""What runs in containers: health checks, output, templates."""

from tests.parity.steps import (
    ALL,
    NODE1,
    Cli,
    Probe,
    Rest,
    Until,
    create,
    ended,
    gone,
    run,
    see,
    states,
    update_is,
)  # fmt: skip

_ON_NODE1 = "--constraint node.hostname==node1"
_CHECK = (
    "--health-cmd 'test -f /usr/local/apache2/htdocs/index.html' --health-interval 1s --health-retries 2"
    f" --health-timeout 2s {_ON_NODE1}"
)
_HEALTH = "inspect <container:{}@node1> --format '{{{{.State.Status}}}} {{{{.State.Health.Status}}}}'"

PROBES = (
    Probe(
        "health",
        "a task runs when it is healthy; when it is not any more, another takes its place",
        ("23-health",),
        (
            *create("good", f"{_CHECK} httpd"),
            Cli(_HEALTH.format("good"), NODE1),
            Cli("ps --format '{{.Image}} {{.Command}}'", NODE1),
            Cli("service inspect --pretty good"),
            see("services", "tasks full", "containers"),
            Cli("exec <container:good@node1> rm /usr/local/apache2/htdocs/index.html", NODE1),
            states("good", 8, complete=1),
            run("good", 1, 12, 4),
            Cli("service ps --no-trunc good"),
            ALL,
        ),
        pinned=True,
    ),
    Probe(
        "never_healthy",
        "a check that always fails: the task never runs, is killed and tried again",
        ("23-health", "P24"),
        (
            Cli(
                f"service create -d --name sick --health-cmd false --health-interval 1s --health-retries 2"
                f" --stop-grace-period 1s {_ON_NODE1} busybox sleep 100000"
            ),
            Rest(2),
            Cli("service ls"),
            Cli("service ps sick"),
            ended("sick", 2, "failed", 40),
            Cli("service ps --no-trunc --filter desired-state=shutdown sick"),
            Cli("service ls"),
            Until("waits", lambda view: any(
                t["DesiredState"] == t["Status"]["State"] == "ready" for t in view.tasks("sick")), 10),
            see("tasks", "containers"),
        ),
        pinned=True,
    ),
    Probe(
        "health_start_period",
        "failures count only after the start period; an update waits for healthy tasks",
        ("23-health", "P24"),
        (
            *create("slow", "--health-cmd 'test -f /tmp/ok' --health-interval 1s --health-retries 1"
                    f" --health-start-period 8s {_ON_NODE1} busybox sh -c 'sleep 4; touch /tmp/ok; sleep 100000'"),
            Cli(_HEALTH.format("slow"), NODE1),
            see("timeline"),
            *create("web", f"{_CHECK} --update-monitor 1s httpd"),
            Cli("service update -d --health-cmd false --update-failure-action pause web"),
            update_is("web", "paused", 60),
            Cli("service inspect --pretty web"),
            see("services"),
            Cli("service update -d --no-healthcheck web"),
            Rest(1),
            update_is("web", "completed", 60),
            run("web", 1),
            Cli("service ls"),
        ),
        pinned=True,
    ),
    Probe(
        "health_of_a_container",
        "docker run with a check",
        ("23-health",),
        (
            Cli("run -d --name box --health-cmd 'test -f /tmp/ok' --health-interval 1s --health-retries 1"
                " --health-start-period 2s busybox sh -c 'sleep 4; touch /tmp/ok; sleep 100000'", NODE1),
            Cli("inspect box --format '{{.State.Health.Status}}'", NODE1),
            Rest(4),
            Cli("inspect box --format '{{.State.Health.Status}}'", NODE1),
            Rest(3),
            Cli("inspect box --format '{{.State.Health.Status}} {{.State.Health.FailingStreak}}'", NODE1),
            Cli("inspect box --format '{{json .Config.Healthcheck}}'", NODE1),
            Cli("ps --filter health=healthy --format '{{.Names}}'", NODE1),
        ),
    ),
    Probe(
        "logs",
        "what tasks print: service logs, by task, with its options",
        ("46-logs",),
        (
            *create("talk", f"{_ON_NODE1} busybox"
                    " sh -c 'echo hello; sleep 1; echo to stderr >&2; sleep 100000'", replicas=2),
            Rest(2),
            Cli("service logs --raw talk"),
            Cli("service logs --raw --tail 1 talk"),
            Cli("service logs nosuch"),
            *create("one", f"{_ON_NODE1} busybox sh -c 'echo a line; echo another; sleep 100000'"),
            Rest(1),
            Cli("service logs one"),
            Cli("service logs --no-task-ids one"),
            Cli("service logs --no-resolve --raw one"),
            Cli("service logs --no-trunc --timestamps one"),
            Cli("service logs --tail 1 one"),
            Cli("service logs --since 1h one"),
            Cli("logs <container:one@node1>", NODE1),
            Cli("logs --tail 1 --timestamps <container:one@node1>", NODE1),
            Cli("service logs --details one"),
        ),
        pinned=True,
    ),
    Probe(
        "templates",
        "host name, environment and volume from templates; what a task's container looks like",
        ("47-templates",),
        (
            *create("tpl", "--hostname '{{.Service.Name}}-{{.Task.Slot}}-{{.Node.Hostname}}' --env SLOT={{.Task.Slot}}"
                    " --env NODE={{.Node.Hostname}} --mount type=volume,source=vol-{{.Task.Slot}},target=/data"
                    " --label owner=lab --container-label color=blue --workdir /tmp --stop-grace-period 2s"
                    f" {_ON_NODE1} busybox sleep 100000"),
            Cli("exec <container:tpl@node1> hostname", NODE1),
            Cli("exec <container:tpl@node1> sh -c 'echo $SLOT $NODE'", NODE1),
            Cli("inspect <container:tpl@node1>"
                " --format '{{json .Config.Env}} {{index .Config.Labels \"color\"}} {{.Config.Hostname}}'",
                NODE1),
            Cli("inspect <container:tpl@node1>"
                " --format '{{range .Mounts}}{{.Type}} {{.Name}} {{.Destination}}{{end}}'", NODE1),
            Cli("volume ls --format '{{.Driver}} {{.Name}}'", NODE1),
            Cli("service inspect tpl"),
            Cli("service inspect --pretty tpl"),
            Cli("service rm tpl"),
            gone("tpl"),
            Cli("service create -d --name bad --hostname '{{.Nope}}' httpd"),
        ),
        pinned=True,
    ),
)  # fmt: skip
