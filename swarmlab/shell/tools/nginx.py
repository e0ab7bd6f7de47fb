"""``nginx`` typed in its container: ``-t`` tests the configuration, ``-s reload`` has it read again."""

from swarmlab.core.network.dataplane import DataPlane
from swarmlab.core.network.servers import nginxconf
from swarmlab.shell.call import Call


def nginx(call: Call) -> int:
    """Test or reload the configuration, or say the version."""
    words = call.argv
    if words[:1] == ["-v"]:
        call.err(f"nginx version: nginx/{call.env.get('NGINX_VERSION', '1.29.3')}\n")
        return 0
    if words[:1] in (["-t"], ["-T"]) or words == ["-s", "reload"]:
        call.flush_files()
        wrong = call.access.ask(lambda net: _mistake(net, call))
        if wrong:
            call.err(f"nginx: [emerg] {wrong}\n")
            if words[0] != "-s":
                call.err(f"nginx: configuration file {nginxconf.MAIN} test failed\n")
            return 1
    if words[:1] in (["-t"], ["-T"]):
        call.err(f"nginx: the configuration file {nginxconf.MAIN} syntax is ok\n")
        call.err(f"nginx: configuration file {nginxconf.MAIN} test is successful\n")
        return 0
    if words == ["-s", "reload"]:
        call.access.apply({"op": "reload", "host": call.place.host, "container": call.place.container_id})
        call.sleep(0.1)
        return 0
    if words[:1] == ["-s"]:
        return call.fail(f'invalid option: "-s {" ".join(words[1:])}"')
    call.sleep(2.5)  # five attempts to listen, half a second apart
    call.err("nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)\n")
    call.err("nginx: [emerg] still could not bind()\n")
    return 1


def _mistake(net: DataPlane, call: Call) -> str:
    """Return what is wrong with the configuration in the container, "" if nothing is."""
    try:
        config = nginxconf.load(lambda path: net.file(call.place, path), net.file_names(call.place))
    except nginxconf.ConfigError as error:
        return str(error)
    for name, where in config.hosts:
        if not net.look_up(call.place, name).values and not name.replace(".", "").isdigit():
            return f'host not found in upstream "{name}" in {where}'
    return ""
