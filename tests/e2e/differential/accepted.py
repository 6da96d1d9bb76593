"""The table of accepted differences and that of PostgreSQL's versions, by which
docs/compatibility.md is checked.

A row accepts a difference if the backend and the oracle's version are among its own, and its
patterns are found: `kind` in the difference's kind (as compare.py words it), `pair` in the two
messages that differ, PostgreSQL's first, and `case` in the statements and data.
"""
import dataclasses
import re

ALL = ("sqlite", "libsqlite", "postgres")  # over sqliteodbc, over SQLite itself, over psqlodbc
SQLITE = ("sqlite", "libsqlite")
VERSIONS = (18, 15)


@dataclasses.dataclass(frozen=True)
class Accepted:
    name: str
    reason: str
    kind: str = ""
    case: str = ""
    pair: str = ""
    backends: tuple = ALL
    oracles: tuple = VERSIONS


TABLE = [
    # ---- What a backend over ODBC cannot do
    Accepted("mistakes in WHERE", "columns, subqueries and the calls that are never allowed are judged here; "
             "grammar, types and functions are the database's, found with the first rows or before them, in its "
             "words, without a position; behind what is wrong with the table and the options",
             case=r"COPY(.|\n)*\bFROM\b(.|\n)*\bwhere\b",
             pair=r"^\['E', \{[^}]*'(42601|42804|42703|42803|42883|42P01|0A000|22P02)'"),
    Accepted("numbers of an identity column", "PostgreSQL takes one for each row that it has read, "
             "also in a COPY that fails; here a row that is refused before the database takes none",
             kind=r"^stored in ident:", backends=("postgres",)),
    Accepted("FREEZE behind another table", "refused like PostgreSQL's, where nothing in its "
             "subtransaction can have made or emptied a table; behind CREATE TABLE, TRUNCATE and "
             "statements whose work is not known it is taken, whichever table that was, and behind "
             "SELECT INTO refused; it is without effect, for it is about PostgreSQL's storage",
             case=r"\b(create|truncate|alter|into)\b[\s\S]*\bfreeze\b",
             pair=r"cannot perform COPY FREEZE because the table"),
    Accepted("ENCODING 'MULE_INTERNAL'", "Emacs's own encoding of several at once: 42883, as for one "
             "that PostgreSQL has no conversion for", pair=r"/ \['E', .*'42883'.*MULE_INTERNAL"),
    Accepted("characters of some encodings", "the C library's tables differ from PostgreSQL's in a few characters "
             "of BIG5, GB18030, EUC_JIS_2004 and SJIS, in those of EUC_TW's plane 3, in WIN1258's that are two bytes, and in U+0080 to U+009F of EUC_KR and EUC_JP",
             kind=r"22P05|character with byte sequence|d / d|^E\.[MWH] 22(P0[245]|021)",
             case="big5|gb18030|euc_jis_2004|shift_jis_2004|euc_tw|sjis|win1258|johab|uhc|gbk|euc_kr|euc_jp"),
    # ---- Statements that are not COPY are the database's
    Accepted("syntax errors of other statements", "their grammar is the database's, so a mistake "
             "is found when the statement's turn comes, in the database's words and without a "
             "position", case=r"(^|;)\s*(?!copy\b)\S|\bTO STDOUT\b|\bTO STDIN\b",
             pair=r"^\['E', \{[^}]*'42601'.*/ (\['E', \{[^}]*('M': 'syntax error'|'42[^}]*driver)|"
             r"\[[^E])|/ \['E', .*'M': 'syntax error'\}"),
    Accepted("escapes in a string that does not end", "it is the end that is missed (42601), not what was wrong "
             "before it (22025)", kind=r"^E\.[CMHP] (: )?22025", case=r"E'"),
    Accepted("a query of COPY that does not end", "its grammar is the database's: the parenthesis is missed, not "
             "what PostgreSQL met before it", case=r"COPY\s*\(", pair=r"^\['E', .*'42601'.* / \['E', .*'syntax error at end of input'"),
    Accepted("types of a SELECT's columns", "those that the driver reports; SQLite has no type "
             "for an expression", kind="body: T / T", backends=SQLITE),
    Accepted("integers of a query in binary", "have 64 bits: SQLite has no type for an expression",
             kind="^body: d / d", case=r"COPY\b.*\(.*\bbinary\b", backends=SQLITE),
    Accepted("words of PostgreSQL in a query", "U&'', E'', $$, TABLE t, comments in comments and the like in a query "
             "are the database's to read", kind=r"^flow: H / E|^E", case=r"COPY\b.*\((.|\n)*([UN]&?\"|[ENU]&?'|\$|/\*|[\f\v]|\bTABLE\b)",
             pair=r"/ \['E', .*'(42601|42703|42P01|42883|42000|HY000|XX000)'"),
    Accepted("isolation level in the middle", "is refused behind a query, as there, but not behind "
             "what the session answers itself, such as set_config() alone", kind="flow: E 25001 SET TRANSACTION"),
    Accepted("COPY (query) without columns", "a driver tells no statement without columns from "
             "one without rows, so it is refused",
             kind="^flow: H / E 0A000 COPY query must have a RETURNING", case=r"\(\s*SELECT\s*\)"),
    Accepted("NOT before a comparison in WHERE", "PostgreSQL says XX000 'cache lookup failed for "
             "function 0' when it reads the first row", case=r"\bNOT\b", pair=r"^[^/]*cache lookup failed"),
    Accepted("a query behind an Execute", "18 leaves a transaction open until Sync if a Query "
             "message comes without one before it; here the Query commits, as it did up to 17",
             kind=r"^body: Z / Z|E XX000 StartTransactionCommand|^E\.. (: )?XX000", oracles=(18,)),
    Accepted("a change by Execute, and a query behind it", "as above; that transaction is never committed, so 18 loses "
             "the rows", kind="^stored in .*: flow: C COPY # / d", case=r"^(COPY\b[^\n]*\bFROM|INSERT|UPDATE|DELETE)\b[^\n]*(\n\w*){3,6}\n\d", oracles=(18,)),
    Accepted("portals behind an error", "those of a transaction that failed are gone, where PostgreSQL "
             "keeps them up to its ROLLBACK and says 25P02 or NoData of each", pair=r"^\['(E', .*'25P02'.*|n'\]) / \['E', .*'34000'"),
    # ---- Errors of the database
    Accepted("what a query names", "a table or column that a query names and the database does "
             "not know is told without its name and position",
             kind="^E", pair=r"/ \['E', .*'M': '(relation|column|function) does not exist'",
             backends=("sqlite",)),
    Accepted("arguments of a function", "a function that SQLite does not know is told without the types of "
             "its arguments, over psqlodbc without its name and position",
             kind=r"^E\.[MHP] 42883", pair=r"/ \['E', .*'M': 'function does not exist'",
             backends=("libsqlite", "postgres")),
    Accepted("long messages", "are cut behind 4094 bytes, DETAIL behind 2046, CONTEXT at 383, between characters",
             kind=r"^E\.[MDW] ", pair=r"'([MDW])': '(.{90,}).*/ \['E', .*'\1': '\2"),
    Accepted("small letters find large ones", "PostgreSQL folds names that are not quoted, and other "
             "databases keep large letters: \"a b\" finds \"A b\", if nothing fits better",
             case='"a b"', pair=r'^[^/]*column "a b" of relation'),
    Accepted("constraints by name", "the driver names neither the constraint nor the row's other "
             "values, so one that is not unique is told without DETAIL, schema and its name",
             kind=r"^E\.[MDscntW] 23(?!505)", backends=("sqlite",)),
    Accepted("keys of a statement over sqliteodbc", "which one INSERT and UPDATE break is not told",
             kind=r"^E\.[MDcnt] 23505", case=r"\b(INSERT|UPDATE)\b", backends=("sqlite",)),
    Accepted("values of a statement's row", "SQLite names the constraint that INSERT and UPDATE break, and "
             "shows no row", kind=r"^E\.D 23\d+: .* / none", case=r"\b(INSERT|UPDATE)\b",
             backends=("libsqlite",)),
    Accepted("offsets of timetz over psqlodbc", "a zone of POSIX's may be more than 15 hours off (x99); PostgreSQL "
             "does not read the text that it writes of such a value", kind="^flow: C COPY # / E 22009",
             case="timetz", backends=("postgres",)),
    Accepted("keys over psqlodbc", "a key is told if it is a unique one's and the client's row spells it as the "
             "database does", kind=r"^E\.D 23\d+: .* / none", backends=("postgres",)),
    Accepted("names of a statement over psqlodbc", "of a constraint that other statements than COPY break the "
             "names are told that they have themselves, and its own", kind=r"^E\.[Mtcn] 23",
             case=r"\b(INSERT|UPDATE|DELETE)\b", backends=("postgres",)),
    Accepted("schema in an error", "told if the statement names it: which one the search path "
             "led to is the database's", kind=r"^E\.s .* / none"),
    Accepted("constraints at the end of a batch", "a row that the database refuses is found when "
             "its batch is stored, so an error of the client or of a later row's text wins over it",
             pair=r"^\['E', \{[^}]*('23\d\d\d'|'integer out of range')"),
    Accepted("CONTEXT behind a skipped row", "PostgreSQL's names the skipped row's column, and as "
             "its value bytes that are no longer its own", case="on_error", kind=r"^E\.W "),
    Accepted("tables without columns", "a driver tells no statement without columns from one without "
             "rows, and there is no INSERT without a value", case=r"\bnone\b", backends=("postgres",)),
    Accepted("binary intervals without a text", "a binary interval may hold what PostgreSQL prints and does not read "
             "again; values go to the database as text", case=r"\by_interval\b", kind="^flow: C COPY # / E 22007",
             backends=("postgres",)),
    Accepted("rows of a gigabyte", "a binary row may have as many bytes as PostgreSQL lets one value have",
             case=r"\bbinary\b", pair="/ .*'54000'"),
    Accepted("operators in WHERE", "strings like X'' and operators that other databases read in another way "
             "are refused", case=r"COPY(.|\n)*\bFROM\b(.|\n)*\bwhere\b",
             pair=r"in COPY FROM WHERE is not supported by|/ .*'column does not exist'"),
    Accepted("bytes that are not UTF-8 over psqlodbc", "the driver's encoding is UTF8, and so the database "
             "refuses what SQL_ASCII lets through", case="sql_?.?ascii", pair="invalid value for a column",
             backends=("postgres",)),
    Accepted("changes in a WITH over psqlodbc", "the driver wraps the query in a cursor, which PostgreSQL "
             "refuses", case=r"\bWITH\b(.|\n)*\b(INSERT|UPDATE|DELETE)\b", pair="/ .*'0A000'", backends=("postgres",)),
    Accepted("white space over psqlodbc", "the driver takes form feed and vertical tab for letters",
             case="[\f\v]", backends=("postgres",), pair="/ .*the database refused the statement"),
    Accepted("changes in a WITH in SQLite", "its WITH has no INSERT, UPDATE and DELETE",
             case=r"\bWITH\b(.|\n)*\b(INSERT|UPDATE|DELETE)\b", pair=r"/ \['E', .*'42601'", backends=SQLITE),
    Accepted("parentheses around a query in SQLite", "are bad syntax there", case=r"\(\s*\(",
             pair=r"/ \['E', .*'42601', 'M': 'syntax error at or near .\(", backends=SQLITE),
    Accepted("a SELECT of nothing in SQLite", "is bad syntax there", case=r"\bselect\s*(from\b|\))",
             pair=r"/ \['E', .*'42601', 'M': 'syntax error at or near .(\)|(?i:from))", backends=SQLITE),
    Accepted("a vertical tab in SQLite", "is no white space there", case="\v",
             pair=r"/ \['E', .*'42601', 'M': 'syntax error'", backends=SQLITE),
    # ---- What SQLite stores in another way
    Accepted("numbers in SQLite", "a column of SQLite has an affinity: numeric and json numbers "
             "become integers or doubles of 15 digits, and lose their scale; float4 is a double",
             kind="body: d / d", case=r"\b(y_jsonb?|y_numeric|y_numeric_s|y_real|y_float8|mixed)\b",
             backends=SQLITE),
    Accepted("division by zero in SQLite", "is NULL", pair=r"^\['E', \{[^}]*'22012'", backends=SQLITE),
    Accepted("char(n) in a query over sqliteodbc", "the driver does not tell the n of a query's "
             "column, so it is not padded; COPY table is", kind="^body: d / d",
             case=r"COPY\s*\((.|\n)*\by_char\b", backends=("sqlite",)),
    # ---- What psqlodbc reads in another way
    Accepted("dates in COPY (query) over psqlodbc", "the driver knows neither infinity nor years "
             "BC; COPY table asks for dates as text", kind=r"^body: d / d|^flow: d / E 22008",
             case=r"COPY\b(.|\n)*\((.|\n)*TO", backends=("postgres",)),
]


# What PostgreSQL 15 does in another way than 18, which is what pgcopyd follows.
SINCE_15 = [
    Accepted("16: DEFAULT; 17: ON_ERROR, LOG_VERBOSITY, FORCE_NULL * and FORCE_NOT_NULL *; 18: "
             "REJECT_LIMIT", "an option that is not known, or not in this form, is 42601 or 22023",
             case=r"DEFAULT|ON_ERROR|LOG_VERBOSITY|REJECT_LIMIT|FORCE_(NOT_)?NULL\s*\*|"
             r"FORCE (NOT )?NULL\s*\*|FORMAT\s*json"),
    Accepted("16: integers and numeric in other bases and with underscores", "0x1F, 0o17, 0b101 "
             "and 1_000 are bad syntax before",
             pair=r"^[^/]*invalid input syntax for type (smallint|integer|bigint|numeric|oid)"),
    Accepted("18: \\v in E''", "is a v before", case=r"E'\\v"),
    Accepted("17: FREEZE with COPY TO", "was taken and without effect", case=r"\bFREEZE\b"),
    Accepted("18: \\. is data in CSV, and alone on its line in text", "it ended the data in CSV, "
             "and in text behind a last row without a line end",
             case=r"\\\.|\\(\n.*)+\.", kind=""),
    Accepted("17: words of errors about options", "and some of their SQLSTATEs",
             pair=r"^[^/]*(available only in CSV mode|only available using COPY|must not appear in "
             r"the|CSV quote character|NULL specification|must be superuser)"),
    Accepted("16: epoch and infinity are whole values", "what stood behind them was not looked at",
             kind="^flow: C COPY # / E 22007", case="epoch|infinity"),
    Accepted("17: an interval may be infinite", "infinity is bad syntax before",
             case="inf", pair=r"^[^/]*(for type interval|interval out of range)"),
    Accepted("16: a word at the end of a time", "was passed over if it is one of dates",
             kind="^flow: C COPY # / E 22007 .* type (time|timestamp|date)"),
    Accepted("18: names of settings in hints", "DateStyle was datestyle", pair="datestyle"),
]


def words(case):
    return "\n".join(str(arg) for step in case["steps"] for arg in step[1:])


def accepted(kind, pair, case, backend, oracle):
    """The name of the row that accepts a difference, or None."""
    for row in SINCE_15 + TABLE if oracle == 15 else TABLE:
        if backend in row.backends and oracle in row.oracles and re.search(row.kind, kind) and \
                re.search(row.pair, pair) and re.search(row.case, words(case), re.I | re.M):
            return row.name
    return None


def as_markdown():
    """The lines of docs/compatibility.md that a test compares with it."""
    lines = ["| difference | behind | why |", "|---|---|---|"]
    for row in TABLE:
        behind = "any" if row.backends == ALL else " ".join(row.backends)
        lines.append(f"| {row.name} | {behind} | {row.reason} |")
    lines += ["", "| since | before |", "|---|---|"]
    lines += [f"| {row.name} | {row.reason} |" for row in SINCE_15]
    return [line.replace("\\", "\\\\") for line in lines]


if __name__ == "__main__":
    print("\n".join(as_markdown()))
