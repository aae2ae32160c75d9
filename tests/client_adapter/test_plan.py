"""Sessions' ids, from the names of rooms and participants."""

import pytest

from client_adapter.plan import Plan, session_id


@pytest.mark.parametrize(
    ("room", "participant"),
    [
        ("exam 7", "anna/ü"),
        ("r", "علی\u200cرضا"),
        ("r", "👩\u200d🏫"),
        ("", "x"),
        ("r" * 100, "p" * 155),
    ],
)
def test_names_stand_in_it_as_they_are(room: str, participant: str) -> None:
    assert session_id(room, participant) == f"{room}_{participant}"


@pytest.mark.parametrize(
    ("room", "participant"), [("r", "anna\nben"), ("r" * 200, "p" * 200), ("r", "a\u202eb\x00")]
)
def test_what_cannot_be_an_id_becomes_one_that_nobody_else_has(room: str, participant: str) -> None:
    made = session_id(room, participant)
    assert len(made) <= 256
    assert made.isprintable()
    assert made == session_id(room, participant)
    assert made != session_id(room, participant + "\n")


def test_an_id_that_is_taken_has_another() -> None:
    here, there = Plan().of("c", "7_anna"), Plan().of("c_7", "anna")
    taken = session_id("c", "7_anna")
    assert taken == session_id("c_7", "anna")
    assert len({taken, here.other_id(taken), there.other_id(taken)}) == 3
    assert Plan().other_id(taken) == taken, "without a room there is no other"
