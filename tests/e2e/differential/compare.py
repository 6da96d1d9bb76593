"""What differs between two conversations, each difference with a kind that many cases share."""
import re

from client import FIELDS


def shape(words):
    """Without what is a case's own: values, numbers."""
    words = re.sub(r'"(?:[^"]|"(?=\w))*"', '"..."', words)
    return re.sub(r"\d+", "#", words)[:100]


def name(message):
    if message is None:
        return "nothing"
    kind, *rest = message
    if kind in ("E", "N"):
        return f"{kind} {rest[0].get('C')} {shape(rest[0].get('M', ''))}"
    if kind == "C":
        return "C " + shape(rest[0].rstrip("\0"))
    return kind


def both(a, b):
    return f"{a!r} / {b!r}"


def of_messages(theirs, mine):
    """(kind, detail, both messages).  Behind messages of different types nothing more is
    compared."""
    for i in range(max(len(theirs), len(mine))):
        a = theirs[i] if i < len(theirs) else None
        b = mine[i] if i < len(mine) else None
        if a == b:
            continue
        if a is None or b is None or a[0] != b[0]:
            yield f"flow: {name(a)} / {name(b)}", f"message {i}: {both(a, b)}", both(a, b)
            return
        if a[0] in ("E", "N"):
            yield from of_fields(a, b, i)
        else:
            yield f"body: {name(a)} / {name(b)}", f"message {i}: {both(a, b)}", both(a, b)


def of_fields(a, b, i):
    theirs, mine = a[1], b[1]
    for field in FIELDS:
        x, y = theirs.get(field), mine.get(field)
        if x != y and not (field == "V" and theirs.get("S") != mine.get("S")):
            where = theirs.get("C") if field != "C" else ""
            alike = (x, y) if field == "C" else (shape(x or "none"), shape(y or "none"))
            yield (f"{a[0]}.{field} {where}: {alike[0]} / {alike[1]}",
                   f"message {i}, field {field}: {both(x, y)}", both(a, b))


def differences(theirs, mine):
    found = list(of_messages(theirs["messages"], mine["messages"]))
    for table, rows in theirs["stored"].items():
        if not any(kind.startswith("flow") for kind, *_ in found):
            for kind, detail, pair in of_messages(rows, mine["stored"].get(table, [])):
                found.append((f"stored in {table}: {kind}", f"{table}: {detail}", pair))
    return found
