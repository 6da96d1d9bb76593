"""The same statement in other words: case, comments, white space, and the ways to write a string."""
import re

TOKEN = re.compile(r"""[EeUuNnBbXx]?&?'(?:[^']|'')*'?|"(?:[^"]|"")*"?|\$(\w*)\$.*?(?:\$\1\$|$)|--[^\n]*|/\*.*?\*/|"""
                   r"\w+|\s+|[^\w\s]", re.S)
BLANKS = [" ", "  ", "\n", "\t", " /* c */ ", "/**/", " /* a /* b */ ' c */ ", " -- it's\n", "\r\n", "\x0b",
          "\f", " --\u00e9\n", "/* \u65e5 */"]
STRING = re.compile(r"'((?:[^']|'')*)'$")


def tokens(sql):
    return [m.group(0) for m in TOKEN.finditer(sql)]


def word(rng, token):
    how = rng.random()
    if how < 0.3:
        return token.upper()
    if how < 0.6:
        return token.lower()
    if how < 0.8:
        return "".join(rng.choice([c.lower(), c.upper()]) for c in token)
    if how < 0.9:
        return f'"{token.lower()}"'
    return f'U&"{token[:-1].lower()}\\{ord(token[-1].lower()):04x}"'


def string(rng, token):
    """A plain constant, written otherwise."""
    inside = STRING.match(token).group(1)
    plain = inside.replace("''", "'")
    tag = rng.choice(["", "", "t", "_1", "\u00e9"])
    ways = ["E'" + inside.replace("\\", "\\\\") + "'",
            "e'" + "".join(f"\\x{b:02x}" if b < 128 else f"\\{b:03o}" for b in plain.encode()) + "'",
            "E'" + "".join(f"\\u{ord(c):04X}" if ord(c) < 65536 else f"\\U{ord(c):08x}" for c in plain) + "'",
            "U&'" + inside.replace("\\", "\\\\") + "'",
            "u&'" + "".join(f"\\{ord(c):04x}" if ord(c) < 65536 else f"\\+{ord(c):06x}" for c in plain) + "'",
            f"${tag}${plain}${tag}$", "N" + token, token + " \n ''", "''\n" + token, "B'01'", "X'1f'",
            "E'\\" + (plain or "q"), "U&'\\00' ", "$1"]
    return rng.choice(ways[:-5] * 4 + ways)


def dress(rng, sql):
    """Most of what comes out means the same; a few of the ways are mistakes."""
    out = []
    for token in tokens(sql):
        changed = token
        if rng.random() < 0.25:
            if re.fullmatch(r"[A-Za-z_]\w*", token):
                changed = word(rng, token)
            elif STRING.match(token):
                changed = string(rng, token)
            elif token.isspace():
                changed = rng.choice(BLANKS)
        if rng.random() < 0.05:
            changed += rng.choice(BLANKS)
        out.append(changed)
    if rng.random() < 0.2:
        out.append(rng.choice([";", " ; ", ";;", "; -- end", "\n\n", ";/*", "\\", ";\n\\."]))
    if rng.random() < 0.1:
        out.insert(0, rng.choice([";", "\n", "/* first */", "-- first\n", "\ufeff"]))
    return "".join(out)
