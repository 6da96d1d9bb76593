/* test_types_json.c - bytea, uuid, json and jsonb. */
#include "test_types.h"

static const struct sample byteas[] = {
    {"bytea", "\\xDEADbeef", "\\xdeadbeef"},
    {"bytea", "\\x", NULL},
    {"bytea", "", "\\x"},
    {"bytea", "abc", "\\x616263"},
    {"bytea", "a\\\\b", "\\x615c62"},
    {"bytea", "a\\001\\377", "\\x6101ff"},
    {"bytea", "\\400", "!22P02 invalid input syntax for type bytea"},
    {"bytea", "\\x1", "!22023 invalid hexadecimal data: odd number of digits"},
    {"bytea", "\\x 12  34\\n", "!22023 invalid hexadecimal digit: \"\\\""},
    {"bytea", "\\x1 2", "!22023 invalid hexadecimal digit: \" \""},
    {"bytea", "\\xZZ", "!22023 invalid hexadecimal digit: \"Z\""},
    {"bytea", "\\x1Z", "!22023 invalid hexadecimal digit: \"Z\""},
    {"bytea", "\\x1é", "!22023 invalid hexadecimal digit: \"é\""},
    {"bytea", "\\", "!22P02 invalid input syntax for type bytea"},
    {"bytea", "\\12", "!22P02 invalid input syntax for type bytea"},
    {"bytea", "\\X12", "!22P02 invalid input syntax for type bytea"},
    {"bytea", " \\x12", "!22P02 invalid input syntax for type bytea"},
};

static const struct sample uuids[] = {
    {"uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", NULL},
    {"uuid", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
    {"uuid", "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
    {"uuid", "a0eebc999c0b4ef8bb6d6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
    {"uuid", "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
    {"uuid", "{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
    {"uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1",
     "!22P02 invalid input syntax for type uuid: \"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1\""},
    {"uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a111",
     "!22P02 invalid input syntax for type uuid: \"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a111\""},
    {"uuid", "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
     "!22P02 invalid input syntax for type uuid: \"{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\""},
    {"uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}",
     "!22P02 invalid input syntax for type uuid: \"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}\""},
    {"uuid", " a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
     "!22P02 invalid input syntax for type uuid: \" a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\""},
    {"uuid", "a-0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
     "!22P02 invalid input syntax for type uuid: \"a-0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\""},
    {"uuid", "", "!22P02 invalid input syntax for type uuid: \"\""},
    {"uuid", "{}", "!22P02 invalid input syntax for type uuid: \"{}\""},
};

static const struct sample jsons[] = {
    {"json", "{\"a\" b}",
     "!22P02 invalid input syntax for type json / Token \"b\" is invalid. @ JSON data, line 1: "
     "{\"a\" b..."},
    {"json", "{\"a\":1,}",
     "!22P02 invalid input syntax for type json / Expected string, but found \"}\". @ JSON "
     "data, line 1: {\"a\":1,}"},
    {"json", "{a:1}",
     "!22P02 invalid input syntax for type json / Token \"a\" is invalid. @ JSON data, line 1: "
     "{a..."},
    {"json", "[1,]",
     "!22P02 invalid input syntax for type json / Expected JSON value, but found \"]\". @ JSON "
     "data, line 1: [1,]"},
    {"json", "[}",
     "!22P02 invalid input syntax for type json / Expected JSON value, but found \"}\". @ JSON "
     "data, line 1: [}"},
    {"json", "[1 2]",
     "!22P02 invalid input syntax for type json / Expected \",\" or \"]\", but found \"2\". @ "
     "JSON data, line 1: [1 2..."},
    {"json", "[1",
     "!22P02 invalid input syntax for type json / The input string ended unexpectedly. @ JSON "
     "data, line 1: [1"},
    {"json", "\"abc",
     "!22P02 invalid input syntax for type json / Token \"\"abc\" is invalid. @ JSON data, "
     "line 1: \"abc"},
    {"json", "\"a\\qc\"",
     "!22P02 invalid input syntax for type json / Escape sequence \"\\q\" is invalid. @ JSON "
     "data, line 1: \"a\\q..."},
    {"json", "\"a\tc\"",
     "!22P02 invalid input syntax for type json / Character with value 0x09 must be escaped. @ "
     "JSON data, line 1: \"a..."},
    {"json", "\"\\u12\"",
     "!22P02 invalid input syntax for type json / \"\\u\" must be followed by four hexadecimal "
     "digits. @ JSON data, line 1: \"\\u12\""},
    {"json", "\"\\u12",
     "!22P02 invalid input syntax for type json / Token \"\"\\u12\" is invalid. @ JSON data, "
     "line 1: \"\\u12"},
    {"json", "\"\\u",
     "!22P02 invalid input syntax for type json / Token \"\"\\u\" is invalid. @ JSON data, "
     "line 1: \"\\u"},
    {"json", "\"\\",
     "!22P02 invalid input syntax for type json / Token \"\"\\\" is invalid. @ JSON data, line "
     "1: \"\\"},
    {"json", "\"\\u0000\"", NULL},
    {"json", "\"\\ud800\"", NULL},
    {"json", "\"\\ud800\\ud800\"", NULL},
    {"json", "\"\\udc00\"", NULL},
    {"json", "\"\\ud83d\\ude00\"", NULL},
    {"json", "\"\\ud83dx\"", NULL},
    {"json", "\"\\ud83d\\n\"", NULL},
    {"json", "\"\\ud83d\\u0041\"", NULL},
    {"json", "01",
     "!22P02 invalid input syntax for type json / Token \"01\" is invalid. @ JSON data, line "
     "1: 01"},
    {"json", "1.",
     "!22P02 invalid input syntax for type json / Token \"1.\" is invalid. @ JSON data, line "
     "1: 1."},
    {"json", "-",
     "!22P02 invalid input syntax for type json / Token \"-\" is invalid. @ JSON data, line 1: "
     "-"},
    {"json", "1e5x",
     "!22P02 invalid input syntax for type json / Token \"1e5x\" is invalid. @ JSON data, line "
     "1: 1e5x"},
    {"json", "+1",
     "!22P02 invalid input syntax for type json / Token \"+\" is invalid. @ JSON data, line 1: "
     "+..."},
    {"json", "",
     "!22P02 invalid input syntax for type json / The input string ended unexpectedly. @ JSON "
     "data, line 1: "},
    {"json", "   ",
     "!22P02 invalid input syntax for type json / The input string ended unexpectedly. @ JSON "
     "data, line 1:    "},
    {"json", "nul",
     "!22P02 invalid input syntax for type json / Token \"nul\" is invalid. @ JSON data, line "
     "1: nul"},
    {"json", "é",
     "!22P02 invalid input syntax for type json / Token \"é\" is invalid. @ JSON data, line 1: "
     "é"},
    {"json", "{\"a\":1} x",
     "!22P02 invalid input syntax for type json / Token \"x\" is invalid. @ JSON data, line 1: "
     "{\"a\":1} x"},
    {"json",
     "{\"b\":1,\"a\":2,\"b\":3,\"aa\":1.50,\"c\":1e3,\"d\":-0,\"e\":\"\\u0041\\/"
     "\\n\\u0001\\u007f\"}",
     NULL},
    {"json", "1e131072", NULL},
    {"json", "[]", NULL},
    {"json", "{}", NULL},
    {"json", "[[],{},[{}]]", NULL},
    {"json", "{\"a\":[1,2,{\"b\":null}],\"\":true}", NULL},
    {"json", "true", NULL},
    {"json", "false", NULL},
    {"json", "null", NULL},
    {"json", "\"x\"", NULL},
    {"json", "-1.5E-3", NULL},
    {"json", "0.10", NULL},
    {"json", "1e5", NULL},
    {"json", "[1e5,\"a\\\"b\\\\\"]", NULL},
    {"json", "{\"z\":1,\"y\":2,\"x\":{\"k\":1,\"j\":[1,2,3]}}", NULL},
    {"json", "{\"a\":1,\"a\":2,\"a\":3}", NULL},
    {"json", "  {\"a\" :  1 }  ", NULL},
    {"json", "[1,2,3]", NULL},
    {"json", "{\"a\":1}}",
     "!22P02 invalid input syntax for type json / Expected end of input, but found \"}\". @ "
     "JSON data, line 1: {\"a\":1}}"},
    {"json", "]",
     "!22P02 invalid input syntax for type json / Expected JSON value, but found \"]\". @ JSON "
     "data, line 1: ]"},
    {"json", "}",
     "!22P02 invalid input syntax for type json / Expected JSON value, but found \"}\". @ JSON "
     "data, line 1: }"},
    {"json", ":",
     "!22P02 invalid input syntax for type json / Expected JSON value, but found \":\". @ JSON "
     "data, line 1: :"},
    {"json", ",",
     "!22P02 invalid input syntax for type json / Expected JSON value, but found \",\". @ JSON "
     "data, line 1: ,"},
    {"json", "{\"a\":}",
     "!22P02 invalid input syntax for type json / Expected JSON value, but found \"}\". @ JSON "
     "data, line 1: {\"a\":}"},
    {"json", "{\"a\":1 \"b\"}",
     "!22P02 invalid input syntax for type json / Expected \",\" or \"}\", but found "
     "\"\"b\"\". @ JSON data, line 1: {\"a\":1 \"b\"..."},
    {"json", "{\"a\"}",
     "!22P02 invalid input syntax for type json / Expected \":\", but found \"}\". @ JSON "
     "data, line 1: {\"a\"}"},
    {"json", "{1:2}",
     "!22P02 invalid input syntax for type json / Expected string or \"}\", but found \"1\". @ "
     "JSON data, line 1: {1..."},
    {"json", "tru",
     "!22P02 invalid input syntax for type json / Token \"tru\" is invalid. @ JSON data, line "
     "1: tru"},
    {"json", "truex",
     "!22P02 invalid input syntax for type json / Token \"truex\" is invalid. @ JSON data, "
     "line 1: truex"},
    {"json", "true false",
     "!22P02 invalid input syntax for type json / Expected end of input, but found \"false\". "
     "@ JSON data, line 1: true false"},
    {"json", "1 2",
     "!22P02 invalid input syntax for type json / Expected end of input, but found \"2\". @ "
     "JSON data, line 1: 1 2"},
    {"json", "-01",
     "!22P02 invalid input syntax for type json / Token \"-01\" is invalid. @ JSON data, line "
     "1: -01"},
    {"json", "1.5.5",
     "!22P02 invalid input syntax for type json / Token \".\" is invalid. @ JSON data, line 1: "
     "1.5...."},
    {"json", ".5",
     "!22P02 invalid input syntax for type json / Token \".\" is invalid. @ JSON data, line 1: "
     "...."},
    {"json", "1e",
     "!22P02 invalid input syntax for type json / Token \"1e\" is invalid. @ JSON data, line "
     "1: 1e"},
    {"json", "1e+",
     "!22P02 invalid input syntax for type json / Token \"1e+\" is invalid. @ JSON data, line "
     "1: 1e+"},
    {"json", "\"é😀\"", NULL},
    {"json", "{\"é\":1,\"ee\":2,\"f\":3}", NULL},
    {"json", "[\"\\b\\f\\n\\r\\t\\\"\\\\\\/\"]", NULL},
    {"json", "{\"a\": 1, \"b\": 2}", NULL},
    {"json", "\"aéé\\q\"",
     "!22P02 invalid input syntax for type json / Escape sequence \"\\q\" is invalid. @ JSON "
     "data, line 1: \"aéé\\q..."},
    {"json", "\"\\é\"",
     "!22P02 invalid input syntax for type json / Escape sequence \"\\é\" is invalid. @ JSON "
     "data, line 1: \"\\é..."},
    {"json", "[1,\n2,\nx]",
     "!22P02 invalid input syntax for type json / Token \"x\" is invalid. @ JSON data, line 3: "
     "x..."},
    {"json",
     "{\"a\":1,\n\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\" 5, "
     "\"c\":5}",
     "!22P02 invalid input syntax for type json / Expected \":\", but found \"5\". @ JSON "
     "data, line 2: ...bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\" 5..."},
    {"json", "\"ééééééééééééééééééééééééééééééééééééééééééé\\q\"",
     "!22P02 invalid input syntax for type json / Escape sequence \"\\q\" is invalid. @ JSON "
     "data, line 1: ...ééééééééééééééééééééééé\\q..."},
    {"json", "[true,false,null,nope]",
     "!22P02 invalid input syntax for type json / Token \"nope\" is invalid. @ JSON data, line "
     "1: [true,false,null,nope..."},
    {"json", "{\"a\":\"b}",
     "!22P02 invalid input syntax for type json / Token \"\"b}\" is invalid. @ JSON data, line "
     "1: {\"a\":\"b}"},
    {"json", "{\"a\":\"b\"",
     "!22P02 invalid input syntax for type json / The input string ended unexpectedly. @ JSON "
     "data, line 1: {\"a\":\"b\""},
    {"json", "{\"a\":",
     "!22P02 invalid input syntax for type json / The input string ended unexpectedly. @ JSON "
     "data, line 1: {\"a\":"},
    {"json", "{\"a\"",
     "!22P02 invalid input syntax for type json / The input string ended unexpectedly. @ JSON "
     "data, line 1: {\"a\""},
    {"json", "{",
     "!22P02 invalid input syntax for type json / The input string ended unexpectedly. @ JSON "
     "data, line 1: {"},
    {"json", "[",
     "!22P02 invalid input syntax for type json / The input string ended unexpectedly. @ JSON "
     "data, line 1: ["},
    {"json", "\"a\\u00e9b\"", NULL},
    {"json", "\"a\\u20acb\"", NULL},
    {"json", "123456789012345678901234567890", NULL},
    {"json", "1e-10", NULL},
    {"json", "{\"\\u0061\":1,\"a\":2}", NULL},
    {"json", "{\"a\\nb\":1}", NULL},
};

static const struct sample jsonbs[] = {
    {"jsonb", "{\"a\" b}",
     "!22P02 invalid input syntax for type json / Token \"b\" is invalid. @ JSON data, line 1: "
     "{\"a\" b..."},
    {"jsonb", "{\"a\":1,}",
     "!22P02 invalid input syntax for type json / Expected string, but found \"}\". @ JSON "
     "data, line 1: {\"a\":1,}"},
    {"jsonb", "{a:1}",
     "!22P02 invalid input syntax for type json / Token \"a\" is invalid. @ JSON data, line 1: "
     "{a..."},
    {"jsonb", "[1,]",
     "!22P02 invalid input syntax for type json / Expected JSON value, but found \"]\". @ JSON "
     "data, line 1: [1,]"},
    {"jsonb", "[}",
     "!22P02 invalid input syntax for type json / Expected JSON value, but found \"}\". @ JSON "
     "data, line 1: [}"},
    {"jsonb", "[1 2]",
     "!22P02 invalid input syntax for type json / Expected \",\" or \"]\", but found \"2\". @ "
     "JSON data, line 1: [1 2..."},
    {"jsonb", "[1",
     "!22P02 invalid input syntax for type json / The input string ended unexpectedly. @ JSON "
     "data, line 1: [1"},
    {"jsonb", "\"abc",
     "!22P02 invalid input syntax for type json / Token \"\"abc\" is invalid. @ JSON data, "
     "line 1: \"abc"},
    {"jsonb", "\"a\\qc\"",
     "!22P02 invalid input syntax for type json / Escape sequence \"\\q\" is invalid. @ JSON "
     "data, line 1: \"a\\q..."},
    {"jsonb", "\"a\tc\"",
     "!22P02 invalid input syntax for type json / Character with value 0x09 must be escaped. @ "
     "JSON data, line 1: \"a..."},
    {"jsonb", "\"\\u12\"",
     "!22P02 invalid input syntax for type json / \"\\u\" must be followed by four hexadecimal "
     "digits. @ JSON data, line 1: \"\\u12\""},
    {"jsonb", "\"\\u12",
     "!22P02 invalid input syntax for type json / Token \"\"\\u12\" is invalid. @ JSON data, "
     "line 1: \"\\u12"},
    {"jsonb", "\"\\u",
     "!22P02 invalid input syntax for type json / Token \"\"\\u\" is invalid. @ JSON data, "
     "line 1: \"\\u"},
    {"jsonb", "\"\\",
     "!22P02 invalid input syntax for type json / Token \"\"\\\" is invalid. @ JSON data, line "
     "1: \"\\"},
    {"jsonb", "\"\\u0000\"",
     "!22P05 unsupported Unicode escape sequence / \\u0000 cannot be converted to text. @ JSON "
     "data, line 1: \"\\u0000..."},
    {"jsonb", "\"\\ud800\"",
     "!22P02 invalid input syntax for type json / Unicode low surrogate must follow a high "
     "surrogate. @ JSON data, line 1: \"\\ud800\""},
    {"jsonb", "\"\\ud800\\ud800\"",
     "!22P02 invalid input syntax for type json / Unicode high surrogate must not follow a "
     "high surrogate. @ JSON data, line 1: \"\\ud800\\ud800..."},
    {"jsonb", "\"\\udc00\"",
     "!22P02 invalid input syntax for type json / Unicode low surrogate must follow a high "
     "surrogate. @ JSON data, line 1: \"\\udc00..."},
    {"jsonb", "\"\\ud83d\\ude00\"", "\"😀\""},
    {"jsonb", "\"\\ud83dx\"",
     "!22P02 invalid input syntax for type json / Unicode low surrogate must follow a high "
     "surrogate. @ JSON data, line 1: \"\\ud83dx..."},
    {"jsonb", "\"\\ud83d\\n\"",
     "!22P02 invalid input syntax for type json / Unicode low surrogate must follow a high "
     "surrogate. @ JSON data, line 1: \"\\ud83d\\n..."},
    {"jsonb", "\"\\ud83d\\u0041\"",
     "!22P02 invalid input syntax for type json / Unicode low surrogate must follow a high "
     "surrogate. @ JSON data, line 1: \"\\ud83d\\u0041..."},
    {"jsonb", "01",
     "!22P02 invalid input syntax for type json / Token \"01\" is invalid. @ JSON data, line "
     "1: 01"},
    {"jsonb", "1.",
     "!22P02 invalid input syntax for type json / Token \"1.\" is invalid. @ JSON data, line "
     "1: 1."},
    {"jsonb", "-",
     "!22P02 invalid input syntax for type json / Token \"-\" is invalid. @ JSON data, line 1: "
     "-"},
    {"jsonb", "1e5x",
     "!22P02 invalid input syntax for type json / Token \"1e5x\" is invalid. @ JSON data, line "
     "1: 1e5x"},
    {"jsonb", "+1",
     "!22P02 invalid input syntax for type json / Token \"+\" is invalid. @ JSON data, line 1: "
     "+..."},
    {"jsonb", "",
     "!22P02 invalid input syntax for type json / The input string ended unexpectedly. @ JSON "
     "data, line 1: "},
    {"jsonb", "   ",
     "!22P02 invalid input syntax for type json / The input string ended unexpectedly. @ JSON "
     "data, line 1:    "},
    {"jsonb", "nul",
     "!22P02 invalid input syntax for type json / Token \"nul\" is invalid. @ JSON data, line "
     "1: nul"},
    {"jsonb", "é",
     "!22P02 invalid input syntax for type json / Token \"é\" is invalid. @ JSON data, line 1: "
     "é"},
    {"jsonb", "{\"a\":1} x",
     "!22P02 invalid input syntax for type json / Token \"x\" is invalid. @ JSON data, line 1: "
     "{\"a\":1} x"},
    {"jsonb",
     "{\"b\":1,\"a\":2,\"b\":3,\"aa\":1.50,\"c\":1e3,\"d\":-0,\"e\":\"\\u0041\\/"
     "\\n\\u0001\\u007f\"}",
     "{\"a\": 2, \"b\": 3, \"c\": 1000, \"d\": 0, \"e\": \"A/\\n\\u0001\", \"aa\": 1.50}"},
    {"jsonb", "1e131072", "!22003 value overflows numeric format"},
    {"jsonb", "[]", NULL},
    {"jsonb", "{}", NULL},
    {"jsonb", "[[],{},[{}]]", "[[], {}, [{}]]"},
    {"jsonb", "{\"a\":[1,2,{\"b\":null}],\"\":true}",
     "{\"\": true, \"a\": [1, 2, {\"b\": null}]}"},
    {"jsonb", "true", NULL},
    {"jsonb", "false", NULL},
    {"jsonb", "null", NULL},
    {"jsonb", "\"x\"", NULL},
    {"jsonb", "-1.5E-3", "-0.0015"},
    {"jsonb", "0.10", NULL},
    {"jsonb", "1e5", "100000"},
    {"jsonb", "[1e5,\"a\\\"b\\\\\"]", "[100000, \"a\\\"b\\\\\"]"},
    {"jsonb", "{\"z\":1,\"y\":2,\"x\":{\"k\":1,\"j\":[1,2,3]}}",
     "{\"x\": {\"j\": [1, 2, 3], \"k\": 1}, \"y\": 2, \"z\": 1}"},
    {"jsonb", "{\"a\":1,\"a\":2,\"a\":3}", "{\"a\": 3}"},
    {"jsonb", "  {\"a\" :  1 }  ", "{\"a\": 1}"},
    {"jsonb", "[1,2,3]", "[1, 2, 3]"},
    {"jsonb", "{\"a\":1}}",
     "!22P02 invalid input syntax for type json / Expected end of input, but found \"}\". @ "
     "JSON data, line 1: {\"a\":1}}"},
    {"jsonb", "]",
     "!22P02 invalid input syntax for type json / Expected JSON value, but found \"]\". @ JSON "
     "data, line 1: ]"},
    {"jsonb", "}",
     "!22P02 invalid input syntax for type json / Expected JSON value, but found \"}\". @ JSON "
     "data, line 1: }"},
    {"jsonb", ":",
     "!22P02 invalid input syntax for type json / Expected JSON value, but found \":\". @ JSON "
     "data, line 1: :"},
    {"jsonb", ",",
     "!22P02 invalid input syntax for type json / Expected JSON value, but found \",\". @ JSON "
     "data, line 1: ,"},
    {"jsonb", "{\"a\":}",
     "!22P02 invalid input syntax for type json / Expected JSON value, but found \"}\". @ JSON "
     "data, line 1: {\"a\":}"},
    {"jsonb", "{\"a\":1 \"b\"}",
     "!22P02 invalid input syntax for type json / Expected \",\" or \"}\", but found "
     "\"\"b\"\". @ JSON data, line 1: {\"a\":1 \"b\"..."},
    {"jsonb", "{\"a\"}",
     "!22P02 invalid input syntax for type json / Expected \":\", but found \"}\". @ JSON "
     "data, line 1: {\"a\"}"},
    {"jsonb", "{1:2}",
     "!22P02 invalid input syntax for type json / Expected string or \"}\", but found \"1\". @ "
     "JSON data, line 1: {1..."},
    {"jsonb", "tru",
     "!22P02 invalid input syntax for type json / Token \"tru\" is invalid. @ JSON data, line "
     "1: tru"},
    {"jsonb", "truex",
     "!22P02 invalid input syntax for type json / Token \"truex\" is invalid. @ JSON data, "
     "line 1: truex"},
    {"jsonb", "true false",
     "!22P02 invalid input syntax for type json / Expected end of input, but found \"false\". "
     "@ JSON data, line 1: true false"},
    {"jsonb", "1 2",
     "!22P02 invalid input syntax for type json / Expected end of input, but found \"2\". @ "
     "JSON data, line 1: 1 2"},
    {"jsonb", "-01",
     "!22P02 invalid input syntax for type json / Token \"-01\" is invalid. @ JSON data, line "
     "1: -01"},
    {"jsonb", "1.5.5",
     "!22P02 invalid input syntax for type json / Token \".\" is invalid. @ JSON data, line 1: "
     "1.5...."},
    {"jsonb", ".5",
     "!22P02 invalid input syntax for type json / Token \".\" is invalid. @ JSON data, line 1: "
     "...."},
    {"jsonb", "1e",
     "!22P02 invalid input syntax for type json / Token \"1e\" is invalid. @ JSON data, line "
     "1: 1e"},
    {"jsonb", "1e+",
     "!22P02 invalid input syntax for type json / Token \"1e+\" is invalid. @ JSON data, line "
     "1: 1e+"},
    {"jsonb", "\"é😀\"", NULL},
    {"jsonb", "{\"é\":1,\"ee\":2,\"f\":3}", "{\"f\": 3, \"ee\": 2, \"é\": 1}"},
    {"jsonb", "[\"\\b\\f\\n\\r\\t\\\"\\\\\\/\"]", "[\"\\b\\f\\n\\r\\t\\\"\\\\/\"]"},
    {"jsonb", "{\"a\": 1, \"b\": 2}", NULL},
    {"jsonb", "\"aéé\\q\"",
     "!22P02 invalid input syntax for type json / Escape sequence \"\\q\" is invalid. @ JSON "
     "data, line 1: \"aéé\\q..."},
    {"jsonb", "\"\\é\"",
     "!22P02 invalid input syntax for type json / Escape sequence \"\\é\" is invalid. @ JSON "
     "data, line 1: \"\\é..."},
    {"jsonb", "[1,\n2,\nx]",
     "!22P02 invalid input syntax for type json / Token \"x\" is invalid. @ JSON data, line 3: "
     "x..."},
    {"jsonb",
     "{\"a\":1,\n\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\" 5, "
     "\"c\":5}",
     "!22P02 invalid input syntax for type json / Expected \":\", but found \"5\". @ JSON "
     "data, line 2: ...bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\" 5..."},
    {"jsonb", "\"ééééééééééééééééééééééééééééééééééééééééééé\\q\"",
     "!22P02 invalid input syntax for type json / Escape sequence \"\\q\" is invalid. @ JSON "
     "data, line 1: ...ééééééééééééééééééééééé\\q..."},
    {"jsonb", "[true,false,null,nope]",
     "!22P02 invalid input syntax for type json / Token \"nope\" is invalid. @ JSON data, line "
     "1: [true,false,null,nope..."},
    {"jsonb", "{\"a\":\"b}",
     "!22P02 invalid input syntax for type json / Token \"\"b}\" is invalid. @ JSON data, line "
     "1: {\"a\":\"b}"},
    {"jsonb", "{\"a\":\"b\"",
     "!22P02 invalid input syntax for type json / The input string ended unexpectedly. @ JSON "
     "data, line 1: {\"a\":\"b\""},
    {"jsonb", "{\"a\":",
     "!22P02 invalid input syntax for type json / The input string ended unexpectedly. @ JSON "
     "data, line 1: {\"a\":"},
    {"jsonb", "{\"a\"",
     "!22P02 invalid input syntax for type json / The input string ended unexpectedly. @ JSON "
     "data, line 1: {\"a\""},
    {"jsonb", "{",
     "!22P02 invalid input syntax for type json / The input string ended unexpectedly. @ JSON "
     "data, line 1: {"},
    {"jsonb", "[",
     "!22P02 invalid input syntax for type json / The input string ended unexpectedly. @ JSON "
     "data, line 1: ["},
    {"jsonb", "\"a\\u00e9b\"", "\"aéb\""},
    {"jsonb", "\"a\\u20acb\"", "\"a€b\""},
    {"jsonb", "123456789012345678901234567890", NULL},
    {"jsonb", "1e-10", "0.0000000001"},
    {"jsonb", "{\"\\u0061\":1,\"a\":2}", "{\"a\": 2}"},
    {"jsonb", "{\"a\\nb\":1}", "{\"a\\nb\": 1}"},
};

static void test_bytes(void **state)
{
    (void)state;
    CHECK_ALL(byteas);
}

static void test_uuids(void **state)
{
    (void)state;
    CHECK_ALL(uuids);
}

static void test_json_is_valid_or_not(void **state)
{
    (void)state;
    CHECK_ALL(jsons);
}

static void test_jsonb_has_one_text(void **state)
{
    (void)state;
    CHECK_ALL(jsonbs);
}

/* n times `open`, then n times `close`. */
static struct one nested(const char *type, size_t n, char open, char close)
{
    char      *text = test_malloc(2 * n);
    struct one o;

    memset(text, open, n);
    memset(text + n, close, n);
    o = one_of(type, text, 2 * n);
    test_free(text);
    return o;
}

static void test_nesting_has_an_end(void **state)
{
    struct one o;

    (void)state;
    o = nested("jsonb", 16384, '[', ']');
    run(&o, pgcopy_types_check);
    assert_int_equal(o.rc, PGCOPY_OK);
    one_free(&o);
    o = nested("json", 16385, '[', ']');
    run(&o, pgcopy_types_check);
    assert_string_equal(o.err.sqlstate, "54001");
    assert_string_equal(o.err.message, "stack depth limit exceeded");
    one_free(&o);
}

/* Many keys, each twice, in no order: the later value stays, and keys are in order. */
static void test_many_keys(void **state)
{
    enum { KEYS = 1000 };
    static char in[KEYS * 40], out[KEYS * 20], text[KEYS * 20];
    size_t      n = 0, m = 0;
    struct one  o;

    (void)state;
    for (unsigned i = 0; i < 2 * KEYS; i++)
        n += (size_t)snprintf(in + n, sizeof in - n, "%c\"k%03u\":%u", i ? ',' : '{',
                              i * 7919 % KEYS, i * 7919 % KEYS + (i < KEYS ? 5000 : 0));
    in[n++] = '}';
    for (unsigned i = 0; i < KEYS; i++)
        m += (size_t)snprintf(out + m, sizeof out - m, "%s\"k%03u\": %u", i ? ", " : "{", i, i);
    out[m] = '}';
    o      = one_of("jsonb", in, n);
    run(&o, pgcopy_types_check);
    assert_string_equal(told(&o, text, sizeof text), out);
    one_free(&o);
}

static void test_binary_jsonb_has_a_version(void **state)
{
    struct one o = one_of("jsonb", "\2{}", 3);

    (void)state;
    run(&o, pgcopy_types_to_text);
    assert_string_equal(o.err.sqlstate, "XX000");
    assert_string_equal(o.err.message, "unsupported jsonb version number 2");
    one_free(&o);
    o = one_of("jsonb", "\1[1]", 4);
    run(&o, pgcopy_types_to_text);
    assert_memory_equal(pgcopy_batch_value(o.batch, 0, 0).data, "[1]", 3);
    one_free(&o);
}

/* ---- Memory -------------------------------------------------------------------------- */

static bool convert_documents(const pgcopy_allocator *allocator, void *arg)
{
    pgcopy_columns *cols  = pgcopy_columns_new(allocator);
    pgcopy_batch   *batch = pgcopy_batch_new(1, NULL, allocator);
    pgcopy_status   rc    = PGCOPY_ERR_NOMEM;
    size_t          row   = 0;
    const char     *doc   = arg;

    if (cols && batch && pgcopy_columns_add(cols, "d", PGCOPY_OID_JSONB)) {
        rc = PGCOPY_OK;
        for (int i = 0; i < 40 && rc >= 0; i++) {
            pgcopy_batch_put(batch, doc, strlen(doc));
            rc = pgcopy_batch_end_row(batch);
        }
        if (rc >= 0)
            rc = pgcopy_types_check(cols, batch, &row, NULL);
        row = 0;
        if (rc >= 0)
            rc = pgcopy_types_to_binary(cols, batch, &row, NULL);
        row = 0;
        if (rc >= 0)
            rc = pgcopy_types_to_text(cols, batch, &row, NULL);
        if (rc >= 0)
            assert_memory_equal(pgcopy_batch_value(batch, 39, 0).data,
                                "{\"a\": 100, \"bb\": \"\\n\"", 21);
    }
    pgcopy_columns_free(cols);
    pgcopy_batch_free(batch);
    return rc >= 0;
}

static void test_every_allocation_may_fail(void **state)
{
    static char doc[] = "{\"bb\":\"\\u000a\",\"\\u0061\":1e2,"
                        "\"long\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]}";

    (void)state;
    test_every_failure(convert_documents, doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_uuids),
        cmocka_unit_test(test_json_is_valid_or_not),
        cmocka_unit_test(test_jsonb_has_one_text),
        cmocka_unit_test(test_nesting_has_an_end),
        cmocka_unit_test(test_many_keys),
        cmocka_unit_test(test_binary_jsonb_has_a_version),
        cmocka_unit_test(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
