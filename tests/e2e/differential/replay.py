"""The small cases that once showed a difference, played again without an oracle."""
import json

import accepted
import clusters
import compare
import play

FOLDER = clusters.ROOT / "tests/data/differential"


def records():
    return [json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))]


def differences(server, record, backend="sqlite"):
    """What differs from what PostgreSQL said then, but for what is accepted."""
    mine = play.play(server, "case", record)
    return [detail for kind, detail, pair in compare.differences(record["expected"], mine)
            if not accepted.accepted(kind, pair, record, backend, record["oracle"])]
