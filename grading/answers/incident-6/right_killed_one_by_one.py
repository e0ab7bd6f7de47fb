"""Whatever is made anew is made of the new version."""


def attempt(lab):
    for slot in (1, 2, 3, 4):
        for host in lab.hosts:
            lab.host(host).sh(f"docker kill $(docker ps -q -f name=shop.{slot}. -f ancestor=httpd:2.4.64)")
        lab.advance("20s")
    return {}
