"""The firewall is at fault; the answer in other signs."""

ASK = "for i in 1 2 3 4 5 6 7 8; do curl --silent --max-time 5 192.168.1.12:8080; done"


def attempt(lab):
    door = lab.dealt("10.6").facts["host"]
    node2 = lab.host("node2")
    lab.host(door).sh("firewall-cmd --permanent --add-port=4789/udp; firewall-cmd --add-port=4789/udp")
    node2.sh(ASK)
    return {"door": f"{door}: 4789/UDP"}
