"""Practice with nodes: empty them, spare them, choose among them."""

from random import Random

from swarmlab.checks import Hint, always, eventually, node, now, service
from swarmlab.exercises.practice.draws import IMAGES, NAMES, create, same_service, task_of
from swarmlab.exercises.practice.task import Task
from swarmlab.exercises.stage import HOSTS, WORKERS


def empty_a_node(number: int, draw: Random) -> Task:
    """Drain a node, or some."""
    name, replicas = draw.choice(NAMES), draw.randint(3, 6)
    nodes = draw.sample(HOSTS, draw.choice((1, 1, 2)))
    wanted = service(name)
    same, hint = same_service(name)
    empty = [
        eventually(node(host).is_("drain") & node(host).runs(0), hold="5s").named(f"empty-{host}") for host in nodes
    ]
    left = node(nodes[0]).is_("drain")
    goals = [*empty, now(wanted.shows(replicas) & left).named("shows"), same]
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
    return task_of(number, title, said, (create(name, replicas, draw.choice(IMAGES)),), goals, hints, *lines)


def pause_a_node(number: int, draw: Random) -> Task:
    """Let a node keep what it has, and take nothing new."""
    name, host, more = draw.choice(NAMES), draw.choice(WORKERS), draw.randint(2, 4)
    wanted = service(name)
    goals = [
        eventually(node(host).is_("pause")).named("pause"),
        now(wanted.shows(3 + more)).named("shows"),
        now(wanted.wants(3 + more, 3 + more) & wanted.has_running_on(host, 1, 1)).named("elsewhere"),
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
            command=f"lab.practice({number}) to begin again",
            example="docker node update --availability pause node9 && docker service scale archive=7",
        ),
        Hint(
            "kept",
            goal="kept",
            nudge=f"The task on `{host}` was to stay.",
            concept="Drain ends the tasks of a node. Updates replace all of them.",
            command=f"lab.practice({number}) to begin again",
            example="docker node update --availability pause node9",
        ),
    ]
    said = f"`{name}` runs one task on each node. It will get more, but none of them on `{host}`."
    stage = (create(name, 3, draw.choice(IMAGES)),)
    lines = (f"docker node update --availability pause {host}", f"docker service scale {name}={3 + more}")
    return task_of(number, f"No more for {host}", said, stage, goals, hints, *lines)


def place(number: int, draw: Random) -> Task:
    """Say where the tasks of a service may run."""
    name, replicas, host = draw.choice(NAMES), draw.randint(3, 5), draw.choice(HOSTS)
    only = draw.choice((True, False))
    wanted = service(name)
    same, hint = same_service(name)
    where = wanted.has_running_on(host, replicas, replicas) if only else wanted.has_running_on(host, 0, 0)
    goals = [now(wanted.shows(replicas) & where).named("where"), always(node(host).is_("active")).named("active"), same]
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
    return task_of(number, title, said, (create(name, replicas, draw.choice(IMAGES)),), goals, hints, line)
