/*
 * odbc/dialect.c - the table of dialects.
 *
 * SQLite, PostgreSQL and MariaDB were measured: multi-row VALUES is what is fast through
 * sqliteodbc, one text of many rows through psqlodbc, arrays through Connector/ODBC.  IRIS, SQL
 * Server and the rest are careful guesses: no arrays before someone has seen them tell the
 * truth.
 */
#include <pgcopy/types.h>

#include "odbc/dialect.h"
#include "odbc/text.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static const char *const sqlite_words[]    = {"sqlite", NULL};
static const char *const postgres_words[]  = {"postgres", "psqlodbc", NULL};
static const char *const mysql_words[]     = {"mariadb", "mysql", "maodbc", "myodbc", NULL};
static const char *const iris_words[]      = {"iris", "intersystems", "cach", NULL};
static const char *const sqlserver_words[] = {"sql server", "msodbcsql", "tdsodbc", NULL};
static const char *const no_words[]        = {NULL};

/* What is read here as a type is what a column of it would compare as. */
static const odbc_cast sqlite_casts[] = {
    {PGCOPY_OID_BOOL, "INTEGER"},    {PGCOPY_OID_INT2, "INTEGER"}, {PGCOPY_OID_INT4, "INTEGER"},
    {PGCOPY_OID_INT8, "INTEGER"},    {PGCOPY_OID_FLOAT4, "REAL"},  {PGCOPY_OID_FLOAT8, "REAL"},
    {PGCOPY_OID_NUMERIC, "NUMERIC"}, {PGCOPY_OID_BYTEA, "BLOB"},   {0, "TEXT"}};

static const odbc_cast mysql_casts[] = {{PGCOPY_OID_BOOL, "SIGNED"},
                                        {PGCOPY_OID_INT2, "SIGNED"},
                                        {PGCOPY_OID_INT4, "SIGNED"},
                                        {PGCOPY_OID_INT8, "SIGNED"},
                                        {PGCOPY_OID_FLOAT4, "DOUBLE"},
                                        {PGCOPY_OID_FLOAT8, "DOUBLE"},
                                        {PGCOPY_OID_NUMERIC, "DECIMAL(65,30)"},
                                        {PGCOPY_OID_BYTEA, "BINARY"},
                                        {PGCOPY_OID_DATE, "DATE"},
                                        {PGCOPY_OID_TIME, "TIME(6)"},
                                        {PGCOPY_OID_TIMESTAMP, "DATETIME(6)"},
                                        {0, "CHAR"}};

static const odbc_cast iris_casts[] = {{PGCOPY_OID_BOOL, "INTEGER"},
                                       {PGCOPY_OID_INT2, "INTEGER"},
                                       {PGCOPY_OID_INT4, "INTEGER"},
                                       {PGCOPY_OID_INT8, "BIGINT"},
                                       {PGCOPY_OID_FLOAT4, "DOUBLE"},
                                       {PGCOPY_OID_FLOAT8, "DOUBLE"},
                                       {PGCOPY_OID_NUMERIC, "NUMERIC"},
                                       {PGCOPY_OID_DATE, "DATE"},
                                       {PGCOPY_OID_TIME, "TIME"},
                                       {PGCOPY_OID_TIMESTAMP, "TIMESTAMP"},
                                       {0, "VARCHAR(32767)"}};

static const odbc_cast postgres_casts[] = {{0, NULL}};

/* StepAPI: rows one by one, else the driver reads a result whole.  FULL costs nothing where a
   COPY is one transaction. */
static const char *const sqlite_keys[] = {"StepAPI",    "1",    "JournalMode", "WAL",
                                          "SyncPragma", "FULL", NULL};

/* 7.4-0: savepoints are ours; psqlodbc's own would cost two round trips a statement. */
static const char *const postgres_keys[] = {
    "Protocol", "7.4-0", "UseDeclareFetch", "1", "Fetch", "1000", NULL};
static const char *const mysql_keys[] = {"Charset", "utf8mb4", NULL};
static const char *const no_keys[]    = {NULL};

/* sqliteodbc says HY000 to everything; the numbers are SQLite's result codes. */
static const odbc_native_code sqlite_natives[] = {{19, "UNIQUE constraint", "23505"},
                                                  {19, "PRIMARY KEY", "23505"},
                                                  {19, "NOT NULL constraint", "23502"},
                                                  {19, "FOREIGN KEY constraint", "23503"},
                                                  {19, "CHECK constraint", "23514"},
                                                  {19, "datatype", "42804"},
                                                  {19, NULL, "23000"},
                                                  {1, "no such table", "42P01"},
                                                  {1, "no such column", "42703"},
                                                  {1, "has no column named", "42703"},
                                                  {1, "no such function", "42883"},
                                                  {1, "no such savepoint", "3B001"},
                                                  {1, "misuse of aggregate", "42803"},
                                                  {1, "already exists", "42P07"},
                                                  {1, "no transaction is active", "25P01"},
                                                  {1, "syntax error", "42601"},
                                                  {1, "incomplete input", "42601"},
                                                  {1, "unrecognized token", "42601"},
                                                  {5, NULL, "55P03"},
                                                  {6, NULL, "55P03"},
                                                  {7, NULL, "53200"},
                                                  {8, NULL, "25006"},
                                                  {9, NULL, "57014"},
                                                  {10, NULL, "58030"},
                                                  {11, NULL, "XX001"},
                                                  {13, NULL, "53100"},
                                                  {14, NULL, "58030"},
                                                  {18, NULL, "54000"},
                                                  {20, NULL, "42804"},
                                                  {23, NULL, "42501"},
                                                  {26, NULL, "XX001"},
                                                  {0, NULL, NULL}};

/* What MariaDB and MySQL number alike; states of theirs are often just HY000.  A savepoint of
   ours is missing where Galera has rolled back the transaction that had it. */
static const odbc_native_code mysql_natives[] = {
    {1022, NULL, "23505"},           {1062, NULL, "23505"},        {1586, NULL, "23505"},
    {1048, NULL, "23502"},           {1364, NULL, "23502"},        {1216, NULL, "23503"},
    {1217, NULL, "23503"},           {1451, NULL, "23503"},        {1452, NULL, "23503"},
    {3819, NULL, "23514"},           {4025, NULL, "23514"},        {1264, NULL, "22003"},
    {1690, NULL, "22003"},           {1265, NULL, "22P02"},        {1366, NULL, "22P02"},
    {1292, "DECIMAL", "22P02"},      {1292, "INTEGER", "22P02"},   {1292, "DOUBLE", "22P02"},
    {1292, NULL, "22007"},           {1411, NULL, "22007"},        {1365, NULL, "22012"},
    {1406, NULL, "22001"},           {1242, NULL, "21000"},        {1051, NULL, "42P01"},
    {1109, NULL, "42P01"},           {1146, NULL, "42P01"},        {1347, NULL, "42P01"},
    {4091, NULL, "42P01"},           {1054, NULL, "42703"},        {1060, NULL, "42701"},
    {1110, NULL, "42701"},           {1052, NULL, "42702"},        {1091, NULL, "42704"},
    {1050, NULL, "42P07"},           {1055, NULL, "42803"},        {1111, NULL, "42803"},
    {1305, "pgcopy_batch", "40001"}, {1305, "SAVEPOINT", "3B001"}, {1305, NULL, "42883"},
    {1582, NULL, "42883"},           {1064, NULL, "42601"},        {1136, NULL, "42601"},
    {1149, NULL, "42601"},           {1222, NULL, "42601"},        {1044, NULL, "42501"},
    {1142, NULL, "42501"},           {1143, NULL, "42501"},        {1227, NULL, "42501"},
    {1370, NULL, "42501"},           {1410, NULL, "42501"},        {1036, NULL, "25006"},
    {1290, "read-only", "25006"},    {1290, NULL, "42501"},        {1792, NULL, "25006"},
    {1045, NULL, "28000"},           {1180, NULL, "08007"},        {1030, " 28 ", "53100"},
    {1698, NULL, "28000"},           {1049, NULL, "3D000"},        {1020, NULL, "40001"},
    {1213, NULL, "40P01"},           {1205, NULL, "55P03"},        {1317, NULL, "57014"},
    {1969, NULL, "57014"},           {3024, NULL, "57014"},        {1021, NULL, "53100"},
    {1114, NULL, "53100"},           {1037, NULL, "53200"},        {1038, NULL, "53200"},
    {1041, NULL, "53200"},           {1040, NULL, "53300"},        {1203, NULL, "53300"},
    {1226, NULL, "53300"},           {1118, NULL, "54000"},        {1153, NULL, "54000"},
    {1047, NULL, "08006"},           {1053, NULL, "08006"},        {1927, NULL, "08006"},
    {2002, NULL, "08006"},           {2003, NULL, "08006"},        {2006, NULL, "08006"},
    {2013, NULL, "08006"},           {2055, NULL, "08006"},        {0, NULL, NULL}};

/* Strings, names and || as PostgreSQL reads them; and no value that does not fit its column may
   be made one that does, whatever the server's own mode is. */
#define MYSQL_HELLO                                                                         \
    "SET SESSION sql_mode = CONCAT_WS(',', NULLIF(@@SESSION.sql_mode, ''), 'ANSI_QUOTES', " \
    "'PIPES_AS_CONCAT', 'NO_BACKSLASH_ESCAPES', 'STRICT_ALL_TABLES', 'NO_ZERO_DATE', "      \
    "'NO_ZERO_IN_DATE', 'ERROR_FOR_DIVISION_BY_ZERO')"

/* SQLCODE without its sign (InterSystems' "SQL Error Messages", RERR_sql); -400 is anything
   that has no number of its own. */
static const odbc_native_code iris_natives[] = {
    {1, NULL, "42601"},   {4, NULL, "42601"},   {12, NULL, "42601"},
    {14, NULL, "42601"},  {25, NULL, "42601"},  {51, NULL, "42601"},
    {19, NULL, "42803"},  {29, NULL, "42703"},  {31, NULL, "42703"},
    {30, NULL, "42P01"},  {37, NULL, "0A000"},  {57, NULL, "0A000"},
    {98, NULL, "53300"},  {99, NULL, "42501"},  {104, NULL, "22000"},
    {105, NULL, "22000"}, {108, NULL, "23502"}, {110, NULL, "55P03"},
    {114, NULL, "55P03"}, {112, NULL, "42501"}, {115, NULL, "25006"},
    {119, NULL, "23505"}, {120, NULL, "23505"}, {121, NULL, "23503"},
    {122, NULL, "23503"}, {123, NULL, "23503"}, {124, NULL, "23503"},
    {139, NULL, "40001"}, {146, NULL, "22007"}, {147, NULL, "22007"},
    {201, NULL, "42P07"}, {303, NULL, "42804"}, {313, NULL, "0A000"},
    {359, NULL, "42883"}, {375, NULL, "3B001"}, {400, "<TRANSACTION LEVEL>", "54000"},
    {400, NULL, "XX000"}, {401, NULL, "08006"}, {405, NULL, "08006"},
    {406, NULL, "08006"}, {407, NULL, "08006"}, {451, NULL, "08006"},
    {461, NULL, "08006"}, {402, NULL, "28000"}, {417, NULL, "28000"},
    {450, NULL, "57014"}, {462, NULL, "53200"}, {469, NULL, "0A000"},
    {0, NULL, NULL}};

static const odbc_native_code sqlserver_natives[] = {
    {2627, NULL, "23505"}, {2601, NULL, "23505"}, {515, NULL, "23502"},
    {547, NULL, "23514"},  {1205, NULL, "40P01"}, {1222, NULL, "55P03"},
    {208, NULL, "42P01"},  {207, NULL, "42703"},  {0, NULL, NULL}};
/* libpq tells no SQLSTATE of a connection that was not made. */
static const odbc_native_code postgres_natives[] = {
    {101, "authentication failed", "28000"}, {101, "FATAL:  role ", "28000"}, {0, NULL, NULL}};
static const odbc_native_code no_natives[] = {{0, NULL, NULL}};

/* In PostgreSQL a primary key is not null, and an integer one that counts by itself has a
   default.  hidden: 1 a virtual table's own, 2 and 3 generated. */
#define SQLITE_COLUMNS                                                      \
    "SELECT name, type, \"notnull\" OR pk, "                                \
    "dflt_value IS NOT NULL OR pk AND lower(type) = 'integer', hidden > 1 " \
    "FROM pragma_table_xinfo(?, ?) WHERE hidden <> 1 ORDER BY cid"
#define SQLITE_TABLES                                                          \
    "SELECT schema, name, CASE type WHEN 'view' THEN 'VIEW' ELSE 'TABLE' END " \
    "FROM pragma_table_list WHERE name = ? COLLATE NOCASE "                    \
    "AND schema = coalesce(?, schema) COLLATE NOCASE ORDER BY schema = 'temp' DESC"

/* A name that somebody gave stands in the text of CREATE TABLE alone.  CROSS JOIN: in another
   order SQLite 3.40 finds nothing. */
#define SQLITE_KEYS                                                                  \
    "SELECT id, key_name, col FROM (WITH p AS (SELECT t, s, s <> 'main' OR EXISTS "  \
    "(SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = t AND sql LIKE "   \
    "'%constraint%') AS named FROM (SELECT ? AS t, ? AS s)) SELECT '' AS id, CASE "  \
    "WHEN named THEN '' ELSE t || '_pkey' END AS key_name, x.name AS col, 0 AS "     \
    "place, 0 AS seqno FROM p CROSS JOIN pragma_table_info(t, s) AS x WHERE x.pk "   \
    "AND NOT EXISTS (SELECT 1 FROM pragma_index_list(t, s) WHERE origin = 'pk') "    \
    "UNION ALL SELECT l.name, CASE WHEN l.origin = 'c' THEN l.name WHEN named THEN " \
    "'' WHEN l.origin = 'pk' THEN t || '_pkey' ELSE t || '_' || (SELECT "            \
    "group_concat(name, '_') FROM (SELECT name FROM pragma_index_info(l.name, s) "   \
    "ORDER BY seqno)) || '_key' END, i.name, CASE l.origin WHEN 'pk' THEN 1 WHEN "   \
    "'u' THEN 10000 - l.seq ELSE 20000 - l.seq END, i.seqno FROM p CROSS JOIN "      \
    "pragma_index_list(t, s) AS l CROSS JOIN pragma_index_info(l.name, s) AS i "     \
    "WHERE l.\"unique\" AND NOT l.partial) ORDER BY place, seqno"

/* Those that PostgreSQL has of its own are there too. */
#define SQLITE_SCHEMA                                                                       \
    "SELECT count(*) FROM (SELECT ? AS name, ? AS no) p, (SELECT name FROM "                \
    "pragma_database_list "                                                                 \
    "UNION SELECT 'pg_catalog' UNION SELECT 'information_schema') s WHERE s.name = p.name " \
    "COLLATE NOCASE"

/* psqlodbc's SQLColumns tells neither a generated column nor n of varchar(n).  A domain is its
   base type here; its own rules are the database's. */
#define POSTGRES_TABLES                                                                 \
    "SELECT n.nspname, c.relname, CASE c.relkind WHEN 'v' THEN 'VIEW' "                 \
    "WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' "                       \
    "WHEN 'p' THEN 'PARTITIONED TABLE' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END " \
    "FROM (SELECT CAST(? AS text) AS name, CAST(? AS text) AS schema) p "               \
    "JOIN pg_catalog.pg_class c ON lower(c.relname) = lower(p.name) "                   \
    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "                         \
    "WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND CASE WHEN p.schema IS NULL " \
    "THEN pg_catalog.pg_table_is_visible(c.oid) ELSE lower(n.nspname) = lower(p.schema) END"
#define POSTGRES_SCHEMA                                                               \
    "SELECT count(*) FROM (SELECT CAST(? AS text) AS name, CAST(? AS text) AS no) p " \
    "JOIN pg_catalog.pg_namespace n ON lower(n.nspname) = lower(p.name)"
#define POSTGRES_COLUMNS                                                                 \
    "SELECT a.attname, pg_catalog.format_type(CASE t.typtype WHEN 'd' "                  \
    "THEN t.typbasetype ELSE a.atttypid END, CASE t.typtype WHEN 'd' THEN t.typtypmod "  \
    "ELSE a.atttypmod END), CASE WHEN a.attnotnull OR t.typnotnull THEN 1 ELSE 0 END, "  \
    "CASE WHEN a.atthasdef OR a.attidentity <> '' THEN 1 ELSE 0 END, "                   \
    "CASE WHEN a.attgenerated <> '' THEN 1 ELSE 0 END "                                  \
    "FROM (SELECT CAST(? AS text) AS name, CAST(? AS text) AS schema) p "                \
    "JOIN pg_catalog.pg_class c ON c.relname = p.name "                                  \
    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname = p.schema " \
    "JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 "             \
    "AND NOT a.attisdropped "                                                            \
    "JOIN pg_catalog.pg_type t ON t.oid = a.atttypid ORDER BY a.attnum"

#define MYSQL_KEYS                                                                      \
    "SELECT index_name, IF(index_name = 'PRIMARY', concat(table_name, '_pkey'), "       \
    "index_name), column_name FROM information_schema.statistics WHERE non_unique = 0 " \
    "AND table_name = ? AND table_schema = coalesce(?, database()) "                    \
    "ORDER BY index_name <> 'PRIMARY', index_name, seq_in_index"

/* MariaDB's SQLColumns tells neither what is generated nor the default of a text.  Its integers
   have a width that means nothing, and a default that is not there is a word. */
#define MYSQL_TABLES                                                     \
    "SELECT table_schema, table_name, CASE table_type WHEN 'VIEW' THEN " \
    "'VIEW' WHEN 'SEQUENCE' THEN 'SEQUENCE' ELSE 'TABLE' END "           \
    "FROM information_schema.tables WHERE lower(table_name) = lower(?) " \
    "AND table_schema = coalesce(?, database())"
#define MYSQL_COLUMNS                                                       \
    "SELECT column_name, CASE WHEN data_type LIKE '%int' THEN concat("      \
    "data_type, IF(column_type LIKE '%unsigned%', ' unsigned', '')) "       \
    "WHEN data_type = 'bit' THEN 'boolean' "                                \
    "WHEN data_type = 'year' THEN 'smallint' "                              \
    "ELSE replace(replace(column_type, ' zerofill', ''), ' unsigned', '') " \
    "END, is_nullable = 'NO', coalesce(column_default, 'NULL') <> 'NULL' "  \
    "OR extra LIKE '%auto_increment%', "                                    \
    "coalesce(generation_expression, '') <> '' "                            \
    "FROM information_schema.columns WHERE table_name = ? "                 \
    "AND table_schema = coalesce(?, database()) ORDER BY ordinal_position"

/* sqliteodbc prepares an INSERT anew at every execute, which was two thirds of a load; but what
   begins with WITH it takes for a query, and a query's statement it keeps.  It counts no rows
   then. */
#define SQLITE_WITH "WITH pgcopy_nothing AS (SELECT NULL) "

static const odbc_dialect dialects[] = {
    {.name           = "sqlite",
     .words          = sqlite_words,
     .casts          = sqlite_casts,
     .insert_rows    = 100,
     .array_rows     = 1,
     .max_params     = 32000,
     .kept_by        = SQLITE_WITH,
     .changes        = "SELECT changes()",
     .terminated     = true,
     .bits           = "10",
     .fetch_rows     = 1, /* a column of any declaration takes a text of any length */
     .blind          = true,
     .quote_open     = '"',
     .quote_close    = '"',
     .lengths        = true,
     .plain_comments = true,
     .cancel_aside   = true,
     .no_values      = true,
     .lazy           = true,
     .begin_read     = "BEGIN",
     .begin_write    = "BEGIN IMMEDIATE",
     .commit         = "COMMIT",
     .rollback       = "ROLLBACK",
     .savepoint      = "SAVEPOINT ",
     .release        = "RELEASE ",
     .rollback_to    = "ROLLBACK TO ",
     .busy           = 5,
     .no_tx          = 1,
     .natives        = sqlite_natives,
     .tables         = SQLITE_TABLES,
     .schema_there   = SQLITE_SCHEMA,
     .columns        = SQLITE_COLUMNS,
     .keys_of        = SQLITE_KEYS,
     .home           = "main",
     .keys           = sqlite_keys},
    {.name        = "postgresql",
     .words       = postgres_words,
     .casts       = postgres_casts,
     .overriding  = " OVERRIDING SYSTEM VALUE",
     .typed       = true,
     .row_type    = true,
     .qualified   = true, /* as a type a table is not the first of its name: pg_catalog's is */
     .insert_rows = 200,
     .array_rows  = 1,
     .max_params  = 4000, /* psqlodbc ends in a crash somewhere above 7,000 */
     .fetch_rows  = 100,
     .date_open   = "CAST(",
     .date_close  = " AS text)",
     .host_lists  = true,
     .own_states  = true,
     .own_words   = true,
     .hello       = "SET TimeZone TO 'UTC'", /* psqlodbc shows a timestamptz without its zone */
     .quote_open  = '"',
     .quote_close = '"',
     .savepoint   = "SAVEPOINT ",
     .release     = "RELEASE ",
     .rollback_to = "ROLLBACK TO ",
     .natives     = postgres_natives,
     .tables      = POSTGRES_TABLES,
     .schema_there = POSTGRES_SCHEMA,
     .columns      = POSTGRES_COLUMNS,
     .home         = "public",
     .keys         = postgres_keys},
    {.name        = "mysql",
     .words       = mysql_words,
     .casts       = mysql_casts,
     .all_default = " () VALUES ()",
     .insert_rows = 1,
     .array_rows  = 1024,
     .numbers     = true,
     .max_params  = 4000,
     .no_values   = true,
     .bits        = "\1", /* BIT(1): a string is its bytes */
     .raw_bits    = true,
     .fetch_rows  = 100,
     .timeout_key = "CONN_TIMEOUT",
     .host_lists  = true,
     .page_rows   = 10000,
     .date_open =
         "CONCAT(", /* the driver has a sprintf for each; CAST takes the server longer */
     .date_close  = ")",
     .ddl_commits = true,
     .blind       = true,
     .hello       = MYSQL_HELLO,
     .quote_open  = '`',
     .quote_close = '`',
     .catalogs    = true,
     .lengths     = true,
     .savepoint   = "SAVEPOINT ",
     .release     = "RELEASE SAVEPOINT ",
     .rollback_to = "ROLLBACK TO SAVEPOINT ",
     .natives     = mysql_natives,
     .tables      = MYSQL_TABLES,
     .columns     = MYSQL_COLUMNS,
     .keys_of     = MYSQL_KEYS,
     .keys        = mysql_keys},
    {.name           = "iris", /* one prepared INSERT of a row is what its Fast Insert needs */
     .words          = iris_words,
     .casts          = iris_casts,
     .insert_rows    = 1,
     .array_rows     = 1,
     .probe_rows     = 1000,
     .max_params     = 1000,
     .streams        = true,
     .bits           = "10",
     .fetch_rows     = 100,
     .host_lists     = true,
     .quote_open     = '"',
     .quote_close    = '"',
     .lengths        = true,
     .savepoint      = "SAVEPOINT ",
     .rollback_to    = "ROLLBACK TO SAVEPOINT ",
     .savepoint_max  = 200, /* of 255: a client may have some of its own */
     .rollback_drops = true,
     .natives        = iris_natives,
     .home           = "SQLUser",
     .qualified      = true,
     .characters     = "SELECT ?, LENGTH(?)",
     .nul_is_empty   = true,
     .keys           = no_keys},
    {.name        = "sqlserver", /* FreeTDS arrays stored wrong rows: never arrays */
     .words       = sqlserver_words,
     .insert_rows = 50,
     .array_rows  = 1,
     .max_params  = 2000,
     .bits        = "10",
     .fetch_rows  = 100,
     .quote_open  = '[',
     .quote_close = ']',
     .lengths     = true,
     .savepoint   = "SAVE TRANSACTION ",
     .rollback_to = "ROLLBACK TRANSACTION ",
     .natives     = sqlserver_natives,
     .home        = "dbo",
     .keys        = no_keys},
    {.name        = "other",
     .words       = no_words,
     .insert_rows = 1,
     .array_rows  = 1,
     .max_params  = 1000,
     .bits        = "10",
     .fetch_rows  = 1,
     .quote_open  = '"',
     .quote_close = '"',
     .natives     = no_natives,
     .keys        = no_keys}};

enum { NDIALECTS = sizeof dialects / sizeof *dialects };

const odbc_dialect *odbc_dialect_named(const char *name)
{
    for (size_t i = 0; i < NDIALECTS; i++)
        if (strcmp(dialects[i].name, name) == 0)
            return &dialects[i];
    return NULL;
}

const odbc_dialect *odbc_dialect_of(const char *text)
{
    for (size_t i = 0; i < NDIALECTS - 1; i++)
        for (const char *const *word = dialects[i].words; *word; word++)
            if (odbc_text_has(text, *word))
                return &dialects[i];
    return &dialects[NDIALECTS - 1];
}
