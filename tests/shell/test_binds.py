"""Bind mounts of folders: what a host has, what it lacks, and what docker makes."""

from swarmlab import Lab

MISSING = 'invalid mount config for type "bind": bind source path does not exist: '
RUN = "docker run --rm --mount type=bind,src={},dst=/x busybox true"


def test_a_folder_that_the_host_lacks_is_refused_in_docker_s_words() -> None:
    host = Lab().host("node1")
    refused = host.sh(RUN.format("/data/shop"))
    assert refused.exit_code == 125
    assert f"docker: Error response from daemon: {MISSING}/data/shop\n" in refused.stderr
    assert host.sh(f"mkdir -p /data/shop; {RUN.format('/data/shop')}").ok
    assert host.sh(RUN.format("/data")).ok  # it is above one
    assert host.sh(RUN.format("/data/shop/")).ok
    assert not host.sh(RUN.format("/data/sho")).ok
    assert not host.sh(f"rmdir /data/shop; {RUN.format('/data/shop')}").ok


def test_every_host_has_the_socket_of_its_engine_and_the_usual_folders() -> None:
    host = Lab().host("node1")
    for path in ("/var/run/docker.sock", "/etc/localtime", "/tmp", "/", "/var/lib/docker/volumes/.."):
        assert host.sh(RUN.format(path)).ok, path


def test_the_short_form_makes_what_is_missing() -> None:
    host = Lab().host("node1")
    assert host.sh("docker run --rm -v /made/here:/x busybox true").ok
    assert host.sh(RUN.format("/made/here")).ok


def test_a_task_is_rejected_where_the_folder_is_missing_and_runs_where_somebody_made_it() -> None:
    lab = Lab()
    manager = lab.host("swarm-manage")
    lab.host("node2").sh("mkdir -p /srv/pages")  # and no docker command there
    manager.sh("docker service create --detach --name web --mount type=bind,src=/srv/pages,dst=/pages httpd:2.4")
    lab.advance("60s")
    listed = manager.sh("docker service ps --no-trunc --format '{{.Node}} {{.CurrentState}} {{.Error}}' web").stdout
    rejected = [line for line in listed.splitlines() if "Rejected" in line]
    assert all(f"{MISSING}/srv/pages" in line and "node2" not in line for line in rejected)
    assert "node2 Running" in listed


def test_a_folder_is_still_there_in_a_copy_and_after_the_kernel_has_died() -> None:
    lab = Lab(name="binds")
    lab.host("node1").sh("mkdir -p /srv/pages; echo hello > /srv/pages/a")
    for again in (lab.fork(), Lab.open("binds")):
        host = again.host("node1")
        assert host.sh("ls /srv; cat /srv/pages/a").stdout == "pages\nhello\n"
        assert host.sh(RUN.format("/srv/pages")).ok
