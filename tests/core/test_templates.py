"""Templates in specs and in configs; secrets and configs as files of containers.

SwarmKit: ``template/template_test.go`` shows what may be asked for; texts of refusals are Go's.
"""

from typing import Any

import pytest

from swarmlab.core.agent.container import Container, MountedFile
from swarmlab.core.objects import (
    ContainerSpec,
    Driver,
    FileReference,
    Mount,
    NodeDescription,
    Platform,
    Secret,
    SecretSpec,
    ServiceMode,
    ServiceSpec,
    Task,
    TaskSpec,
)
from swarmlab.core.states import TaskState
from swarmlab.core.templates import Dependencies, expand_container, payload
from swarmlab.core.units import SECOND
from swarmlab.errors import InvalidArgument
from tests.builders import World, a_task

NODE = NodeDescription("node1", Platform("x86_64", "linux"))
GOLANG = Driver("golang")


def task_of(**fields: Any) -> Task:
    spec = TaskSpec(container=ContainerSpec(image="httpd:latest", **fields))
    return a_task(id="t1", slot=3, spec=spec, service_labels={"tier": "front"})


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{.Service.ID}}", "s1"),
        ("{{.Service.Name}}-{{.Task.Slot}}-{{.Node.Hostname}}", "web-3-node1"),
        ("{{.Service.Labels.tier}}", "front"),
        ('{{index .Service.Labels "tier"}}', "front"),
        ("{{.Node.ID}}", "n1"),
        ("{{.Node.Platform.OS}}/{{.Node.Platform.Architecture}}", "linux/x86_64"),
        ("{{.Task.ID}} {{.Task.Name}}", "t1 web.3.t1"),
        ('{{join "_" .Task.ID "x"}}', "t1_x"),
        ("{{if eq .Task.Slot `3`}}third{{end}}", "third"),
        ("plain", "plain"),
    ],
)
def test_a_template_may_ask_for_service_node_and_task(template: str, text: str) -> None:
    assert expand_container(task_of(hostname=template), lambda: NODE).hostname == text


def test_the_slot_of_a_global_task_is_its_node() -> None:
    assert expand_container(task_of(hostname="{{.Task.Slot}}")._replace(slot=0), lambda: NODE).hostname == "n1"


def test_host_name_environment_and_mounts_are_expanded_and_nothing_else() -> None:
    slot = "{{.Task.Slot}}"
    mount = Mount(
        "volume",
        f"vol-{slot}",
        f"/data{slot}",
        volume_options={"Labels": {"of": slot}, "DriverConfig": {"Name": "local", "Options": {"size": slot}}},
    )
    task = task_of(env=(f"A={slot}", slot, "B=1"), mounts=(mount,), args=(slot,), dir=slot)
    spec = expand_container(task, lambda: NODE)
    assert spec.env == ("A=3", slot, "B=1")  # of a variable, only its value
    assert spec.mounts == (
        Mount(
            "volume",
            "vol-3",
            "/data3",
            volume_options={"Labels": {"of": "3"}, "DriverConfig": {"Name": "local", "Options": {"size": "3"}}},
        ),
    )
    assert (spec.args, spec.dir) == ((slot,), slot)
    assert mount.volume_options == {
        "Labels": {"of": slot},
        "DriverConfig": {"Name": "local", "Options": {"size": slot}},
    }


WHERE = 'template: expansion:1:2: executing "expansion" at <.X>: can\'t evaluate field X in type *template.Context'


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"hostname": "{{.X}}"}, f"expanding hostname failed: {WHERE}"),
        ({"env": ("A={{.X}}",)}, f'expanding env failed: expanding env "A={{{{.X}}}}": {WHERE}'),
        (
            {"mounts": (Mount(source="{{.X}}", target="/x"),)},
            f'expanding mounts failed: expanding mount source "{{{{.X}}}}": {WHERE}',
        ),
        (
            {"mounts": (Mount(source="a", target="{{.X}}"),)},
            f'expanding mounts failed: expanding mount target "{{{{.X}}}}": {WHERE}',
        ),
        (
            {"mounts": (Mount(source="a", target="/x", volume_options={"Labels": {"k": "{{.X}}"}}),)},
            f'expanding mounts failed: expanding volume labels: expanding map entry "k"="{{{{.X}}}}": {WHERE}',
        ),
        ({"hostname": "{{"}, "expanding hostname failed: template: expansion:1: unclosed action"),
        (
            {"hostname": "{{secret `x`}}"},
            'expanding hostname failed: template: expansion:1: function "secret" not defined',
        ),
        (
            {"hostname": "{{.Service.Labels.nope}}"},
            'expanding hostname failed: template: expansion:1:10: executing "expansion" at <.Service.Labels.nope>: map'
            ' has no entry for key "nope"',
        ),
        ({"hostname": "{{.Node.Hostname.X}}"}, "can't evaluate field X in type string"),
    ],
)
def test_a_template_that_cannot_be_is_refused_when_the_service_is_made(fields: dict[str, Any], words: str) -> None:
    world = World()
    container = ContainerSpec(image="busybox", **fields)
    with pytest.raises(InvalidArgument) as refused:
        world.create(ServiceSpec("web", task=TaskSpec(container=container)))
    assert words in str(refused.value)


def test_two_mounts_that_become_one_are_found() -> None:
    mounts = (Mount(source="a", target="/data1"), Mount(source="b", target="/data{{.Task.Slot}}"))
    with pytest.raises(InvalidArgument, match="ContainerSpec: duplicate mount point: /data1"):
        World().create(ServiceSpec("web", task=TaskSpec(container=ContainerSpec(image="busybox", mounts=mounts))))


def test_what_only_a_real_task_shows_to_be_wrong_is_rejected_by_its_agent() -> None:
    world = World()
    container = ContainerSpec(
        image="busybox", args=("sleep", "100000"), hostname='{{if eq .Node.Hostname "node1"}}{{.X}}{{end}}'
    )
    world.create(ServiceSpec("web", task=TaskSpec(container=container), mode=ServiceMode("global", 0)))
    world.run(3 * SECOND)
    node1 = world.node("node1").id
    rejected = next(task for task in world.tasks() if task.node_id == node1)
    assert rejected.status.state is TaskState.REJECTED
    assert rejected.status.message == "resolving controller failed"
    assert rejected.status.err.startswith("expanding hostname failed: template: expansion:1:34: executing")
    assert len(world.running()) == 2


# --- files --------------------------------------------------------------------------------------------


def of(thing: Any, file: str, **fields: Any) -> FileReference:
    return FileReference(thing.id, thing.spec.name, file, **fields)


def run(world: World, **fields: Any) -> Container:
    container = ContainerSpec(image="busybox", args=("sleep", "100000"), **fields)
    world.create(ServiceSpec("web", task=TaskSpec(container=container)))
    world.settle()
    task = world.tasks()[0]
    host = next(host for host in world.simulation.hosts.values() if host.node_id == task.node_id)
    found = host.engine.of_task(task.id)
    assert found is not None
    return found


def test_secrets_and_configs_are_files_of_the_container() -> None:
    world = World()
    control = world.manager.control
    key = control.create_secret(SecretSpec("key", data=b"k"))
    page = control.create_config(SecretSpec("page", data=b"\xff\x00"))
    container = run(
        world,
        secrets=(of(key, "key"), of(key, "/etc/key", uid="33", gid="5", mode=0o400), of(key, "a/../b")),
        configs=(of(page, "page"), of(page, "/www/index.html", mode=0o777), of(page, "", target="runtime")),
    )
    assert container.mounted == {
        "/run/secrets/key": MountedFile(b"k", 0, 0, 0o444),
        "/etc/key": MountedFile(b"k", 33, 5, 0o400),
        "/run/secrets/b": MountedFile(b"k", 0, 0, 0o444),
        "/page": MountedFile(b"\xff\x00", 0, 0, 0o444),
        "/www/index.html": MountedFile(b"\xff\x00", 0, 0, 0o777),
    }
    assert container.files["/run/secrets/key"] == b"k"


def test_a_secret_removed_before_its_task_starts_makes_the_task_fail() -> None:
    world = World()
    control = world.manager.control
    key = control.create_secret(SecretSpec("key", data=b"k"))
    container = ContainerSpec(image="busybox", args=("sleep", "100000"), secrets=(of(key, "key"),))
    service = world.create(ServiceSpec("web", task=TaskSpec(container=container)))
    world.settle()
    bare = service.spec.task._replace(container=container._replace(secrets=()))
    world.update(task=bare)
    control.remove_secret(key.id)  # only present specs count, not the one a rollback would bring back
    world.settle()
    found = world.service()
    with pytest.raises(InvalidArgument, match="secret not found: key"):
        control.update_service(found.id, found.version, service.spec)
    control.update_service(found.id, found.version, found.spec, rollback=True)
    world.run(20 * SECOND)
    failed = [task for task in world.tasks() if task.status.state is TaskState.FAILED]
    assert failed
    assert {task.status.err for task in failed} == {
        f"starting container failed: unable to get secret from secret store: secret {key.id} not found"
    }


def test_a_config_may_be_a_template_that_quotes_secrets_configs_and_variables() -> None:
    world = World()
    control = world.manager.control
    key = control.create_secret(SecretSpec("key", data=b"k"))
    other = control.create_config(SecretSpec("other", data=b"o\xff"))
    text = b'{{.Service.Name}} {{secret "pass"}} {{config "/o"}} {{env "A"}} {{env "B"}}|\xfe'
    made = control.create_config(SecretSpec("made", data=text, templating=GOLANG))
    container = run(
        world, env=("A={{.Task.Slot}}",), secrets=(of(key, "pass"),), configs=(of(other, "/o"), of(made, "/m"))
    )
    assert container.mounted["/m"].data == b"web k o\xff {{.Task.Slot}} |\xfe"


@pytest.mark.parametrize(
    ("templating", "text", "words"),
    [
        ("golang", b"{{secret `x`}}", "at <secret `x`>: error calling secret: secret target x not found"),
        ("golang", b"{{config `x`}}", "error calling config: config target x not found"),
        ("golang", b"{{.X}}", "can't evaluate field X in type *template.PayloadContext"),
        ("mustache", b"", "unrecognized template type"),
    ],
)
def test_a_template_among_the_configs_that_cannot_be_filled_in_says_why(
    templating: str, text: bytes, words: str
) -> None:
    thing = Secret("c1", SecretSpec("made", data=text, templating=Driver(templating)))
    with pytest.raises(InvalidArgument) as refused:
        payload("secret", of(thing, "/m"), task_of(), NODE, Dependencies({"c1": thing}, {}))
    assert str(refused.value).startswith("failed to expand templated secret c1: ")
    assert words in str(refused.value)
