"""Twenty commands first, through different nodes; then one connection."""


def attempt(lab):
    for number in range(20):
        lab.host("node1").sh(f"curl -s 192.168.1.{11 + number % 3}:8080")
    lab.host("node2").sh("curl -s " + "192.168.1.11:8080 " * 20)
    return {}
