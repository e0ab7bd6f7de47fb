"""What the container runtime refuses to start."""

import pytest

from swarmlab.core.agent import images, runc
from swarmlab.core.agent.container import Container, ContainerConfig
from swarmlab.core.agent.programs import plan
from swarmlab.core.agent.signals import is_supported, signal_number
from swarmlab.core.objects import Mount
from swarmlab.errors import InvalidArgument


def a_container(image: images.Image, **config: object) -> Container:
    return Container(
        id="c" * 64,
        name="c1",
        config=ContainerConfig(image.repository, **config),  # type: ignore[arg-type]
        image_id=image.id,
        argv=("true",),
        created_at=0,
        plan=plan(("true",), image.programs),
    )


def image(name: str) -> images.Image:
    found = images.find(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "user"),
    [
        ("busybox", ""),
        ("busybox", "root"),
        ("busybox", "nobody:wheel"),
        ("busybox", "1000"),
        ("busybox", "12345:54321"),
        ("httpd", "www-data"),
        ("nginx", "nginx:nginx"),
        ("redis", "redis"),
        ("alpine", "guest"),
    ],
)
def test_users_are_those_of_the_image_and_any_number(name: str, user: str) -> None:
    runc.check_user(image(name), user)


@pytest.mark.parametrize(
    ("user", "words"),
    [
        ("nginx", "unable to find user nginx: no matching entries in passwd file"),
        ("root:nginx", "unable to find group nginx: no matching entries in group file"),
        (":nginx", "unable to find group nginx: no matching entries in group file"),
        ("-1", "uids and gids must be in range 0-2147483647"),
        ("99999999999", "uids and gids must be in range 0-2147483647"),
    ],
)
def test_nobody_else_is_known(user: str, words: str) -> None:
    with pytest.raises(InvalidArgument) as refusal:
        runc.check_user(image("busybox"), user)
    assert str(refusal.value) == words


@pytest.mark.parametrize("folder", ["", "/", "/etc", "/usr/bin", "/usr/local/apache2", "/usr/local/apache2/htdocs"])
def test_the_folders_of_an_image_can_be_entered(folder: str) -> None:
    httpd = image("httpd")
    assert runc.missing_folder(a_container(httpd), httpd, folder) is None


def test_so_can_its_own_the_mounted_ones_and_those_with_files() -> None:
    busybox = image("busybox")
    container = a_container(busybox, dir="/srv/here", mounts=(Mount("volume", "v", "/data"),))
    container.files = {"/run/secrets/key": b"1", "/gone/away": None}
    for folder in ("/srv", "/srv/here", "/data", "/run/secrets"):
        assert runc.missing_folder(container, busybox, folder) is None
    for folder in ("/gone", "/nope", "/data/deeper"):
        refusal = runc.missing_folder(container, busybox, folder)
        assert refusal is not None
        assert refusal.exit_code == 127


def test_what_cannot_be_run() -> None:
    busybox = image("busybox")
    container = a_container(busybox)
    said = {name: runc.missing_program(container, busybox, name) for name in ("nosuch", "/nosuch", "/bin")}
    unable = "unable to start container process: exec:"
    assert said == {
        "nosuch": (127, f'{unable} "nosuch": executable file not found in $PATH'),
        "/nosuch": (127, f'{unable} "/nosuch": stat /nosuch: no such file or directory'),
        "/bin": (126, f'{unable} "/bin": is a directory: permission denied'),
    }


@pytest.mark.parametrize(
    ("name", "number"),
    [("TERM", 15), ("sigkill", 9), ("9", 9), ("IOT", 6), ("ABRT", 6), ("SYS", 31), ("RTMIN", 34), ("RTMIN+15", 49),
     ("SIGRTMAX-14", 50), ("RTMAX", 64), ("99", 99), ("-1", -1)],
)  # fmt: skip
def test_signals_go_by_name_or_number(name: str, number: int) -> None:
    assert signal_number(name) == number
    assert is_supported(number) is (0 < number < 65)


@pytest.mark.parametrize("name", ["", "0", "FOO", "TERM ", "RTMIN+16", "RTMAX-15", "1.5"])
def test_there_are_no_others(name: str) -> None:
    with pytest.raises(InvalidArgument, match=r"^invalid signal: "):
        signal_number(name)
