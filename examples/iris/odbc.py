"""As much of ODBC as the facts need: unixODBC by ctypes, text as UTF-8 bytes."""
import ctypes
from ctypes import byref, c_char_p, c_int, c_long, c_short, c_ulong, c_void_p

ENV, DBC, STMT = 1, 2, 3
NULL_DATA, NTS = -1, -3
CHAR, VARCHAR, LONGVARCHAR = 1, 12, -1
AUTOCOMMIT, ODBC_VERSION = 102, 200
PARAMSET_SIZE, PARAM_STATUS, PARAMS_PROCESSED = 22, 20, 21
COMMIT, ROLLBACK = 0, 1


class Error(Exception):
    """state, native and the driver's text, which may hold values: it is never printed."""

    def __init__(self, state, native, text):
        super().__init__(f"{state} {native}")
        self.state, self.native, self.text = state, native, text


class Connection:
    def __init__(self, text):
        self.lib = ctypes.CDLL("libodbc.so.2")
        env, self.dbc = c_void_p(), c_void_p()
        self.lib.SQLAllocHandle(ENV, None, byref(env))
        self.lib.SQLSetEnvAttr(env, ODBC_VERSION, c_void_p(3), 0)
        self.lib.SQLAllocHandle(DBC, env, byref(self.dbc))
        rc = self.lib.SQLDriverConnect(self.dbc, None, text.encode(), c_short(NTS), None, 0, None, 0)
        self.check(rc, DBC, self.dbc)

    def check(self, rc, kind, handle):
        if c_short(rc).value in (0, 1, 100):
            return c_short(rc).value
        state, native, text = ctypes.create_string_buffer(6), c_int(), ctypes.create_string_buffer(4096)
        self.lib.SQLGetDiagRec(kind, handle, 1, state, byref(native), text, 4096, byref(c_short()))
        raise Error(state.value.decode(), native.value, text.value.decode("utf-8", "replace"))

    def info(self, what):
        text = ctypes.create_string_buffer(256)
        self.lib.SQLGetInfo(self.dbc, what, text, 256, byref(c_short()))
        return text.value.decode()

    def autocommit(self, on):
        self.check(self.lib.SQLSetConnectAttr(self.dbc, AUTOCOMMIT, c_void_p(int(on)), 0), DBC, self.dbc)

    def end(self, how):
        self.check(self.lib.SQLEndTran(DBC, self.dbc, c_short(how)), DBC, self.dbc)

    def statement(self):
        return Statement(self)

    def run(self, sql, *values):
        """All rows, of bytes or None."""
        with self.statement() as statement:
            statement.prepare(sql)
            statement.bind(values)
            statement.execute()
            return list(statement.rows())


class Statement:
    def __init__(self, conn):
        self.conn, self.lib, self.handle = conn, conn.lib, c_void_p()
        conn.check(self.lib.SQLAllocHandle(STMT, conn.dbc, byref(self.handle)), DBC, conn.dbc)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.lib.SQLFreeHandle(STMT, self.handle)

    def check(self, rc):
        return self.conn.check(rc, STMT, self.handle)

    def prepare(self, sql):
        self.check(self.lib.SQLPrepare(self.handle, c_char_p(sql.encode()), NTS))

    def bind_array(self, number, values, width=32, kind=VARCHAR):
        """One parameter, of as many rows as there are values."""
        data = ctypes.create_string_buffer(width * len(values))
        lengths = (c_long * len(values))()
        for i, value in enumerate(values):
            data[i * width:i * width + len(value or b"")] = value or b""
            lengths[i] = NULL_DATA if value is None else len(value)
        self.check(self.lib.SQLBindParameter(self.handle, number, 1, CHAR, kind, c_ulong(width), 0,
                                             data, c_long(width), lengths))
        self.kept = getattr(self, "kept", []) + [data, lengths]

    def bind(self, values):
        for number, value in enumerate(values, 1):
            self.bind_array(number, [value])

    def set(self, attribute, value):
        self.check(self.lib.SQLSetStmtAttr(self.handle, attribute, value, 0))

    def execute(self):
        return self.check(self.lib.SQLExecute(self.handle))

    def count(self):
        count = c_long(-1)
        self.check(self.lib.SQLRowCount(self.handle, byref(count)))
        return count.value

    def column(self, number):
        """The ODBC code of a column's type."""
        code = c_short()
        self.check(self.lib.SQLDescribeCol(self.handle, number, None, 0, byref(c_short()), byref(code),
                                           byref(c_ulong()), byref(c_short()), byref(c_short())))
        return code.value

    def rows(self):
        ncols = c_short()
        self.check(self.lib.SQLNumResultCols(self.handle, byref(ncols)))
        while ncols.value and self.check(self.lib.SQLFetch(self.handle)) != 100:
            yield tuple(self.value(i) for i in range(1, ncols.value + 1))

    def value(self, number):
        text, length = ctypes.create_string_buffer(256), c_long(0x7777777777777777)
        self.check(self.lib.SQLGetData(self.handle, number, CHAR, text, c_long(256), byref(length)))
        self.length = length.value
        return None if length.value == NULL_DATA else text.raw[:length.value]
