"""One connection, driven with bytes: what a client sends in, what it gets back."""

import itertools
import json
from http.client import HTTPResponse
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swarmlab.runtime.connection import BACKLOG, PORTION, Connection
from swarmlab.runtime.reader import MAX_BODY, MAX_HEAD
from swarmlab.wire import Later, Request, Response
from tests.runtime.engine import Engine, Flood, Pipe

DATE = b"Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
UPGRADE = b"Host: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
BAD = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request"


class Talk:
    """A connection with its engine, and what it has sent so far."""

    def __init__(self, handle=None) -> None:
        self.engine = Engine()
        self.connection = Connection(handle or self.engine.handle, clock=lambda: 0.0)
        self.pieces: list[bytes] = []

    def say(self, *pieces: bytes) -> bytes:
        """Send `pieces` and return all that comes back."""
        came = b""
        for piece in pieces:
            self.connection.receive(piece)
            came += self.listen()
        return came

    def listen(self) -> bytes:
        came = b""
        while data := self.connection.pump():
            self.pieces.append(data)
            came += data
        return came


@pytest.fixture
def talk() -> Talk:
    return Talk()


def get(path: str, *headers: str, method: str = "GET", body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: docker", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def parsed(raw: bytes, count: int, method: str = "GET") -> list[tuple[int, bytes]]:
    """Return status and body of `count` responses, read by Python's own client; nothing may be left over."""

    class Sock:
        def makefile(self, _mode: str) -> BytesIO:
            return file

    file = BytesIO(raw)
    file.close = lambda: None  # type: ignore[method-assign]
    answers = []
    for _ in range(count):
        response = HTTPResponse(Sock(), method=method)  # type: ignore[arg-type]
        response.begin()
        answers.append((response.status, response.read()))
    assert file.read() == b""
    return answers


def test_bytes_get_a_length_and_headers_stay_in_order(talk):
    assert talk.say(get("/_ping")) == (
        b"HTTP/1.1 200 OK\r\nApi-Version: 1.51\r\nOstype: linux\r\nServer: Docker/28.5.2 (linux)\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n" + DATE + b"Content-Length: 2\r\n\r\nOK"
    )
    assert not talk.connection.closed


def test_head_has_the_length_but_no_body(talk):
    raw = talk.say(get("/_ping", method="HEAD"))
    assert raw.endswith(b"Content-Length: 2\r\n\r\n")
    assert talk.say(get("/_ping")).endswith(b"OK")


def test_the_engines_own_length_is_kept():
    talk = Talk(lambda request: Response(200, (("Content-Length", "0"),)))
    assert talk.say(get("/_ping", method="HEAD")).count(b"Content-Length") == 1


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_content_has_neither_length_nor_body(talk, status):
    raw = talk.say(get(f"/nothing/{status}"))
    assert raw.startswith(b"HTTP/1.1 %d " % status)
    assert raw.endswith(DATE + b"\r\n")


def test_a_stream_is_sent_in_chunks_as_it_comes(talk):
    head = talk.say(get("/events"))
    assert head.endswith(DATE + b"Transfer-Encoding: chunked\r\n\r\n")
    assert talk.connection.waiting
    assert talk.listen() == b""
    talk.engine.tell(b'{"n":1}\n')
    assert talk.listen() == b'8\r\n{"n":1}\n\r\n'
    talk.engine.tell(None)
    assert talk.listen() == b"0\r\n\r\n"
    assert not talk.connection.waiting
    assert talk.say(get("/_ping")).endswith(b"OK")  # the connection lives on


def test_a_head_request_never_opens_a_stream(talk):
    raw = talk.say(get("/events", method="HEAD"))
    assert raw.endswith(DATE + b"\r\n")
    assert talk.engine.streams[0].closed
    assert not talk.connection.waiting


def test_requests_sent_ahead_are_answered_in_order(talk):
    raw = talk.say(get("/bytes/3") + get("/counted/2") + get("/nothing/204") + get("/_ping"))
    assert parsed(raw, 4) == [(200, b"yyy"), (200, b"0\n1\n"), (204, b""), (200, b"OK")]


def test_a_request_behind_an_open_stream_waits(talk):
    talk.say(get("/events") + get("/_ping"))
    assert [r.path for r in talk.engine.requests] == ["/events"]
    talk.engine.tell(None)
    assert talk.listen().endswith(b"OK")


def test_a_request_reaches_the_engine_decoded(talk):
    raw = talk.say(
        get(
            "/echo/a%2Fb%C3%A9?filters=%7B%22a%22%3Atrue%7D&all=1&empty=&plus=a+b",
            "X-Registry-Auth: Ab=",
            method="POST",
            body=b"\x00{}",
        )
    )
    method, path, query, headers, body = json.loads(parsed(raw, 1)[0][1])
    assert (method, path, body) == ("POST", "/echo/a/bé", "007b7d")
    assert query == [["filters", '{"a":true}'], ["all", "1"], ["empty", ""], ["plus", "a b"]]
    assert headers == [["host", "docker"], ["x-registry-auth", "Ab="], ["content-length", "3"]]


def test_a_chunked_request_body_is_put_together(talk):
    head = get("/echo", "Transfer-Encoding: chunked", method="POST")
    raw = talk.say(head, b"3\r\nabc\r\n", b"2\r\nde", b"\r\n0\r\n\r\n")
    assert bytes.fromhex(json.loads(parsed(raw, 1)[0][1])[4]) == b"abcde"


def test_a_proxys_form_of_target_is_understood(talk):
    assert json.loads(parsed(talk.say(get("http://docker/echo?a=1")), 1)[0][1])[1:3] == ["/echo", [["a", "1"]]]


def test_a_client_that_asks_first_is_told_to_continue(talk):
    head = b"POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    assert talk.say(head) == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert talk.say(b"h") == b""
    assert talk.say(b"i").startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_client_that_asks_before_chunks_is_told_to_continue_too(talk):
    head = b"POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert talk.say(head) == b"HTTP/1.1 100 Continue\r\n\r\n"


def test_a_client_that_asks_without_a_body_is_just_answered(talk):
    assert talk.say(get("/_ping", "Expect: 100-continue")).startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_client_may_ask_for_the_end(talk):
    raw = talk.say(get("/_ping", "Connection: close"))
    assert b"Connection: close\r\n" in raw
    assert talk.connection.closed
    assert talk.say(get("/_ping")) == b""


def test_an_old_client_gets_no_chunks_and_the_end(talk):
    raw = talk.say(b"GET /counted/2 HTTP/1.0\r\n\r\n")
    assert raw == b"HTTP/1.0 200 OK\r\nApi-Version: 1.51\r\nContent-Type: application/json\r\n" + DATE + b"\r\n0\n1\n"
    assert talk.connection.closed


def test_the_engine_may_end_the_connection():
    talk = Talk(lambda request: Response(200, (("Connection", "close"),)))
    assert talk.say(get("/")).count(b"Connection: close") == 1
    assert talk.connection.closed


def test_a_header_value_cannot_become_two_headers():
    talk = Talk(lambda request: Response(200, (("X-Name", "a\r\nSet-Cookie: b"),)))
    assert b"X-Name: a  Set-Cookie: b\r\n" in talk.say(get("/"))


# -- answers that take time ----------------------------------------------------------------------------------


def test_an_answer_that_is_not_ready_is_asked_for_again_and_holds_up_the_next(talk):
    assert talk.say(get("/containers/web/stop", method="POST") + get("/_ping")) == b""
    assert talk.connection.waiting
    assert talk.listen() == b""
    talk.engine.world.step()
    assert parsed(talk.listen(), 2) == [(204, b""), (200, b"OK")]
    assert not talk.connection.waiting
    assert [r.path for r in talk.engine.requests] == ["/containers/web/stop", "/_ping"]


def test_an_answer_that_comes_late_may_be_of_any_kind():
    answers = iter([None, Response(101, (), Pipe(b"x"), hijack=True)])
    talk = Talk(lambda request: Later(lambda: next(answers)))
    assert talk.say(get("/", method="POST")) == b""
    assert talk.listen() == b"HTTP/1.1 101 UPGRADED\r\n\r\nx"
    assert talk.pieces[0].endswith(b"\r\n\r\n")


def test_an_answer_that_fails_late_is_a_500(talk, caplog):
    talk = Talk(lambda request: Later(lambda: talk.engine.handle(Request("GET", "/broken"))))
    assert parsed(talk.say(get("/slow")), 1)[0][0] == 500
    assert not talk.connection.waiting
    assert "no answer to GET /slow" in caplog.text


def test_a_client_that_goes_does_not_wait_for_its_answer(talk):
    talk.say(get("/containers/web/stop", method="POST"))
    talk.connection.disconnect()
    assert not talk.connection.waiting


# -- hijacked connections ------------------------------------------------------------------------------------


def test_an_upgraded_connection_has_exactly_moby_s_headers(talk):
    raw = talk.say(b"POST /containers/tty/attach HTTP/1.1\r\n" + UPGRADE + b"\r\n")
    head = (
        b"HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.multiplexed-stream\r\n"
        b"Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
    )
    assert raw == head + b"attached\n"
    assert talk.pieces[0] == head  # alone, or docker-py would lose what follows


def test_without_upgrade_the_connection_is_taken_over_all_the_same(talk):
    raw = talk.say(get("/containers/tty/attach", method="POST"))
    assert raw == (b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.multiplexed-stream\r\n\r\nattached\n")


def test_bytes_behind_the_request_are_standard_input(talk):
    raw = talk.say(b"POST /containers/tty/attach HTTP/1.1\r\n" + UPGRADE + b"Content-Length: 2\r\n\r\n{}ls\n")
    assert raw.endswith(b"attached\nLS\n")
    assert talk.say(b"more") == b"MORE"
    assert talk.engine.streams[0].written == [b"ls\n", b"more"]


def test_standard_input_may_end_before_the_output(talk):
    talk.say(b"POST /containers/tty/attach HTTP/1.1\r\n" + UPGRADE + b"\r\n")
    shell = talk.engine.streams[0]
    shell.close_write = lambda: setattr(shell, "write_closed", True)  # type: ignore[method-assign]
    assert talk.say(b"") == b""
    assert shell.write_closed
    assert not talk.connection.closed
    shell.pieces += [b"late", None]
    assert talk.listen() == b"late"
    assert talk.connection.closed
    assert not shell.closed


def test_a_client_that_half_closes_at_once_is_still_heard(talk):
    talk.connection.receive(b"POST /containers/tty/attach HTTP/1.1\r\n" + UPGRADE + b"\r\nhi")
    talk.connection.receive(b"")
    assert talk.listen().endswith(b"attached\nHI")
    assert talk.connection.closed


def test_a_refused_attach_of_old_engines_is_raw_text():
    talk = Talk(lambda r: Response(404, (("Content-Type", "application/vnd.docker.raw-stream"),), b"No\r\n", True))
    assert talk.say(get("/containers/nope/attach", method="POST")) == (
        b"HTTP/1.1 404 Not Found\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\nNo\r\n"
    )
    assert talk.connection.closed


# -- clients that go -----------------------------------------------------------------------------------------


def test_a_client_that_has_gone_closes_its_stream(talk):
    talk.say(get("/events"))
    talk.connection.disconnect()
    assert talk.engine.streams[0].closed
    assert talk.connection.closed
    talk.connection.receive(b"x")
    assert talk.listen() == b""


def test_a_half_closed_stream_of_output_ends_like_with_net_http(talk):
    talk.connection.receive(get("/events"))
    talk.connection.receive(b"")
    assert talk.listen().endswith(b"0\r\n\r\n")
    assert talk.engine.streams[0].closed
    assert talk.connection.closed


def test_what_is_there_still_reaches_a_half_closed_client(talk):
    talk.connection.receive(get("/counted/3") + get("/_ping"))
    talk.connection.receive(b"")
    assert parsed(talk.listen(), 2) == [(200, b"0\n1\n2\n"), (200, b"OK")]
    assert talk.connection.closed


def test_an_idle_client_may_leave_without_a_word(talk):
    assert talk.say(b"") == b""
    assert talk.connection.closed


# -- what goes wrong -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (b"hello\r\n\r\n", b"400 Bad Request"),
        (b"\x16\x03\x01\x02\x00", b"400 Bad Request"),  # TLS
        (b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", b"400 Bad Request"),
        (b"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", b"400 Bad Request"),
        (b"GET nowhere HTTP/1.1\r\nHost: x\r\n\r\n", b"400 Bad Request"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nbroken\r\n\r\n", b"400 Bad Request"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400 Bad Request: missing required Host header"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", b"400 Bad Request"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", b"400 Bad Request"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"400 Bad Request"),
        (
            b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
            b"501 Not Implemented: Unsupported transfer encoding",
        ),
        (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", b"505 HTTP Version Not Supported: unsupported protocol version"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * MAX_HEAD + b"\r\n\r\n", b"431 Request Header Fields Too Large"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * (MAX_HEAD + 9), b"431 Request Header Fields Too Large"),
        (
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (MAX_BODY + 1),
            b"413 Request Entity Too Large",
        ),
    ],
)
def test_a_client_that_does_not_speak_http_hears_net_http_s_words(talk, raw, line):
    answer = talk.say(raw)
    assert answer == BAD.replace(b"400 Bad Request", line)
    assert talk.connection.closed
    assert talk.engine.requests == []


def test_a_request_cut_short_is_a_bad_request(talk):
    assert talk.say(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab", b"") == BAD


def test_a_chunked_body_without_end_is_refused(monkeypatch):
    monkeypatch.setattr("swarmlab.runtime.reader.MAX_BODY", 1000)
    talk = Talk()
    talk.say(get("/echo", "Transfer-Encoding: chunked", method="POST"))
    came = b"".join(talk.say(b"64\r\n" + b"x" * 100 + b"\r\n") for _ in range(20))
    assert came.startswith(b"HTTP/1.1 413 Request Entity Too Large\r\n")


def test_an_answer_before_a_fault_is_still_sent(talk):
    assert talk.say(get("/_ping") + b"hello\r\n\r\n").endswith(b"OK" + BAD)


def test_an_engine_that_fails_is_a_500_and_the_connection_survives(talk, caplog):
    (answer,) = parsed(talk.say(get("/broken")), 1)
    message = "swarmlab could not answer GET /broken: KeyError: 'spec'"
    assert answer == (500, json.dumps({"message": message}).encode() + b"\n")
    assert "KeyError" in caplog.text
    assert parsed(talk.say(get("/_ping")), 1) == [(200, b"OK")]


class Failing(Pipe):
    def read(self) -> bytes | None:
        if self.reads:
            raise OSError("gone")
        return super().read()

    def write(self, data: bytes) -> None:
        raise OSError("gone")

    def close(self) -> None:
        super().close()
        raise OSError("gone twice")


def test_a_stream_that_fails_ends_the_connection_without_the_last_chunk(caplog):
    stream = Failing(b"a")
    talk = Talk(lambda request: Response(200, (), stream))
    assert talk.say(get("/")).endswith(b"\r\n\r\n1\r\na\r\n")
    assert talk.connection.closed
    assert stream.closed
    assert "a stream broke" in caplog.text


def test_a_stream_that_cannot_take_input_ends_the_connection(caplog):
    talk = Talk(lambda request: Response(200, (), Failing(), hijack=True))
    talk.say(get("/"))
    talk.connection.receive(b"x")
    assert talk.connection.closed
    assert "a stream broke" in caplog.text


# -- pressure ------------------------------------------------------------------------------------------------


def test_a_stream_is_read_no_faster_than_it_is_sent():
    flood = Flood(10 << 20)
    connection = Connection(lambda request: Response(200, (), flood))
    connection.receive(get("/"))
    assert PORTION <= len(connection.pump()) < 2 * PORTION
    assert 10 * (1 << 20) - flood.left < 2 * PORTION


def test_requests_sent_ahead_are_answered_no_faster_than_they_are_read():
    asked: list[Request] = []

    def answer(request: Request) -> Response:
        asked.append(request)
        return Response(200, (), b"x" * PORTION)

    connection = Connection(answer)
    connection.receive(get("/") * 50)
    connection.pump()
    assert len(asked) == 1


def test_a_client_that_sends_ahead_of_a_stream_is_held_up(talk):
    talk.say(get("/events"))
    talk.connection.receive(b"x" * BACKLOG)
    assert talk.connection.full
    talk.engine.tell(None)
    talk.listen()
    assert not talk.connection.full


# -- however the bytes come ----------------------------------------------------------------------------------

REQUESTS = {
    "ping": get("/_ping"),
    "head": get("/_ping", method="HEAD"),
    "stream": get("/counted/3"),
    "body": get("/echo?a=%20b", "Content-Type: application/json", method="POST", body=b'{"Name":"web"}'),
    "chunked": get("/echo", "Transfer-Encoding: chunked", method="POST") + b"5\r\nhello\r\n1;x=y\r\n!\r\n0\r\n\r\n",
    "expect": get("/echo", "Expect: 100-continue", method="POST", body=b"later"),
    "broken": get("/broken"),
    "none": get("/nothing/204"),
    "last": get("/_ping", "Connection: close"),
    "old": b"GET /counted/2 HTTP/1.0\r\n\r\n",
    "bad": b"hello\r\n\r\n",
    "attach": b"POST /containers/tty/attach HTTP/1.1\r\n" + UPGRADE + b"\r\nls -l\n",
    "end": b"",
}


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(sorted(REQUESTS)), min_size=1, max_size=6),
    st.lists(st.integers(0, 1000), max_size=12),
    st.booleans(),
)
def test_any_split_of_the_bytes_gives_the_same_answers(names, cuts, half_close):
    raw = b"".join(REQUESTS[name] for name in names)
    cuts = sorted({0, len(raw), *(cut % (len(raw) + 1) for cut in cuts)})
    pieces = [raw[a:b] for a, b in itertools.pairwise(cuts)]
    whole, split, bytewise = Talk(), Talk(), Talk()
    end = [b""] if half_close else []
    expected = whole.say(*([raw] if raw else []), *end)
    assert split.say(*pieces, *end) == expected
    assert bytewise.say(*(raw[i : i + 1] for i in range(len(raw))), *end) == expected
    assert whole.connection.closed == split.connection.closed == bytewise.connection.closed
    assert whole.engine.requests == split.engine.requests == bytewise.engine.requests


@settings(deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=6))
def test_no_bytes_make_a_connection_raise(pieces):
    talk = Talk()
    talk.say(*pieces, b"")
    assert talk.connection.closed
