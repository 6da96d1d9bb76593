"""What libpgcopy builds on, asked of the database itself.  Each fact is a function: its text is what
the documentation says (docs/iris.md), its result what was seen and whether that is so; None: there
is nothing to expect.  A table pgcopy_facts is made and dropped."""
import ctypes

import odbc

TABLE = "pgcopy_facts"
SAMPLE = "ä€".encode()


def code_of(conn, *statement):
    """The native code that a statement is refused with; 0: it is not."""
    try:
        conn.run(*statement)
    except odbc.Error as error:
        return error.native
    return 0


def remake(conn, columns):
    code_of(conn, f"DROP TABLE {TABLE}")
    conn.run(f"CREATE TABLE {TABLE} ({columns})")


def names(conn):
    """SQL_DBMS_NAME has IRIS in it"""
    name = conn.info(17)
    return f"{name} {conn.info(18)}", "IRIS" in name.upper()


def driver(conn):
    """the driver, its version, its ODBC"""
    return ", ".join(conn.info(what) for what in (6, 7, 77)), None


def lengths(conn):
    """lengths are of 64 bits"""
    with conn.statement() as statement:
        statement.prepare("SELECT 'x'")
        statement.execute()
        next(statement.rows())
        return hex(statement.length), statement.length == 1


def utf8(conn):
    """the driver takes and gives UTF-8: ä€ are 2 characters"""
    text, length = conn.run("SELECT ?, LENGTH(?)", SAMPLE, SAMPLE)[0]
    return f"{text!r}, {length.decode()}", (text, length) == (SAMPLE, b"2")


def schema(conn):
    """a table without schema is in SQLUser"""
    remake(conn, "a INT")
    code = code_of(conn, f'SELECT "A" FROM "SQLUser"."{TABLE}"')
    return "found" if not code else code, code == 0


def one_row(conn):
    """INSERT takes one list of VALUES"""
    remake(conn, "a INT")
    code = code_of(conn, f"INSERT INTO {TABLE} (a) VALUES (1), (2)")
    return code, code > 0


def unique(conn):
    """a duplicate key is 119"""
    remake(conn, "a INT PRIMARY KEY")
    conn.run(f"INSERT INTO {TABLE} (a) VALUES (?)", b"1")
    code = code_of(conn, f"INSERT INTO {TABLE} (a) VALUES (?)", b"1")
    return code, code == 119


def required(conn):
    """a NULL where none may be is 108"""
    remake(conn, "a INT, b INT NOT NULL")
    code = code_of(conn, f"INSERT INTO {TABLE} (a) VALUES (?)", b"1")
    return code, code == 108


def validation(conn):
    """a text that is too long is 104, and VARCHAR alone has a length of 1"""
    remake(conn, "a VARCHAR(2), b VARCHAR")
    codes = [code_of(conn, f"INSERT INTO {TABLE} ({name}) VALUES (?)", b"abc") for name in "ab"]
    return codes, codes == [104, 104]


def streams(conn):
    """6000 characters go into VARCHAR as VARCHAR, into LONGVARCHAR as LONGVARCHAR"""
    remake(conn, "a VARCHAR(6000), b LONGVARCHAR")
    with conn.statement() as statement:
        statement.prepare(f"INSERT INTO {TABLE} (a, b) VALUES (?, ?)")
        statement.bind_array(1, [b"x" * 6000], 6000)
        statement.bind_array(2, [b"y" * 6000], 6000, odbc.LONGVARCHAR)
        statement.execute()
    seen = conn.run(f"SELECT LENGTH(a) FROM {TABLE}")[0][0]
    return seen, seen == b"6000"


def dates(conn):
    """a date that is none is 104 or 146"""
    remake(conn, "a DATE")
    code = code_of(conn, f"INSERT INTO {TABLE} (a) VALUES (?)", b"2024-02-30")
    return code, code in (104, 146)


def unknown(conn):
    """no table is 30, no column is 29"""
    remake(conn, "a INT")
    codes = [code_of(conn, "SELECT a FROM pgcopy_nosuch"), code_of(conn, f"SELECT nosuch FROM {TABLE}")]
    return codes, codes == [30, 29]


def empty(conn):
    """'' is not NULL, and is read as nothing or as one NUL"""
    remake(conn, "a VARCHAR(5)")
    for value in (b"", None):
        conn.run(f"INSERT INTO {TABLE} (a) VALUES (?)", value)
    seen = [row[0] for row in conn.run(f"SELECT a FROM {TABLE}")]
    return seen, sorted(seen, key=repr) in ([None, b""], [None, b"\0"], [b"", None], [b"\0", None])


def numbers(conn):
    """0.5 is read as 0.5 or .5"""
    remake(conn, "a NUMERIC(5,2)")
    conn.run(f"INSERT INTO {TABLE} (a) VALUES (?)", b"0.5")
    seen = conn.run(f"SELECT a FROM {TABLE}")[0][0]
    return seen, seen.strip(b"0") in (b".5",)


def codes(conn):
    """DATE, TIME, TIMESTAMP are 9, 10, 11 or 91, 92, 93; BIT is -7"""
    remake(conn, "a DATE, b TIME, c TIMESTAMP, d BIT")
    with conn.statement() as statement:
        statement.prepare(f"SELECT a, b, c, d FROM {TABLE}")
        statement.execute()
        seen = [statement.column(i) for i in (1, 2, 3, 4)]
    return seen, all(code in (want, 82 + want) for code, want in zip(seen, (9, 10, 11))) and seen[3] == -7


def bits(conn):
    """BIT takes 1 and 0, and gives them"""
    remake(conn, "a BIT")
    conn.run(f"INSERT INTO {TABLE} (a) VALUES (?)", b"1")
    seen = conn.run(f"SELECT a FROM {TABLE}")
    return seen, seen == [(b"1",)]


def rollback(conn):
    """without autocommit a rollback takes everything back"""
    remake(conn, "a INT")
    conn.autocommit(False)
    conn.run(f"INSERT INTO {TABLE} (a) VALUES (?)", b"1")
    conn.end(odbc.ROLLBACK)
    conn.autocommit(True)
    seen = conn.run(f"SELECT count(*) FROM {TABLE}")[0][0]
    return seen, seen == b"0"


def failed_row(conn):
    """an INSERT that fails undoes itself alone"""
    remake(conn, "a INT PRIMARY KEY")
    conn.autocommit(False)
    codes = [code_of(conn, f"INSERT INTO {TABLE} (a) VALUES (?)", value) for value in (b"1", b"1", b"2")]
    conn.end(odbc.COMMIT)
    conn.autocommit(True)
    seen = conn.run(f"SELECT count(*) FROM {TABLE}")[0][0]
    return f"{codes}, {seen.decode()} rows", (codes, seen) == ([0, 119, 0], b"2")


def in_transaction(conn, *statements):
    remake(conn, "a INT")
    conn.autocommit(False)
    try:
        conn.run(f"INSERT INTO {TABLE} (a) VALUES (?)", b"1")
        return [code_of(conn, statement) for statement in statements]
    finally:
        conn.end(odbc.ROLLBACK)
        conn.autocommit(True)


def release(conn):
    """RELEASE SAVEPOINT is unknown"""
    seen = in_transaction(conn, 'SAVEPOINT "p"', 'RELEASE SAVEPOINT "p"')
    return seen, seen[0] == 0 and seen[1] > 0


def points_go(conn):
    """a rollback to a savepoint takes it away: the second one is 375"""
    seen = in_transaction(conn, 'SAVEPOINT "p"', *['ROLLBACK TO SAVEPOINT "p"'] * 2)
    return seen, seen == [0, 0, 375]


def points_end(conn):
    """a transaction has 255 savepoints: the next one is 400"""
    seen = in_transaction(conn, *['SAVEPOINT "p"'] * 260)
    first = next((i for i, code in enumerate(seen) if code), None)
    return f"{first} were taken, then {seen[first] if first else 0}", first in (254, 255) and seen[first] == 400


def arrays(conn):
    """array binding: 4 rows, the third a duplicate of the first"""
    remake(conn, "a INT PRIMARY KEY, b VARCHAR(20)")
    processed, statuses = ctypes.c_ulong(99), (ctypes.c_ushort * 4)(9, 9, 9, 9)
    with conn.statement() as statement:
        statement.prepare(f"INSERT INTO {TABLE} (a, b) VALUES (?, ?)")
        statement.bind_array(1, [b"1", b"2", b"1", b"4"])
        statement.bind_array(2, [b"one", None, b"again", b"a longer one"])
        try:
            statement.set(odbc.PARAMSET_SIZE, ctypes.c_void_p(4))
            statement.set(odbc.PARAM_STATUS, statuses)
            statement.set(odbc.PARAMS_PROCESSED, ctypes.byref(processed))
            said = f"return {statement.execute()}"
        except odbc.Error as error:
            said = f"error {error.native}"
    rows = conn.run(f"SELECT a FROM {TABLE} ORDER BY a")
    return f"{said}, {processed.value} processed, statuses {list(statuses)}, stored " \
           f"{[row[0].decode() for row in rows]}", None


FACTS = [names, driver, lengths, utf8, schema, one_row, unique, required, validation, dates, streams,
         unknown, empty, numbers, codes, bits, rollback, failed_row, release, points_go, points_end,
         arrays]


def ask(connection):
    """(fact, what was seen, is it so) of each."""
    conn = odbc.Connection(connection)
    for fact in FACTS:
        try:
            seen, so = fact(conn)
        except odbc.Error as error:
            seen, so = f"error {error}", False
        yield fact.__doc__, seen, so
    code_of(conn, f"DROP TABLE {TABLE}")
