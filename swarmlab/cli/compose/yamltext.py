"""YAML as Go reads and writes it: which words are numbers, what is wrong with a file, when a text needs quotes.

Go's library takes YAML 1.2's words for truth ("yes" is a text) and refuses a key that is there twice.
Go: gopkg.in/yaml.v3 (resolve.go, decode.go, encode.go), as docker/cli 28.2.2 vendors it.
"""

import re
from typing import Any

import yaml

from swarmlab.cli.errors import CommandError
from swarmlab.gostrings import quote

_PREFIX = "tag:yaml.org,2002:"
_RESOLVERS = (
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[1-9][0-9_]*|0)", "-+0123456789"),
    (
        "float",
        r"[-+]?(?:\.[0-9_]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        "-+.0123456789",
    ),
    ("merge", r"<<", "<"),
)
#: Plain texts that other readers of YAML take for something else, so Go quotes them.
_OLD = re.compile(
    r"y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"
    r"|\d{4}-\d\d?-\d\d?(?:[Tt ].*)?"
)
#: PyYAML's words for what is wrong → libyaml's, which Go's library has.
_PROBLEMS = (
    (r"mapping values are not allowed here", "mapping values are not allowed in this context"),
    (r"found character '.*' that cannot start any token", "found character that cannot start any token"),
    (r"expected <block end>, but found .*", {
        "while parsing a block mapping": "did not find expected key",
        "while parsing a block collection": "did not find expected '-' indicator",
    }),
    (r"expected ',' or '\]', but got .*", "did not find expected ',' or ']'"),
    (r"expected ',' or '\}', but got .*", "did not find expected ',' or '}'"),
    (r"expected the node content, but found .*", "did not find expected node content"),
    (r"found undefined alias '(.*)'", r"unknown anchor '\1' referenced"),
)  # fmt: skip


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers: dict[str, Any] = {}


class _Dumper(yaml.SafeDumper):
    yaml_implicit_resolvers: dict[str, Any] = {}

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


for _cls in (_Loader, _Dumper):
    for _name, _pattern, _first in _RESOLVERS:
        _letters = ["" if letter == "\0" else letter for letter in _first]
        _cls.add_implicit_resolver(_PREFIX + _name, re.compile(f"^(?:{_pattern})$"), _letters)


def _integer(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int:
    text = str(loader.construct_scalar(node)).replace("_", "")
    digits = text.lstrip("+-")
    return int(text, 8) if re.fullmatch(r"0[0-7]+", digits) else int(text, 0)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None
    if "\n" in text:
        style = "|"
    elif _OLD.fullmatch(text) or _tag(dumper, text) != f"{_PREFIX}str":
        style = '"'
    return dumper.represent_scalar(f"{_PREFIX}str", text, style)


def _tag(dumper: Any, text: str) -> str:
    """Return what kind of value `text` is where it stands without quotes."""
    return str(dumper.resolve(yaml.ScalarNode, text, (True, False)))


_Loader.add_constructor(f"{_PREFIX}int", _integer)
_Dumper.add_representer(str, _text)


def loads(source: bytes) -> dict[str, Any]:
    """Return the mapping that `source` describes; raises CommandError in Go's words."""
    try:
        loader = _Loader(source)
        try:
            node = loader.get_single_node()
            twice = list(_duplicates(node)) if node is not None else []
            if twice:
                raise CommandError("yaml: unmarshal errors:\n  " + "\n  ".join(twice))
            value = loader.construct_document(node) if node is not None else None
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        raise CommandError(f"yaml: {_problem(error)}") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise CommandError("yaml: control characters are not allowed") from None
    if not isinstance(value, dict):
        raise CommandError("top-level object must be a mapping")
    converted: dict[str, Any] = _with_text_keys(value)
    return converted


def _problem(error: yaml.MarkedYAMLError) -> str:
    text = error.problem or "unknown problem parsing YAML content"
    for pattern, words in _PROBLEMS:
        match = re.fullmatch(pattern, text)
        if match:
            text = match.expand(words) if isinstance(words, str) else words.get(error.context or "", text)
            break
    if isinstance(error, yaml.composer.ComposerError):
        return text
    # As there: what the parser finds is told one line too high, and nothing is told of the first line.
    lines = [mark.line for mark in (error.context_mark, error.problem_mark) if mark is not None and mark.line]
    line = lines[0] if lines else 0
    if line and isinstance(error, yaml.scanner.ScannerError):
        line += 1
    return f"line {line}: {text}" if line else text


def _duplicates(node: yaml.Node) -> "list[str]":
    """Return a sentence for each key that a mapping has twice; what is in such a mapping is not looked at."""
    found: list[str] = []
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            found += _duplicates(item)
    elif isinstance(node, yaml.MappingNode):
        first: dict[str, int] = {}
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                line = key.start_mark.line + 1
                if key.value in first:
                    before = f"already defined at line {first[key.value]}"
                    found.append(f"line {line}: mapping key {quote(key.value)} {before}")
                first.setdefault(key.value, line)
        for _, value in node.value if not found else ():
            found += _duplicates(value)
    return found


def _with_text_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _with_text_keys(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_text_keys(item) for item in value]
    return value


def dumps(value: Any) -> str:
    """Return `value` as Go writes it with an indent of two."""
    text: str = yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, width=1 << 30, allow_unicode=True, default_flow_style=False, indent=2
    )
    return text
