"""Makes cases: statements of COPY, right and wrong, and the data for them.

A case is {"tables": [...], "steps": [...]}; it depends on the random numbers it is given alone.
"""
import binary
import schema

EOLS = ["\n"] * 8 + ["\r\n"] * 3 + ["\r"] * 2
JUNK = ["\\.", "\\.\n", "\n\\.\n", '"', '""', "\\", "\\\\", "\r", "\n", "\r\n", ",", "\t", "\x00",
        "\xff", "\xc3", "\xc3\xa9", "\xed\xa0\x80", "\xf0\x9f\x98\x80", "\xf4\x90\x80\x80", "\xe2\x82",
        "\xc0\x80", "\\x41", "\\101", "\\303\\251", "\\303", "\\N", "\\n", "\\x", "\\0", "\\xe9",
        "NULL", "|", ";", " ", "'", "\\\n", "\\\r\n", "x", "\x0b", "\\b", "\\v", "\\8", "\\400"]


def literal(word):
    """A string constant, with E'' where it needs one."""
    plain = word.replace("'", "''")
    if any(c in word for c in "\n\r\t\\\x0b") and "\\" not in word:
        return "E'" + plain.replace("\n", "\\n").replace("\r", "\\r").replace(
            "\t", "\\t").replace("\x0b", "\\v") + "'"
    return "'" + plain + "'"


class Format:
    """The options of one COPY, as a dict by name, and how data is written under them."""

    def __init__(self, rng, direction, columns):
        self.rng, self.direction, self.columns = rng, direction, columns
        self.csv = rng.random() < 0.5
        self.options = {}
        if self.csv or rng.random() < 0.1:
            self.options["FORMAT"] = "csv" if self.csv else "text"
        for chance, add in ((0.2, self.delimiter), (0.25, self.null), (0.25, self.header),
                            (0.15, self.quoting), (0.15, self.force), (0.06, self.encoding),
                            (0.12, self.default), (0.15, self.on_error), (0.01, self.freeze)):
            if rng.random() < chance:
                add()

    def pick(self, *words):
        return self.rng.choice(words)

    def delimiter(self):
        self.options["DELIMITER"] = literal(self.pick("|", ";", ",", "\t", ":", "#", "~", "\x0b", " "))

    def null(self):
        self.options["NULL"] = literal(self.pick("", "NULL", "\\N", "null", "-", "\\x", "N/A", " "))

    def header(self):
        self.options["HEADER"] = self.pick("", "true", "on", "1", "false", "0", "match", "MATCH")

    def quoting(self):
        if self.csv:
            self.options["QUOTE"] = literal(self.pick("'", '"', "|", "~", "$"))
            if self.rng.random() < 0.5:
                self.options["ESCAPE"] = literal(self.pick("'", '"', "\\", "~", ","))

    def names(self):
        chosen = [c for c, _ in self.columns if self.rng.random() < 0.6] or [self.columns[0][0]]
        return self.pick("*", "(" + ", ".join(chosen) + ")")

    def force(self):
        if self.csv:
            out = self.direction == "TO"
            for name in ["FORCE_QUOTE"] if out else ["FORCE_NULL", "FORCE_NOT_NULL"]:
                if self.rng.random() < 0.7:
                    self.options[name] = self.names()

    def encoding(self):
        self.options["ENCODING"] = self.pick(
            "'UTF8'", "'utf-8'", "'SQL_ASCII'", "'sql-ascii'", "'LATIN1'", "'iso-8859-1'", "'WIN1252'",
            "'latin9'", "'EUC_JP'", "'SJIS'", "'BIG5'", "'GBK'", "'GB18030'", "'KOI8R'", "'WIN1251'",
            "'UHC'", "'EUC_KR'", "'JOHAB'", "'LATIN2'", "'WIN874'", "'ISO_8859_5'", "'MULE_INTERNAL'")

    def default(self):
        if self.direction == "FROM":
            self.options["DEFAULT"] = literal(self.pick("\\D", "DEF", "x"))

    def on_error(self):
        if self.direction == "FROM":
            self.options["ON_ERROR"] = self.pick("ignore", "ignore", "IGNORE", "stop")
            if self.rng.random() < 0.4:
                self.options["REJECT_LIMIT"] = self.pick("1", "2", "100")
        if self.rng.random() < 0.5:
            self.options["LOG_VERBOSITY"] = self.pick("default", "verbose", "silent", "VERBOSE")

    def freeze(self):
        if self.direction == "FROM":
            self.options["FREEZE"] = self.pick("", "false", "true")

    def value(self, name, otherwise):
        written = self.options.get(name)
        if written is None:
            return otherwise
        if written.startswith("E'"):
            return written[2:-1].encode().decode("unicode_escape")
        return written[1:-1].replace("''", "'")

    def statement(self, table, columns=""):
        stream = "STDIN" if self.direction == "FROM" else "STDOUT"
        head = f"COPY {table}{columns} {self.direction} {stream}"
        if not self.options:
            return head
        if self.rng.random() < 0.15 and self.legacy():
            return head + " " + self.legacy()
        items = [f"{k} {v}".strip() for k, v in self.options.items()]
        self.rng.shuffle(items)
        return f"{head} {self.pick('', 'WITH ')}({', '.join(items)})"

    def legacy(self):
        """The old syntax, where it has a word for each option."""
        words = {"FORMAT": "CSV" if self.csv else "", "HEADER": "HEADER",
                 "FORCE_QUOTE": "FORCE QUOTE ", "FORCE_NULL": "FORCE NULL ",
                 "FORCE_NOT_NULL": "FORCE NOT NULL "}
        items = []
        for name, value in self.options.items():
            if name in ("DEFAULT", "ON_ERROR", "REJECT_LIMIT", "LOG_VERBOSITY"):
                return ""
            if name.startswith("FORCE"):
                items.append(words[name] + value.strip("()"))
            elif name in words or name == "FREEZE":
                items.append(words.get(name, name))
            else:
                items.append(f"{name} {self.pick('', 'AS ') if name != 'ENCODING' else ''}{value}")
        return " ".join(items)

    # ---- Data

    def field(self, value):
        delimiter = self.value("DELIMITER", "," if self.csv else "\t")
        null = self.value("NULL", "" if self.csv else "\\N")
        if value is None:
            return null
        if not self.csv:
            for char, letter in (("\\", "\\"), ("\n", "n"), ("\r", "r"), ("\t", "t")):
                value = value.replace(char, "\\" + letter)
            return value if delimiter == "\t" else value.replace(delimiter, "\\" + delimiter)
        quote = self.value("QUOTE", '"')
        escape = self.value("ESCAPE", quote)
        if value == null or any(c in value for c in (delimiter, quote, "\n", "\r")) or \
                self.rng.random() < 0.1:
            inside = value.replace(escape, escape * 2) if escape != quote else value
            return quote + inside.replace(quote, escape + quote) + quote
        return value

    def row(self, values):
        delimiter = self.value("DELIMITER", "," if self.csv else "\t")
        return delimiter.join(self.field(v) for v in values)


SOUP = list("0123456789+-.,:/ eExXtTzZ_\\\"'{}[]()%aAbBnNsSpPmM") + ["BC", "AD", "am", "PM", "inf", "nan",
       "\u00e9", "\u0661", "\t", "null", "Jan", "sat", "+05", "-08:30", "0x", "1e", "\\x", "\\u00", "UTC",
       "epoch", "J", "T", "d", "W", "::", "--", "00", "99999999999", "today", "mon 1", "\x7f", "dow"]


def mutated_value(rng, kind):
    """A value of the type, or two, with a few characters changed."""
    value = rng.choice(schema.GOOD[kind] + schema.BAD[kind])
    if rng.random() < 0.1:
        value += rng.choice(["", " ", ",", "T"]) + rng.choice(schema.GOOD[kind])
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        at, what = rng.randrange(len(value) + 1), rng.random()
        if what < 0.5:
            value = value[:at] + rng.choice(SOUP) + value[at:]
        elif what < 0.75:
            value = value[:at] + value[at + 1:]
        else:
            value = value[:at] + rng.choice(SOUP) + value[at + 1:]
    return value


def some_value(rng, kind, bad=0.04):
    if rng.random() < 0.08:
        return None
    if bad and rng.random() < bad / 2:
        return mutated_value(rng, kind)
    if rng.random() < bad and schema.BAD[kind]:
        return rng.choice(schema.BAD[kind])
    if kind == "int" and rng.random() < 0.8:
        return str(rng.randrange(1, 1000))
    return rng.choice(schema.GOOD[kind])


def some_data(rng, form, columns, bad=0.04):
    """Bytes, as latin-1."""
    eol, rows = rng.choice(EOLS), []
    if form.options.get("HEADER") not in (None, "false", "0"):
        rows.append(form.row([c.strip('"').replace('""', '"') for c, _ in columns]))
    for _ in range(rng.choice([0, 1, 1, 2, 3, 4, 8])):
        rows.append(form.row([some_value(rng, kind, bad) for _, kind in columns]))
    data = eol.join(rows).encode("utf-8").decode("latin-1")
    return data + (eol if rows and rng.random() < 0.85 else "")


def mutate(rng, data):
    for _ in range(rng.choice([0, 0, 1, 1, 2, 3])):
        at, what = rng.randrange(len(data) + 1), rng.random()
        if what < 0.6:
            data = data[:at] + rng.choice(JUNK) + data[at:]
        elif what < 0.75:
            data = data[:at] + data[at + rng.randrange(1, 4):]
        elif what < 0.85:
            data = data[:at]
        else:
            lines = data.splitlines(keepends=True) or [""]
            lines.insert(rng.randrange(len(lines) + 1), rng.choice(lines + ["\n", "\r\n", "\r"]))
            data = "".join(lines)
    return data


def pieces(rng, data):
    """CopyData messages, cut anywhere; a message may be empty."""
    how, out = rng.random(), []
    if how < 0.5:
        return [["d", data]] if data or how < 0.1 else []
    size = 1 if how < 0.6 and len(data) < 200 else rng.randrange(1, 40)
    while data:
        n = rng.randrange(0, size + 1)
        out.append(["d", data[:n]])
        data = data[n:]
    return out


def column_list(rng, columns, chance=0.15):
    """Text for the statement, and the columns as they come then."""
    if rng.random() > chance:
        return "", columns
    chosen = rng.sample(columns, rng.randrange(1, len(columns) + 1))
    return f" ({', '.join(c for c, _ in chosen)})", chosen


CONDITIONS = ["a > 0", "a IS NOT NULL", "b = 'x' AND a < 5", "a = 1 OR b <> 'x'", "b IS NULL",
              "a BETWEEN 2 AND 500", "length(b) > 2", "a + 1 < 50", "b LIKE 'a%'"]


def usual_tables():
    return ["ab", "ab", "one", "onei", "abc", "wide", "nn", "dflt", "pk", "ck", '"Mixed Case"',
            "mixed", "mixed", "gen", "vw"]


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
        sql += " WHERE " + rng.choice(CONDITIONS)
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
    table = rng.choice([t for t in usual_tables() if t != "pk"] + list(schema.TYPE_TABLES))
    columns = schema.COLUMNS[table]  # of pk, SQLite reads one column in its index's order
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


# Pieces of options that are wrong, or right only sometimes.
ODD = ["FORMAT", "FORMAT xml", "FORMAT 'CSV'", "FORMAT CSV", "FORMAT text", "FORMAT json",
       "FORMAT (csv)", "FREEZE", "FREEZE yes", "FREEZE 2", "FREEZE 0", "DELIMITER", "DELIMITER 'ab'",
       "DELIMITER ''", "DELIMITER E'\\n'", "DELIMITER E'\\r'", "DELIMITER 'a'", "DELIMITER '\\'",
       "DELIMITER '.'", "DELIMITER 'N'", "DELIMITER '\"'", "DELIMITER '\u00e9'", "NULL", "NULL 0",
       "NULL -1", "NULL 1.50", "NULL true", "NULL abc", "NULL E'a\\nb'", "NULL 'a,b'", "NULL '\"'",
       "NULL \"Ab\"", "DEFAULT", "DEFAULT 'x'", "DEFAULT E'\\r'", "DEFAULT ','", "DEFAULT '\"'",
       "DEFAULT ''", "HEADER 2", "HEADER yes", "HEADER MATCH", "HEADER 'true'", "HEADER *",
       "HEADER -1", "HEADER OFF", "QUOTE", "QUOTE ''", "QUOTE 'ab'", "QUOTE ','", "QUOTE '''",
       "QUOTE '~'", "ESCAPE", "ESCAPE ''", "ESCAPE 'ab'", "ESCAPE '\\'", "FORCE_QUOTE", "FORCE_QUOTE *",
       "FORCE_QUOTE (a)", "FORCE_QUOTE (nope)", "FORCE_QUOTE 'a'", "FORCE_QUOTE (a, a)",
       "FORCE_NOT_NULL *", "FORCE_NOT_NULL (a)", "FORCE_NOT_NULL (nope)", "FORCE_NOT_NULL a",
       "FORCE_NULL *", "FORCE_NULL (b)", "FORCE_NULL (a, a)", "FORCE_NULL", "ON_ERROR", "ON_ERROR stop",
       "ON_ERROR ignore", "ON_ERROR set_null", "ON_ERROR 'Ignore'", "ON_ERROR 1", "REJECT_LIMIT",
       "REJECT_LIMIT 1", "REJECT_LIMIT 0", "REJECT_LIMIT -1", "REJECT_LIMIT 'x'", "REJECT_LIMIT '3'",
       "REJECT_LIMIT 99999999999999999999", "REJECT_LIMIT 1.5", "LOG_VERBOSITY", "LOG_VERBOSITY verbose",
       "LOG_VERBOSITY 'silent'", "LOG_VERBOSITY loud", "ENCODING", "ENCODING 'UTF8'",
       "ENCODING 'nope'", "ENCODING utf8", "ENCODING 8", "OIDS", "WHAT", "WHAT 1", "\"Format\" csv",
       "\"format\" csv", "CONVERT_SELECTIVELY (a)", "FORMAT csv", "FORMAT csv", "FORMAT csv",
       "FORMAT = csv", "", "SELECT", "SELECT 1", "FORCE_ARRAY", "DELIMITERS '|'", "CSV",
       "FORMAT binary", "FORMAT BINARY", "BINARY"]
OLD = ["CSV", "CSV HEADER", "HEADER", "DELIMITER '|'", "DELIMITER AS ','", "DELIMITERS '|'",
       "USING DELIMITERS '|'", "NULL 'x'", "NULL AS ''", "WITH NULL AS 'x'", "QUOTE AS '~'",
       "ESCAPE '\\'", "FORCE QUOTE a", "FORCE QUOTE *", "FORCE NOT NULL a, b", "FORCE NULL b",
       "FORCE NULL nope", "ENCODING 'UTF8'", "FREEZE", "BINARY", "WITH CSV", "WITH", "CSV (HEADER)",
       "FORCE", "FORCE NULL", "NULL", "AS", "OIDS", "WITH OIDS", "WHERE a > 0", ";", "; ;", "-- x",
       "/* x */", "/* /* */", "'x", "\"x", "$$", "HEADER true", "DELIMITER ','", "ESCAPE ESCAPE"]
TARGETS = ["ab", "ab", "ab", "ab (a, b)", "ab (b)", "ab (a, a)", "ab (nope)", "ab ()", "nope",
           "nope.ab", "public.ab", "\"AB\"", "AB", "vw", "vw (a)", "gen", "gen (b)", "gen (a, b)",
           "\"Mixed Case\"", "mixed case", "x.y.z.ab", "ab *", "ONLY ab", "a b", "(ab)", "\"\"", "",
           "1", "ab (a b)", "ab (\"a\")", "ab (A)", "ab (", "public.nope", "ab (a,)", "select"]
QUERIES = ["(SELECT 1)", "(SELECT a, b FROM ab ORDER BY a)", "(VALUES (1, 'x'), (2, NULL))",
           "(SELECT 1 AS x, 2 AS x)", "(SELECT)", "()", "(SELECT nope FROM ab)", "(TABLE ab)",
           "(SELECT 'a,b' AS \"q\"\"q\")", "((SELECT 1))", "(SELECT 1; SELECT 2)", "(COPY ab TO STDOUT)",
           "(INSERT INTO ab VALUES (1, 'x'))", "(INSERT INTO ab VALUES (1, 'x') RETURNING b)",
           "(DELETE FROM ab RETURNING a)", "(SELECT * FROM nope)", "(WITH w AS (SELECT 1) SELECT * FROM w)",
           "(SELECT ')' AS a -- )\n)", "(SELECT $$)$$ AS a)", "(SELECT 1) (a)", "(SELECT 1",
           "(SELECT a FROM ab WHERE false)", "(DROP TABLE nope)", "(SELECT 1 INTO x)"]
STREAMS = ["STDIN", "STDIN", "STDIN", "stdin", "STDOUT", "'/etc/passwd'", "PROGRAM 'true'",
           "PROGRAM STDIN", "", "STDIN STDIN", "\"STDIN\"", "FILE"]


def odd_statement(rng):
    out = rng.random() < 0.35
    target = rng.choice(QUERIES if out and rng.random() < 0.4 else TARGETS) \
        if rng.random() < 0.5 else "ab"
    stream = rng.choice(STREAMS) if rng.random() < 0.15 else "STDOUT" if out else "STDIN"
    words = ["COPY", target, "TO" if out else "FROM", stream]
    if rng.random() < 0.04:
        words.insert(1, rng.choice(["BINARY", "WITH", "COPY"]))
    how = rng.random()
    if how < 0.6:
        words.append("(" + ", ".join(rng.choice(ODD) for _ in range(rng.choice([1, 1, 2, 2, 3, 4]))) + ")")
    elif how < 0.85:
        words += [rng.choice(OLD) for _ in range(rng.choice([1, 1, 2, 3]))]
    if rng.random() < 0.05:
        words.append("WHERE " + rng.choice(CONDITIONS + ["true", "nope > 1", "a", "a >", "a > 0 x"]))
    if rng.random() < 0.04:
        del words[rng.randrange(len(words))]
    return " ".join(words)


def options(rng):
    sql = odd_statement(rng)
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


KINDS = [(copy_from, 24), (of_a_type, 10), (values, 14), (dates, 8), (soup, 12), (long_rows, 3), (copy_to, 11), (in_binary, 10),
         (options, 16), (transaction, 8), (freeze, 4), (abuse, 4), (extended, 6)]


def generate(rng, only=None):
    if only:
        return next(kind for kind, _ in KINDS if kind.__name__ == only)(rng)
    make = rng.choices([k for k, _ in KINDS], [w for _, w in KINDS])[0]
    return make(rng)
