"""Exercise 8.4: half of the tasks in each of two zones, and a service that is bound to one."""

from swarmlab.checks import Exercise, Hint, Step, eventually, now, service
from swarmlab.checks.claims import typed
from swarmlab.exercises.stage import CLEAR, HOSTS, MANAGER

WEB, DATA = service("web-server"), service("data-store")
HALVES = (
    WEB.shows(6)
    & WEB.has_running_on("node2", 3, 3)
    & WEB.has_running_on("node1", 1, 2)
    & WEB.has_running_on("swarm-manage", 1, 2)
)

TWO_ZONES = Exercise(
    id="8.4",
    title="Two zones",
    task=(
        "`swarm-manage` and `node1` stand in zone `a`, `node2` stands in zone `b`. Tell the swarm with labels. Then "
        "create `web-server`, six tasks of `httpd:2.4`, half of them in each zone; and `data-store`, one task of "
        "`redis:8.2`, which may run in zone `b` only."
    ),
    stage=(
        *CLEAR,
        *(Step(MANAGER, f"docker node update --label-rm zone {host}", may_fail=True) for host in HOSTS),
    ),
    goals=(
        now(HALVES).named("halves").worth(2),
        now(DATA.shows(1) & DATA.has_running_on("node2", 1, 1)).named("bound"),
        eventually(
            typed(
                r"service (create|update).*--constraint(-add)?[= ]\S*node\.labels\.zone\s*==\s*b",
                "a constraint binds a service to zone `b`",
                failed=False,
            )
        ).named("by-label"),
    ),
    tags=("zones are respected by themselves", "a constraint spreads", "names of hosts are good labels"),
    hints=(
        Hint(
            "evenly",
            goal="halves",
            when=now(WEB.shows(6) & WEB.has_running_on("node2", 2, 2)),
            nudge="Two on each node: so zone `a` has four. What does the scheduler not know?",
            concept="Without a preference, nodes share the tasks. A preference shares them among values of a label.",
            command="docker service update --placement-pref-add spread=node.labels.??? --force web-server",
            example="docker service create --name cache --placement-pref spread=node.labels.rack redis:8.2",
            misconception="zones are respected by themselves",
        ),
        Hint(
            "bound-to-one",
            goal="halves",
            when=now(WEB.has_running_on("node2", 6)),
            nudge="All six are in one zone. What does a constraint do?",
            concept="A constraint says where tasks *may* run. A preference says how to spread them.",
            command="docker service update --constraint-rm … --placement-pref-add spread=node.labels.??? --force …",
            example="docker service create --name cache --placement-pref spread=node.labels.rack redis:8.2",
            misconception="a constraint spreads",
        ),
        Hint(
            "halves",
            goal="halves",
            nudge="Label the three nodes first. Then create the service with a preference.",
            concept="Labels of nodes are set on a manager. Constraints and preferences can speak of them.",
            command="docker node update --label-add zone=??? node1   and   --placement-pref spread=node.labels.???",
            example="docker service create --name cache --placement-pref spread=node.labels.rack redis:8.2",
        ),
        Hint(
            "bound",
            goal="bound",
            nudge="`data-store` may run in zone `b` only.",
            concept="A constraint says where tasks may run. Without one, any node will do.",
            command="docker service create --name data-store --constraint node.labels.zone==??? redis:8.2",
            example="docker service create --name cache --constraint node.labels.disk==ssd redis:8.2",
        ),
        Hint(
            "by-label",
            goal="by-label",
            nudge="It is in the right place, but not because of its zone.",
            concept=(
                "A second node in zone `b` should serve as well. So speak of the label, not of the name of a host."
            ),
            command="docker service update --constraint-add node.labels.zone==??? data-store",
            example="docker service create --name cache --constraint node.labels.disk==ssd redis:8.2",
            misconception="names of hosts are good labels",
        ),
    ),
)
