"""Plays a case on a server, and looks at what it has stored."""
import client
import schema


def make_tables(server, database, backend="postgres"):
    """Those that the backend has a word for."""
    said = client.converse(server, database, [["Q", sql] for sql in schema.statements(backend)])
    wrong = [message for message in said if message[0] == "E"]
    if wrong:
        raise SystemExit(f"{database}: {wrong[0]}")


def play(server, database, case):
    """{"messages": what came back, "stored": what each table holds then}; the tables are empty
    before and after."""
    said = client.converse(server, database, case["steps"])
    look = [step for table in case["tables"] for step in
            (["Q", f"COPY {table} TO STDOUT"], ["Q", f"DELETE FROM {table}"])]
    answers = iter(client.converse(server, database, look) if look else [])
    return {"messages": said, "stored": {table: rows(answers) for table in case["tables"]}}


def rows(answers):
    """Of a COPY TO, in an order of their own: PostgreSQL puts a short row where it has room.  The
    DELETE behind it says how many there were, which the COPY said too."""
    found = until_ready(answers)
    return sorted(m for m in found if m[0] == "d") + [m for m in found if m[0] in "EC"] + [m for m in until_ready(answers) if m[0] == "E"]


def until_ready(answers):
    found = []
    for message in answers:
        if message[0] == "Z":
            break
        found.append(message)
    return found
