"""What docs/compatibility.md shows: statements and data, in the order of its tables.

A case is (name, steps); compatibility.py plays it, keeps what PostgreSQL answers and prints it.
"""
import re

import binary
import schema

BINARY = binary.HEADER + binary.TRAILER


def load(statement, data="", end=("c",)):
    return [["Q", statement], *([["d", data]] if data else []), list(end)]


def unload(statement, table="abc", rows=""):
    return load(f"COPY {table} FROM STDIN", rows) + [["Q", statement]]


# ---- Which option goes with which format and direction

WAYS = [("text FROM", "FROM STDIN", "", ""), ("csv FROM", "FROM STDIN", "FORMAT csv", ""),
        ("binary FROM", "FROM STDIN", "FORMAT binary", BINARY), ("text TO", "TO STDOUT", "", None),
        ("csv TO", "TO STDOUT", "FORMAT csv", None), ("binary TO", "TO STDOUT", "FORMAT binary", None)]
OPTIONS = ["FREEZE false", "DELIMITER '|'", "NULL 'x'", "DEFAULT 'x'", "HEADER", "HEADER false", "HEADER MATCH", "QUOTE '~'",
           "ESCAPE '~'", "FORCE_QUOTE (a)", "FORCE_QUOTE *", "FORCE_NOT_NULL (a)", "FORCE_NOT_NULL *", "FORCE_NULL (a)",
           "FORCE_NULL *", "ON_ERROR stop", "ON_ERROR ignore", "ON_ERROR set_null", "ON_ERROR ignore, REJECT_LIMIT 3",
           "LOG_VERBOSITY default", "LOG_VERBOSITY verbose", "LOG_VERBOSITY silent", "ENCODING 'UTF8'",
           "ENCODING 'LATIN1'", "CONVERT_SELECTIVELY (a)"]
MATCHING = {"text FROM": "a\tb\tc\n", "csv FROM": "a,b,c\n"}


def options():
    for option in OPTIONS:
        for way, direction, form, data in WAYS:
            if option == "HEADER MATCH":
                data = MATCHING.get(way, data)
            statement = f"COPY abc {direction} ({', '.join(filter(None, (form, option)))})"
            yield f"{option} / {way}", [["Q", statement]] if data is None else load(statement, data)


# ---- Options in other words

SPELLINGS = [
    "WITH (FORMAT csv)", "(FORMAT text)", "(FORMAT CSV)", "(FORMAT 'csv')", "(FORMAT \"csv\")", "(FORMAT (csv))",
    "(FORMAT 'binary')", "(HEADER on)", "(HEADER 1)", "(HEADER 'TRUE')", "(HEADER off)", "(HEADER 'match')", "(FREEZE off)",
    "(NULL 0)", "(NULL -1)", "(NULL 1.50)", "(NULL true)", "(NULL abc)", "(NULL E'\\t')", "(DELIMITER E'\\x7c')",
    "(DELIMITER U&'\\007c')", "(DELIMITER $$|$$)", "(FORMAT csv, DELIMITER 'a')", "(FORMAT csv, QUOTE E'\\n')",
    "(FORMAT csv, ESCAPE ',')", "(ON_ERROR 'IGNORE')", "(ON_ERROR ignore, REJECT_LIMIT '3')", "(LOG_VERBOSITY 'Verbose')",
    "(ENCODING 'utf-8')", "(ENCODING sql_ascii)", "CSV", "WITH CSV HEADER", "CSV QUOTE '~' ESCAPE AS '!'", "DELIMITER '|' NULL AS 'x'",
    "USING DELIMITERS '|' WITH NULL 'x'", "CSV FORCE NOT NULL a, b FORCE NULL c", "ENCODING 'UTF8'", "HEADER",
    "FREEZE", "BINARY", "(FORMAT json)", "WITH OIDS", "(OIDS)", "CSV (HEADER)", "()", "(FORMAT csv,)", "(FORMAT = csv)",
    "WHERE a = 'x'", "(FORMAT csv) WHERE a <> 'x'"]


def spellings():
    for words in SPELLINGS:
        yield words, load(f"COPY abc FROM STDIN {words}", BINARY if "inary" in words.lower() else "")
    yield "COPY BINARY", load("COPY BINARY abc FROM STDIN", BINARY)
    yield "FROM STDOUT", load("COPY abc FROM STDOUT")
    for words in ("CSV FORCE QUOTE a", "CSV FORCE QUOTE *", "TO STDIN"):
        yield words, [["Q", "COPY abc TO STDIN" if words == "TO STDIN" else f"COPY abc TO STDOUT {words}"]]


# ---- What is wrong with an option by itself, and with several

ONE_WRONG = [
    "(FORMAT csv, FORMAT csv)", "(DELIMITER '|', DELIMITER '|')", "CSV BINARY", "CSV CSV", "(WHAT)", "(\"Format\" csv)", "(FORMAT)", "(DELIMITER)", "(NULL)",
    "(DEFAULT)", "(QUOTE)", "(ESCAPE)", "(ENCODING)", "(ON_ERROR)", "(LOG_VERBOSITY)", "(REJECT_LIMIT)", "(FORMAT xml)",
    "(FORMAT 'CSV')", "(FREEZE yes)", "(FREEZE 2)", "(HEADER yes)", "(HEADER 2)", "(HEADER -1)", "(FORCE_NULL)", "(FORCE_NULL 'a')",
    "(FORCE_NOT_NULL a)", "(ENCODING 'nope')", "(ON_ERROR nope)", "(ON_ERROR set_null)", "(LOG_VERBOSITY loud)",
    "(REJECT_LIMIT 'x')", "(REJECT_LIMIT 0)", "(REJECT_LIMIT -1)", "(REJECT_LIMIT 1.5)", "(REJECT_LIMIT 99999999999999999999)",
    "(CONVERT_SELECTIVELY 'a')"]
ONE_WRONG_TO = ["(HEADER MATCH)", "(FORCE_QUOTE)", "(FORCE_QUOTE 'a')", "(ON_ERROR stop)"]
CROSS = [
    "(FORMAT binary, DELIMITER '|')", "(FORMAT binary, NULL 'x')", "(FORMAT binary, DEFAULT 'x')", "(DELIMITER '')",
    "(DELIMITER '||')", "(DELIMITER '\u00e9')", "(DELIMITER E'\\n')", "(DELIMITER E'\\r')", "(NULL E'a\\nb')",
    "(DEFAULT E'a\\rb')", "(DELIMITER 'a')", "(DELIMITER '.')", "(DELIMITER '\\')", "(DELIMITER '0')", "(FORMAT binary, HEADER)",
    "(FORMAT binary, HEADER false)", "(QUOTE '~')", "(FORMAT csv, QUOTE '')", "(FORMAT csv, QUOTE '~~')",
    "(FORMAT csv, DELIMITER '\"')", "(ESCAPE '~')", "(FORMAT csv, ESCAPE '~~')", "(FORCE_QUOTE *)",
    "(FORMAT csv, FORCE_QUOTE *)", "(FORCE_NOT_NULL (a))", "(FORCE_NULL (a))", "(NULL 'a,b', DELIMITER ',')", "(DELIMITER 'N')",
    "(FORMAT csv, NULL '\"')", "(DEFAULT 'a,b', DELIMITER ',')", "(FORMAT csv, DEFAULT '\"')", "(NULL 'x', DEFAULT 'x')",
    "(FORMAT binary, ON_ERROR ignore)", "(REJECT_LIMIT 3)"]
CROSS_TO = ["(FORMAT csv, FORCE_NOT_NULL (a))", "(FORMAT csv, FORCE_NULL (a))", "(FREEZE)", "(DEFAULT 'x')"]
ORDER = ["(WHAT, FORMAT xml)", "(FORMAT xml, WHAT)", "(FORMAT binary, DELIMITER '||', NULL 'x')", "(DELIMITER '||', QUOTE '~')",
         "(QUOTE '~', DELIMITER E'\\n')", "(FORCE_NULL (nope), DELIMITER '||')", "(FORMAT csv, FORCE_NULL (nope), NULL '\"')"]


def from_abc(words):
    return [(w, load(f"COPY abc FROM STDIN {w}", BINARY if "inary" in w else "")) for w in words]


def to_abc(words):
    return [(f"TO {w}", [["Q", f"COPY abc TO STDOUT {w}"]]) for w in words]


# ---- Tables, columns, queries, files

STATEMENTS = [
    "COPY nope FROM STDIN", "COPY nope.ab FROM STDIN", "COPY public.ab FROM STDIN", "COPY \"AB\" FROM STDIN", "COPY AB FROM STDIN",
    "COPY other.public.ab FROM STDIN", "COPY nope FROM STDIN (WHAT)", "COPY ab (nope) FROM STDIN", "COPY ab (a, a) FROM STDIN",
    "COPY ab () FROM STDIN", "COPY gen (b) FROM STDIN", "COPY gen TO STDOUT", "COPY vw FROM STDIN", "COPY vw TO STDOUT", "COPY abc FROM STDIN (FORMAT csv, FORCE_NULL (nope))",
    "COPY abc FROM STDIN (FORMAT csv, FORCE_NULL (a, a))", "COPY abc (a) FROM STDIN (FORMAT csv, FORCE_NULL (b))",
    "COPY abc (a) FROM STDIN (FORMAT csv, FORCE_NOT_NULL (b))", "COPY abc (a) TO STDOUT (FORMAT csv, FORCE_QUOTE (b))",
    "COPY ab FROM STDIN (FREEZE)", "COPY ab FROM '/tmp/x'", "COPY ab TO '/tmp/x'", "COPY ab FROM PROGRAM 'true'", "COPY ab TO PROGRAM 'true'",
    "COPY ab FROM PROGRAM STDIN", "COPY ab TO STDOUT WHERE a > 0", "COPY ab FROM STDIN WHERE nope > 0", "COPY ab FROM STDIN WHERE a",
    "COPY ab FROM STDIN WHERE count(a) > 0", "COPY ab FROM STDIN WHERE a > (SELECT 1)",
    "COPY (SELECT 1) TO STDOUT", "COPY (VALUES (1, 'x'), (2, NULL)) TO STDOUT", "COPY (SELECT 1 AS x, 2 AS x) TO STDOUT (FORMAT csv, HEADER)",
    "COPY (SELECT 1) TO STDOUT (HEADER)", "COPY (INSERT INTO ab VALUES (1, 'x') RETURNING b) TO STDOUT", "COPY (INSERT INTO ab VALUES (1, 'x')) TO STDOUT",
    "COPY (SELECT 1 INTO x) TO STDOUT", "COPY (DROP TABLE nope) TO STDOUT", "COPY (SELECT 1) FROM STDIN", "COPY (SELECT 1) (a) TO STDOUT",
    "COPY (SELECT nope FROM ab) TO STDOUT", "COPY (SELECT * FROM nope) TO STDOUT", "COPY (SELECT 1) TO STDOUT (FORMAT csv, FORCE_QUOTE (nope))",
    "COPY BINARY (SELECT 1) TO STDOUT", "COPY", "COPY ab", "COPY ab FROM", "COPY ab FRM STDIN", "COPY ab FROM STDIN DELIMITER 'x", "COPY ab FROM STDIN /* x",
    "COPY \"\" FROM STDIN", "COPY \"ab FROM STDIN", "COPY ab (" + "a" * 64 + ") FROM STDIN", "; ;", "COPY ab FROM STDIN; ; COPY ab FROM STDIN -- x"]


def statements():
    for sql in STATEMENTS:
        out = " TO " in sql or sql.startswith("COPY (")
        yield sql, [["Q", sql]] if out else load(sql) + ([["c"]] if "; ;" in sql else [])


# ---- Data of COPY FROM: (what, statement behind COPY, bytes)

NUL = "\0"
TEXT = [
    ("fields and NULL", "abc FROM STDIN", "x\t\t\\N\n"), ("escapes", "one FROM STDIN", "\\b\\f\\n\\r\\t\\v\\\\\\.\n"),
    ("octal and hex", "one FROM STDIN", "\\101\\x41\\x4\\8\\q\n"), ("UTF-8 by escapes", "one FROM STDIN", "\\303\\251\\xe2\\x82\\xac\n"),
    ("half a character by escapes", "one FROM STDIN", "\\303\n"), ("NUL by an escape", "one FROM STDIN", "\\0\n"), ("a line end behind a backslash", "one FROM STDIN", "a\\\nb\n"),
    ("a backslash at the end", "one FROM STDIN", "abc\\"), ("no line end at the end", "one FROM STDIN", "a\nb"), ("an empty line", "one FROM STDIN", "\n"),
    ("an empty line, int", "onei FROM STDIN", "\n"), ("an empty line, two columns", "ab FROM STDIN", "\n"), ("CRLF", "one FROM STDIN", "a\r\nb\r\n"), ("CR", "one FROM STDIN", "a\rb\r"),
    ("LF, then CR", "one FROM STDIN", "a\nb\r\n"), ("CRLF, then LF", "one FROM STDIN", "a\r\nb\n"), ("CR, then LF", "one FROM STDIN", "a\rb\n"), ("CRLF, then CR", "one FROM STDIN", "a\r\nb\rc\r\n"),
    ("NULL is compared as written", "one FROM STDIN (NULL 'NULL')", "NULL\n\\NULL\n"), ("DEFAULT", "dflt FROM STDIN (DEFAULT 'D')", "1\tD\tD\n2\t\\D\tx\n"),
    ("DEFAULT where there is none", "ab FROM STDIN (DEFAULT 'D')", "D\tx\n"), ("columns that are not listed", "dflt (a) FROM STDIN", "1\n"), ("a generated column is left out", "gen FROM STDIN", "3\n"), ("too few columns", "ab FROM STDIN", "1\n"),
    ("too many columns", "ab FROM STDIN", "1\tx\ty\n"), ("a value first, then a missing column", "ab FROM STDIN", "x\n"),
    ("\\. alone on its line", "one FROM STDIN", "a\n\\.\nignored\n"), ("\\. behind data", "one FROM STDIN", "a\\.\nb\n"), ("\\. before data", "one FROM STDIN", "a\n\\.b\n"), ("\\. at the end of the data", "one FROM STDIN", "a\n\\."),
    ("\\. with another line end", "one FROM STDIN", "a\r\n\\.\n"), ("\\. and CopyFail", "one FROM STDIN", "a\n\\.\n"), ("bytes that are not UTF-8", "one FROM STDIN", "a\n\xc3\n"), ("a NUL byte", "one FROM STDIN", "a\0\n"), ("a surrogate", "one FROM STDIN", "\xed\xa0\x80\n"), ("half a character at the end", "one FROM STDIN", "\xe2\x82"),
    ("ENCODING", "one FROM STDIN (ENCODING 'LATIN1')", "caf\xe9\n"), ("a byte that the encoding has not", "one FROM STDIN (ENCODING 'WIN1252')", "\x81\n"),
    ("SQL_ASCII vouches for nothing", "one FROM STDIN (ENCODING 'SQL_ASCII')", "caf\xc3\xa9\n"), ("WHERE", "ab FROM STDIN WHERE a > 1", "1\tx\n2\ty\n")]
CSV = [
    ("fields and NULL", "abc FROM STDIN CSV", 'x,"",\n'), ("quotes", "abc FROM STDIN CSV", '"a,b","say ""hi""",ab"c,d"ef\n'), ("blanks stay", "abc FROM STDIN CSV", ' a ," b" ,c\n'), ("line ends in quotes", "one FROM STDIN CSV", '"a\nb\r\nc"\nd\n'),
    ("QUOTE and ESCAPE", "abc FROM STDIN CSV QUOTE '''' ESCAPE '\\'", "'it\\'s','\\\\','\\x'\n"), ("a quote that is not closed", "ab FROM STDIN CSV", '1,"x\n2,y\n'), ("an empty line", "one FROM STDIN CSV", "\n"), ("an empty line, two columns", "ab FROM STDIN CSV", "\n"),
    ("LF, then CR", "one FROM STDIN CSV", "a\nb\rc\n"), ("CRLF, then LF", "one FROM STDIN CSV", "a\r\nb\n"), ("\\. is data", "one FROM STDIN CSV", "a\n\\.\nb\n"), ("NULL in quotes is none", "abc FROM STDIN CSV NULL 'N'", 'N,"N",x\n'),
    ("FORCE_NOT_NULL", "abc FROM STDIN (FORMAT csv, FORCE_NOT_NULL (a), NULL 'N')", 'N,N,"N"\n'), ("FORCE_NULL", "abc FROM STDIN (FORMAT csv, FORCE_NULL (a), NULL 'N')", '"N","N",N\n'),
    ("both", "abc FROM STDIN (FORMAT csv, FORCE_NULL (a, b), FORCE_NOT_NULL (a, b))", ',"",x\n'), ("DEFAULT in quotes is none", "dflt FROM STDIN (FORMAT csv, DEFAULT 'D')", '1,D,"D"\n'), ("too few columns", "ab FROM STDIN CSV", "1\n"), ("too many columns", "ab FROM STDIN CSV", "1,x,y\n"),
    ("the line of an error behind a long row", "ab FROM STDIN CSV", '1,"a\nb\nc"\nx,y\n')]
HEADERS = [
    ("a header is passed over", "ab FROM STDIN (HEADER)", "whatever\n1\tx\n"), ("of several lines", "ab FROM STDIN CSV HEADER", '"a\nb",c\n1,x\n'), ("MATCH", "ab FROM STDIN (HEADER MATCH)", "a\tb\n1\tx\n"),
    ("MATCH, a column list", "ab (b, a) FROM STDIN (HEADER MATCH)", "b\ta\nx\t1\n"), ("another name", "ab FROM STDIN (HEADER MATCH)", "a\tB\n"), ("another number", "ab FROM STDIN (HEADER MATCH)", "a\n"),
    ("NULL", "ab FROM STDIN (FORMAT csv, HEADER MATCH)", "a,\n"), ("no data at all", "ab FROM STDIN (HEADER MATCH)", "")]
SKIPPED = [
    ("ON_ERROR ignore", "ab FROM STDIN (ON_ERROR ignore)", "1\tx\nbad\ty\n2\tz\n"), ("verbose", "ab FROM STDIN (ON_ERROR ignore, LOG_VERBOSITY verbose)", "bad\tx\nworse\ty\n"), ("silent", "ab FROM STDIN (ON_ERROR ignore, LOG_VERBOSITY silent)", "bad\tx\n"),
    ("REJECT_LIMIT", "ab FROM STDIN (ON_ERROR ignore, REJECT_LIMIT 1)", "bad\tx\nworse\ty\n"), ("too few columns are no such error", "ab FROM STDIN (ON_ERROR ignore)", "1\n"), ("nor is NOT NULL", "nn FROM STDIN (ON_ERROR ignore)", "1\t\\N\tx\n"), ("varchar(n) is", "nn FROM STDIN (ON_ERROR ignore)", "1\tx\t123456\n")]
CONSTRAINTS = [
    ("NOT NULL", "nn FROM STDIN", "1\t\\N\tx\n"), ("a key that is there", "pk FROM STDIN", "1\ta\n1\tb\n"), ("CHECK", "ck FROM STDIN", "-1\tx\n"), ("a value of 101 bytes", "onei FROM STDIN", "x" * 101 + "\n")]


def field(data):
    return len(data).to_bytes(4, "big").decode("latin-1") + data


ROW = "\0\2" + field("\0\0\0\1") + field("x")
IN_BINARY = [
    ("rows", "ab FROM STDIN BINARY", binary.HEADER + ROW + "\xff\xff"), ("no trailer", "ab FROM STDIN BINARY", binary.HEADER + ROW), ("no rows", "ab FROM STDIN BINARY", BINARY), ("nothing", "ab FROM STDIN BINARY", ""), ("another signature", "ab FROM STDIN BINARY", "1\tx and more\n"),
    ("no flags", "ab FROM STDIN BINARY", binary.HEADER[:11]), ("critical flags", "ab FROM STDIN BINARY", binary.HEADER[:11] + "\x80\0\0\0\0\0\0\0"), ("OIDs", "ab FROM STDIN BINARY", binary.HEADER[:11] + "\0\1\0\0\0\0\0\0"), ("no length", "ab FROM STDIN BINARY", binary.HEADER[:15]),
    ("an extension that is short", "ab FROM STDIN BINARY", binary.HEADER[:15] + "\0\0\0\5abc"), ("an extension is passed over", "ab FROM STDIN BINARY", binary.HEADER[:15] + "\0\0\0\3abc" + ROW), ("another number of fields", "ab FROM STDIN BINARY", binary.HEADER + "\0\3"), ("a field of length -2", "ab FROM STDIN BINARY", binary.HEADER + "\0\2\xff\xff\xff\xfe"),
    ("the data end in a row", "ab FROM STDIN BINARY", binary.HEADER + ROW[:8]), ("data behind the trailer", "ab FROM STDIN BINARY", BINARY + "x"), ("a value that is too long", "onei FROM STDIN BINARY", binary.HEADER + "\0\1" + field("\0\0\0\1\0")), ("a value that is too short", "onei FROM STDIN BINARY", binary.HEADER + "\0\1" + field("\1")),
    ("a field of 1 GB", "ab FROM STDIN BINARY", binary.HEADER + "\0\2\x3f\xff\xff\xff"), ("NULL where there may be none", "nn FROM STDIN BINARY", binary.HEADER + "\0\3" + field("\0\0\0\1") + "\xff\xff\xff\xff" * 2)]


def data(rows):
    for what, statement, content in rows:
        end = ["f", "stop"] if what.endswith("CopyFail") else ["c"]
        yield f"{statement}: {what}", load("COPY " + statement, content, end)


# ---- COPY TO: (what, table, rows in text, statement)

OUT = [
    ("text", "abc", "x\t\t\\N\n", "COPY abc TO STDOUT"), ("escapes in text", "one", "\\b\\f\\n\\r\\t\\v\\\\\n", "COPY one TO STDOUT"), ("the delimiter in text", "one", "a|b\n", "COPY one TO STDOUT (DELIMITER '|')"), ("NULL is not told from a value", "one", "NULL\n\\N\n", "COPY one TO STDOUT (NULL 'NULL')"),
    ("csv", "abc", "x\t\t\\N\n", "COPY abc TO STDOUT CSV"), ("quotes", "abc", 'a,b\tsay "hi"\ta\\nb\n', "COPY abc TO STDOUT CSV"), ("blanks need none", "abc", " a \tb\\\\\t'\n", "COPY abc TO STDOUT CSV"), ("\\. in one column", "one", "\\\\.\n", "COPY one TO STDOUT CSV"), ("ESCAPE", "one", 'a"b\\\\c,\n', "COPY one TO STDOUT CSV ESCAPE '\\'"),
    ("FORCE_QUOTE", "abc", "x\ty\t\\N\n", "COPY abc TO STDOUT (FORMAT csv, FORCE_QUOTE *)"), ("HEADER", "ab", "1\tx\n", "COPY ab TO STDOUT (FORMAT csv, HEADER)"), ("a name that is NULL", "ab", "1\tx\n", "COPY ab TO STDOUT (FORMAT csv, HEADER, NULL 'a')"), ("HEADER in text", "ab", "1\tx\n", "COPY ab TO STDOUT (HEADER)"),
    ("binary", "ab", "1\tx\n", "COPY ab TO STDOUT BINARY"), ("binary, no rows", "ab", "", "COPY ab TO STDOUT BINARY"), ("ENCODING", "one", "caf\xc3\xa9\n", "COPY one TO STDOUT (ENCODING 'LATIN1')"), ("a character that it has not", "one", "\xe2\x82\xac\n", "COPY one TO STDOUT (ENCODING 'LATIN1')"),
    ("a delimiter in a date", "mixed", "1\t2024-02-29\t1.5\tx\tt\n", "COPY mixed (d) TO STDOUT CSV DELIMITER '-'")]


def out():
    for what, table, rows, statement in OUT:
        yield f"{what}: {statement}", unload(statement, table, rows)


# ---- Types

def types():
    for table, kind in schema.TYPE_TABLES.items():
        for verdict, values in (("takes", schema.GOOD[kind]), ("refuses", schema.BAD[kind])):
            for value in values:
                row = value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
                yield f"{kind} {verdict} {value}", load(f"COPY {table} FROM STDIN",
                                                       f"1\t{row}\n".encode().decode("latin-1"))


# ---- The protocol

WRONG = [["Q", "SELECT 1"], ["X"], ["P", "", "SELECT 1"], ["raw", "?\0\0\0\4"], ["raw", "d\0\0\0\3"]]
EXTENDED = [["P", "", "COPY onei FROM STDIN"], ["B", "", ""], ["E", "", 0], ["S"]]
PROTOCOL = [
    ("CopyFail", load("COPY onei FROM STDIN", "1\n", ["f", "stop"])), ("CopyFail, not UTF-8", load("COPY onei FROM STDIN", "1\n", ["f", "\xff"])), ("CopyFail without a NUL", [["Q", "COPY onei FROM STDIN"], ["raw", "f\0\0\0\4"]]), ("Flush and Sync are swallowed", [["Q", "COPY onei FROM STDIN"], ["H"], ["S"], ["d", "1\n"], ["c"]]),
    *((f"in COPY FROM: {' '.join(map(str, m))}".replace("\0", "\\0"), [["Q", "COPY onei FROM STDIN"], ["d", "1\n"], m]) for m in WRONG),
    ("late messages are dropped", [["d", "1\n"], ["c"], ["f", "x"], ["Q", "COPY onei TO STDOUT"]]), ("data behind an error are dropped", [["Q", "COPY onei FROM STDIN"], ["d", "x\n"], ["d", "1\n"], ["c"], ["Q", "COPY onei TO STDOUT"]]),
    ("extended", EXTENDED + [["d", "1\n"], ["c"], ["S"]]), ("extended, an error in the data", EXTENDED + [["d", "x\n"], ["Q", "COPY onei TO STDOUT"], ["c"], ["S"]]), ("extended, no such table", [["P", "", "COPY nope FROM STDIN"], ["B", "", ""], ["E", "", 0], ["S"], ["d", "1\n"], ["c"], ["S"]]),
    ("extended, twice", EXTENDED[:3] + [["d", "1\n"], ["c"], ["E", "", 0], ["S"]]), ("extended, described", [["P", "s", "COPY onei TO STDOUT"], ["D", "S", "s"], ["B", "p", "s"], ["D", "P", "p"], ["E", "p", 1], ["S"]]), ("extended, two statements", [["P", "", "COPY onei FROM STDIN; COPY onei TO STDOUT"], ["S"]]),
    ("a string of statements", [["Q", "COPY onei FROM STDIN; COPY onei TO STDOUT"], ["d", "1\n"], ["c"]]), ("an error rolls the string back", [["Q", "COPY onei FROM STDIN; COPY onei FROM STDIN"], ["d", "1\n"], ["c"], ["d", "x\n"], ["c"]]), ("in a block", [["Q", "BEGIN"], *load("COPY onei FROM STDIN", "1\n"), ["Q", "COMMIT"]]),
    ("an error in a block", [["Q", "BEGIN"], *load("COPY onei FROM STDIN", "x\n"), ["Q", "COPY onei TO STDOUT"], ["Q", "COMMIT"]]), ("back to a savepoint", [["Q", "BEGIN; SAVEPOINT s"], *load("COPY onei FROM STDIN", "1\n"), ["Q", "ROLLBACK TO s; COMMIT"], ["Q", "COPY onei TO STDOUT"]]), ("read only", [["Q", "BEGIN READ ONLY"], ["Q", "COPY onei FROM STDIN"], ["Q", "ROLLBACK"]]), ("read only, TO", [["Q", "BEGIN READ ONLY"], ["Q", "COPY onei TO STDOUT"], ["Q", "ROLLBACK"]])]

SECTIONS = [
    ("options", lambda: options()), ("spellings", lambda: spellings()), ("one", lambda: from_abc(ONE_WRONG) + to_abc(ONE_WRONG_TO)), ("cross", lambda: from_abc(CROSS) + to_abc(CROSS_TO)), ("order", lambda: from_abc(ORDER)),
    ("statements", lambda: statements()), ("text", lambda: data(TEXT)), ("csv", lambda: data(CSV)), ("headers", lambda: data(HEADERS)), ("skipped", lambda: data(SKIPPED)), ("constraints", lambda: data(CONSTRAINTS)), ("in binary", lambda: data(IN_BINARY)), ("out", lambda: out()), ("types", lambda: types()), ("protocol", lambda: PROTOCOL)]


def cases():
    """By name, in the page's order: {"section", "tables", "steps"}."""
    found = {}
    for section, make in SECTIONS:
        for name, steps in make():
            words = " ".join(step[-1] for step in steps if step[0] in "QP")
            tables = [t for t in ("ab", "abc", "one", "onei", "dflt", "gen", "nn", "pk", "ck", "mixed", *schema.TYPE_TABLES)
                      if re.search(rf"\b{t}\b", words)]
            if f"{section}: {name}" in found:
                raise ValueError(f"two cases of this name: {section}: {name}")
            found[f"{section}: {name}"] = {"section": section, "tables": tables, "steps": steps}
    return found
