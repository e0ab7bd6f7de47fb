"""What the tools print, to the letter, on hosts and in containers."""

import pytest

from swarmlab.core.units import MILLISECOND, SECOND
from swarmlab.shell.machine import TYPING
from tests.shell.conftest import Stage

HEAD = "Server:\t\t127.0.0.11\nAddress:\t127.0.0.11:53\n\n"
IT_WORKS = "<html><body><h1>It works!</h1></body></html>\n"

# --- curl -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        ("localhost:8099", 7, "Failed to connect to localhost port 8099 after 0 ms: Could not connect to server"),
        ("192.168.1.99", 7, "Failed to connect to 192.168.1.99 port 80 after 3074 ms: Could not connect to server"),
        ("10.0.1.2", 28, "Failed to connect to 10.0.1.2 port 80 after 134698 ms: Could not connect to server"),
        ("-m 3 10.0.1.2", 28, "Connection timed out after 3001 milliseconds"),
        (
            "--connect-timeout 3 10.0.1.2",
            28,
            "Failed to connect to 10.0.1.2 port 80 after 3000 ms: Timeout was reached",
        ),
        ("nosuch", 6, "Could not resolve host: nosuch"),
        ("my_web", 6, "Could not resolve host: my_web"),
        ("swarm-manage:2377", 52, "Empty reply from server"),
        ("-f localhost:8080/nosuch", 22, "The requested URL returned error: 404"),
    ],
)
def test_curl_says_what_went_wrong(shared: Stage, words: str, status: int, message: str) -> None:
    result = shared.on("node1", f"curl {words}")
    assert (result.stdout, result.stderr, result.exit_code) == ("", f"curl: ({status}) {message}\n", status)
    silent = shared.on("node1", f"curl -s {words}")
    assert (silent.text, silent.exit_code) == ("", status)
    assert shared.on("node1", f"curl -sS {words}").stderr == result.stderr


def test_waiting_takes_the_labs_time_and_no_other(stage: Stage) -> None:
    before = stage.lab.now
    stage.on("node1", "curl -m 3 10.0.1.2")
    assert stage.lab.now - before == 3 * SECOND + TYPING
    before = stage.lab.now
    stage.on("node1", "curl 192.168.1.99")
    assert stage.lab.now - before == 3074 * MILLISECOND + TYPING


def test_curl_prints_the_page_and_what_is_asked_for(shared: Stage) -> None:
    assert shared.on("node1", "curl 192.168.1.13:8080").stdout == IT_WORKS
    form = "-s -o /dev/null -w '%{http_code} %{remote_ip}\\n'"
    assert shared.on("node1", f"curl {form} node2:8080").stdout == "200 192.168.1.13\n"
    assert shared.on("node1", f"curl {form} node2:8080/nosuch").stdout == "404 192.168.1.13\n"
    assert shared.on("node1", f"curl {form} localhost:8099").stdout == "000 \n"
    assert "<h1>Not Found</h1>" in shared.on("node1", "curl -s localhost:8080/nosuch").stdout
    head = shared.on("node1", "curl -I localhost:8080").stdout.splitlines()
    assert head[0] == "HTTP/1.1 200 OK"
    assert "Content-Length: 45" in head


def test_curl_writes_files_and_keeps_connections_to_itself(shared: Stage) -> None:
    result = shared.on("node1", "curl -s -o page localhost:8080; cat page")
    assert result.stdout == IT_WORKS
    names = [
        line
        for line in shared.on("node1", "curl -s localhost:9090 localhost:9090/again").stdout.splitlines()
        if line.startswith("Hostname")
    ]
    assert len(names) == 2
    assert len(set(names)) == 1  # one connection
    loop = shared.on("node1", "for i in 1 2 3 4; do curl -s localhost:9090 | head -1; done").stdout.splitlines()
    assert len(set(loop)) == 2
    assert loop[:2] == loop[2:]


def test_curl_explains_itself_with_v(shared: Stage) -> None:
    lines = shared.on("node1", "curl -v 192.168.1.13:8080").stderr.splitlines()
    assert lines[:6] == [
        "*   Trying 192.168.1.13:8080...",
        "* Connected to 192.168.1.13 (192.168.1.13) port 8080",
        "* using HTTP/1.x",
        "> GET / HTTP/1.1",
        "> Host: 192.168.1.13:8080",
        "> User-Agent: curl/8.14.1",
    ]
    assert lines[-1] == "* Connection #0 to host 192.168.1.13 left intact"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--foo", "curl: option --foo: is unknown"),
        ("-m", "curl: option -m: requires parameter"),
        ("", "curl: (2) no URL specified"),
    ],
)
def test_curl_refuses_what_it_does_not_know(shared: Stage, words: str, message: str) -> None:
    result = shared.on("node1", f"curl {words}")
    hint = "curl: try 'curl --help' or 'curl --manual' for more information"
    assert (result.stderr, result.exit_code) == (f"{message}\n{hint}\n", 2)


# --- names ----------------------------------------------------------------------------------------------------------


def test_nslookup_prints_one_block_for_each_type(shared: Stage) -> None:
    result = shared.inside("nslookup my_web")
    block = "Non-authoritative answer:\nName:\tmy_web\nAddress: 10.0.1.2\n\n"
    assert (result.stdout, result.exit_code) == (f"{HEAD}{block}Non-authoritative answer:\n\n", 0)
    assert shared.inside("nslookup -type=A my_web").stdout == HEAD + block
    assert shared.inside("nslookup -type=AAAA my_web").stdout == f"{HEAD}Non-authoritative answer:\n\n"


def test_nslookup_of_tasks_lists_them_all(shared: Stage) -> None:
    lines = shared.inside("nslookup tasks.my_web").stdout.splitlines()
    assert lines.count("Name:\ttasks.my_web") == 3
    assert sorted(line for line in lines if line.startswith("Address: ")) == [
        f"Address: 10.0.1.{number}" for number in (3, 4, 5)
    ]


@pytest.mark.parametrize("name", ["nosuch", "my_web.1"])
def test_nslookup_of_nobody_fails(shared: Stage, name: str) -> None:
    result = shared.inside(f"nslookup {name}")
    block = f"** server can't find {name}: NXDOMAIN\n\n"
    assert (result.stdout, result.exit_code) == (HEAD + block + block, 1)


def test_nslookup_of_an_address_names_the_container(shared: Stage) -> None:
    text = shared.inside("nslookup 10.0.1.3").stdout
    assert text.startswith(HEAD + "Non-authoritative answer:\n3.1.0.10.in-addr.arpa\tname = my_web.1.")
    assert text.endswith(".my_net\n\n")


def test_a_host_asks_the_hosts_name_server(shared: Stage) -> None:
    result = shared.on("node1", "nslookup my_web")
    expected = "Server:\t\t192.168.1.1\nAddress:\t192.168.1.1#53\n\n** server can't find my_web: NXDOMAIN\n\n"
    assert (result.stdout, result.exit_code) == (expected, 1)


def test_getent_pads_addresses_and_says_nothing_of_nobody(shared: Stage) -> None:
    assert shared.inside("getent hosts my_web").stdout == "10.0.1.2        my_web\n"
    missing = shared.inside("getent hosts nosuch")
    assert (missing.text, missing.exit_code) == ("", 2)


def test_hostname_is_the_short_id_and_its_address_the_networks(shared: Stage) -> None:
    short = shared.machine.sh("docker ps -q -f name=util").stdout
    assert shared.inside("hostname").stdout == short
    address = shared.inside("hostname -i").stdout.strip()
    assert f"{address}\t{short.strip()}\n" in shared.inside("cat /etc/hosts").stdout
    assert shared.on("node1", "hostname").stdout == "node1\n"


# --- ping and wget --------------------------------------------------------------------------------------------------


def test_busybox_ping_shows_its_statistics(shared: Stage) -> None:
    lines = shared.inside("ping -c 2 my_web").stdout.splitlines()
    assert lines[0] == "PING my_web (10.0.1.2): 56 data bytes"
    assert [line.split(" time=")[0] for line in lines[1:3]] == [
        "64 bytes from 10.0.1.2: seq=0 ttl=64",
        "64 bytes from 10.0.1.2: seq=1 ttl=64",
    ]
    assert lines[3:6] == [
        "", "--- my_web ping statistics ---", "2 packets transmitted, 2 packets received, 0% packet loss",
    ]  # fmt: skip
    assert lines[6].startswith("round-trip min/avg/max = 0.")
    assert len(lines) == 7


def test_busybox_ping_to_nobody(shared: Stage) -> None:
    unknown = shared.inside("ping -c 1 nosuch")
    assert (unknown.stderr, unknown.exit_code) == ("ping: bad address 'nosuch'\n", 1)
    silent = shared.inside("ping -c 1 -W 1 10.0.1.99")
    assert silent.exit_code == 1
    assert silent.stdout.splitlines()[-1] == "1 packets transmitted, 0 packets received, 100% packet loss"


def test_iputils_ping_on_a_host(shared: Stage) -> None:
    lines = shared.on("node1", "ping -c 1 node2").stdout.splitlines()
    assert lines[0] == "PING node2 (192.168.1.13) 56(84) bytes of data."
    assert lines[1].startswith("64 bytes from node2 (192.168.1.13): icmp_seq=1 ttl=64 time=0.")
    assert lines[4] == "1 packets transmitted, 1 received, 0% packet loss, time 0ms"
    unknown = shared.on("node1", "ping -c 1 nosuch")
    assert (unknown.stderr, unknown.exit_code) == ("ping: nosuch: Name or service not known\n", 2)
    nobody = shared.on("node1", "ping -c 1 192.168.1.99")
    assert "From 192.168.1.12 icmp_seq=1 Destination Host Unreachable\n" in nobody.stdout
    assert nobody.exit_code == 1


def test_ping_without_a_count_ends_by_itself(shared: Stage) -> None:
    assert "10 packets transmitted" in shared.on("node1", "ping node2").stdout


def test_busybox_wget(shared: Stage) -> None:
    assert shared.inside("wget -qO- my_web").text == IT_WORKS
    told = shared.inside("wget -O- my_web")
    assert told.stdout == IT_WORKS
    assert told.stderr.splitlines() == [
        "Connecting to my_web (10.0.1.2:80)",
        "writing to stdout",
        "-                    100% |********************************|    45  0:00:00 ETA",
        "written to stdout",
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("nosuch", "wget: bad address 'nosuch'"),
        ("my_web:81", "wget: can't connect to remote host (10.0.1.2): Connection refused"),
        ("10.0.1.200", "wget: can't connect to remote host (10.0.1.200): No route to host"),
        ("-T 2 10.0.1.200", "wget: download timed out"),
        ("my_web/nosuch", "wget: server returned error: HTTP/1.1 404 Not Found"),
    ],
)
def test_busybox_wget_says_what_went_wrong(shared: Stage, words: str, message: str) -> None:
    result = shared.inside(f"wget -q {words}")
    assert (result.stderr, result.exit_code) == (message + "\n", 1)


def test_gnu_wget_on_a_host(shared: Stage) -> None:
    result = shared.on("node1", "cd /tmp; wget 192.168.1.13:8080; cat index.html; cd")
    assert (
        "Connecting to 192.168.1.13:8080... connected.\nHTTP request sent, awaiting response... 200 OK\n"
        in result.stderr
    )
    assert result.stdout == IT_WORKS
    refused = shared.on("node1", "wget 192.168.1.13:8099")
    assert refused.stderr.endswith("failed: Connection refused.\n")
    assert refused.exit_code == 4


# --- interfaces -----------------------------------------------------------------------------------------------------


def test_ip_a_in_a_container_is_busybox(shared: Stage) -> None:
    lines = shared.inside("ip a").stdout.splitlines()
    assert lines[:4] == [
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue qlen 1000",
        "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00",
        "    inet 127.0.0.1/8 scope host lo",
        "       valid_lft forever preferred_lft forever",
    ]
    address = shared.inside("hostname -i").stdout.strip()
    number = int(lines[4].split(":")[0])
    mac = ":".join(f"{int(part):02x}" for part in address.split("."))
    assert lines[4:8] == [
        f"{number}: eth0@if{number + 1}: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> mtu 1450 qdisc noqueue ",
        f"    link/ether 02:42:{mac} brd ff:ff:ff:ff:ff:ff",
        f"    inet {address}/24 brd 10.0.1.255 scope global eth0",
        "       valid_lft forever preferred_lft forever",
    ]
    assert lines[8].startswith(f"{number + 2}: eth1@if{number + 3}: <BROADCAST")
    assert len(lines) == 12
    assert shared.inside("ip addr show eth0").stdout.splitlines() == lines[4:8]


def test_ip_r_in_a_container_has_its_odd_spaces(shared: Stage) -> None:
    address = shared.inside("hostname -i").stdout.strip()
    lines = shared.inside("ip r").stdout.splitlines()
    assert lines[0] == "default via 172.18.0.1 dev eth1 "
    assert lines[1] == f"10.0.1.0/24 dev eth0 scope link  src {address} "


def test_ip_on_a_host_is_iproute2(shared: Stage) -> None:
    lines = shared.on("node1", "ip a").stdout.splitlines()
    assert (
        lines[4]
        == "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000"
    )
    assert lines[6] == "    inet 192.168.1.12/24 brd 192.168.1.255 scope global noprefixroute eth0"
    assert [line.split(": ")[1] for line in lines if line[0].isdigit()] == ["lo", "eth0", "docker0", "docker_gwbridge"]
    assert shared.on("node1", "ip r").stdout.startswith("default via 192.168.1.1 dev eth0 ")


def test_a_container_that_shares_a_network_shows_that_ones_interfaces(stage: Stage) -> None:
    own = stage.inside("ip a").stdout
    name = stage.machine.sh("docker ps --format '{{.Names}}' -f name=util").stdout.strip()
    guest = stage.machine.sh(f"docker run --rm --network container:{name} busybox ip a")
    assert guest.stdout == own


# --- firewalls, services, time --------------------------------------------------------------------------------------


def test_firewall_cmd_speaks_as_firewalld(stage: Stage) -> None:
    def cmd(words: str) -> tuple[str, str, int]:
        result = stage.on("node1", f"firewall-cmd {words}")
        return result.stdout, result.stderr, result.exit_code

    assert cmd("--state") == ("running\n", "", 0)
    assert cmd("--add-port=7946/tcp") == ("success\n", "Warning: ALREADY_ENABLED: '7946:tcp' already in 'public'\n", 0)
    assert cmd("--list-ports") == ("2377/tcp 4789/udp 7946/tcp 7946/udp\n", "", 0)
    assert cmd("--remove-port=7946/udp") == ("success\n", "", 0)
    assert cmd("--list-ports") == ("2377/tcp 4789/udp 7946/tcp\n", "", 0)
    assert cmd("--query-port=7946/udp") == ("no\n", "", 1)
    assert cmd("--remove-port=7946/udp")[1] == "Warning: NOT_ENABLED: '7946:udp' not in 'public'\n"
    assert cmd("--reload") == ("success\n", "", 0)
    assert cmd("--query-port=7946/udp") == ("yes\n", "", 0)
    assert cmd("--permanent --add-port=8080/tcp") == ("success\n", "", 0)
    assert cmd("--query-port=8080/tcp")[0] == "no\n"
    assert cmd("--add-port=80")[2] == cmd("--add-port=99999/tcp")[2] == 102
    assert cmd("--add-port=80/abc")[2] == 103
    assert cmd("--nonsense")[2] == 2
    stage.on("node1", "systemctl stop firewalld")
    assert cmd("--list-ports") == ("", "FirewallD is not running\n", 252)


def test_a_closed_port_is_felt(stage: Stage) -> None:
    other = next(host for host in stage.lab.hosts if host != stage.home)
    assert stage.on(other, "firewall-cmd --remove-port=7946/tcp").exit_code == 0
    stage.lab.advance("6s")
    addresses = stage.inside("nslookup -type=A tasks.my_web").stdout.count("Address: ")
    assert addresses == 2
    rule = 'rule family="ipv4" port port="2377" protocol="tcp" reject'
    stage.on("swarm-manage", f"firewall-cmd --add-rich-rule='{rule}'")
    assert stage.on("node1", "curl swarm-manage:2377").exit_code == 7
    stage.on("swarm-manage", f"firewall-cmd --remove-rich-rule='{rule}'")
    assert stage.on("node1", "curl swarm-manage:2377").exit_code == 52


def test_systemctl_stops_and_starts_the_engine(stage: Stage) -> None:
    assert stage.on("node1", "systemctl is-active docker").stdout == "active\n"
    stage.on("node1", "systemctl stop docker")
    gone = stage.on("node1", "docker ps")
    assert gone.stderr == (
        "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n"
    )
    assert gone.exit_code == 1
    assert stage.on("node1", "systemctl is-active docker").exit_code == 3
    stage.on("node1", "systemctl start docker")
    assert stage.on("node1", "docker ps").exit_code == 0
    assert stage.on("node1", "systemctl start nginx").exit_code == 5


def test_date_and_sleep_are_the_labs(stage: Stage) -> None:
    before = stage.lab.now
    result = stage.on("node1", "date +%s; sleep 1m; date +%s; date")
    first, second, third = result.stdout.splitlines()
    assert int(first) == (before + TYPING) // SECOND
    assert int(second) == int(first) + 60
    assert third.startswith("Mon Mar  2 09:0")
    assert third.endswith(" UTC 2026")
    assert stage.on("node1", "sleep x").exit_code == 1


def test_files_are_listed_as_roots_with_the_labs_time(stage: Stage) -> None:
    result = stage.on("node1", "cd /tmp; touch first; sleep 2h; touch second; ls -l; ls; ls | cat; cd")
    lines = result.stdout.splitlines()
    assert lines[0] == "total 0"
    assert lines[1] == "-rw-r--r-- 1 root root 0 Mar  2 09:00 first"
    assert lines[2].startswith("-rw-r--r-- 1 root root 0 Mar  2 11:0")
    assert lines[3:] == ["first  second", "first", "second"]


def test_ps_in_a_container_shows_its_program(shared: Stage) -> None:
    lines = shared.inside("ps").stdout.splitlines()
    assert lines[:2] == ["PID   USER     TIME  COMMAND", "    1 root      0:00 sleep 1000000"]
