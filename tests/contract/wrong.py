"""What people type and programs send that cannot be: command lines and requests, on a stage on which they must fail.

`record.py` keeps what a real engine answers to them, with the real docker; see ``data/``.
"""

from typing import NamedTuple

MANAGER, WORKER = "swarm-manage", "node1"

#: Typed at the manager before anything else, on the recorded engine and on the simulated one.  What a host answers
#: about `net` depends on whether a task there uses it, so the place of that task is not left to chance.
STAGE = (
    "docker network create -d overlay net",
    "docker network create mybridge",
    "docker service create -d --name web -p 8080:80 httpd",
    "docker service create -d --name inside --network net --constraint node.role==manager busybox sleep 100000",
    "docker service create -d --name everywhere --mode global httpd",
    "docker run -d --name box busybox sleep 1000000",
    "docker run --name over busybox true",
)

_AT_THE_MANAGER = """
nonsense
service nonsense
node nonsense
network nonsense
swarm nonsense
ps nonsense
service ls nonsense
--nonsense
-H
service ps
service ps nope
service ps --filter foo=bar web
service ps --filter desired-state=bogus web
service ps --filter node=nope web
service ps --format '{{.Nope}}' web
service inspect nope
service rm
service rm nope
service rm nope nope2
service scale nope=2
service scale web
service scale web=-1
service scale web=x
service scale everywhere=3
service ls --filter foo=bar
service ls --format '{{.Nope}}'
service ls --format '{{'
service logs
service logs nope
service rollback web
service rollback nope
service update
service update nope
service update web web
service update --name other web
service update -d --image UPPER web
service update -d --network-add nope web
service update -d --network-add mybridge web
service update -d --constraint-add bogus web
service update -d --replicas 2 everywhere
service update -d --rollback web
service update -d --publish-add 8080:81 inside
service update -d --publish-add bogus web
service update -d --label-add =x web
service update -d --reserve-memory 1k web
service update -d --update-order bogus web
service update -d --endpoint-mode bogus web
service update -d --args "'" web
service create
service create --bogus httpd
service create -z httpd
service create --replicas x httpd
service create --replicas -1 httpd
service create --update-delay 5 httpd
service create -p 99999:80 httpd
service create -p mode=foo,target=80 httpd
service create --limit-cpu x httpd
service create --mode bogus httpd
service create --mode global --replicas 2 httpd
service create -d --mode global-job --replicas 2 httpd
service create -d --name web httpd
service create -d --name a_b- httpd
service create -d --name a.b httpd
service create -d --name 'a b' httpd
service create -d --name xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx httpd
service create -d -p 8080:80 httpd
service create -d --name hosty -p mode=host,published=8080,target=80 httpd
service create -d -p 81:80 -p 81:81 httpd
service create -d --network nope httpd
service create -d --network ingress httpd
service create -d --network mybridge httpd
service create -d --constraint node.role=x httpd
service create -d --constraint a==b httpd
service create -d --constraint '' httpd
service create -d --placement-pref bogus httpd
service create -d --limit-memory 1m httpd
service create -d --limit-cpu 0.0001 httpd
service create -d --reserve-cpu -1 httpd
service create -d --restart-condition x httpd
service create -d --endpoint-mode dnsrr -p 90:80 httpd
service create -d --endpoint-mode bogus httpd
service create -d UPPER/Case
service create -d httpd:bad:tag
service create -d ''
service create -d --mount type=volume,source=a,target=/x --mount type=volume,source=b,target=/x httpd
service create -d --mount type=bogus,target=/x httpd
service create -d --secret nope httpd
service create -d --config nope httpd
service create -d --update-order bogus httpd
service create -d --update-failure-action bogus httpd
service create -d --update-max-failure-ratio 2 httpd
service create -d --ulimit nofile=20:10 httpd
service create -d --health-cmd x --no-healthcheck httpd
node update
node update nope
node update --availability bogus node1
node update --role bogus node1
node update --label-rm zz node1
node inspect
node inspect nope
node ls --filter foo=bar
node ls --filter role=bogus
node ls --filter membership=bogus
node rm
node rm nope
node rm node1
node demote swarm-manage
node demote nope
node promote
node promote nope
node ps nope
node ps --filter bogus=1
network inspect
network inspect nope
network rm bridge
network rm nope
network rm net
network create
network create a b
network create ''
network create host
network create -d overlay net
network create -d overlay --subnet bad n2
network create -d bogus n2
network create -d overlay --subnet 10.1.0.0/24 --gateway 10.2.0.1 n2
network create -d overlay --ingress n2
network create --subnet 10.0.0.0/33 n2
network connect nope box
network connect net box
network connect mybridge nope
network disconnect bridge nope
network disconnect mybridge box
network ls --filter foo=bar
network ls --filter type=bogus
swarm init
swarm join
swarm join --token x 192.168.1.11:2377
swarm leave
swarm join-token
swarm join-token bogus
swarm update --task-history-limit x
swarm update --cert-expiry 1m
swarm unlock </dev/null
swarm unlock-key nonsense
exec
exec box
exec nope ls
exec over ls
exec box nosuchcmd
exec -w /nope box ls
exec -u bogus box ls
exec --bogus box ls
stop
stop nope
stop -t x box
start nope
rm
rm nope
rm box
kill nope
kill over
kill -s BOGUS box
logs
logs nope
inspect
inspect nope
inspect --type bogus box
inspect --type service nope
inspect -f '{{.Nope}}' box
ps --filter foo=bar
ps --filter status=bogus
ps --format '{{.Nope}}'
ps -n x
images --filter foo=bar
image inspect nope
run
run --bogus busybox
run --rm nosuch:1 ls
run --rm busybox nosuchcmd
run --rm --network net busybox true
run --rm --network nope busybox true
run --rm --network container:nope busybox true
run --rm --network container:over busybox true
run --name box busybox true
run --name a/b busybox true
run --name x busybox true
run --rm -p 8080:80:1 busybox true
run --rm -w relative busybox true
run --rm --memory 1k busybox true
run --rm --cpus 1000 busybox true
run --rm --restart bogus busybox true
run --rm -e =x busybox true
run --rm UPPER true
run --rm busybox:bad:tag true
run --rm -u nosuchuser busybox true
run --rm --stop-signal BOGUS busybox true
pull
pull UPPER
pull nosuch
pull busybox:nope
events --since x --until 1
info --format '{{.Nope}}'
version --format '{{.Nope}}'
"""

_AT_A_WORKER = """
service ls
service ps web
service inspect web
service create httpd
service create -d --network net httpd
service update web
service scale web=2
service rm web
service logs web
service rollback web
node ls
node ps
node inspect self
node update --availability drain node1
node promote node1
node rm node2
network create -d overlay x
network inspect nope
swarm join-token worker
swarm update --task-history-limit 3
swarm init
swarm join --token x 192.168.1.11:2377
swarm unlock-key
inspect web
"""

#: (host, command line)
LINES = [(MANAGER, f"docker {line}") for line in _AT_THE_MANAGER.strip().splitlines()]
LINES += [(WORKER, f"docker {line}") for line in _AT_A_WORKER.strip().splitlines()]


class Ask(NamedTuple):
    """A request as bytes make it."""

    method: str
    target: str
    body: bytes | None = None
    content_type: str | None = "application/json"


def _filters(path: str, key: str) -> Ask:
    return Ask("GET", f"{path}?filters=%7B%22{key}%22:[%22x%22]%7D")


def _create(*bodies: str) -> list[Ask]:
    return [Ask("POST", "/v1.50/services/create", body.encode()) for body in bodies]


def _container(*bodies: str) -> list[Ask]:
    return [Ask("POST", "/v1.50/containers/create", body.encode()) for body in bodies]


def _posts(*pairs: tuple[str, str]) -> list[Ask]:
    return [Ask("POST", f"/v1.50{path}", body.encode()) for path, body in pairs]


_TASK = '"TaskTemplate":{"ContainerSpec":{"Image":"httpd"}}'
_WEB = "{" + _TASK + ',"Name":"web"}'

REQUESTS = [
    *(Ask(method, "/info") for method in ("DELETE", "PUT", "HEAD", "BREW")),
    *(Ask("GET", path) for path in ("/", "/nonsense", "/info/", "/v1.50", "/v1.50/", "/vx/info", "/v1.50/nonsense")),
    *(Ask("GET", f"/v{version}/services") for version in ("1.99", "1.12", "9", "1.", ".5")),
    Ask("POST", "/v1.50/services"),
    Ask("PATCH", "/v1.50/services/web"),
    *(Ask("POST", "/v1.50/services/create", b"{}", kind) for kind in (
        None, "", "text/plain", ";;;", "application/jsonx", "application/json; charset=x", "APPLICATION/JSON")),
    *_create(
        "", "null", "{}", "{bad", '"x"', "[]", "{} {}", "tru", '{"Name":"x', '{"Name":"x",}', "{'Name':1}", '{"a":01}',
        '{"a":NaN}', '{"Name":"a" "b"}', '{"Name" 1}', '{"a":.5}', '{"a":[1,]}', '{"a":[1', "[" * 20000,
        '{"Name":1}', '{"Name":{"a":1}}', '{"Labels":[]}', '{"Labels":{"a":1}}',
        '{"Mode":{"Replicated":{"Replicas":-1}}}', '{"Mode":{"Replicated":{"Replicas":1.5}}}',
        '{"TaskTemplate":{"ContainerSpec":{"Image":["x"]}}}', '{"name":"lower","tasktemplate":{"containerspec":'
        '{"image":"UPPER"}}}', '{"Name":"\\ud800",' + _TASK + "}", '{"Name":"a\\u0000b",' + _TASK + "}", _WEB,
        "{" + _TASK + ',"Mode":{"Replicated":{},"Global":{}}}', "{" + _TASK + ',"UpdateConfig":{"Order":"x"}}',
        "{" + _TASK + ',"UpdateConfig":{"FailureAction":"x"}}', "{" + _TASK + ',"EndpointSpec":{"Mode":"x"}}',
        "{" + _TASK + ',"EndpointSpec":{"Ports":[{"TargetPort":80,"PublishedPort":8080}]}}',
        "{" + _TASK + ',"Networks":[{"Target":"nope"}]}',
        '{"TaskTemplate":{"ContainerSpec":{}}}',
        '{"TaskTemplate":{"ContainerSpec":{"Image":"httpd"},"RestartPolicy":{"Condition":"x"}}}',
        '{"TaskTemplate":{"ContainerSpec":{"Image":"httpd"},"Runtime":"x"}}',
        '{"TaskTemplate":{"ContainerSpec":{"Image":"httpd"},"Networks":[{"Target":"nope"}]}}',
        '{"TaskTemplate":{"ContainerSpec":{"Image":"httpd"},"Networks":[{"Target":"bridge"}]}}',
        '{"TaskTemplate":{"ContainerSpec":{"Image":"httpd"},"Placement":{"Constraints":["x"]}}}',
        '{"TaskTemplate":{"ContainerSpec":{"Image":"httpd","Mounts":[{"Type":"x"}]}}}',
        '{"TaskTemplate":{"ContainerSpec":{"Image":"httpd","Secrets":[{"SecretID":"x","SecretName":"x"}]}}}',
        '{"TaskTemplate":{"ContainerSpec":{"Image":"httpd"},"Resources":{"Limits":{"MemoryBytes":1}}}}',
    ),
    *_posts(
        ("/services/web/update", "{}"), ("/services/web/update?version=x", "{}"),
        ("/services/web/update?version=1", "{}"), ("/services/nope/update?version=1", _WEB),
        ("/services/web/update?version=1", _WEB), ("/services/web/update?version=1", _WEB.replace("web", "other")),
        ("/services/web/update?version=1", _WEB[:-1] + ',"Mode":{"Global":{}}}'),
        ("/services/web/update?version=1&rollback=x", _WEB), ("/services/web/update?version=1&rollback=previous", _WEB),
        ("/services/web/update?version=1&registryAuthFrom=x", _WEB),
        ("/nodes/node1/update", "{}"), ("/nodes/node1/update?version=1", "{}"),
        ("/nodes/node1/update?version=1", '{"Role":"x"}'),
        ("/nodes/node1/update?version=1", '{"Role":"worker","Availability":"x"}'),
        ("/nodes/node1/update?version=1", '{"Role":"worker","Availability":"active"}'),
        ("/nodes/nope/update?version=1", "{}"),
        ("/swarm/init", "{}"), ("/swarm/join", "{}"), ("/swarm/update", "{}"), ("/swarm/update?version=x", "{}"),
        ("/swarm/update?version=1", "{}"), ("/swarm/update?version=1&rotateWorkerToken=x", "{}"),
        ("/swarm/unlock", '{"UnlockKey":"x"}'), ("/swarm/leave", ""),
        ("/secrets/create", "{}"), ("/secrets/create", '{"Name":"x"}'), ("/secrets/create", '{"Name":"x","Data":"!!"}'),
        ("/secrets/create", '{"Name":"x y","Data":"aGk="}'), ("/secrets/nope/update?version=1", "{}"),
        ("/configs/create", '{"Name":"x"}'), ("/configs/create", '{"Name":"x","Data":5}'),
        ("/networks/create", "{}"), ("/networks/create", '{"Name":"bridge"}'), ("/networks/create", '{"Name":5}'),
        ("/networks/create", '{"Name":"x","Driver":"bogus"}'),
        ("/networks/create", '{"Name":"net","Driver":"overlay"}'),
        ("/networks/create", '{"Name":"x","IPAM":{"Config":[{"Subnet":"bad"}]}}'),
        ("/networks/create", '{"Name":"x","IPAM":{"Config":[{"Subnet":"10.9.0.1/24"}]}}'),
        ("/networks/create", '{"Name":"x","IPAM":{"Config":[{"Subnet":"10.9.0.0/24","Gateway":"x"}]}}'),
        ("/networks/create", '{"Name":"x","IPAM":{"Config":{}}}'),
        ("/networks/create", '{"Name":"x","Driver":"overlay","Ingress":true}'),
        ("/networks/bridge/connect", '{"Container":"nope"}'), ("/networks/nope/connect", '{"Container":"box"}'),
        ("/networks/bridge/connect", '{"Container":"box"}'), ("/networks/host/connect", '{"Container":"box"}'),
        ("/networks/net/connect", '{"Container":"box"}'), ("/networks/net/disconnect", '{"Container":"box"}'),
        ("/networks/nope/disconnect", '{"Container":"box"}'),
        ("/containers/nope/exec", "{}"), ("/containers/nope/exec", '{"Cmd":"x"}'), ("/containers/box/exec", "{}"),
        ("/containers/over/exec", '{"Cmd":["x"]}'), ("/containers/box/exec", '{"Cmd":["id"],"User":"bogus"}'),
        ("/exec/nope/start", "{}"), ("/volumes/create", '{"Name":"a b"}'), ("/volumes/create", '{"Driver":"bogus"}'),
    ),
    *_container(
        "", "null", "{}", '{"Image":"nope"}', '{"Image":"UPPER"}', '{"Image":""}', '{"Image":5}',
        '{"Image":"busybox","Cmd":["true"],"StopSignal":"BOGUS"}', '{"Image":"busybox","WorkingDir":"rel"}',
        '{"Image":"busybox","HostConfig":{"Memory":1024}}',
        '{"Image":"busybox","HostConfig":{"NanoCpus":1000000000000}}',
        '{"Image":"busybox","HostConfig":{"RestartPolicy":{"Name":"bogus"}}}',
        '{"Image":"busybox","HostConfig":{"RestartPolicy":{"Name":"always"},"AutoRemove":true}}',
        '{"Image":"busybox","HostConfig":{"CpuShares":-1}}',
        '{"Image":"busybox","HostConfig":{"PortBindings":{"80/tcp":[{"HostPort":"x"}]}}}',
        '{"Image":"busybox","HostConfig":{"LogConfig":{"Type":"bogus"}}}', '{"Image":"busybox","Env":["=x"]}',
    ),
    Ask("POST", "/containers/create?name=a/b", b'{"Image":"busybox"}'),
    Ask("POST", "/containers/create?name=box", b'{"Image":"busybox"}'),
    *(Ask("POST", f"/containers/{rest}", content_type=None) for rest in (
        "nope/start", "nope/stop", "nope/kill", "nope/pause", "nope/restart", "nope/wait", "nope/rename?name=abc",
        "nope/attach?stream=1", "box/stop?t=x", "box/kill?signal=BOGUS", "over/kill", "over/kill?signal=x",
        "box/rename?name=over", "box/rename?name=x", "box/rename?name=", "box/rename?name=box", "box/unpause",
        "over/pause", "over/unpause", "box/start", "over/stop", "box/wait?condition=x", "box/resize?h=x&w=1",
        "over/resize?h=1&w=1")),
    *(Ask("POST", path, content_type=None) for path in (
        "/exec/nope/resize?h=1&w=1", "/exec/nope/resize?h=x&w=1", "/images/create?fromImage=UPPER")),
    *(Ask("DELETE", path, content_type=None) for path in (
        "/services/nope", "/nodes/nope", "/nodes/node1", "/secrets/nope", "/configs/nope", "/networks/nope",
        "/networks/bridge", "/networks/net", "/networks/ingress", "/containers/nope", "/containers/box", "/images/nope",
        "/images/busybox", "/volumes/nope")),
    *(Ask("GET", path, content_type=None) for path in (
        "/services/nope", "/services?filters=%7Bbad", "/services?filters=[]", "/services?filters=1",
        "/services?status=maybe", "/services/web?insertDefaults=maybe", "/services/web/logs",
        "/services/web/logs?stdout=1&tail=x", "/services/web/logs?stdout=1&since=x", "/services/nope/logs?stdout=1",
        "/tasks/nope", "/tasks/nope/logs?stdout=1", "/tasks?filters=%7B%22service%22:[%22nope%22]%7D",
        "/tasks?filters=%7B%22node%22:[%22nope%22]%7D", "/nodes/nope", "/nodes/self", "/secrets/nope", "/configs/nope",
        "/networks/nope", "/containers/nope/json", "/containers/nope/logs?stdout=1", "/containers/nope/top",
        "/containers/nope/stats", "/containers/over/top", "/containers/box/logs", "/containers/json?limit=x",
        "/containers/box/logs?stdout=1&since=x", "/exec/nope/json", "/images/nope/json", "/images/UPPER/json",
        "/images/nope/history", "/distribution/UPPER/json", "/volumes/nope", "/plugins/nope/json",
        "/events?since=20&until=10", "/events?since=x&until=1")),
    *(_filters(path, key) for path, key in (
        ("/services", "bogus"), ("/tasks", "desired-state"), ("/tasks", "up-to-date"), ("/nodes", "role"),
        ("/nodes", "membership"), ("/networks", "type"), ("/networks", "dangling"), ("/networks", "bogus"),
        ("/containers/json", "status"), ("/containers/json", "health"), ("/containers/json", "exited"),
        ("/containers/json", "is-task"), ("/containers/json", "before"), ("/containers/json", "bogus"),
        ("/images/json", "bogus"), ("/images/json", "dangling"), ("/volumes", "bogus"))),
]  # fmt: skip
