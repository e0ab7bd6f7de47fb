"""Incident 13: the manager's own port is closed, and it hears of no worker."""

from swarmlab.checks import Exercise, Hint, Step, always, eventually, node, now
from swarmlab.checks.claims import typed
from swarmlab.checks.hosts import firewalls_run
from swarmlab.exercises.incidents.stage import WELL, created
from swarmlab.exercises.stage import MANAGER

UNHEARD = Exercise(
    id="incident-13",
    title="Down, but alive",
    task=(
        "From the night shift: `docker node ls` shows both workers as Down. I went to the machines: they are on, "
        "docker runs, and even the old containers are there. Meanwhile all of `shop` has moved to `swarm-manage`. "
        "Please make the two workers Ready again, and do not throw them out of the swarm."
    ),
    stage=(
        *WELL,
        *created("--name shop --replicas 3 httpd:2.4"),
        Step(MANAGER, "firewall-cmd --remove-port=2377/tcp; sleep 60"),
    ),
    goals=(
        now(node("node1").has_status("ready") & node("node2").has_status("ready")).named("ready").worth(2),
        always(firewalls_run()).named("firewalls"),
    ),
    backends="sim",
    tags=("Down means that the machine is off", "switching the firewall off is a repair"),
    hints=(
        Hint(
            "restarted",
            goal="ready",
            when=eventually(typed(r"systemctl (re)?start docker", "an engine was started again", ("node1", "node2"))),
            nudge="The engines were well. Down says what the manager knows, not how the machine is.",
            concept="Workers report to the manager. Who is not heard for some 15 seconds is called Down.",
            command="nc -vz -w 2 192.168.1.11 ???   (on a worker)   and   firewall-cmd --list-ports   (on the manager)",
            example="nc -vz -w 2 192.168.1.99 7946",
            misconception="Down means that the machine is off",
        ),
        Hint(
            "thrown-out",
            goal="ready",
            when=eventually(node("node1").is_("active").negated("`node1` is not an active node of the swarm")),
            nudge="A node was removed or taken out of use. It was to become Ready.",
            concept="The worker is well and tries to report. Let the manager hear it.",
            command="lab.incident(13)   to begin again",
            example="firewall-cmd --add-port=7946/tcp",
        ),
        Hint(
            "other-port",
            goal="ready",
            when=eventually(typed(r"--add-port[= ](?!2377)", "some port was opened")),
            nudge="That port is not the one. On which port does a worker report, and to whom?",
            concept="2377 carries orders and reports, and only managers listen there.",
            command="firewall-cmd --list-ports   (on each host, and compare)",
            example="firewall-cmd --add-port=7946/tcp",
        ),
        Hint(
            "ready",
            goal="ready",
            nudge="Both at the same time: look for what they share.",
            concept="Workers report to port 2377 of the manager. Who is not heard for some 15 seconds is called Down.",
            command="firewall-cmd --list-ports   (on each host, and compare)",
            example="firewall-cmd --add-port=7946/tcp",
        ),
        Hint(
            "firewalls",
            goal="firewalls",
            nudge="They are Ready, and the door is open to everybody: a firewall was switched off.",
            concept="A firewall that is off protects nobody. Leave it on, and open one port.",
            command="lab.incident(13)   to begin again, then   firewall-cmd --add-port=???",
            example="firewall-cmd --add-port=7946/tcp",
            misconception="switching the firewall off is a repair",
        ),
    ),
)
