"""Makes cases: statements of COPY, right and wrong, and the data for them.

A case is {"tables": [...], "steps": [...]}; it depends on the random numbers it is given alone.
"""
import re

import binary
import dress
import odd
import schema
from form import (EOLS, JUNK, Format, column_list, literal, mutate, mutated_value, pieces, some_data,
                  some_value)

def usual_tables():
    return ["ab", "ab", "one", "onei", "abc", "wide", "nn", "dflt", "pk", "ck", '"Mixed Case"',
            "mixed", "mixed", "gen", "vw", "uq"]


def case(tables, steps):
    return {"tables": sorted(set(t for t in tables if t in schema.TABLES)), "steps": steps}


def copy_from(rng):
    table = rng.choice(usual_tables())
    listed, columns = column_list(rng, schema.COLUMNS[table])
    if table == "gen" and not listed:
        columns = columns[:1]
    form = Format(rng, "FROM", columns)
    data = mutate(rng, some_data(rng, form, columns))
    end = ["c"] if rng.random() < 0.96 else ["f", rng.choice(["no", "", "caf\xc3\xa9", "\xff"])]
    sql = form.statement(table, listed)
    if table in ("ab", "ck") and rng.random() < 0.2:
        sql += " WHERE " + rng.choice(odd.CONDITIONS)
    return case([table], [["Q", sql], *pieces(rng, data), end])


def values(rng):
    """One value, changed, of any type: what is it read as, or how refused?"""
    table, kind = rng.choice(list(schema.TYPE_TABLES.items()))
    form = Format(rng, "FROM", schema.COLUMNS[table])
    form.options = {"FORMAT": "csv"} if form.csv else {}
    row = form.row(["1", mutated_value(rng, kind)])
    return case([table], [["Q", form.statement(table)],
                          ["d", (row + "\n").encode().decode("latin-1")], ["c"]])


DATESTYLES = ["ISO", "SQL", "Postgres", "German", "postgresql", "DMY", "MDY", "YMD", "European", "US",
              "NonEuropean", "default", "iso", "euro", '"ISO"', "nope", "usa", ""]


def datestyle(rng):
    words = [rng.choice(DATESTYLES[:-3] if rng.random() < 0.9 else DATESTYLES)
             for _ in range(rng.choice([1, 1, 2, 2, 3]))]
    return rng.choice([", ", ", ", ",", " , ", " "] if rng.random() < 0.2 else [", "]).join(words)


def some_date(rng):
    """Three numbers in any order, or a name of a month among them, and a time behind them."""
    year = rng.choice(["1", "9", "24", "69", "70", "99", "100", "0024", "1999", "2024", "12345"])
    month = rng.choice(["1", "02", "12", "13", "Feb", "june", "0"])
    parts = [year, month, rng.choice(["1", "2", "13", "29", "31", "32", "0", "03"])]
    rng.shuffle(parts)
    if rng.random() < 0.1:
        parts.pop()
    text = rng.choice(["-", "/", ".", " ", ", ", ""]).join(parts)
    return text + rng.choice(["", "", "", "", " BC", " 12:34:56.5", " 040506", " 1:2 pm", "T01:02Z", " EST"])


def dates(rng):
    """Dates whose numbers DateStyle puts in order, read, refused and printed again."""
    table = rng.choice(["y_date", "y_timestamp", "y_timestamptz", "mixed", "y_timetz"])
    columns = schema.COLUMNS[table]
    form = Format(rng, "FROM", columns)
    form.options = {"FORMAT": "csv"} if form.csv else {}
    name = {"mixed": "d"}.get(table, "v")
    rows = [[some_date(rng) if c == name else some_value(rng, kind, 0) for c, kind in columns]
            for _ in range(rng.choice([1, 1, 2, 3]))]
    data = "".join(form.row(row) + "\n" for row in rows).encode().decode("latin-1")
    begin = rng.choice(["SET datestyle = ", "SET datestyle TO ", "SET SESSION DateStyle = "])
    steps = [["Q", begin + literal(datestyle(rng))] for _ in range(rng.choice([1, 1, 2]))]
    steps += [["Q", "SHOW datestyle"], ["Q", form.statement(table)], ["d", data], ["c"]]
    if rng.random() < 0.3:
        steps.append(["Q", rng.choice(["RESET datestyle", "BEGIN; SET LOCAL datestyle = german",
                                       "SET datestyle TO DEFAULT", "SET datestyle = sql, dmy"])])
    out = Format(rng, "TO", columns).statement(table)
    return case([table], steps + [["Q", out], ["Q", "SHOW datestyle"]])


ZONES = ["Europe/Berlin", "europe/dublin", "Africa/Casablanca", "America/Sao_Paulo", "Asia/Kathmandu", "America/New_York",
         "Australia/Lord_Howe", "Pacific/Apia", "Europe/Moscow", "UTC", "Etc/UTC", "GMT", "gmt+5", "2", "-7.5", "+02:00",
         "foo5bar", "<+03>-3", "XST3XDT,M10.1.0,M3.3.0", "xst-2xdt-3,59,300/-5", "Europe/Nowhere", "Europe", "../UTC", "",
         "168", "PST", "z", "interval '-08:00'", "interval '1 day'", "interval x"]


def some_moment(rng):
    """Near the changes of clocks too, far before and behind the tables, and with a zone of its own."""
    date = rng.choice(["2024-03-31", "2024-10-27", "2024-03-10", "2024-11-03", "2018-11-04", "2011-12-30", "1890-01-01",
                       "1916-05-21", "1945-05-24", "0044-03-15", "2050-07-01", "2100-02-28", "9999-12-31", "2014-10-26"])
    time = rng.choice(["", " 00:30", " 01:30", " 02:30", " 03:00", " 12:00:00.5", " 23:59:60", " 24:00"])
    zone = rng.choice(["", "", "", " CET", " CEST", " EST", " MSK", " LMT", " IST", "+05:30", " " + rng.choice(ZONES),
                       " " + rng.choice(ZONES), " MSK DST", " Z"])
    return date + time + zone + rng.choice(["", "", "", "", " BC"])


def zones(rng):
    """A session's zone: what is read in it, by name too, what is printed, and what becomes of it."""
    table = rng.choice(["y_timestamptz", "y_timestamptz", "y_timestamptz", "y_timetz", "y_timestamp"])
    columns = schema.COLUMNS[table]
    form = Format(rng, "FROM", columns)
    form.options = {"FORMAT": "csv"} if form.csv else {}
    rows = [[some_moment(rng) if c == "v" else some_value(rng, kind, 0) for c, kind in columns]
            for _ in range(rng.choice([1, 1, 2]))]
    data = "".join(form.row(row) + "\n" for row in rows).encode().decode("latin-1")
    begin = rng.choice(["SET TimeZone = ", "SET timezone TO ", "SET TIME ZONE ", "SET SESSION TimeZone = "])
    steps = [["Q", begin + literal(rng.choice(ZONES))] for _ in range(rng.choice([1, 1, 2]))]
    if rng.random() < 0.3:
        steps.append(["Q", "SET datestyle = " + literal(rng.choice(["Postgres", "SQL", "German, DMY"]))])
    steps += [["Q", "SHOW timezone"], ["Q", form.statement(table)], ["d", data], ["c"]]
    if rng.random() < 0.4:
        steps.append(["Q", rng.choice(["RESET timezone", "SET TIME ZONE LOCAL", "SET TIME ZONE INTERVAL '-3:30' HOUR TO MINUTE",
                                       "BEGIN; SET LOCAL timezone = 'Asia/Kathmandu'", "SET TIME ZONE DEFAULT",
                                       "BEGIN; SET timezone = 'Australia/Sydney'; ROLLBACK"])])
    out = Format(rng, "TO", columns).statement(table)
    return case([table], steps + [["Q", out], ["Q", "SHOW TIME ZONE"]])


def soup(rng):
    """Few kinds of bytes in any order, under odd options: where lines, fields and quotes end."""
    table = rng.choice(["one", "abc", "abc", "ab"])
    form = Format(rng, "FROM", schema.COLUMNS[table])
    for name in ("DEFAULT", "FREEZE"):
        form.options.pop(name, None)
    special = [form.value("DELIMITER", "," if form.csv else "\t"), form.value("QUOTE", '"'),
               form.value("ESCAPE", form.value("QUOTE", '"')), form.value("NULL", "\\N"),
               rng.choice(EOLS), rng.choice(EOLS)]
    parts = special * 3 + ["a", "1", "\\", ".", "\\.", " ", "\u00e9", "\n", "\r"]
    data = "".join(rng.choice(parts) for _ in range(rng.choice([1, 3, 6, 10, 20, 40])))
    end = ["c"] if rng.random() < 0.9 else ["f", "no"]
    return case([table], [["Q", form.statement(table)],
                          *pieces(rng, data.encode().decode("latin-1")), end])


def long_rows(rng):
    """Texts that CONTEXT cuts at 100 bytes, lines behind many others, several batches."""
    table = rng.choice(["ab", "one", "nn", "wide", "pk"])
    columns = schema.COLUMNS[table]
    form = Format(rng, "FROM", columns)
    for name in ("DEFAULT", "FREEZE"):
        form.options.pop(name, None)
    eol, word = rng.choice(EOLS), rng.choice(["x", "\u00e9", "\u65e5", "\U0001f600", "ab,", "\\\\"])
    rows = []
    for i in range(rng.choice([1, 3, 30, 1200, 2500])):
        long = word * rng.choice([1, 3, 24, 25, 33, 49, 50, 51, 99, 100, 101, 120]) \
            if rng.random() < (0.5 if i < 5 else 0.01) else "v"
        rows.append(form.row([str(i) if kind == "int" else long for _, kind in columns]))
    for _ in range(rng.choice([0, 1, 1, 2])):
        at = rng.randrange(len(rows))
        rows[at] = rng.choice([mutate(rng, rows[at]), "x" * 110 + rows[at], rows[at] * 2, rows[0]])
    data = eol.join(rows).encode().decode("latin-1") + eol
    size = rng.choice([10**9, 1000, 65536, 8192, 100])
    cut = [["d", data[i:i + size]] for i in range(0, len(data), size)]
    return case([table], [["Q", form.statement(table)], *cut, ["c"]])


def in_binary(rng):
    table = rng.choice(["ab", "abc", "nn", "mixed", "dflt"] + list(schema.TYPE_TABLES) * 2)
    listed, columns = column_list(rng, schema.COLUMNS[table])
    stream = rng.choice(["(FORMAT binary)"] * 6 + ["BINARY", "WITH BINARY", "(FORMAT 'binary', FREEZE false)"])
    end = ["c"] if rng.random() < 0.95 else ["f", "no"]
    steps = [["Q", f"COPY {table}{listed} FROM STDIN {stream}"],
             *pieces(rng, binary.file(rng, columns)), end]
    if rng.random() < 0.4:
        steps.append(["Q", f"COPY {table}{listed} TO STDOUT {stream.replace(', FREEZE false', '')}"])
    return case([table], steps)


def of_a_type(rng):
    table, kind = rng.choice(list(schema.TYPE_TABLES.items()))
    columns = schema.COLUMNS[table]
    form = Format(rng, "FROM", columns)
    data = some_data(rng, form, columns, bad=rng.choice([0, 0.1, 0.5]))
    steps = [["Q", form.statement(table)], *pieces(rng, data), ["c"]]
    if rng.random() < 0.3:
        steps.append(["Q", Format(rng, "TO", columns).statement(table)])
    return case([table], steps)


def copy_to(rng):
    table = rng.choice([t for t in usual_tables() if t not in ("pk", "uq")] + list(schema.TYPE_TABLES))
    columns = schema.COLUMNS[table]  # of pk and uq, SQLite reads one column in an index's order
    source = columns[:1] if table == "gen" else columns
    load = Format(rng, "FROM", source)
    load.options, load.csv = {}, False
    rows = [load.row([some_value(rng, kind, 0) for _, kind in source])
            for _ in range(rng.randrange(0, 5))]
    data = "".join(r + "\n" for r in rows).encode().decode("latin-1")
    form = Format(rng, "TO", columns)
    listed, chosen = column_list(rng, columns)
    if rng.random() < 0.25:
        names = ", ".join(c for c, _ in chosen)
        statement = form.statement(f"(SELECT {names} FROM {table})")
    else:
        statement = form.statement(table, listed)
    target = "ab" if table == "vw" else table
    return case([target], [["Q", f"COPY {target}{' (a)' if table == 'gen' else ''} FROM STDIN"],
                           ["d", data], ["c"], ["Q", statement]])


def options(rng):
    sql = odd.statement(rng)
    data = rng.choice(["1\tx\n", "1,x\n", "a,b\n1,x\n", "1\n", "x\n", "", "\n"])
    return case(["ab", "gen"], [["Q", sql], *pieces(rng, data), ["c"]])


VERBS = ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT s", "ROLLBACK TO s", "RELEASE s", "START TRANSACTION",
         "BEGIN READ ONLY", "END", "ABORT", "BEGIN ISOLATION LEVEL SERIALIZABLE", "ROLLBACK TO nope",
         "INSERT INTO ab VALUES (7, 'seven')", "DELETE FROM ab", "COMMIT AND CHAIN", "",
         "INSERT INTO pk VALUES (1, 'one')", "SET client_encoding TO 'UTF8'", "COMMIT; BEGIN"]


def small_copy(rng):
    """A statement, and the steps of its data."""
    table = rng.choice(["ab", "ab", "pk", "onei", "nn", "nope"])
    good = {"onei": "5\n", "nn": "1\tx\ty\n"}.get(table, "1\tx\n")
    data = rng.choice([good, good, good * 2, "bad\tx\n", good + "\\.\n", ""])
    end = rng.choice([["c"], ["c"], ["c"], ["c"], ["f", "stop"], None])
    return f"COPY {table} FROM STDIN", pieces(rng, data) + ([end] if end else [])


def transaction(rng):
    steps = []
    for _ in range(rng.randrange(1, 6)):
        what = rng.random()
        if what < 0.45:
            sql, data = small_copy(rng)
            steps += [["Q", sql], *data]
        elif what < 0.6:
            parts, behind = [], []
            for _ in range(rng.randrange(2, 4)):
                sql, data = small_copy(rng) if rng.random() < 0.5 else (rng.choice(VERBS), [])
                parts.append(sql)
                behind += data
            steps += [["Q", "; ".join(parts)], *behind]
        elif what < 0.7:
            steps.append(["Q", rng.choice(["COPY ab TO STDOUT", "COPY pk TO STDOUT CSV HEADER",
                                           "COPY (SELECT 1 AS x) TO STDOUT", "syntax error"])])
        elif what < 0.75:
            steps.append(rng.choice([["c"], ["d", "late\n"], ["f", "late"], ["S"], ["H"]]))
        else:
            steps.append(["Q", rng.choice(VERBS)])
    return case(["ab", "pk", "onei", "nn"], steps)


BEFORE_FREEZE = ["SAVEPOINT s", "SAVEPOINT s", "RELEASE s",
                 "ROLLBACK TO s", "SELECT 1 AS x", "INSERT INTO ab VALUES (1, 'x')", "DELETE FROM ab",
                 "SET application_name = 'x'", "ROLLBACK AND CHAIN"]


def freeze(rng):
    """FREEZE in transactions that made its table, or did not, beside portals; they are rolled back."""
    begin = rng.choice(["BEGIN", "BEGIN", "BEGIN", "SELECT 1", "BEGIN ISOLATION LEVEL REPEATABLE READ"])
    parts = [begin] + [rng.choice(BEFORE_FREEZE) for _ in range(rng.choice([0, 1, 2, 3, 4]))]
    table = rng.choice(["ab", "fresh"])
    if table == "fresh" or rng.random() < 0.1:
        parts.insert(rng.randrange(1, len(parts) + 1), "CREATE TABLE fresh (a int, b text)")
    sql = f"COPY {table} FROM STDIN (FREEZE{rng.choice(['', '', ' true', ' false'])})"
    data = [["d", "1\tx\n"], ["c"]]
    if rng.random() < 0.3 or begin == "SELECT 1":
        return case(["ab"], [["Q", "; ".join(parts + [sql, "ROLLBACK"])], *data, ["Q", "ROLLBACK"]])
    steps = [["Q", part] for part in parts]
    if rng.random() < 0.4:
        steps += [["P", "s1", rng.choice(["SELECT 1 AS x", "DELETE FROM ab", "SHOW datestyle", ""])],
                  ["B", "p1", "s1"]]
        steps += [["E", "p1", 0]] if rng.random() < 0.6 else []
        steps += [["C", "P", "p1"]] if rng.random() < 0.2 else []
        steps += [["S"]] if rng.random() < 0.5 else []
    if rng.random() < 0.3:
        steps += [["P", "", sql], ["B", "", ""], ["E", "", 0], *data, ["S"]]
    else:
        steps += [["S"], ["Q", sql], *data]
    return case(["ab"], steps + [["Q", "ROLLBACK"]])


def abuse(rng):
    """Messages that have no place in a COPY."""
    sql, data = small_copy(rng)
    wrong = rng.choice([["Q", "SELECT 1"], ["P", "", "SELECT 1"], ["X"], ["raw", "?\0\0\0\4"], ["S"],
                        ["H"], ["B", "", ""], ["raw", "d\0\0\0\3"], ["raw", "c\0\0\0\5x"],
                        ["raw", "f\0\0\0\4"], ["raw", "f\0\0\0\6no"], ["D", "S", ""], ["E", "", 0]])
    steps = [["Q", sql], *data]
    steps.insert(rng.randrange(1, len(steps) + 1), wrong)
    return case(["ab", "pk", "onei", "nn"], steps)


def extended(rng):
    steps = []
    for _ in range(rng.randrange(1, 4)):
        sql, data = small_copy(rng)
        if rng.random() < 0.3:
            sql, data = rng.choice(["COPY ab TO STDOUT", "COPY (SELECT 1 AS x) TO STDOUT", "COPY ab FRM",
                                    "BEGIN", "COMMIT", "", "COPY ab TO STDOUT (WHAT)", "ROLLBACK",
                                    "INSERT INTO ab VALUES (7, 'seven')"]), []
        name = rng.choice(["", "", "s1"])
        if name:
            steps.append(["C", "S", name])
        steps.append(["P", name, sql])
        if rng.random() < 0.3:
            steps.append(["D", "S", name])
        steps.append(["B", "", name])
        if rng.random() < 0.3:
            steps.append(["D", "P", ""])
        steps.append(["E", "", rng.choice([0, 0, 1])])
        if rng.random() < 0.5:
            steps.append(rng.choice([["S"], ["H"]]))
        steps += data
        if rng.random() < 0.85:
            steps.append(["S"])
        if rng.random() < 0.1:
            steps.insert(rng.randrange(len(steps)), rng.choice([["S"], ["H"], ["c"], ["Q", "SELECT 1"]]))
    return case(["ab", "pk", "onei", "nn"], steps)


def odd_tables(rng):
    """Wide rows, rows without columns, partitions, identity: whole ones, and some that lack or add."""
    table = rng.choice(["w1600", "w1600", "none", "none", "part", "ident", "uq", "uq", "gen"])
    listed, columns = column_list(rng, schema.COLUMNS[table] or [("nothing", "int")], 0.2)
    if table == "w1600":
        chosen = rng.choice([columns, schema.COLUMNS[table]])
        listed, columns = (f" ({', '.join(c for c, _ in chosen)})" if listed else ""), chosen
    form = Format(rng, "FROM", columns)
    for name in ("DEFAULT", "FREEZE", "FORCE_NULL", "FORCE_NOT_NULL"):
        form.options.pop(name, None)
    rows = []
    for _ in range(rng.choice([0, 1, 2, 3])):
        rows.append("" if table == "none" and not listed else
                    form.row([str(rng.randrange(1, 9)) if rng.random() < 0.99 else None for _ in columns]))
    if rows and rng.random() < 0.4:
        at = rng.randrange(len(rows))
        rows[at] = rng.choice([rows[at] + form.row(["1", "2"]), rows[at][:-2], rows[at] + "\t", rows[at] + "x", ""])
    eol = rng.choice(EOLS)
    data = eol.join(rows) + (eol if rows and rng.random() < 0.8 else "")
    steps = [["Q", form.statement(table, listed)], *pieces(rng, data.encode().decode("latin-1")), ["c"]]
    if table != "uq" and rng.random() < 0.4:
        out = Format(rng, "TO", columns)
        out.options.pop("FORCE_QUOTE", None)
        steps.append(["Q", out.statement(table, listed)])
    return case([table], steps)


def headers(rng):
    """A header line that fits, or nearly, under odd options."""
    table = rng.choice(["ab", "one", "abc", '"Mixed Case"', "gen"])
    listed, columns = column_list(rng, schema.COLUMNS[table], 0.3)
    form = Format(rng, "FROM", columns)
    form.options["HEADER"] = rng.choice(["match", "MATCH", "'Match'", "true", ""])
    names = [c.strip('"').replace('""', '"') for c, _ in columns]
    for _ in range(rng.choice([0, 0, 0, 1, 1, 2])):
        at, what = rng.randrange(len(names)), rng.randrange(6)
        names[at] = [(names[at] or "").upper(), f"{names[at]} ", "x", "", None, names[0]][what]
        if what == 5:
            names.insert(at, names[0])
    data = form.row(names) + rng.choice(["\n", "\n", "\r\n", "\r", ""])
    if rng.random() < 0.3:
        data = mutate(rng, data.encode().decode("latin-1")).encode("latin-1").decode("utf-8", "replace")
    body = some_data(rng, Format(rng, "FROM", columns), columns) if rng.random() < 0.2 else \
        form.row([some_value(rng, kind, 0) for _, kind in columns]).encode().decode("latin-1") + "\n"
    return case([table], [["Q", form.statement(table, listed)],
                          *pieces(rng, data.encode().decode("latin-1") + body), ["c"]])


def skipped(rng):
    """ON_ERROR ignore over many bad rows of several columns."""
    table = rng.choice(["ab", "mixed", "nn", "dflt", "onei", "pk"])
    columns = schema.COLUMNS[table]
    form = Format(rng, "FROM", columns)
    form.options.pop("FREEZE", None)
    form.options["ON_ERROR"] = "ignore"
    form.options["LOG_VERBOSITY"] = rng.choice(["verbose", "verbose", "default", "silent"])
    if rng.random() < 0.4:
        form.options["REJECT_LIMIT"] = rng.choice(["1", "2", "3", "'4'"])
    data = some_data(rng, form, columns, rng.choice([0.2, 0.5]))
    if rng.random() < 0.3:
        data = mutate(rng, data)
    return case([table], [["Q", form.statement(table)], *pieces(rng, data), ["c"]])


TEXTS = ["\u00e9\u00e8", "\u20ac", "\u0416\u044f", "\u65e5\u672c\u8a9e", "\uff71\uff72", "\ud55c\uae00", "\u4e2d\u6587", "\u0e01\u0e02",
         "\u03b1\u03c9", "\u05d0", "\u0627", "\u00a0", "\ufffd", "\U0001f600", "\u0130\u0131", "\u0152", "~\\", "\u00a5", "\u301c\uff5e"]
PYTHON = {"LATIN1": "latin-1", "WIN1252": "cp1252", "EUC_JP": "euc_jp", "SJIS": "cp932", "BIG5": "cp950", "GBK": "gbk",
          "GB18030": "gb18030", "KOI8R": "koi8-r", "WIN1251": "cp1251", "UHC": "cp949", "EUC_KR": "euc_kr", "JOHAB": "johab",
          "LATIN2": "iso8859-2", "WIN874": "cp874", "ISO_8859_5": "iso8859-5", "UTF8": "utf-8", "SQL_ASCII": "utf-8",
          "LATIN5": "iso8859-9", "WIN1250": "cp1250", "EUC_CN": "gb2312", "KOI8U": "koi8-u", "WIN866": "cp866"}


def encoded(rng):
    """Characters in the bytes of another encoding, in and out, now and then with a byte changed."""
    name = rng.choice(list(PYTHON))
    form = Format(rng, "FROM", schema.COLUMNS["abc"])
    for option in ("DEFAULT", "FREEZE", "ON_ERROR", "REJECT_LIMIT"):
        form.options.pop(option, None)
    form.options["ENCODING"] = literal(name)
    text = rng.choice(EOLS).join(form.row([rng.choice(TEXTS) + rng.choice(["", "a", "|"]) for _ in "abc"]) for _ in "12")
    data = (text + "\n").encode(PYTHON[name], "ignore").decode("latin-1")
    if rng.random() < 0.3:
        at = rng.randrange(len(data) + 1)
        data = data[:at] + chr(rng.randrange(128, 256)) + data[at + rng.randrange(2):]
    steps = [["Q", form.statement("abc")], *pieces(rng, data), ["c"]]
    if rng.random() < 0.7:
        out = Format(rng, "TO", schema.COLUMNS["abc"])
        out.options["ENCODING"] = literal(rng.choice([name, name, rng.choice(list(PYTHON))]))
        steps.append(["Q", out.statement("abc")])
    return case(["abc"], steps)


def long_values(rng):
    """Values and lines longer than any buffer, cut in messages of several sizes."""
    table = rng.choice(["ab", "one", "abc"])
    columns = schema.COLUMNS[table]
    form = Format(rng, "FROM", columns)
    for name in ("DEFAULT", "FREEZE", "ENCODING", "HEADER"):
        form.options.pop(name, None)
    word = rng.choice(["x", "\u00e9", "ab,", "\\", '"', "a\nb", "\U0001f600"])
    rows = []
    for _ in range(rng.choice([1, 2, 3])):
        rows.append(form.row(["1" if kind == "int" else word * rng.choice([1, 100, 8191, 65535, 65536, 70000, 300000])
                              for _, kind in columns]))
    data = ("\n".join(rows) + "\n").encode().decode("latin-1")
    if rng.random() < 0.4:
        at = rng.randrange(len(data))
        data = data[:at] + rng.choice(JUNK) + data[at:]
    size = rng.choice([10**9, 1000, 65536, 65535, 8192])
    return case([table], [["Q", form.statement(table)],
                          *[["d", data[i:i + size]] for i in range(0, len(data), size)], ["c"]])


def dressed(rng):
    """Any statement in other words."""
    made = rng.choice([options, options, copy_from, copy_to, headers])(rng)
    made["steps"] = [[*step[:-1], dress.dress(rng, step[-1])] if step[0] == "Q" else step for step in made["steps"]]
    return made


def messages(rng):
    """Extended query with odd names, formats and parameters, and portals that are used again."""
    sql = [rng.choice(["COPY ab FROM STDIN", "COPY ab TO STDOUT", "COPY (SELECT 1 AS x) TO STDOUT", "COPY ab TO STDOUT (FORMAT binary)",
                       "COPY (SELECT $1::int) TO STDOUT", "COPY ab FROM STDIN WHERE a = $1", "", "BEGIN", "COMMIT", "COPY nope TO STDOUT",
                       "COPY ab FROM STDIN; COPY ab TO STDOUT", "COPY ab FROM STDIN;", "COPY ab TO STDOUT (FORMAT xml)"]) for _ in "12"]
    every = [["P", "", sql[0]], ["P", "s1", sql[1]], ["P", "s1", sql[0]], ["B", "", ""], ["B", "p1", "s1"], ["B", "p1", ""], ["B", "", "s1"],
             ["B", "", "nope"], ["D", "S", "s1"], ["D", "P", "p1"], ["D", "P", ""], ["D", "S", ""], ["D", "S", "nope"], ["D", "P", "nope"],
             ["E", "", 0], ["E", "p1", 0], ["E", "", 1], ["E", "p1", 1], ["E", "nope", 0], ["C", "P", "p1"], ["C", "S", "s1"], ["C", "P", ""],
             ["C", "S", "nope"], ["S"], ["H"], ["d", "1\tx\n"], ["c"], ["f", "no"], ["Q", sql[0]], ["raw", "B\0\0\0\x0c\0\0\0\0\0\0\0\0"],
             ["raw", "B\0\0\0\x0e\0\0\0\1\0\1\0\0\0\0"], ["raw", "B\0\0\0\x11\0\0\0\0\0\1\0\0\0\1x\0\0"], ["raw", "D\0\0\0\6x\0"],
             ["raw", "C\0\0\0\6x\0"], ["raw", "E\0\0\0\5\0"], ["raw", "P\0\0\0\6\0\0"], ["raw", "Q\0\0\0\5x"], ["raw", "S\0\0\0\5x"]]
    usual = [["P", "", sql[0]], ["B", "", ""], ["E", "", 0], ["d", "1\tx\n"], ["c"], ["S"]]
    steps = []
    for _ in range(rng.randrange(1, 4)):
        steps += [list(step) for step in usual]
    for _ in range(rng.randrange(0, 7)):
        at = rng.randrange(len(steps) + 1)
        if rng.random() < 0.3 and at < len(steps):
            del steps[at]
        else:
            steps.insert(at, list(rng.choice(every)))
    return case(["ab"], steps)


KINDS = [(copy_from, 20), (of_a_type, 10), (values, 12), (soup, 12), (long_rows, 3), (copy_to, 11), (in_binary, 12),
         (options, 18), (transaction, 8), (abuse, 4), (extended, 5), (odd_tables, 6), (headers, 6), (skipped, 6),
         (encoded, 6), (long_values, 2), (dressed, 12), (messages, 8), (dates, 8), (zones, 6),
         (freeze, 4)]


def generate(rng, only=None):
    if only:
        return next(kind for kind, _ in KINDS if kind.__name__ == only)(rng)
    make = rng.choices([k for k, _ in KINDS], [w for _, w in KINDS])[0]
    return make(rng)


def can_play(made, backend):
    """SQLite has no word for some of the tables."""
    if backend == "postgres":
        return True
    words = " ".join(step[-1] for step in made["steps"] if step[0] in "QP")
    words = re.sub(r"\\(00[2-7][0-9A-Fa-f])", lambda m: chr(int(m[1], 16)), words)  # of U&""
    return not re.search(rf"(?i)\b({'|'.join(schema.POSTGRES_ONLY)})\b", words)
