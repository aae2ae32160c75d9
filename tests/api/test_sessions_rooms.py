"""A session belongs to one room of LiveKit, and to one participant."""

import pytest

from tests.api.client import (
    Client,
    says_nothing,
)

JSON = {"content-type": "application/json"}


def test_it_may_belong_to_a_room(client: Client) -> None:
    made = client.create("in a room", room="exam 7/é", participant="anna")
    assert made.status_code == 201
    assert (made.json()["room"], made.json()["participant"]) == ("exam 7/é", "anna")
    assert client.get("in a room").json() == made.json()
    for same in ({}, {"room": "exam 7/é"}, {"room": "exam 7/é", "participant": "anna"}):
        again = client.create("in a room", **same)
        assert (again.status_code, again.json()) == (200, made.json())
    assert client.create("in a room too", room="x" * 512).json()["participant"] is None


@pytest.mark.parametrize(
    "other", [{"room": "another"}, {"room": "exam", "participant": "bert"}, {"room": "Exam"}]
)
def test_it_is_refused_to_another_room_or_participant(
    client: Client, other: dict[str, str]
) -> None:
    made = client.create("taken", room="exam", participant="anna").json()
    answer = client.create("taken", **other)
    assert answer.status_code == 409
    assert answer.json() == {
        "error": "OtherRoomError",
        "message": "the session 'taken' belongs to another room or participant: use another id",
    }
    assert client.get("taken").json() == made


def test_it_takes_the_first_room_that_is_named(client: Client) -> None:
    with client.viewer("joins") as viewer:
        made = client.get("joins").json()
        assert made["room"] is None
        joined = client.create("joins", room="a\nb", participant="\u202eanna", mirrored=True)
        assert joined.status_code == 200
        assert joined.json() == {**made, "room": "a\nb", "participant": "\u202eanna"}
        assert client.get("joins").json() == joined.json()
        assert client.create("joins", room="a").status_code == 409
        assert says_nothing(viewer)
