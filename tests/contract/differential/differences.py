"""The lines of the table that our docker answers otherwise, each with the reason.  A test holds the list to be true."""

from tests.contract.differential.table import Scene

_LESS = "ours has the commands of a swarm and what lessons need beside them; no images are built, no plugins installed"
_STRUCT = "Go prints all fields, in memory order, of a struct that belongs to the program itself"
_CA = "certificates of a simulated swarm cannot be rotated by hand, so ours offers less of it and refuses earlier"
_NO_TTY = "in a notebook a cell is a terminal, so ours lets -it be typed where the streams are none"

#: (scene, line as in the file) → why.
DIFFERENT: dict[tuple[str, str], str] = {
    **{("help", line): _LESS for line in (
        "docker --help", "docker", "docker help", "docker container --help", "docker container", "docker image --help",
        "docker image", "docker system --help", "docker system")},
    ("usage", "docker --version=false"): _LESS,
    **{("more_containers", line): _LESS for line in ("docker volume", "docker volume --help")},
    ("usage", "docker images --tree"): "images have one platform each here: there is no tree to show",
    **{("templates", f"docker node ls --filter role=manager --format '{form}'"): _STRUCT for form in (
        '{{printf "%v %v" .Self .ID}} {{printf "%v" .}}', "{{$}} ", "{{.}}")},
    **{("containers", line): _NO_TTY for line in ("docker exec -it box sh", "docker run --rm -it busybox sh")},
    ("containers", "docker run --rm --cidfile /tmp/nope/x busybox true"): "ours takes --cidfile and writes no file",
    **{("swarm", line): _CA for line in (
        "docker swarm ca --rotate --quiet | head -1", "docker swarm ca --ca-cert /nope --rotate")},
}  # fmt: skip


def reason(scene: Scene, text: str) -> str | None:
    """Return why a line is answered otherwise; None if it must not be."""
    return DIFFERENT.get((scene.name, text))
