"""One line of comma-separated values, as Go reads it.  Go: encoding/csv."""


def read_csv(line: str) -> list[str]:
    """Return the fields of `line`; raises ValueError with Go's text for a misplaced quote or no line at all."""
    if not line:
        raise ValueError("EOF")
    fields: list[str] = []
    pos = 0
    while True:
        if line[pos : pos + 1] == '"':
            text, pos = _quoted(line, pos + 1)
        else:
            end = line.find(",", pos)
            end = len(line) if end < 0 else end
            text = line[pos:end]
            if '"' in text:
                raise ValueError(
                    f'parse error on line 1, column {pos + text.index(chr(34)) + 1}: bare " in non-quoted-field'
                )
            pos = end
        fields.append(text)
        if pos >= len(line):
            return fields
        pos += 1


def _quoted(line: str, pos: int) -> tuple[str, int]:
    text = ""
    while True:
        end = line.find('"', pos)
        if end < 0:
            raise ValueError(f'parse error on line 1, column {len(line) + 1}: extraneous or missing " in quoted-field')
        text += line[pos:end]
        after = line[end + 1 : end + 2]
        if after == '"':
            text += '"'
            pos = end + 2
        elif after in ("", ","):
            return text, end + 1
        else:
            raise ValueError(f'parse error on line 1, column {end + 1}: extraneous or missing " in quoted-field')
