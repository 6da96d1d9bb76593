"""The options of a COPY, and data for them: right ones, nearly right ones, wrong ones."""
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
