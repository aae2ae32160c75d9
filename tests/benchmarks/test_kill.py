"""A service that is killed keeps what it told; and a loss would be seen."""

import pytest

from benchmarks.endurance_tables import kill_table, verdict
from benchmarks.kill import kill_rounds
from benchmarks.stored_alerts import Event, faults


def event(seq: int, episode: str, state: str = "started") -> Event:
    return {"seq": seq, "id": episode, "state": state, "at": float(seq)}


WHOLE = [event(1, "a"), event(2, "a", "ended"), event(3, "b"), event(4, "b", "ended")]


@pytest.fixture
def stored() -> list[Event]:
    return [dict(each) for each in WHOLE]


def test_what_is_whole_has_no_fault(stored: list[Event]) -> None:
    assert faults(stored, {each["seq"]: each for each in WHOLE}, all_ended=True) == []
    assert faults([], {}, all_ended=True) == []


def test_what_a_viewer_received_may_neither_be_lost_nor_change(stored: list[Event]) -> None:
    assert faults(stored[:3], {4: WHOLE[3]}) == ["4 was acknowledged and is lost"]
    stored[2]["at"] = 3.5
    assert faults(stored, {3: WHOLE[2]})[0].startswith("3 was told as")
    assert faults(stored, {}) == []


def test_numbers_have_no_gap_and_no_duplicate(stored: list[Event]) -> None:
    assert faults(stored[1:], {}) == [
        "numbers are not 1 to 3",
        "2 ends an episode that did not begin before",
    ]
    assert "numbers are not 1 to 5" in faults([*stored, event(4, "c")], {})


def test_an_episode_has_one_beginning_and_one_end(stored: list[Event]) -> None:
    assert "ended of b is stored twice" in faults([*stored, event(5, "b", "ended")], {})
    still_open = [*stored, event(5, "c")]
    assert faults(still_open, {}) == []
    assert faults(still_open, {}, all_ended=True) == ["the episode of 5 never ended"]


def test_no_acknowledged_alert_is_lost() -> None:
    lines: list[str] = []
    kills = kill_rounds(4, seed=3, progress=lines.append)
    assert kills.faults == []
    assert (kills.rounds, len(lines)) == (4, 1)
    assert 0 < kills.acknowledged <= kills.stored
    assert kills.episodes == kills.stored / 2
    assert 0 < kills.recovered < kills.episodes
    assert kill_table(kills).row_count == 6
    assert verdict(kills.faults) == ["[green]everything is as it must be"]
    assert verdict(["lost"] * 30)[-1] == "[red]… and 10 more"
