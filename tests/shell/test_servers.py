"""Balancers and web servers in a lab: nginx and haproxy with configurations of one's own, and bursts of requests."""

import re

import pytest

from tests.shell.servers import Shop

NGINX = "/etc/nginx/conf.d/default.conf"
HAPROXY = "/usr/local/etc/haproxy/haproxy.cfg"
FRONT = """global
    daemon
defaults
    mode http
    timeout connect 2s   # per attempt
frontend http_front
    bind *:80
    stats uri /haproxy?stats
    default_backend http_back
backend http_back
    balance roundrobin
"""
NODES = """    server swarm-manage 192.168.1.11:8080 check
    server node1 192.168.1.12:8080 check
    server node2 192.168.1.13:8080 check
"""


# --- nginx ------------------------------------------------------------------------------------------------------


def proxied(config: str) -> Shop:
    """Two containers called api, and an nginx on port 8080 whose configuration is `config`."""
    shop = Shop()
    shop.service("api", "whoami", "--replicas 2")
    shop.service("front", "nginx", "-p 8080:80", config=(NGINX, config))
    return shop


def test_nginx_passes_requests_on_by_the_name_of_a_service() -> None:
    shop = proxied("server { listen 80; location / { proxy_pass http://api; } }")
    assert len(set(shop.who(4))) == 2
    _, body = shop.get("/x?y=1")
    assert "GET /x?y=1 HTTP/1.1" in body
    assert "Host: api" in body


def test_a_path_after_the_host_replaces_what_the_location_matched() -> None:
    shop = proxied("server { location /v1/ { proxy_pass http://api/; } }")
    assert "GET /users HTTP/1.1" in shop.get("/v1/users")[1]
    assert shop.get("/v2/users")[0] == 404


def test_a_name_that_nobody_knows_keeps_nginx_from_starting_until_somebody_has_it() -> None:
    shop = Shop()
    shop.service("front", "nginx", "-p 8080:80", config=(NGINX, "server {\n location / { proxy_pass http://late; }\n}"))
    assert f'nginx: [emerg] host not found in upstream "late" in {NGINX}:2' in shop.logs("front")
    assert "Failed" in shop.type("docker service ps front")
    shop.service("late", "whoami")
    assert shop.get()[0] == 200


def test_a_mistake_in_a_configuration_is_in_the_log_of_the_failed_task() -> None:
    shop = Shop()
    shop.service("front", "nginx", config=(NGINX, "server {\n lisen 80;\n}"))
    assert f'nginx: [emerg] unknown directive "lisen" in {NGINX}:2' in shop.logs("front")


def test_nginx_keeps_the_addresses_that_it_found_when_it_started() -> None:
    shop = proxied("server { location / { proxy_pass http://tasks.api; } }")
    assert shop.get()[0] == 200
    shop.type("docker service update --force -d api")
    shop.wait("60s")
    assert shop.get()[0] in (502, 504)  # the new tasks have other addresses
    assert re.search(r"\[error\] .* while connecting to upstream, client: 10\.0\.0\.", shop.logs("front"))
    shop.type("docker service update --force -d front")
    shop.wait("20s")
    assert shop.get()[0] == 200


def test_a_group_of_servers_takes_turns_and_skips_who_refuses() -> None:
    shop = proxied("upstream two { server api:80; server api:81; } server { location / { proxy_pass http://two; } }")
    assert {shop.get()[0] for _ in range(4)} == {200}


def test_a_page_of_ones_own_takes_the_place_of_the_welcome() -> None:
    shop = Shop()
    shop.service("web", "nginx", "-p 8080:80", config=("/usr/share/nginx/html/index.html", "<h1>mine</h1>"))
    assert shop.get() == (200, "<h1>mine</h1>\n")
    assert shop.get("/nosuch")[0] == 404


def test_the_images_that_say_who_answers_show_how_a_service_is_balanced() -> None:
    shop = Shop()
    shop.service("hello", "nginxdemos/hello:plain-text", "--replicas 3 -p 8080:80")
    shop.service("traefik", "traefik/whoami", "--replicas 3 -p 8081:80")
    shop.service("jwilder", "jwilder/whoami", "--replicas 3 -p 8082:8000")
    for port, pattern in ((8080, r"Server name: (\w+)"), (8081, r"Hostname: (\w+)"), (8082, r"I'm (\w+)")):
        names = [re.findall(pattern, shop.get(port=port)[1])[0] for _ in range(6)]
        assert len(set(names)) == 3
        assert names[:3] == names[3:]


# --- haproxy ----------------------------------------------------------------------------------------------------


@pytest.fixture
def shop() -> Shop:
    return balanced(FRONT + NODES)


def balanced(config: str) -> Shop:
    """A published service of three tasks, and a haproxy in front of the nodes, on port 8000 of node1 alone."""
    shop = Shop()
    shop.service("web", "whoami", "--replicas 3 -p 8080:80")
    here = "--constraint node.hostname==node1 -p mode=host,published=8000,target=80"
    shop.service("lb", "haproxy", here, config=(HAPROXY, config))
    return shop


def members(shop: Shop) -> dict[str, str]:
    """The state of each server, from the statistics."""
    _, table = shop.get("/haproxy?stats;csv", 8000)
    return {line.split(",")[1]: line.split(",")[2] for line in table.splitlines()[1:]}


def test_without_a_configuration_haproxy_ends_at_once() -> None:
    shop = Shop()
    shop.service("lb", "haproxy")
    assert f"[ALERT]    (1) : Cannot open configuration file/directory {HAPROXY} : No such file" in shop.logs("lb")


def test_a_server_whose_name_nobody_knows_keeps_haproxy_from_starting() -> None:
    shop = Shop()
    shop.service("lb", "haproxy", config=(HAPROXY, FRONT + "    server s nobody:80\n"))
    assert f"[{HAPROXY}:12] : 'server http_back/s' : could not resolve address 'nobody'." in shop.logs("lb")


def test_servers_take_turns_and_the_mesh_behind_them_has_turns_of_its_own(shop: Shop) -> None:
    assert set(shop.who(9, 8000)) == set(shop.who(3))
    _, table = shop.get("/haproxy?stats;csv", 8000)
    assert [line.split(",")[3] for line in table.splitlines()[1:]] == ["3", "3", "3"]


def test_the_container_sees_an_entry_node_and_forwardfor_tells_the_client() -> None:
    shop = balanced(FRONT + "    option forwardfor\n" + NODES)
    _, body = shop.get(port=8000)
    assert "X-Forwarded-For: 192.168.1.11" in body
    assert "RemoteAddr: 10.0.0." in body


def test_a_check_takes_a_lost_node_out_after_three_failures_and_back_after_two_successes(shop: Shop) -> None:
    shop.lab.faults.cut("node2")
    shop.wait("3s")
    assert members(shop)["node2"] == "UP"
    shop.wait("4s")
    assert members(shop) == {"swarm-manage": "UP", "node1": "UP", "node2": "DOWN"}
    said = "Server http_back/node2 is DOWN, reason: Layer4 timeout, check duration: 2000ms. 2 active"
    assert said in shop.type("docker logs $(docker ps -q --filter name=lb) 2>&1", "node1")
    shop.wait("20s")
    assert {shop.get(port=8000)[0] for _ in range(6)} == {200}
    shop.lab.faults.mend("node2")
    shop.wait("6s")
    assert members(shop)["node2"] == "UP"


def test_what_is_said_of_all_servers_goes_for_each_of_them() -> None:
    shop = balanced(FRONT + "    default-server check inter 1s\n" + NODES.replace(" check", ""))
    shop.lab.faults.stop_engine("node2")
    shop.wait("10s")
    assert members(shop) == {"swarm-manage": "UP", "node1": "UP", "node2": "DOWN"}


def test_a_drained_node_stays_up_for_haproxy(shop: Shop) -> None:
    shop.type("docker node update --availability drain node2")
    shop.wait("30s")
    assert members(shop)["node2"] == "UP"
    assert {shop.get(port=8000)[0] for _ in range(6)} == {200}


def test_without_tasks_all_nodes_are_down_together_and_the_answer_is_503(shop: Shop) -> None:
    shop.type("docker service scale -d web=0")
    shop.wait("40s")
    assert set(members(shop).values()) == {"DOWN"}
    text = "503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>\n"
    assert shop.get(port=8000) == (503, "<html><body><h1>" + text)


def test_without_checks_a_dead_server_is_tried_until_redispatch_finds_another() -> None:
    dead = "    server dead 192.168.1.99:8080\n    server node1 192.168.1.12:8080\n"
    plain = balanced(FRONT + dead)
    assert sorted(plain.get(port=8000)[0] for _ in range(2)) == [200, 503]
    again = balanced(FRONT + "    option redispatch\n" + dead)
    assert {again.get(port=8000)[0] for _ in range(2)} == {200}


def test_in_mode_tcp_it_passes_bytes_on_and_closes_when_there_is_nobody() -> None:
    shop = balanced(FRONT.replace("mode http", "mode tcp").replace("    stats uri /haproxy?stats\n", "") + NODES)
    assert len(set(shop.who(6, 8000))) == 3
    shop.type("docker service scale -d web=0")
    shop.wait("40s")
    result = shop.lab.host("node1").sh("curl -s 192.168.1.12:8000")
    assert (result.exit_code, result.stdout) == (52, "")


def test_a_template_follows_the_tasks_of_a_service_as_they_come_and_go() -> None:
    shop = Shop()
    shop.service("web", "whoami", "--replicas 2")
    config = FRONT.replace("    balance", "    server-template web 5 tasks.web:80 check resolvers docker\n    balance")
    config += "resolvers docker\n    nameserver dns 127.0.0.11:53\n"
    shop.service("lb", "haproxy", "-p 8000:80", config=(HAPROXY, config))
    assert len(set(shop.who(6, 8000))) == 2
    shop.type("docker service scale -d web=4")
    shop.wait("15s")
    assert len(set(shop.who(8, 8000))) == 4
    shop.type("docker service scale -d web=1")
    shop.wait("15s")
    assert len(set(shop.who(4, 8000))) == 1
    assert set(members(shop).values()) == {"UP"}


def test_httpchk_judges_by_the_answer() -> None:
    shop = balanced(FRONT + "    option httpchk GET /\n" + NODES)
    assert "Layer7 check passed, code: 200" in shop.get("/haproxy?stats", 8000)[1]


def test_balancers_go_on_the_same_way_after_a_rewind(shop: Shop) -> None:
    shop.lab.faults.cut("node2")
    shop.lab.checkpoint("cut")
    first = [shop.who(5, 8000), members(shop)]
    shop.lab.rewind("cut")
    assert [shop.who(5, 8000), members(shop)] == first


def test_a_trace_goes_on_behind_the_balancer(shop: Shop) -> None:
    journey = shop.lab.trace("curl 192.168.1.12:8000", on="node2")
    assert [step.station for step in journey.steps].count("client") == 2
    assert [step.station for step in journey.steps][-2:] == ["answer", "answer"]
    assert journey.steps[-1].container.startswith("lb.1.")
    assert journey.steps[-2].container.startswith("web.")
    shop.type("docker service scale -d web=0")
    shop.wait("40s")
    failed = shop.lab.trace("curl 192.168.1.12:8000", on="node2")
    assert failed.failed is not None
    assert failed.symptom == "The client gets 503 Service Unavailable."


# --- ab ---------------------------------------------------------------------------------------------------------


def test_a_burst_of_ab_spreads_over_all_containers_and_tells_how_it_went() -> None:
    shop = Shop()
    shop.service("web", "httpd", "--replicas 3 -p 8080:80")
    text = shop.type("ab -n 300 -c 10 http://192.168.1.12:8080/")
    assert "Complete requests:      300\nFailed requests:        0\n" in text
    assert "Document Length:        45 bytes" in text
    assert "Server Software:        Apache/2.4.65" in text
    assert re.search(r"Requests per second: +\d+\.\d\d \[#/sec\] \(mean\)", text)
    logs = [shop.logs("web").count(f"web.{slot}.") for slot in (1, 2, 3)]
    assert max(logs) - min(logs) <= 1
    kept = shop.type("ab -k -n 300 -c 1 http://192.168.1.12:8080/")
    assert "Keep-Alive requests:    300" in kept
    after = [shop.logs("web").count(f"web.{slot}.") for slot in (1, 2, 3)]
    assert sorted(new - old for new, old in zip(after, logs, strict=True)) == [0, 0, 300]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ("http://192.168.1.12:9999/", 104, "apr_socket_recv: Connection refused (111)\n"),
        ("http://nobody/", 2, "ab: apr_sockaddr_info_get() for nobody: Name or service not known (670002)\n"),
        (
            "-n 1 -c 2 http://192.168.1.12/",
            22,
            "ab: Cannot use concurrency level greater than total number of requests\n",
        ),
        ("", 22, "ab: wrong number of arguments\nUsage: ab [options] [http[s]://]hostname[:port]/path\n"),
    ],
)
def test_ab_says_what_cannot_be(words: str, status: int, said: str) -> None:
    result = Shop().lab.host("node1").sh(f"ab {words}")
    assert (result.exit_code, result.stderr) == (status, said)


# --- files of the host ------------------------------------------------------------------------------------------


def test_a_file_of_the_host_is_a_servers_configuration_by_a_bind_mount() -> None:
    shop = Shop()
    shop.service("web", "whoami", "--replicas 2 -p 8080:80")
    shop.type(f"cat > haproxy.cfg <<'EOF'\n{FRONT}{NODES}EOF", "node1")
    shop.type(f"docker run -d --name lb -p 8000:80 -v /root/haproxy.cfg:{HAPROXY}:ro haproxy", "node1")
    shop.wait("5s")
    assert len(set(shop.who(8, 8000))) == 2


def test_a_folder_of_the_host_is_what_a_web_server_shows_and_changes_show_too() -> None:
    shop = Shop()
    shop.type("mkdir site; echo one > site/index.html", "node1")
    shop.type("docker run -d --name web -p 8080:80 -v /root/site:/usr/share/nginx/html nginx", "node1")
    shop.wait("2s")
    assert shop.get() == (200, "one\n")
    shop.type("echo two > site/index.html; docker ps -q", "node1")
    assert shop.get() == (200, "two\n")


def test_files_of_a_host_are_there_after_a_rewind_and_those_written_since_are_not() -> None:
    shop = Shop()
    shop.type("echo kept > a.txt; docker ps", "node1")
    shop.lab.checkpoint("here")
    shop.type("echo later > b.txt; rm a.txt; docker ps", "node1")
    shop.lab.rewind("here")
    assert shop.type("cat a.txt", "node1") == "kept\n"
    assert shop.lab.host("node1").sh("cat b.txt").exit_code == 1


@pytest.mark.parametrize(
    ("image", "check"),
    [
        ("-e MYSQL_ROOT_PASSWORD=x mysql", "mysqladmin ping -h localhost"),
        ("-e POSTGRES_PASSWORD=x postgres", "pg_isready -U postgres"),
        ("redis", "redis-cli ping"),
    ],
)
def test_a_database_is_healthy_when_its_own_client_says_so(image: str, check: str) -> None:
    shop = Shop()
    shop.type(f"docker run -d --name db --health-cmd '{check}' --health-interval 1s {image}", "node1")
    shop.wait("5s")
    assert "(healthy)" in shop.type("docker ps", "node1")
