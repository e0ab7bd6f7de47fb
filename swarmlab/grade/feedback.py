"""What may stand in a feedback page: text, tables, pictures and our reports, but nothing that runs.

A learner's outputs end up in a page that an instructor opens.  nbconvert can clean them, but the tags it allows are
too few for a report; here is the same cleaner with the tags that lessons and reports need.
"""

import re

import bleach
from bleach.css_sanitizer import CSSSanitizer

TAGS = frozenset(bleach.ALLOWED_TAGS) | set(
    "br caption dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr img p pre s section small span sub summary "
    "sup table tbody td tfoot th thead tr u".split()
)


def _of_picture(tag: str, name: str, value: str) -> bool:
    """Whether a picture may have this attribute: it comes in the page or not at all."""
    return name in ("alt", "width", "height") or (name == "src" and value.startswith("data:image/"))


def _of_link(tag: str, name: str, value: str) -> bool:
    """Whether a link may have this attribute."""
    return name == "title" or (name == "href" and value.startswith(("https://", "http://", "mailto:", "#")))


ATTRIBUTES = {
    "*": ["class", "id", "style", "title", "aria-label", "aria-hidden", "role", "scope", "colspan", "rowspan"],
    "a": _of_link,
    "img": _of_picture,
    "details": ["open"],
}
#: How things may look.  No positions and no addresses: nothing may cover the page or fetch a file.
STYLES = (
    "background-color border border-bottom border-left border-radius border-top color font-family font-size font-style "
    "font-weight height line-height list-style-type margin max-width padding padding-left text-align width white-space"
).split()


#: Not for reading: left out whole.  What this lets slip, the cleaner after it turns into text.
UNREADABLE = re.compile(r"<(style|script)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)


def clean(element: object) -> str:
    """Return HTML without anything that could run or reach out; other tags that are not allowed show as text."""
    text = element.decode("utf-8", "replace") if isinstance(element, bytes) else str(element)
    text = UNREADABLE.sub("", text)
    styles = CSSSanitizer(allowed_css_properties=STYLES)
    protocols = {"http", "https", "mailto", "data"}
    cleaned: str = bleach.clean(text, TAGS, ATTRIBUTES, protocols=protocols, css_sanitizer=styles)
    return cleaned
