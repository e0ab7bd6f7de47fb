"""Practice with ports and networks: who reaches whom."""

from dataclasses import replace
from random import Random

from swarmlab.checks import Hint, Step, always, now, service
from swarmlab.checks.networks import is_on
from swarmlab.checks.requests import last_are_pages
from swarmlab.exercises.practice.draws import ADDRESSES, IMAGES, NAMES, create, same_service, task_of
from swarmlab.exercises.practice.task import Task
from swarmlab.exercises.stage import CLEAR, HOSTS, MANAGER


def publish(number: int, draw: Random) -> Task:
    """Publish a service, or move it to another port."""
    name, replicas, host = draw.choice(NAMES), draw.randint(2, 4), draw.choice(HOSTS)
    port, before = draw.sample(range(8000, 8100), 2)
    moves = draw.choice((True, False))
    wanted = service(name)
    same, hint = same_service(name)
    ports = [wanted.publishes(port, 80)] + (
        [wanted.publishes(before, 80).negated(f"port {before} is published no more")] if moves else []
    )
    goals = [
        *(now(claim).named(f"port-{place}") for place, claim in enumerate(ports)),
        now(last_are_pages(f"{ADDRESSES[host]}:{port}")).named("answered"),
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
            command=f"lab.practice({number}) to begin again",
            example="docker service update --publish-add 9000:6379 archive",
        ),
        hint,
    ]  # fmt: skip
    options = (f"--publish {before}:80",) if moves else ()
    change = f"--publish-rm {before}:80 --publish-add {port}:80" if moves else f"--publish-add {port}:80"
    lines = (f"docker service update --quiet {change} {name}", f"curl --silent {ADDRESSES[host]}:{port}")
    said = f"`{name}` is published at port {before}." if moves else f"`{name}` cannot be reached from outside."
    title = f"{name} at port {port}"
    return task_of(number, title, said, (create(name, replicas, draw.choice(IMAGES), *options),), goals, hints, *lines)


def connect(number: int, draw: Random) -> Task:
    """Bring two services together on a network of their own."""
    front, back = draw.sample(NAMES, 2)
    network, third = f"{front}-net", draw.choice([name for name in NAMES if name not in (front, back)])
    same, hint = same_service(back)
    goals = [
        now(is_on(front, network) & service(front).shows(2)).named("front"),
        now(is_on(back, network) & service(back).shows(2)).named("back"),
        always(is_on(third, network).negated(f"`{third}` is not on `{network}`")).named("third"),
        same,
    ]

    def joining(name: str, id: str) -> Hint:
        return Hint(
            id,
            goal=id,
            nudge=f"On which networks is `{name}`? Names are known only to those who share one.",
            concept="An overlay network reaches over all nodes. A service is put on it when made, or by an update.",
            command=(
                f"docker network create --driver ??? {network}   and   docker service update --network-add ??? {name}"
            ),
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
    stage = tuple(create(name, 2, image) for name in (front, back, third))
    lines = [f"docker service update --quiet --network-add {network} {name}" for name in (front, back)]
    made = task_of(
        number, f"{front} calls {back}", said, stage, goals, hints,
        f"docker network create --driver overlay {network}", *lines,
    )  # fmt: skip
    tidy = Step(MANAGER, f"docker network rm {network}", may_fail=True)  # of an earlier try
    return Task(replace(made.exercise, stage=(*CLEAR, tidy, *made.exercise.stage[len(CLEAR) :])), made.solution)
