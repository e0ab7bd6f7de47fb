"""PHP: what pages print, and what PHP says of those that fail."""

import pytest

from swarmlab.core.network.trace import HttpResult
from swarmlab.core.network.world import Place
from tests.core.network.scene import Scene

PAGE = "/var/www/html/index.php"


class Room:
    """A php-fpm on a network, and pages for it."""

    def __init__(self) -> None:
        self.scene = Scene()
        self.scene.network("app")
        self.scene.start("php", 1, "app", image="lnmp/php")
        self.scene.start("redis", 1, "app", image="redis")
        self.place: Place = self.scene.places("php")[0]

    def ask(self, page: str, path: str = "/") -> HttpResult:
        self.scene.net.write_files(self.place, {PAGE: page.encode()})
        connection = self.scene.net.connect(self.place, "127.0.0.1", 9000)
        return self.scene.net.request(connection, "GET", path, (("Host", "shop"),), script=PAGE)

    @property
    def log(self) -> str:
        container = self.scene.net.views.container(self.place)
        assert container is not None
        return "".join(line.data.decode() for line in container.log)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def room() -> Room:
    return Room()


@pytest.mark.parametrize(
    ("page", "printed"),
    [
        ("plain <b>text</b>\n", "plain <b>text</b>\n"),
        ("<?php echo 1 + 2 * 3, ' ', (1 + 2) * 3; ?>!", "7 9!"),
        ("<?php $n = 3; echo \"n is $n, {$n}th\\n\";", "n is 3, 3th\n"),
        ("<p><?= strtoupper('shop') ?></p>\n", "<p>SHOP</p>\n"),
        ("<?php $a = ['x' => 1, 'y' => 2]; $a['z'] = 3; foreach ($a as $k => $v) { echo \"$k=$v \"; }", "x=1 y=2 z=3 "),
        ("<?php $l = []; $l[] = 'a'; $l[] = 'b'; echo count($l) . implode(',', $l);", "2a,b"),
        ("<?php if (1 > 2) { echo 'a'; } elseif (2 == '2') { echo 'b'; } else { echo 'c'; }", "b"),
        ("<?php echo null ?? 'none', getenv('NOSUCH') ?: 'unset';", "noneunset"),
        ("<?php $i = 1; $i++; $i += 5; $s = 'a'; $s .= $i; echo $s; // all", "a7"),
        ("<?php echo json_encode(['a' => [1, 2], 'b' => true]);", '{"a":[1,2],"b":true}'),
        ("<?php echo htmlspecialchars('<&>');", "&lt;&amp;&gt;"),
        ("<?php echo \"{$_SERVER['REQUEST_METHOD']} $_GET[name]\";", "GET you"),
        ("<?php echo phpversion();", "8.5.0"),
        ("<?php try { throwing(); } catch (\\Throwable $e) { echo $e->getMessage(); }",
         "Call to undefined function throwing()"),
        ("<?php $r = new Redis(); try { $r->connect('nobody'); } catch (RedisException $e) { echo 'no redis'; }",
         "no redis"),
        ("<?php $r = new Redis(); $r->connect('redis'); $r->set('k', 'v'); echo $r->get('k'), !$r->get('x');",
         "v1"),
        ("<?php echo 'before'; exit('!'); echo 'after';", "before!"),
        ("<?php echo 2 ** 3;", None),
        ("<?php echo 9223372036854775807 + 1;", "9223372036854775808"),
        ("<?php echo 7 / 2, ' ', 6 / 2, ' ', 7 % 4;", "3.5 3 3"),
    ],
)  # fmt: skip
def test_what_a_page_prints(room: Room, page: str, printed: str | None) -> None:
    result = room.ask(page, "/?name=you")
    if printed is None:
        assert result.status == 500
        assert "PHP Parse error:  syntax error" in room.log
    else:
        assert (result.status, result.body.decode()) == (200, printed)


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<?php\necho 1\necho 2;", 'PHP Parse error:  syntax error, unexpected token "echo", expecting ";" in'),
        ("<?php\n\nnosuch();", "PHP Fatal error:  Uncaught Error: Call to undefined function nosuch() in"),
        ("<?php\n$x->go();", "Uncaught Error: Call to a member function go() on null in"),
        ("<?php\nnew Nosuch();", 'Uncaught Error: Class "Nosuch" not found in'),
        ("<?php\necho 1 / 0;", "Uncaught DivisionByZeroError: Division by zero in"),
        ("<?php\n$r = new Redis(); $r->connect('php', 6379);", "Uncaught RedisException: Connection refused in"),
        ("<?php\n$r = new Redis(); $r->get('x');", "Uncaught RedisException: Redis server went away in"),
        ("<?php\n" + "(" * 3000, "PHP Fatal error:  Maximum call stack size reached"),
        ("<?php\n$s = 'aaaaaaaaaaaaaaaa'; foreach ([" + "1," * 20 + "] as $x) { $s .= $s; }",
         "Uncaught Error: Allowed memory size of 134217728 bytes exhausted in"),
    ],
)  # fmt: skip
def test_a_page_that_fails_prints_nothing_and_is_told_in_the_log(room: Room, page: str, said: str) -> None:
    result = room.ask(page)
    assert (result.status, result.body) == (500, b"")
    assert said in room.log


def test_arrays_that_hold_each_other_again_and_again_end_the_page(room: Room) -> None:
    for made in ("[$a, $a]", "$a . $a", "[$a, [$a, 'x' => $a]]"):
        result = room.ask(
            "<?php\n$a = [1]; foreach ([" + "1," * 200 + f"] as $x) {{ $a = {made}; }} echo json_encode($a);"
        )
        assert result.status in (200, 500)
        assert len(result.body) < 1_000_000


def test_phps_own_image_has_no_client_of_redis() -> None:
    scene = Scene()
    scene.start("php", 1, image="php:fpm")
    place = scene.places("php")[0]
    scene.net.write_files(place, {PAGE: b"<?php new Redis();"})
    connection = scene.net.connect(place, "127.0.0.1", 9000)
    assert scene.net.request(connection, script=PAGE).status == 500
    assert scene.net.request(connection, script="/var/www/html/none.php").body == b"File not found.\n"
    assert scene.net.request(connection).result == "empty"  # it speaks no HTTP
