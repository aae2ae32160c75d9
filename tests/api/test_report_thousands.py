"""A report of more episodes than it lists."""

import sqlite3

from benchmarks.service import Service
from tests.api.client import Client
from tests.storage.builders import alert


def test_thousands_of_episodes(client: Client, service: Service) -> None:
    """The newest 2000 are listed, all are counted."""
    client.create("thousands")
    with sqlite3.connect(service.log.parent / "proctor.db") as database:
        start = alert()
        database.executemany(
            "INSERT INTO alerts (session_id, seq, episode, kind, edge, label, severity, at,"
            " started_at, ended_at, confidence, evidence, rule, announced)"
            " VALUES ('thousands', ?, ?, 'gaze_away', ?, 'Looking Left', 'warning', ?, ?, ?, 0.5,"
            " '{}', ?, 0)",
            (
                (
                    2 * number + end + 1,
                    f"e{number}",
                    edge,
                    5.0 * number + 2 * end,
                    5.0 * number,
                    5.0 * number + 1.5 if end else None,
                    start.rule,
                )
                for number in range(2600)
                for end, edge in enumerate(("started", "ended"))
            ),
        )
        database.execute("UPDATE sessions SET last_seq = 5200 WHERE id = 'thousands'")
    database.close()
    found = client.get("thousands", "/report").json()
    assert (len(found["episodes"]), found["episodes_left_out"]) == (2000, 600)
    assert found["episodes"][0]["id"] == "e600"
    assert found["episodes"][-1]["seqs"] == [5199, 5200]
    (kind,) = found["summary"]["by_kind"]
    assert (kind["episodes"], kind["seconds"], kind["labels"]) == (
        2600,
        3900.0,
        {"Looking Left": 2600},
    )
    assert found["risk"]["score"] == 50  # more than any number of glances makes no kind
