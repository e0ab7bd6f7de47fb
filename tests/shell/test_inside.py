"""What one finds inside containers: processes, sockets, interfaces, files, environment, and the machine below."""

import re

import pytest

from tests.shell.servers import Shop
from tests.shell.test_servers import NGINX


@pytest.fixture(scope="module")
def shop() -> Shop:
    shop = Shop()
    shop.type("echo hush | docker secret create pin -; echo colour=blue | docker config create look -")
    shop.service("web", "nginx", "-p 8080:80", "--secret pin --config source=look,target=/etc/look -e LEVEL=3")
    shop.service("util", "busybox sleep 1000000")
    shop.service("cache", "redis")
    shop.service("page", "httpd")
    return shop


def table(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_an_entrypoint_has_become_the_server_and_the_server_has_helpers(shop: Shop) -> None:
    rows = shop.inside("web.1", "ps aux").splitlines()[1:]
    found = [(row.split()[0], row.split()[1], row.split(None, 10)[10]) for row in rows]
    assert found[:3] == [
        ("root", "1", "nginx: master process nginx -g daemon off;"),
        ("nginx", "29", "nginx: worker process"),
        ("nginx", "30", "nginx: worker process"),
    ]
    assert table(shop.inside("cache.1", "ps -ef"))[1][-2:] == ["redis-server", "*:6379"]
    assert shop.inside("page.1", "ps aux").count("httpd -DFOREGROUND") == 4
    assert shop.inside("util.1", "cat /proc/1/cmdline") == "sleep\x001000000\x00"


def test_top_lists_the_same_processes_once_and_ends(shop: Shop) -> None:
    text = shop.inside("util.1", "top -bn1")
    assert [row[8:] for row in table(text)[4:]] == [["sleep", "1000000"], ["top", "-bn1"]]
    assert text.startswith("Mem: ")


def test_docker_top_and_ps_inside_agree(shop: Shop) -> None:
    from swarmlab.journey import find_place

    place = find_place(shop.lab.session.simulation, "web.1")
    shown = shop.lab.docker(place.host).containers.get(str(place.container_id)).top()
    commands = [row[-1] for row in shown["Processes"]]
    assert commands == ["nginx: master process nginx -g daemon off;", *["nginx: worker process"] * 2]


def test_netstat_shows_what_listens_and_the_engines_resolver(shop: Shop) -> None:
    rows = table(shop.inside("util.1", "netstat -tln"))[2:]
    assert [row[3].rpartition(":")[0] for row in rows] == ["127.0.0.11"]
    assert table(shop.inside("util.1", "netstat -uln"))[2][0] == "udp"


def test_a_host_listens_for_the_swarm_and_for_published_ports(shop: Shop) -> None:
    def ports(host: str, letters: str) -> dict[str, str]:
        lines = shop.type(f"ss -{letters}nlp", host).splitlines()[1:]
        return {line.split()[4].rpartition(":")[2]: line for line in lines}

    manager, worker = ports("swarm-manage", "t"), ports("node1", "t")
    assert set(manager) == {"22", "2377", "7946", "8080"}
    assert set(worker) == {"22", "7946", "8080"}
    assert 'users:(("dockerd"' in worker["8080"]
    assert set(ports("node1", "u")) == {"4789", "7946"}
    assert re.search(
        r"^tcp +0 +0 0\.0\.0\.0:8080 +0\.0\.0\.0:\* +LISTEN +988/dockerd$", shop.type("netstat -tlnp", "node1"), re.M
    )


def test_interfaces_and_routes_read_the_same_in_every_tool(shop: Shop) -> None:
    addresses = re.findall(r"inet ([\d.]+)/", shop.inside("util.1", "ip -4 address"))
    assert set(re.findall(r"inet addr:([\d.]+)", shop.inside("util.1", "ifconfig"))) == set(addresses)
    assert len(addresses) == 3
    assert shop.inside("util.1", "route -n").splitlines()[2].split()[1] == "172.18.0.1"
    brief = table(shop.type("ip -br address", "node1"))
    assert brief[1] == ["eth0", "UP", "192.168.1.12/24"]
    assert "inet 192.168.1.12  netmask 255.255.255.0  broadcast 192.168.1.255" in shop.type("ifconfig eth0", "node1")


def test_secrets_configs_and_the_environment_are_there(shop: Shop) -> None:
    assert shop.inside("web.1", "cat /run/secrets/pin /etc/look") == "hush\ncolour=blue\n"
    assert "LEVEL=3\n" in shop.inside("web.1", "env")
    assert "tmpfs on /run/secrets/pin type tmpfs (ro,relatime)" in _mounts(shop)


def _mounts(shop: Shop) -> str:
    shop.type("docker service create -d --name box --secret pin busybox sleep 100000")
    shop.wait("5s")
    return shop.inside("box.1", "mount")


def test_the_machine_below_is_the_hosts(shop: Shop) -> None:
    assert table(shop.inside("util.1", "df -h"))[1][0] == "overlay"
    assert table(shop.inside("util.1", "df"))[1][5] == "/"
    assert table(shop.inside("util.1", "free"))[1][1] == str(4 * 1024 * 1024)
    assert shop.type("df /").splitlines()[1].split()[3:5] == ["51818308", "16%"]
    shop.lab.faults.fill_disk("swarm-manage")
    assert shop.type("df").splitlines()[1].split()[3:5] == ["0", "100%"]
    shop.lab.faults.free_disk("swarm-manage")
    folders = set(shop.inside("util.1", "ls /").split())
    assert {"bin", "dev", "etc", "home", "proc", "root", "sys", "tmp", "usr", "var"} <= folders


def test_telnet_says_whether_a_port_answers(shop: Shop) -> None:
    assert shop.inside("util.1", "telnet web 80").startswith("Connected to web\n")
    assert shop.inside("util.1", "telnet web 81").endswith("Connection refused\n")
    assert shop.inside("util.1", "telnet nobody 80") == "telnet: bad address 'nobody'\n"


def test_output_that_goes_to_no_terminal_is_not_arranged_for_one(shop: Shop) -> None:
    assert shop.inside("util.1", "cd /; ls -d etc tmp") == "etc\ntmp\n"
    assert shop.inside("util.1", "cd /; ls -d etc tmp", tty=True) == "etc  tmp\n"


def test_nginx_tests_and_reloads_its_configuration() -> None:
    shop = Shop()
    shop.service("api", "whoami")
    shop.service("web", "nginx", "-p 8080:80")
    assert shop.inside("web.1", "nginx -t").endswith("test is successful\n")
    shop.inside("web.1", f"echo 'server {{ listen 80; location / {{ proxy_pass http://api; }} }}' > {NGINX}")
    assert "Welcome to nginx" in shop.get()[1]
    assert shop.inside("web.1", "nginx -s reload") == ""
    shop.wait("1s")
    assert shop.get()[1].startswith("Hostname: ")
    shop.inside("web.1", f"echo 'server {{ lisen 80; }}' > {NGINX}")
    wrong = f'nginx: [emerg] unknown directive "lisen" in {NGINX}:1\n'
    assert shop.inside("web.1", "nginx -t") == wrong + "nginx: configuration file /etc/nginx/nginx.conf test failed\n"
    assert shop.inside("web.1", "nginx -s reload") == wrong
    assert shop.get()[1].startswith("Hostname: ")  # what it had goes on
