"""A loop inside the container; capitals in the answer."""


def attempt(lab):
    name = lab.dealt("7.3").facts
    node2 = lab.host("node2")
    node2.sh(
        "docker exec $(docker ps --quiet --filter name=util) sh -c "
        "'for n in alfa bravo charlie delta; do for i in 1 2 3; do wget -T 3 -q -O - $n || echo $n: no; done; done'"
    )
    return {"well": {name["limps"]: "Half", name["hangs"]: "NO", name["works"]: "Yes ", name["empty"]: "no"}}
