"""Statements of COPY made of pieces that fit or do not."""

CONDITIONS = ["a > 0", "a IS NOT NULL", "b = 'x' AND a < 5", "a = 1 OR b <> 'x'", "b IS NULL",
              "a BETWEEN 2 AND 500", "length(b) > 2", "a + 1 < 50", "b LIKE 'a%'"]

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
       "FORMAT binary", "FORMAT BINARY", "BINARY", "FORMAT DEFAULT", "FORMAT \"csv\"", "FORMAT U&'csv'", "FORMAT ''",
       "FORMAT $$csv$$", "FORMAT csv csv", "FORMAT 1", "FORMAT *", "FORMAT (csv, text)", "FORMAT null", "FORMAT on",
       "DELIMITER U&'\\007C'", "DELIMITER U&'!007C' UESCAPE '!'", "DELIMITER 1", "DELIMITER -1", "DELIMITER *",
       "DELIMITER (a)", "DELIMITER true", "DELIMITER DEFAULT", "DELIMITER ''''", "DELIMITER ' '", "DELIMITER E'\\x7f'",
       "DELIMITER E'\\b'", "NULL NULL", "NULL DEFAULT", "NULL *", "NULL (a, b)", "NULL 0x1F", "NULL 1_000", "NULL 1e5",
       "NULL .5", "NULL +1", "NULL - 1", "NULL 99999999999999999999", "NULL on", "NULL false", "NULL 'a' 'b'",
       "NULL 'a'\n'b'", "NULL select", "NULL user", "NULL U&\"x\"", "NULL '\u00e9'", "NULL E'\\xff'", "NULL E'\\000'",
       "DEFAULT DEFAULT", "DEFAULT 1", "DEFAULT '\\N'", "DEFAULT *", "HEADER 0x1", "HEADER 1.0", "HEADER 1_0", "HEADER (true)",
       "HEADER DEFAULT", "HEADER ''", "HEADER null", "HEADER \"match\"", "HEADER 'Match'", "HEADER tru", "HEADER t",
       "FREEZE 1.0", "FREEZE 'on'", "FREEZE OFF", "FREEZE *", "FREEZE (true)", "FREEZE ''", "FREEZE 1",
       "QUOTE E'\\n'", "QUOTE E'\\r'", "QUOTE '\u00e9'", "QUOTE 1", "QUOTE a", "QUOTE E'\\t'", "ESCAPE E'\\n'",
       "ESCAPE ','", "ESCAPE '\u00e9'", "ESCAPE '\"'", "ESCAPE 0", "FORCE_QUOTE ()", "FORCE_QUOTE (A)", "FORCE_QUOTE (\"a\")",
       "FORCE_QUOTE (\"A\")", "FORCE_QUOTE (a b)", "FORCE_QUOTE ('a', b)", "FORCE_QUOTE (1)", "FORCE_QUOTE (*)",
       "FORCE_QUOTE (nope, a, a)", "FORCE_QUOTE DEFAULT", "FORCE_NULL 'b'", "FORCE_NULL (nope)", "FORCE_NOT_NULL (b, b)",
       "FORCE_NOT_NULL", "FORCE_NOT_NULL (a, b)", "FORCE_NULL (a, b)", "FORCE_QUOTE (a, b)", "ON_ERROR DEFAULT",
       "ON_ERROR null", "ON_ERROR ''", "ON_ERROR (ignore)", "ON_ERROR *", "ON_ERROR \"IGNORE\"", "REJECT_LIMIT ' 5 '",
       "REJECT_LIMIT '0x10'", "REJECT_LIMIT 0x10", "REJECT_LIMIT ''", "REJECT_LIMIT 9223372036854775807",
       "REJECT_LIMIT 9223372036854775808", "REJECT_LIMIT *", "REJECT_LIMIT (1)", "REJECT_LIMIT true", "REJECT_LIMIT 1_0",
       "REJECT_LIMIT '1.5'", "REJECT_LIMIT 1e2", "REJECT_LIMIT DEFAULT", "LOG_VERBOSITY DEFAULT", "LOG_VERBOSITY 'Verbose'",
       "LOG_VERBOSITY 1", "LOG_VERBOSITY *", "LOG_VERBOSITY null", "ENCODING DEFAULT", "ENCODING ''", "ENCODING *",
       "ENCODING 'UTF-8'", "ENCODING 'LATIN1'", "ENCODING (utf8)", "ENCODING 'UNICODE'", "ENCODING 'UTF16'",
       "CONVERT_SELECTIVELY", "CONVERT_SELECTIVELY *", "\"DELIMITER\" ','", "U&\"delimiter\" ','", "\"\" 1", "FORCE QUOTE *",
       "NULL AS 'x'", "format text, format text", "1", "'format' csv", "*", "(a)", "null", "default", "on_error ignore"]
OLD = ["CSV", "CSV HEADER", "HEADER", "DELIMITER '|'", "DELIMITER AS ','", "DELIMITERS '|'",
       "USING DELIMITERS '|'", "NULL 'x'", "NULL AS ''", "WITH NULL AS 'x'", "QUOTE AS '~'",
       "ESCAPE '\\'", "FORCE QUOTE a", "FORCE QUOTE *", "FORCE NOT NULL a, b", "FORCE NULL b",
       "FORCE NULL nope", "ENCODING 'UTF8'", "FREEZE", "BINARY", "WITH CSV", "WITH", "CSV (HEADER)",
       "FORCE", "FORCE NULL", "NULL", "AS", "OIDS", "WITH OIDS", "WHERE a > 0", ";", "; ;", "-- x",
       "NULL 1", "NULL abc", "DELIMITER 'ab'", "DELIMITER E'\\t'", "DELIMITER AS E'\\n'", "NULL AS E'\\\\N'", "QUOTE ''",
       "FORCE QUOTE (a)", "FORCE QUOTE a, a", "FORCE NOT NULL *", "FORCE NULL *", "FORCE QUOTE nope", "FORCE NOT NULL A",
       "FORCE QUOTE \"A\"", "ENCODING UTF8", "ENCODING 'nope'", "ENCODING AS 'UTF8'", "DEFAULT 'x'", "ON_ERROR ignore", "csv",
       "HEADER MATCH", "CSV QUOTE '''' ESCAPE '\\'", "FREEZE true", "TEXT", "FORMAT csv", "WITH (FORMAT csv)", "(CSV)", "()",
       "WITH ()", "CSV,", "CSV, HEADER", "CSV CSV", "HEADER HEADER", "USING DELIMITERS", "DELIMITERS", "NULL NULL 'x'",
       "/* x */", "/* /* */", "'x", "\"x", "$$", "HEADER true", "DELIMITER ','", "ESCAPE ESCAPE"]
TARGETS = ["ab", "ab", "ab", "ab (a, b)", "ab (b)", "ab (a, a)", "ab (nope)", "ab ()", "nope",
           "nope.ab", "public.ab", "\"AB\"", "AB", "vw", "vw (a)", "gen", "gen (b)", "gen (a, b)",
           "\"Mixed Case\"", "mixed case", "x.y.z.ab", "ab *", "ONLY ab", "a b", "(ab)", "\"\"", "",
           "1", "ab (a b)", "ab (\"a\")", "ab (A)", "ab (", "public.nope", "ab (a,)", "select", "ab (\"A\")", "Ab", "\"ab\"",
           "U&\"\\0061b\"", "PUBLIC.AB", "\"public\".\"ab\"", "ab.b", "public.ab (b, a)", "ab(a,b)",
           "\"Mixed Case\" (e, \"A b\")", "\"Mixed Case\" (\"a b\")", "pk (v)", "nn (c)", "dflt (a)", "ck (b)", "w1600", "none",
           "part", "ident", "ident (a)", "mv", "pg_catalog.nope", "information_schema.nope", "none ()", "none (a)",
           "ab (xmin)", "ab (ctid)", "ab (a, xmin)", "E'ab'", "'ab'", "ab AS x", "ab x", "ab, nn", "$1", "ab (*)", "ab (a.b)",
           "ab (" + "a" * 70 + ")", "a" * 70, "gen (a)", "uq", "uq (b)"]
QUERIES = ["(SELECT 1)", "(SELECT a, b FROM ab ORDER BY a)", "(VALUES (1, 'x'), (2, NULL))",
           "(SELECT 1 AS x, 2 AS x)", "(SELECT)", "()", "(SELECT nope FROM ab)", "(TABLE ab)",
           "(SELECT 'a,b' AS \"q\"\"q\")", "((SELECT 1))", "(SELECT 1; SELECT 2)", "(COPY ab TO STDOUT)",
           "(INSERT INTO ab VALUES (1, 'x'))", "(INSERT INTO ab VALUES (1, 'x') RETURNING b)",
           "(DELETE FROM ab RETURNING a)", "(SELECT * FROM nope)", "(WITH w AS (SELECT 1) SELECT * FROM w)",
           "(SELECT ')' AS a -- )\n)", "(SELECT $$)$$ AS a)", "(SELECT 1) (a)", "(SELECT 1",
           "(SELECT a FROM ab WHERE false)", "(DROP TABLE nope)", "(SELECT 1 INTO x)", "(SELECT 1) AS x", "(SELECT NULL)",
           "(SELECT 'x', 'y')", "(SELECT 1, 'a', NULL)", "(SELECT 1 UNION SELECT 2 ORDER BY 1)", "(UPDATE ab SET a = 1)",
           "(UPDATE ab SET a = a RETURNING a, b)", "(BEGIN)", "(SET x TO 1)", "(SELECT a FROM ab) WHERE a > 0", "(SELEC 1)", "(ab)",
           "(SELECT count(*) FROM ab)", "(SELECT a, a FROM ab)", "(SELECT b AS \"B\" FROM ab)", "(SELECT E'a\\tb' AS x)",
           "(SELECT 1 /* ) */)", "(VALUES (1), (2), (NULL))", "(VALUES ('a', 1), ('b'))", "(SELECT $1)", "(SELECT 1;)", "(((TABLE ab)))",
           "(WITH w AS (INSERT INTO ab VALUES (3, 'w') RETURNING a) SELECT * FROM w)", "(EXPLAIN SELECT 1)", "(SELECT 1 AS \u00e9)",
           "(SELECT '\u65e5,' AS x)", "(SELECT nope())", "(SELECT 1/0)", "(SELECT a FROM ab ORDER BY nope)", "(CREATE TABLE x (a int))"]
STREAMS = ["STDIN", "STDIN", "STDIN", "stdin", "STDOUT", "'/etc/passwd'", "PROGRAM 'true'",
           "PROGRAM STDIN", "", "STDIN STDIN", "\"STDIN\"", "FILE"]


def statement(rng):
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
        words.append("WHERE " + rng.choice(CONDITIONS + ["true", "nope > 1", "a", "a >", "a > 0 x", "false", "", "(a > 0)", "a > (SELECT 1)", "count(a) > 1",
                                               "ab.a > 0", "a IN (1, 2)", "NOT a > 0", "A > 0", "\"a\" = 1", "\"A\" = 1"]))
    if rng.random() < 0.04:
        del words[rng.randrange(len(words))]
    return " ".join(words)
