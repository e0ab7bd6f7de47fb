"""The kinds of practice: each draws a small task, with names, numbers, nodes and ports of its own."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from swarmlab.checks import Exercise, Goal, Hint, Step, always, eventually, node, now, service
from swarmlab.checks.networks import is_on
from swarmlab.checks.requests import last_are_answered
from swarmlab.checks.services import no_service
from swarmlab.exercises.practice.task import Task
from swarmlab.exercises.stage import CLEAR, HOSTS, MANAGER, WORKERS, typed_on_manager

#: Makes a task of one kind; the number is the one of the practice.
Kind = Callable[[int, Random], Task]

NAMES = ("shop", "blog", "cart", "mail", "search", "wiki", "forum", "stats", "queue", "login", "photo-store", "map-tiles")
IMAGES = ("httpd:2.4.65", "nginx:1.29.3", "traefik/whoami:v1.11")
#: Images with a newer version.
OLD_AND_NEW = (("httpd:2.4.64", "httpd:2.4.65"), ("nginx:1.28.0", "nginx:1.29.3"))
ADDRESSES = dict(zip(HOSTS, ("192.168.1.11", "192.168.1.12", "192.168.1.13"), strict=True))


def _task(
    number: int, title: str, said: str, stage: tuple[str, ...], goals: list[Goal], hints: list[Hint], *solution: str
) -> Task:
    """Put a task together; each stage begins on a clear table, and solutions are typed on the manager."""
    exercise = Exercise(
        f"practice-{number}", title, said, tuple(goals), tuple(hints), (*CLEAR, *typed_on_manager(*stage))
    )
    return Task(exercise, tuple(Step(MANAGER, line) for line in solution))


def _create(name: str, replicas: int, image: str, *options: str) -> str:
    return " ".join(["docker service create --quiet --name", name, "--replicas", str(replicas), *options, image])


def _same(name: str) -> tuple[Goal, Hint]:
    """The service is not to be made anew."""
    hint = Hint(
        "same",
        goal="same",
        nudge="The service was removed and made anew. It can be changed as it is.",
        concept="A service is a wish, and a wish can be changed. Whoever removes it stops all its tasks at once.",
        command="docker service update --??? …   or   docker service scale …",
        example="docker service update --replicas 7 archive",
    )
    return always(service(name).is_the_same()).named("same"), hint


def launch(number: int, draw: Random) -> Task:
    """Create a service from nothing."""
    name, image, replicas = draw.choice(NAMES), draw.choice(IMAGES), draw.randint(2, 5)
    wanted = service(name)
    goals = [
        eventually(wanted.shows(replicas), hold="5s").named("shows"),
        now(wanted.has_image(image.replace(".", r"\."), f"`{image}`")).named("image"),
        now(wanted.publishes_nothing()).named("inside"),
    ]
    hints = [
        Hint(
            "shows",
            goal="shows",
            nudge="The table is empty. Make a service, and say how many tasks it shall have.",
            concept="A service is made by one line on a manager: a name, a number of replicas, an image.",
            command=f"docker service create --name {name} --replicas ??? ???",
            example="docker service create --name archive --replicas 7 busybox:1.37 sleep 1d",
        ),
        Hint(
            "image",
            goal="image",
            nudge="It has another image. Compare the names, and what stands behind the colon.",
            concept="What stands behind the colon is the version. Without it you get whatever is called latest.",
            command=f"docker service update --image ??? {name}",
            example="docker service update --image busybox:1.36 archive",
        ),
        Hint(
            "inside",
            goal="inside",
            nudge="It has a published port. Nobody asked for one.",
            concept="A port is published only for those who come from outside.",
            command=f"docker service update --publish-rm ??? {name}",
            example="docker service update --publish-rm 6379 archive",
        ),
    ]
    title = f"Launch {name}"
    return _task(number, title, "There is no service. Make one.", (), goals, hints, _create(name, replicas, image))


def scale(number: int, draw: Random) -> Task:
    """Scale one or two services, out or in."""
    names, image = draw.sample(NAMES, draw.choice((1, 1, 2))), draw.choice(IMAGES)
    numbers = {name: draw.sample(range(1, 8), 2) for name in names}
    goals, hints = [], []
    for name, (before, after) in numbers.items():
        goals += [
            eventually(service(name).shows(after), hold="5s").named(f"shows-{name}"),
            always(service(name).has_at_least(min(before, after))).named(f"always-{name}"),
        ]
        hints += [
            Hint(
                f"shows-{name}",
                goal=f"shows-{name}",
                nudge=f"Look at REPLICAS of `{name}`: the number behind the slash is what is wanted.",
                concept="Scaling changes one number of the wish. Swarm makes the tasks that are missing, or ends some.",
                command=f"docker service scale {name}=???",
                example="docker service scale archive=7",
            ),
            Hint(
                f"always-{name}",
                goal=f"always-{name}",
                nudge=f"For a while too few tasks of `{name}` ran.",
                concept="Scale from the old number to the new one in one step. Nothing has to stop in between.",
                command="lab.practice(…) to begin again, then   docker service scale …=???",
                example="docker service scale archive=7",
            ),
        ]
    title = f"Scale {' and '.join(names)}"
    stage = tuple(_create(name, before, image) for name, (before, _) in numbers.items())
    line = "docker service scale " + " ".join(f"{name}={after}" for name, (_, after) in numbers.items())
    said = " ".join(
        f"`{name}` has {'too few' if after > before else 'too many'} tasks." for name, (before, after) in numbers.items()
    )
    return _task(number, title, said, stage, goals, hints, line)


def empty_a_node(number: int, draw: Random) -> Task:
    """Drain a node, or some."""
    name, replicas = draw.choice(NAMES), draw.randint(3, 6)
    nodes = draw.sample(HOSTS, draw.choice((1, 1, 2)))
    wanted = service(name)
    same, hint = _same(name)
    empty = [
        eventually(node(host).is_("drain") & node(host).runs(0), hold="5s").named(f"empty-{host}") for host in nodes
    ]
    goals = [*empty, now(wanted.shows(replicas)).named("shows"), same]
    hints = [
        *(
            Hint(
                f"empty-{host}",
                goal=f"empty-{host}",
                nudge=f"`{host}` is to be repaired. Take its tasks away, and let no new ones come.",
                concept="A drained node ends its tasks, and they get successors elsewhere. A paused node keeps them.",
                command=f"docker node update --availability ??? {host}",
                example="docker node update --availability drain node9",
            )
            for host in nodes
        ),
        Hint(
            "shows",
            goal="shows",
            nudge="The service should be complete at the end, on the nodes that are left.",
            concept="The tasks of a drained node are replaced on the others. That takes some seconds.",
            command=f"docker service ps {name}",
            example="docker service ps archive",
        ),
        hint,
    ]
    lines = tuple(f"docker node update --availability drain {host}" for host in nodes)
    said = f"`{name}` runs {replicas} tasks. {' and '.join(f'`{host}`' for host in nodes)} need a repair."
    title = f"Empty {' and '.join(nodes)}"
    return _task(number, title, said, (_create(name, replicas, draw.choice(IMAGES)),), goals, hints, *lines)


def pause_a_node(number: int, draw: Random) -> Task:
    """Let a node keep what it has, and take nothing new."""
    name, host, more = draw.choice(NAMES), draw.choice(WORKERS), draw.randint(2, 4)
    wanted = service(name)
    goals = [
        eventually(node(host).is_("pause")).named("pause"),
        now(wanted.shows(3 + more)).named("shows"),
        now(wanted.has_running_on(host, 1, 1)).named("elsewhere"),
        always(wanted.keeps_its_tasks(host)).named("kept"),
    ]
    hints = [
        Hint(
            "pause",
            goal="pause",
            nudge=f"`{host}` may keep its task, but take no other.",
            concept="Active takes tasks. Pause keeps what it has and takes no more. Drain gives up what it has.",
            command=f"docker node update --availability ??? {host}",
            example="docker node update --availability pause node9",
        ),
        Hint(
            "shows",
            goal="shows",
            nudge="Then the service gets more tasks.",
            concept="New tasks go to the nodes that are active.",
            command=f"docker service scale {name}=???",
            example="docker service scale archive=7",
        ),
        Hint(
            "elsewhere",
            goal="elsewhere",
            nudge=f"`{host}` has taken new tasks. In which order did you type?",
            concept="Availability counts when a task is placed. Set it first, and scale then.",
            command="lab.practice(…) to begin again",
            example="docker node update --availability pause node9 && docker service scale archive=7",
        ),
        Hint(
            "kept",
            goal="kept",
            nudge=f"The task on `{host}` was to stay.",
            concept="Drain ends the tasks of a node. Updates replace all of them.",
            command="lab.practice(…) to begin again",
            example="docker node update --availability pause node9",
        ),
    ]
    said = f"`{name}` runs one task on each node. It will get more, but none of them on `{host}`."
    stage = (_create(name, 3, draw.choice(IMAGES)),)
    lines = (f"docker node update --availability pause {host}", f"docker service scale {name}={3 + more}")
    return _task(number, f"No more for {host}", said, stage, goals, hints, *lines)


def publish(number: int, draw: Random) -> Task:
    """Publish a service, or move it to another port."""
    name, replicas, host = draw.choice(NAMES), draw.randint(2, 4), draw.choice(HOSTS)
    port, before = draw.sample(range(8000, 8100), 2)
    moves = draw.choice((True, False))
    wanted = service(name)
    same, hint = _same(name)
    ports = [wanted.publishes(port, 80)] + ([wanted.publishes(before, 80).negated(f"port {before} is published no more")] if moves else [])
    goals = [
        *(now(claim).named(f"port-{place}") for place, claim in enumerate(ports)),
        now(last_are_answered(f"{ADDRESSES[host]}:{port}")).named("answered"),
        always(wanted.has_at_least(1)).named("always"),
        same,
    ]
    hints = [
        Hint(
            "port",
            goal="port-0",
            nudge="Nobody outside can ask the service at that port. What does it publish?",
            concept="A published port is open on every node. The other number is the one inside the container.",
            command=f"docker service update --publish-add ???:80 {name}",
            example="docker service update --publish-add 9000:6379 archive",
        ),
        *(
            Hint(
                "old-port",
                goal=f"port-{place}",
                nudge="The old port is still open.",
                concept="`--publish-rm` names the port inside the container, and takes away what leads to it.",
                command=f"docker service update --publish-rm ??? --publish-add ???:80 {name}",
                example="docker service update --publish-rm 6379 --publish-add 9000:6379 archive",
            )
            for place in range(1, len(ports))
        ),
        Hint(
            "answered",
            goal="answered",
            nudge=f"Ask `{host}` for a page, and see that it answers.",
            concept="Every node passes requests for a published port on, also one that has no task.",
            command=f"curl {ADDRESSES[host]}:???",
            example="curl 192.168.1.99:9000",
        ),
        Hint(
            "always",
            goal="always",
            nudge="For a while nobody was there to answer.",
            concept="An update replaces the tasks one by one. Scaling to 0 and making anew stop them all.",
            command="lab.practice(…) to begin again",
            example="docker service update --publish-add 9000:6379 archive",
        ),
        hint,
    ]  # fmt: skip
    options = (f"--publish {before}:80",) if moves else ()
    change = f"--publish-rm {before}:80 --publish-add {port}:80" if moves else f"--publish-add {port}:80"
    lines = (f"docker service update --quiet {change} {name}", f"curl --silent {ADDRESSES[host]}:{port}")
    said = f"`{name}` is published at port {before}." if moves else f"`{name}` cannot be reached from outside."
    title = f"{name} at port {port}"
    return _task(number, title, said, (_create(name, replicas, draw.choice(IMAGES), *options),), goals, hints, *lines)


def place(number: int, draw: Random) -> Task:
    """Say where the tasks of a service may run."""
    name, replicas, host = draw.choice(NAMES), draw.randint(3, 5), draw.choice(HOSTS)
    only = draw.choice((True, False))
    wanted = service(name)
    same, hint = _same(name)
    where = wanted.has_running_on(host, replicas, replicas) if only else wanted.has_running_on(host, 0, 0)
    goals = [now(wanted.shows(replicas) & where).named("where"), now(node(host).is_("active")).named("active"), same]
    hints = [
        Hint(
            "where",
            goal="where",
            nudge=f"Look where the tasks run. Which rule keeps them {'on' if only else 'away from'} `{host}`?",
            concept="A constraint says which nodes are allowed. When it is added, tasks that break it are replaced.",
            command=f"docker service update --constraint-add node.hostname???{host} {name}",
            example="docker service update --constraint-add node.role!=manager archive",
        ),
        Hint(
            "active",
            goal="active",
            nudge="All nodes are to stay active: other services may need them.",
            concept="Availability is for all services. A constraint is for one.",
            command=f"docker node update --availability ??? {host}",
            example="docker node update --availability active node9",
        ),
        hint,
    ]
    said = f"`{name}` is {'to run on `' + host + '` only' if only else 'not to run on `' + host + '`'}."
    title = f"{name} {'only' if only else 'not'} on {host}"
    line = f"docker service update --quiet --constraint-add node.hostname{'==' if only else '!='}{host} {name}"
    return _task(number, title, said, (_create(name, replicas, draw.choice(IMAGES)),), goals, hints, line)


def update(number: int, draw: Random) -> Task:
    """Update an image, perhaps without a dip."""
    name, replicas, (old, new) = draw.choice(NAMES), draw.randint(2, 5), draw.choice(OLD_AND_NEW)
    no_dip = draw.choice((True, False))
    fewest = replicas if no_dip else replicas - 1
    wanted = service(name)
    goals = [
        eventually(
            wanted.has_image(new.replace(".", r"\."), f"`{new}`") & wanted.shows(replicas), hold="5s"
        ).named("new"),
        always(wanted.has_at_least(fewest)).named("always"),
    ]  # fmt: skip
    hints = [
        Hint(
            "new",
            goal="new",
            nudge="Which image does the service have, and which shall it have?",
            concept="A new image is a new wish: each task is replaced, one after the other.",
            command=f"docker service update --image ??? {name}",
            example="docker service update --image busybox:1.36 archive",
        ),
        Hint(
            "always",
            goal="always",
            nudge="For a while too few tasks ran. What comes first, the end of the old task or the start of the new?",
            concept="By default the old task stops first, so one is missing. With start-first the new one starts first.",
            command=f"lab.practice(…) to begin again, then   docker service update --update-order ??? --image ??? {name}",
            example="docker service update --update-order start-first --image busybox:1.36 archive",
        ),
    ]
    line = f"docker service update --quiet {'--update-order start-first ' if no_dip else ''}--image {new} {name}"
    said = f"There is a new version for `{name}`." + (" Nobody may notice." if no_dip else "")
    return _task(number, f"{name} gets {new}", said, (_create(name, replicas, old),), goals, hints, line)


def connect(number: int, draw: Random) -> Task:
    """Bring two services together on a network of their own."""
    front, back = draw.sample(NAMES, 2)
    network, third = f"{front}-net", draw.choice([name for name in NAMES if name not in (front, back)])
    same, hint = _same(back)
    goals = [
        now(is_on(front, network) & service(front).shows(2)).named("front"),
        now(is_on(back, network) & service(back).shows(2)).named("back"),
        now(is_on(third, network).negated(f"`{third}` is not on `{network}`")).named("third"),
        same,
    ]

    def joining(name: str, id: str) -> Hint:
        return Hint(
            id,
            goal=id,
            nudge=f"On which networks is `{name}`? Names are known only to those who share one.",
            concept="An overlay network reaches over all nodes. A service is put on it when made, or by an update.",
            command=f"docker network create --driver ??? {network}   and   docker service update --network-add ??? {name}",
            example="docker service update --network-add lake archive",
        )

    hints = [
        joining(front, "front"),
        joining(back, "back"),
        Hint(
            "third",
            goal="third",
            nudge=f"`{third}` has no business there.",
            concept="Networks keep services apart: put only those on one that talk to each other.",
            command=f"docker service update --network-rm ??? {third}",
            example="docker service update --network-rm lake archive",
        ),
        hint,
    ]
    said = f"`{front}` shall call `{back}` by its name, on a network called `{network}`. `{third}` stays outside."
    image = draw.choice(IMAGES)
    stage = tuple(_create(name, 2, image) for name in (front, back, third))
    lines = [f"docker service update --quiet --network-add {network} {name}" for name in (front, back)]
    made = _task(
        number, f"{front} calls {back}", said, stage, goals, hints,
        f"docker network create --driver overlay {network}", *lines,
    )  # fmt: skip
    tidy = Step(MANAGER, f"docker network rm {network}", may_fail=True)  # of an earlier try
    return Task(replace(made.exercise, stage=(*CLEAR, tidy, *made.exercise.stage[len(CLEAR) :])), made.solution)


def tidy_up(number: int, draw: Random) -> Task:
    """Remove some services, switch one off, and leave one alone."""
    gone, off, kept = draw.sample(NAMES, 3)
    replicas, image = draw.randint(2, 4), draw.choice(IMAGES)
    goals = [
        now(no_service(gone)).named("gone"),
        now(service(off).wants(0, 0) & service(off).has_running(0)).named("off"),
        always(service(kept).has_running(replicas)).named("kept"),
    ]
    hints = [
        Hint(
            "gone",
            goal="gone",
            nudge=f"`{gone}` is not needed any more, neither its tasks nor its name.",
            concept="A service that is removed takes its tasks along. Tasks that are killed come back.",
            command="docker service ??? " + gone,
            example="docker service rm archive",
        ),
        Hint(
            "off",
            goal="off",
            nudge=f"`{off}` is to rest: no tasks, but its settings are kept.",
            concept="A service may want no tasks at all. It is there all the same, and easily switched on again.",
            command=f"docker service scale {off}=???",
            example="docker service scale archive=0",
        ),
        Hint(
            "kept",
            goal="kept",
            nudge=f"`{kept}` was to be left alone.",
            concept="Name the service you mean; tasks of the others need not stop.",
            command="lab.practice(…) to begin again",
            example="docker service rm archive",
        ),
    ]
    stage = tuple(_create(name, replicas, image) for name in (gone, off, kept))
    said = f"`{gone}` is not needed any more, `{off}` is to rest, `{kept}` is in use."
    return _task(
        number, "Tidy up", said, stage, goals, hints, f"docker service rm {gone}", f"docker service scale {off}=0"
    )


KINDS: tuple[Kind, ...] = (
    launch, scale, publish, empty_a_node, update, place, connect, pause_a_node, tidy_up,
)  # fmt: skip
