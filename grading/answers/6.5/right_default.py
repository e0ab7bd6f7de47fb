"""By a line for all servers, and a new container."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    node1 = lab.host("node1")
    node2 = lab.host("node2")
    manager.sh("sed -i 's/^backend nodes/backend nodes\\n  default-server check inter 1s/' haproxy.cfg")
    manager.sh(
        "docker rm --force balancer; docker run -d --name balancer -p 9000:80 "
        "-v /root/haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg haproxy:3.2"
    )
    node2.sh("systemctl stop docker")
    lab.advance("40s")
    node1.sh("for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do curl -s http://192.168.1.11:9000/; done")
    return {}
