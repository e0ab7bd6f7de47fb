"""HAProxy's configuration: its complaints, and which backend gets a request."""

import pytest

from swarmlab.core.network.servers import haproxy, haproxycfg
from swarmlab.core.units import SECOND


def alert(line: int, text: str) -> str:
    return f"[ALERT]    (1) : config : parsing [{haproxycfg.FILE}:{line}] : {text}\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("bind *:80\n", alert(1, "unknown keyword 'bind' out of section.")),
        ("frontend a\n  bnid *:80\n", alert(2, "unknown keyword 'bnid' in 'frontend' section")),
        ("backend b\n  balance fair\n", alert(2, "'balance' : unknown algorithm 'fair'")),
        ("frontend\n", alert(1, "'frontend' expects an <id> argument")),
        ("listen a\n  bind *:80\n  server s 10.0.0.1\n", alert(3, "'server s' : missing port number in '10.0.0.1'.")),
        ("listen a\n  bind *:80\n  server s h:80 chek\n", alert(3, "'server s' : unknown keyword 'chek'.")),
        (
            "frontend a\n  bind *:80\n  default_backend b\n",
            "[ALERT]    (1) : config : Proxy 'a': unable to find required default_backend: 'b'.\n",
        ),
    ],
)
def test_a_wrong_configuration_is_refused_in_its_own_words(text: str, words: str) -> None:
    with pytest.raises(haproxycfg.ConfigError) as caught:
        haproxycfg.load(text.encode())
    assert str(caught.value).startswith(words)


def test_a_rule_that_holds_sends_a_request_to_another_backend() -> None:
    config = haproxycfg.load(
        b"defaults\n mode http\nfrontend f\n bind *:80\n acl api path_beg /api /v1\n acl shop hdr(host) -i shop.org\n"
        b" use_backend b if api\n use_backend c unless shop\n default_backend d\nbackend b\nbackend c\nbackend d\n"
    )
    front = config.proxies[0]

    def chosen(path: str, host: str) -> str:
        found = haproxy.backend_of(config, front, path, host)
        return found.name if found else ""

    assert [chosen("/api/x", "shop.org"), chosen("/x", "other.org"), chosen("/x", "shop.org:80")] == ["b", "c", "d"]


def test_times_without_a_unit_are_milliseconds() -> None:
    times = [haproxycfg.duration(text) for text in ("5000", "2s", "1m", "nonsense")]
    assert times == [5 * SECOND, 2 * SECOND, 60 * SECOND, 0]
