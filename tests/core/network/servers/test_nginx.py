"""nginx's configuration: its grammar and its complaints, and the choice of a location."""

import pytest

from swarmlab.core.network.servers import nginxconf

DEFAULT = "/etc/nginx/conf.d/default.conf"


def load(text: str) -> nginxconf.Config:
    files = {nginxconf.MAIN: b"http { include /etc/nginx/conf.d/*.conf; }", DEFAULT: text.encode()}
    return nginxconf.load(files.get, files)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("server { lisen 80; }", f'unknown directive "lisen" in {DEFAULT}:1'),
        ("server {\n listen 80;\n}}", f'unexpected "}}" in {DEFAULT}:3'),
        ("server {\n listen 80\n}", f'unexpected "}}" in {DEFAULT}:3'),
        ("server {\n listen 80;\n", f'unexpected end of file, expecting "}}" in {DEFAULT}:3'),
        ("server { listen http; }", f'invalid port in "http" of the "listen" directive in {DEFAULT}:1'),
        ("server { include /etc/nginx/more.conf; }", 'open() "/etc/nginx/more.conf" failed'),
    ],
)
def test_a_wrong_configuration_is_refused_in_its_own_words(text: str, words: str) -> None:
    with pytest.raises(nginxconf.ConfigError) as caught:
        load(text)
    assert str(caught.value).startswith(words)


def test_the_exact_location_wins_then_a_pattern_then_the_longest_prefix() -> None:
    server = load(
        r"""server {
            location / { return 200 root; }
            location /api/ { return 200 api; }
            location ^~ /files/ { return 200 files; }
            location = /api/x { return 200 exact; }
            location ~ \.php$ { return 200 php; }
        }"""
    ).servers[0]
    paths = ("/", "/api/y", "/api/x", "/a.php", "/files/a.php")
    chosen = {path: server.location(path).first("return")[1] for path in paths}
    assert chosen == {"/": "root", "/api/y": "api", "/api/x": "exact", "/a.php": "php", "/files/a.php": "files"}


def test_quotes_comments_and_variables_in_braces_are_read_as_one_word() -> None:
    (server,) = load("server { # all\n location / { return 200 'a;{b} ${hostname}'; } }").servers
    assert server.location("/").first("return") == ("200", "a;{b} ${hostname}")
