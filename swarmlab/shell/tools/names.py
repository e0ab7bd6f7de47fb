"""``nslookup``, ``dig``, ``getent`` and ``hostname``: what a name means.

busybox networking/nslookup.c (1.29 and newer), bind's nslookup on hosts, glibc's getent.
"""

from zlib import crc32

from swarmlab.core.network.links import is_address
from swarmlab.core.network.trace import Answer
from swarmlab.shell.call import BUSYBOX, HOST, Call, UsageError
from swarmlab.shell.tools.clock import moment
from swarmlab.shell.tools.options import Missing, Unknown, parse


def nslookup(call: Call) -> int:
    """Ask the name server, and only that: /etc/hosts does not count."""
    qtype, args = "", []
    for word in call.argv:
        name, _, value = word.lstrip("-").partition("=")
        if word.startswith("-"):
            if name in ("type", "querytype", "q") and value:
                qtype = value.upper()
        else:
            args.append(word)
    if not args:
        raise UsageError("Usage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]\n")
    name = args[0]
    reverse = is_address(name)
    asked = ".".join(reversed(name.split("."))) + ".in-addr.arpa" if reverse else name
    types = ["PTR"] if reverse else [qtype] if qtype else ["A", "AAAA"]
    server = args[1] if len(args) > 1 else ""
    if server and not is_address(server):
        server = next(iter(call.addresses_of(server)), "")
        if not server:
            return call.fail(
                f"can't resolve '{args[1]}'" if call.dialect != HOST else f"couldn't get address for '{args[1]}'"
            )
    answers = [call.resolve(asked, one, server) for one in types]
    if answers[0].status == "TIMEOUT":
        return _silence(call, answers[0])
    return _bind(call, asked, answers) if call.dialect == HOST else _busybox(call, asked, answers)


def _silence(call: Call, answer: Answer) -> int:
    """Nobody answers: say so after five seconds, on hosts after three times as many."""
    if call.dialect == HOST:
        for _ in range(3):
            call.sleep(5)
            call.out(f";; communications error to {answer.server}#53: timed out\n")
        call.out(";; no servers could be reached\n\n")
        return 1
    call.sleep(5)
    call.out(";; connection timed out; no servers could be reached\n\n")
    return 1


def _records(asked: str, answer: Answer, tab: str) -> str:
    if answer.type == "PTR":
        return "".join(f"{asked}\tname = {value}{tab}\n" for value in answer.values)
    return "".join(f"Name:\t{asked}\nAddress: {value}\n" for value in answer.values)


def _busybox(call: Call, asked: str, answers: list[Answer]) -> int:
    call.out(f"Server:\t\t{answers[0].server}\nAddress:\t{answers[0].server}:53\n\n")
    status = 0
    for answer in answers:
        if answer.status == "NOERROR":
            call.out(f"Non-authoritative answer:\n{_records(asked, answer, '')}\n")
        else:
            call.out(f"** server can't find {asked}: {answer.status}\n\n")
            status = 1
    return status


def _bind(call: Call, asked: str, answers: list[Answer]) -> int:
    call.out(f"Server:\t\t{answers[0].server}\nAddress:\t{answers[0].server}#53\n\n")
    if answers[0].status != "NOERROR":
        call.out(f"** server can't find {asked}: {answers[0].status}\n\n")
        return 1
    body = "".join(_records(asked, answer, ".") for answer in answers)
    call.out(f"Non-authoritative answer:\n{body}\n" if body else f"*** Can't find {asked}: No answer\n\n")
    return 0


#: What dig shows unless told otherwise, in this order.
_SECTIONS = ("cmd", "comments", "question", "answer", "stats")


def dig(call: Call) -> int:
    """Ask the name server, dig's way: the whole answer, parts (``+noall +answer``), or values only (``+short``)."""
    words = [word for word in call.argv if not word.startswith(("+", "@", "-"))]
    types = [word for word in words if word.upper() in ("A", "AAAA", "PTR", "MX", "SRV", "TXT")]
    names = [word for word in words if word not in types]
    if "-x" in call.argv and names:
        name, qtype = ".".join(reversed(names[0].split("."))) + ".in-addr.arpa", "PTR"
    else:
        name, qtype = names[0] if names else ".", types[0].upper() if types else "A"
    server = next((word[1:] for word in call.argv if word.startswith("@")), "")
    answer = call.resolve(name, qtype, server)
    if answer.status == "TIMEOUT":
        _silence(call, answer)
        return 9
    end = "." if qtype == "PTR" else ""
    if "+short" in call.argv:
        call.out("".join(f"{value}{end}\n" for value in answer.values))
        return 0
    shows = _sections(call.argv)
    now = call.access.now
    if shows["cmd"]:
        call.out(f"\n; <<>> DiG 9.18.39 <<>> {' '.join(call.argv)}\n;; global options: +cmd\n")
    if shows["comments"]:
        number = crc32(f"{name} {now}".encode()) & 0xFFFF
        call.out(f";; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: {answer.status}, id: {number}\n")
        call.out(f";; flags: qr rd ra; QUERY: 1, ANSWER: {len(answer.values)}, AUTHORITY: 0, ADDITIONAL: 0\n\n")
    owner = name.rstrip(".") + "."
    heading, gap = ("", "") if not shows["comments"] else (";; {} SECTION:\n", "\n")
    if shows["question"]:
        call.out(heading.format("QUESTION") + f"{_column(';' + owner, 32)}IN\t{qtype}\n{gap}")
    if shows["answer"] and answer.values:
        lines = "".join(f"{_column(owner, 24)}600\tIN\t{qtype}\t{value}{end}\n" for value in answer.values)
        call.out(heading.format("ANSWER") + f"{lines}{gap}")
    if shows["stats"]:
        call.out(f";; Query time: 0 msec\n;; SERVER: {answer.server}#53({answer.server}) (UDP)\n")
        call.out(f";; WHEN: {moment(now).strftime('%a %b %d %H:%M:%S UTC %Y')}\n")
        call.out(f";; MSG SIZE  rcvd: {_size(owner, answer)}\n\n")
    return 0


def _sections(argv: list[str]) -> dict[str, bool]:
    shows = dict.fromkeys(_SECTIONS, True)
    for word in argv:
        name = word.removeprefix("+").removeprefix("no") if word.startswith("+") else ""
        wanted = not word.startswith("+no")
        if name == "all":
            shows = dict.fromkeys(_SECTIONS, wanted)
        elif name in shows:
            shows[name] = wanted
    return shows


def _column(text: str, width: int) -> str:
    """Return `text` and as many tabs as lead to column `width`, but one at least."""
    return text + "\t" * max(1, (width - len(text) + 7) // 8)


def _size(owner: str, answer: Answer) -> int:
    """Return how many bytes the answer has on the wire, where Docker's resolver compresses no names."""
    name = len(owner) + 1
    data = sum(len(value) + 2 if answer.type == "PTR" else 4 for value in answer.values)
    return 12 + name + 4 + len(answer.values) * (name + 10) + data


def getent(call: Call) -> int:
    """Print what the C library knows: ``getent hosts NAME``."""
    if call.argv[:1] not in (["hosts"], ["ahosts"], ["ahostsv4"]):
        if not call.argv:
            raise UsageError("Usage: getent [OPTION...] database [key ...]\n", 1)
        raise UsageError(f"Unknown database: {call.argv[0]}\n", 1)
    status = 0
    for name in call.argv[1:]:
        if is_address(name):
            answer = call.resolve(".".join(reversed(name.split("."))) + ".in-addr.arpa", "PTR")
            found = [(name, value) for value in answer.values]
        else:
            found = [(address, name) for address in call.addresses_of(name)]
        for address, known in found:
            if call.argv[0] == "hosts":
                call.out(f"{address:<15} {known}\n")
            else:
                call.out("".join(f"{address:<15} {kind:<6} {known if kind == 'STREAM' else ''}".rstrip() + "\n"
                                 for kind in ("STREAM", "DGRAM", "RAW")))  # fmt: skip
        if not found:
            status = 2
    return status


def hostname(call: Call) -> int:
    """Print the host's name, or its addresses."""
    try:
        options = parse(call.argv, "isfdIA", "", "ip-address short fqdn all-ip-addresses")
    except (Unknown, Missing) as error:
        if call.dialect == BUSYBOX:
            raise UsageError(f"hostname: unrecognized option: {error}\n") from None
        raise UsageError(f"hostname: invalid option -- '{str(error).lstrip('-')}'\n", 4) from None
    if options.args:
        return call.fail("sethostname: Operation not permitted" if call.place.container_id else "not in this lab")
    if options.has("I", "all-ip-addresses"):
        links = call.access.ask(lambda net: net.interfaces(call.place))
        call.out(" ".join(link.address for link in links if link.kind != "loopback") + " \n")
        return 0
    if options.has("i", "ip-address"):
        addresses = call.addresses_of(call.hostname)
        if not addresses:
            if call.dialect == BUSYBOX:
                return call.fail(f"{call.hostname}: Unknown host")
            return call.fail("Name or service not known")
        call.out(" ".join(addresses) + "\n")
        return 0
    call.out(call.hostname + "\n")
    return 0
