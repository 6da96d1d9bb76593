"""Values, rows and files in the binary format of COPY, right and wrong; bytes are latin-1."""
import struct

HEADER = "PGCOPY\n\xff\r\n\0" + "\0" * 8
TRAILER = "\xff\xff"
TEXTS = ["", "x", "NULL", "a\tb", "new\nline", "\u00e9", "\u65e5", "\\N", "\\."]
INTEGERS = [0, 1, -1, 7, 127, 255, 1000, 32767, -32768, 2**31 - 1, -2**31, 2**63 - 1, -2**63]
FLOATS = [0.0, -0.0, 1.5, -2.25, 1e15, 1e-5, 5e-324, 1.7e308, float("inf"), float("-inf"),
          float("nan"), 0.1, 100000.0]
DATES = [0, 1, -1, 8825, 2**31 - 1, -2**31, 2145031948, 2145031949, -2451545, -2451546, 10**6]
STAMPS = [0, 1, -1, 10**6, 762523200000000, 2**63 - 1, -2**63, 9223371331199999999,
          9223371331200000000, -211813488000000000, -211813488000000001, 999999, 86400000000]
TIMES = [0, 1, 86399999999, 86400000000, 86400000001, -1, 3600000000]
JSON = ["{}", "[1,2]", '{"a": 1.50}', "nul", "", '"x"', "1e5"]


def integer(form, rng):
    size = struct.calcsize(form) * 8
    return struct.pack(form, rng.choice([i for i in INTEGERS if -2**(size - 1) <= i < 2**(size - 1)]))


def numeric(rng):
    """ndigits, weight, sign, dscale, digits of base 10000."""
    digits = [rng.choice([0, 1, 42, 9999, 5000, 10000, 500]) for _ in range(rng.choice([0, 1, 1, 2, 3]))]
    sign = rng.choice([0, 0, 0, 0x4000, 0xC000, 0xD000, 0xF000, 0x1234])
    head = struct.pack("!HhHH", len(digits) + (rng.random() < 0.05), rng.choice([0, 0, 1, -1, 2, -3]),
                       sign, rng.choice([0, 0, 2, 4, 10, 16384]))
    return head + b"".join(struct.pack("!h", d) for d in digits)


def value(rng, kind):
    base = kind.split("(")[0]
    if base in ("text", "varchar", "char", "bytea"):
        return rng.choice(TEXTS).encode() if base != "char" else rng.choice([b"", b"a", b"abc", b"abcd"])
    if base in ("json", "jsonb"):
        return (b"\1" if base == "jsonb" else b"") + rng.choice(JSON).encode()
    return {
        "smallint": lambda: integer("!h", rng), "int": lambda: integer("!i", rng),
        "bigint": lambda: integer("!q", rng), "bool": lambda: rng.choice([b"\0", b"\1", b"\2"]),
        "real": lambda: struct.pack("!f", rng.choice([f for f in FLOATS if abs(f) < 1e38 or
                                                      f != f or f in (1e999, -1e999)])),
        "float8": lambda: struct.pack("!d", rng.choice(FLOATS)),
        "date": lambda: struct.pack("!i", rng.choice(DATES)),
        "timetz": lambda: struct.pack("!qi", rng.choice(TIMES), rng.choice([0, -3600, 57599, -57600, 1])),
        "interval": lambda: struct.pack("!qii", rng.choice(STAMPS), rng.choice([0, 1, -1, 2**31 - 1]),
                                        rng.choice([0, 14, -1, -2**31])),
        "oid": lambda: integer("!i", rng),
        "time": lambda: struct.pack("!q", rng.choice(TIMES)),
        "timestamp": lambda: struct.pack("!q", rng.choice(STAMPS)),
        "timestamptz": lambda: struct.pack("!q", rng.choice(STAMPS)),
        "uuid": lambda: rng.randbytes(16), "numeric": lambda: numeric(rng),
    }[base]()


def field(rng, kind):
    if rng.random() < 0.1:
        return b"\xff\xff\xff\xff"
    data = value(rng, kind)
    if rng.random() < 0.03:
        data = rng.choice([data + b"\0", data[:-1], b"", data * 2])
    if rng.random() < 0.01:
        return struct.pack("!i", rng.choice([-2, -2**31, 2**31 - 1, 0x3FFFFFFF, 0x3FFFFFFE, 0x3FFFFFF0, 10**6])) + data
    return struct.pack("!i", len(data)) + data


def row(rng, columns):
    count = len(columns) + (rng.choice([1, -1, -3]) if rng.random() < 0.02 else 0)
    return struct.pack("!h", count) + b"".join(field(rng, kind) for _, kind in columns)


def header(rng):
    if rng.random() < 0.9:
        return HEADER
    flags = rng.choice([0, 1, 0xFFFF, 1 << 16, 1 << 17, 1 << 31, 3 << 16, 0x80000001])
    length = rng.choice([0, 0, 1, 5, -1, 2**31 - 1, 100])
    return HEADER[:11] + struct.pack("!Ii", flags, length).decode("latin-1") + "e" * (length if length < 101 else 9)


def file(rng, columns):
    rows = b"".join(row(rng, columns) for _ in range(rng.choice([0, 1, 1, 2, 3])))
    data = header(rng) + rows.decode("latin-1") + (TRAILER if rng.random() < 0.9 else "")
    for _ in range(rng.choice([0, 0, 0, 0, 1, 2])):
        at = rng.randrange(len(data) + 1)
        data = rng.choice([data[:at], data[:at] + rng.choice("\0\1\xff\x80x") + data[at:],
                           data[:at] + rng.choice("\0\1\xff\x7f") + data[at + 1:], data + "x"])
    return data
