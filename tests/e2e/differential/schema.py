"""The tables that cases use: the same statements make them in PostgreSQL and behind pgcopyd."""

# Values of each type that PostgreSQL takes, and others that it does not, or only just.
GOOD = {
    "smallint": ["0", "1", "-1", "32767", "-32768", "+5", " 7 ", "0x1F", "0o17", "0b101", "1_000"],
    "int": ["0", "42", "-1", "2147483647", "-2147483648", " 12", "12 ", "0xff", "00012", "-0"],
    "bigint": ["0", "9223372036854775807", "-9223372036854775808", "123456789012345"],
    "real": ["0", "1.5", "-2.25", "1e10", "3.14159", "NaN", "Infinity", "-inf", "1e-30", "0.1"],
    "float8": ["0", "1.5", "-0", "1e15", "1e-5", "123456789.123", "NaN", "inf", "-Infinity",
               "1e300", "0.1", "1e22", "5e-324", "100000", "1234567890123456789", ".5", "5."],
    "numeric": ["0", "1.50", "-1.5", "0.000", "1e5", "1e-5", "NaN", "Infinity", "-Infinity",
                "12345678901234567890.123456789", ".5", "5.", "1_000.5", "0x10", "-0.0", "1E+3"],
    "numeric(10,2)": ["0", "1.5", "1.005", "-1.555", "99999999.99", "12345.678", "1e3"],
    "bool": ["t", "f", "true", "false", "TRUE", "yes", "no", "on", "off", "1", "0", "tr", "fal",
             " t ", "y", "n", "oN"],
    "date": ["2024-02-29", "1999-01-08", "01/02/2003", "2000-1-1", "Jan 5 2001", "5 Jan 2001",
             "20240229", "0001-01-01", "infinity", "-infinity", "epoch", "4713-01-01 BC",
             "J2451187", "2024.060", "1999-Jan-08", "2024-02-29 12:00:00"],
    "time": ["00:00", "12:34:56", "12:34:56.789", "23:59:59.999999", "24:00:00", "04:05 PM",
             "040506", "allballs", "12:34:56.1234567", "04:05:06-08", "1:2:3"],
    "timestamp": ["2024-02-29 12:34:56", "2024-02-29T12:34:56.5", "1999-01-08 04:05:06 -8:00",
                  "infinity", "epoch", "20240229T123456", "2024-02-29", "0044-03-15 BC",
                  "2024-12-31 23:59:60", "Jan 1 2000 1:02 pm", "294276-12-31 23:59:59.999999"],
    "timestamptz": ["2024-02-29 12:34:56+02", "2024-02-29T12:34:56Z", "2024-02-29 12:34:56",
                    "infinity", "1999-01-08 04:05:06 -8:00", "2024-02-29 12:34:56.123456+05:30",
                    "2024-06-01 00:00 EST", "2024-06-01 00:00 UTC", "2024-01-01 00:00:00-15:59"],
    "timetz": ["12:34:56+02", "12:34:56Z", "00:00", "24:00:00-08", "04:05:06.789-8", "23:59:60 UTC",
               "04:05:06 PST", "12:34:56.1234567+05:30"],
    "interval": ["1 day", "1-2", "3 4:05:06", "P1Y2M3DT4H5M6S", "1 year 2 mons -3 days", "-1:02:03",
                 "00:00:00", "1.5 weeks", "infinity", "-infinity", "2 days ago", "PT0.5S", "1e2 s",
                 "1 millennium", "@ 1 minute", "1 day 24:00:00.000001", "P0001-02-03T04:05:06"],
    "oid": ["0", "1", "4294967295", "-1", " 7 ", "0x1F", "2147483648"],
    "uuid": ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "A0EEBC999C0B4EF8BB6D6BB9BD380A11",
             "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}", "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11"],
    "json": ["{}", "[]", "null", '{"a": 1}', ' [1, 2.50, "x"] ', '"text"', "true", "1e5",
             '{"a":{"b":[null,false]},"a":2}', '"\\u00e9\\n"'],
    "jsonb": ["{}", "[]", "null", '{"b": 1, "a": 2}', ' [1, 2.50, "x"] ', '"text"', "1e5",
              '{"a":{"b":[null,false]},"a":2}', '"\\u00e9\\n"', '{"aa":1,"b":2}', "-0", "1.0"],
    "bytea": ["", "\\x", "\\x00ff", "\\xDEADBEEF", "\\x 01 02", "abc", "\\000\\377", "a\\\\b",
              "\u00e9"],
    "varchar(5)": ["", "abc", "12345", "12345  ", "\u00e9\u00e9\u00e9\u00e9\u00e9"],
    "char(3)": ["", "a", "abc", "abc   ", "\u00e9"],
    "text": ["", "x", "NULL", "\\N", "a b", " lead", "trail ", "\u65e5\u672c", "O'Neil", "a,b",
             'say "hi"', "tab\there", "new\nline", "cr\rhere", "\\.", "\\", "#", "\x01", "\x7f"],
}
BAD = {
    "smallint": ["32768", "-32769", "", "x", "1.0", "1 2", "0x", "1__0", "_1", "99999999999"],
    "int": ["2147483648", "-2147483649", "", "abc", "1.5", "1e3", "--1", "+", "12a", "\u0661"],
    "bigint": ["9223372036854775808", "-9223372036854775809", "", "x", "1.0"],
    "real": ["", "x", "1e50", "1e-60", "1..2", "nanx", "1e", "0x1g"],
    "float8": ["", "x", "1e400", "1e-400", "1,5", "1e", "infin", "- 1", "1.5.5"],
    "numeric": ["", "x", "1e", "1.2.3", "1e200000", "Na", "1 2", "0x", "1e-20000", "--5", "1__0"],
    "numeric(10,2)": ["100000000", "99999999.995", "Infinity", "x", ""],
    "bool": ["", "x", "2", "truee", "o", "10", "yess"],
    "date": ["", "x", "2023-02-29", "2024-13-01", "2024-00-01", "13/13/2003", "10000000-01-01",
             "2024-02-30", "2024-2", "99-99-99", "infinityy", "2024-01-01 25:00", "0000-01-01",
             "5874898-01-01", "4714-11-23 BC", "2024-06-01 junk"],
    "time": ["", "x", "25:00", "12:60", "24:00:01", "12:34:61", "1234567", "12:34:56 XX",
             "13:00 PM", "12"],
    "timestamp": ["", "x", "2024-02-30 00:00", "2024-01-01 25:00", "294277-01-01", "now x",
                  "2024-01-01 12:00 Nowhere/Land", "20240229T99", "2024-01-01 00:00:00 +99"],
    "timestamptz": ["", "x", "2024-02-30 00:00Z", "2024-01-01 00:00 XYZ", "294277-01-01 00:00Z",
                    "2024-01-01 00:00+16:00", "2024-01-01 00:00:00 Europe/Nowhere"],
    "timetz": ["", "x", "25:00Z", "12:60+01", "12:34+16", "12:34:56 Nowhere", "13:00 PM"],
    "interval": ["", "x", "1 dayz", "1-2-3", "P", "PT", "1 year 1 year", "99999999999 years", "1:2:3:4",
                 "P1Y2Q", "infinity 1 day", "--1", "ago", "1 day ago ago"],
    "oid": ["", "x", "4294967296", "-2147483649", "1.5"],
    "uuid": ["", "x", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1", "g0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
             "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a111", "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
    "json": ["", "{", "{a:1}", "[1,]", "nul", '"x', "01", "{} x", '"\\u00"', '"\\ud800"', "'a'",
             '{"a" 1}', '{"a":1,}', "tru", '"\x01"', '{"a":1 "b"}', "[1 2]", '{1:2}', "-", "1."],
    "jsonb": ["", "{", "{a:1}", "[1,]", "nul", '"x', "01", "{} x", '"\\u0000"', '"\\ud800"'],
    "bytea": ["\\x0", "\\xzz", "\\x0g", "\\9", "\\", "\\400", "\\x0 1"],
    "varchar(5)": ["123456", "12345 7", "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9"],
    "char(3)": ["abcd", "abc d"],
    "text": [],
}


def type_table(type_name):
    return "y_" + type_name.split("(")[0] + ("_s" if type_name.startswith("numeric(") else "")


TYPE_TABLES = {type_table(t): t for t in GOOD}
COLUMNS = {
    "ab": [("a", "int"), ("b", "text")],
    "one": [("a", "text")],
    "onei": [("a", "int")],
    "abc": [("a", "text"), ("b", "text"), ("c", "text")],
    "wide": [(f"c{i}", "text") for i in range(1, 13)],
    "nn": [("a", "int"), ("b", "text"), ("c", "varchar(5)")],
    "dflt": [("a", "int"), ("b", "int"), ("c", "text")],
    "pk": [("id", "int"), ("v", "text")],
    "ck": [("a", "int"), ("b", "text")],
    '"Mixed Case"': [('"A b"', "int"), ('"c""d"', "text"), ("e", "date")],
    "mixed": [("i", "int"), ("d", "date"), ("n", "numeric(10,2)"), ("t", "text"), ("f", "bool")],
    "gen": [("a", "int"), ("b", "int")],
    "vw": [("a", "int"), ("b", "text")],
    "uq": [("a", "int"), ("b", "text")],
    "w1600": [(f"c{i}", "int") for i in range(1, 1601)],
    "none": [],
    "part": [("a", "int"), ("b", "text")],
    "ident": [("a", "int"), ("b", "text")],
    "mv": [("a", "int")],
    **{name: [("k", "int"), ("v", kind)] for name, kind in TYPE_TABLES.items()},
}
_SPECIAL = {
    "nn": "CREATE TABLE nn (a int NOT NULL, b text NOT NULL, c varchar(5))",
    "dflt": "CREATE TABLE dflt (a int, b int DEFAULT 7, c text DEFAULT 'seven')",
    "pk": "CREATE TABLE pk (id int PRIMARY KEY, v text)",
    "ck": "CREATE TABLE ck (a int CHECK (a > 0), b text)",
    "gen": "CREATE TABLE gen (a int, b int GENERATED ALWAYS AS (a * 2) STORED)",
    "vw": "CREATE VIEW vw AS SELECT a, b FROM ab",
    "uq": "CREATE TABLE uq (a int UNIQUE, b text, UNIQUE (b, a))",
    "part": "CREATE TABLE part (a int, b text) PARTITION BY LIST (a); CREATE TABLE part1 PARTITION OF part DEFAULT",
    "ident": "CREATE TABLE ident (a int GENERATED ALWAYS AS IDENTITY (START 100), b text)",
    "mv": "CREATE MATERIALIZED VIEW mv AS SELECT 1 AS a",
}
TABLES = [name for name in COLUMNS if name not in ("vw", "mv")]
POSTGRES_ONLY = ("none", "part", "ident", "mv")


def statements(backend="postgres"):
    for name, columns in COLUMNS.items():
        if backend != "postgres" and name in POSTGRES_ONLY:
            continue
        inside = ", ".join(f"{c} {t}" for c, t in columns)
        yield _SPECIAL.get(name, f"CREATE TABLE {name} ({inside})")
