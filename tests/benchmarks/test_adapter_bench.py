"""The adapter's measurements in short, and what they would find."""

import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from typer.testing import CliRunner

from benchmarks import adapter_media
from benchmarks.adapter import AdapterLoad, Plan, Sample, Totals, measure, memory_trend
from benchmarks.adapter_media import Media, candidate, turns
from benchmarks.adapter_process import Footprint, errors
from benchmarks.adapter_restart import Plan as Round
from benchmarks.adapter_restart import Restart, broken, restarts, stated
from benchmarks.adapter_tables import (
    adapter_picture,
    adapter_table,
    adapter_verdict,
    restart_table,
    restart_verdict,
)
from benchmarks.endurance_tables import verdict
from benchmarks.stored_alerts import Event
from cli.bench import app

SMALL = {"width": 320, "height": 180}
FINE = verdict(())[0]


def load(*, whole: float = 10.0, growth: float = 0.0) -> AdapterLoad:
    """Twenty minutes that were never spent; `growth` in MB per hour."""
    return AdapterLoad(
        plan=Plan(minutes=20.0),
        feeding=2.0,
        streams=6.0,
        whole=whole,
        before=Footprint(cpu_seconds=1.0, uss_mb=100.0, rss_mb=150.0),
        samples=tuple(
            Sample(at=5.0 * n, percent=whole, uss_mb=100.0, rss_mb=150 + growth * n / 720)
            for n in range(1, 241)
        ),
        totals=Totals(
            fed=9,
            pictures=8,
            superseded=1,
            failed=0,
            spoken=3.0,
            sound_seconds=3.0,
            lost_seconds=0.0,
            alerts=1,
        ),
        faults=(),
    )


def round_of(*faults: str) -> Restart:
    """One that never was."""
    return Restart(
        signal="SIGTERM",
        outage=12.0,
        told_before=4,
        told_after=5,
        stored=9,
        resumed_after=3.0,
        pictures_after=99,
        superseded=9,
        failed=1,
        missing=3.0,
        lost=3.0,
        stated=3.0,
        faults=faults,
    )


def event(seq: int, **said: Any) -> Event:
    """Odd ones begin an episode, even ones end it."""
    state = "started" if seq % 2 else "ended"
    given: Event = {"seq": seq, "id": f"e{(seq + 1) // 2}", "state": state, "kind": "nobody"}
    return given | {"evidence": {}} | said


WHOLE = [
    event(1),
    event(2),
    event(3, kind="audio_gap", evidence={"lost_seconds": 1.0}),
    event(4, kind="audio_gap", evidence={"peak_lost_seconds": 3.0}),
]


def test_what_an_adapter_costs() -> None:
    lines: list[str] = []
    plan = Plan(minutes=0.1, alone=2.0, every=2.0, warm_up=1.0, participants=2, **SMALL)
    found = measure(plan, lines.append)
    assert found.faults == ()
    assert len(found.samples) == 3
    assert lines
    assert found.feeding > 0
    assert found.streams > 0
    assert found.whole > 0
    assert found.adapter == found.whole - found.feeding
    assert found.livekit == found.streams - found.feeding
    assert all(0 < sample.uss_mb <= sample.rss_mb for sample in found.samples)
    totals = found.totals
    assert 0 < totals.pictures <= totals.fed + 2 * plan.participants  # some were on their way
    assert totals.sound_seconds > 0
    assert totals.failed == totals.lost_seconds == 0
    assert adapter_table(found).row_count == 17
    assert adapter_verdict(found)[-1] == FINE
    ElementTree.fromstring(adapter_picture(found))


def test_a_limit_and_a_slope_are_judged() -> None:
    assert adapter_verdict(load())[0].startswith("[green]The adapter takes 8.0 %")
    assert adapter_verdict(load(whole=14.0))[0].startswith("[red]The adapter takes 12.0 %")
    assert adapter_verdict(load())[1].startswith("[green]Memory is flat")
    assert adapter_verdict(load(growth=60.0))[1].startswith("[red]Memory grows")
    slope = memory_trend(load(growth=60.0))
    assert slope is not None
    assert slope.slope == pytest.approx(60.0)


@pytest.mark.parametrize("faults", [(), ("4 was told 2 times",)])
def test_the_exit_code_tells_what_the_table_tells(
    faults: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Plan] = []

    def measured(plan: Plan, progress: object) -> AdapterLoad:
        asked.append(plan)
        return replace(load(), faults=faults)

    monkeypatch.setattr("benchmarks.adapter.measure", measured)
    monkeypatch.setattr(
        "benchmarks.adapter_restart.restarts", lambda plan, progress: [round_of(*faults)]
    )
    picture = tmp_path / "a.svg"
    words = ["adapter", "--minutes", "3", "--participants", "2", "--picture", str(picture)]
    for arguments in (words, ["adapter", "--restart"]):
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == (1 if faults else 0)
        assert all(fault in result.stdout for fault in faults)
    assert asked == [Plan(minutes=3.0, participants=2)]
    ElementTree.fromstring(picture.read_text())


def test_a_picture_of_it_holds_every_sample() -> None:
    picture = ElementTree.fromstring(adapter_picture(load()))
    curves = [each for each in picture.iter() if each.tag.endswith("polyline")]
    assert [len(curve.attrib["points"].split()) for curve in curves] == [240, 240, 240]


def test_a_killed_service_comes_back_to_the_same_worker() -> None:
    plan = Round(away=1.0, before=6.0, after=10.0, **SMALL)
    (found,) = restarts(plan, (signal.SIGKILL,))
    assert found.faults == ()
    assert found.signal == "SIGKILL"
    assert found.outage > plan.away
    assert found.told_before > 0
    assert found.told_after > 0
    assert found.told_before + found.told_after == found.stored
    assert found.resumed_after is not None
    assert found.pictures_after > 0
    assert found.failed <= 1
    assert restart_table([found]).row_count == 12
    assert restart_verdict([found]) == [FINE]


def test_what_holds_has_no_fault() -> None:
    assert stated(WHOLE) == 3.0
    assert stated(WHOLE[:3]) == 1.0
    assert stated(WHOLE[:2]) == 0.0
    assert broken(WHOLE, WHOLE, 2, missing=3.1, lost=3.0, pictures=9) == []
    assert broken(WHOLE[:2], WHOLE[:2], 1, missing=0.1, lost=0.0, pictures=9) == []


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ([*WHOLE, WHOLE[3]], "4 was told 2 times"),
        (WHOLE[:3], "4 is stored and was never told"),
        ([WHOLE[0], WHOLE[2], WHOLE[1], WHOLE[3]], "alerts were told out of their order"),
        ([*WHOLE[:3], event(4, label="other")], "4 was told as"),
        ([*WHOLE, event(5)], "5 was acknowledged and is lost"),
    ],
)
def test_an_alert_that_is_told_wrongly_is_seen(told: list[Event], found: str) -> None:
    assert any(
        fault.startswith(found)
        for fault in broken(WHOLE, told, 2, missing=3.0, lost=3.0, pictures=9)
    )


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        ({"missing": 4.0}, "audio_gap says 3.0 s of sound, and 4.0 s are missing"),
        ({"lost": 2.0}, "audio_gap says 3.0 s of sound, and 2.0 s were counted"),
        ({"pictures": 0}, "no picture arrived after the kill"),
        ({"told_before": 0}, "0 alerts before the kill, 4 after it"),
        ({"told_before": 4}, "4 alerts before the kill, 0 after it"),
    ],
)
def test_what_did_not_come_back_is_seen(numbers: dict[str, Any], found: str) -> None:
    given = {"missing": 3.0, "lost": 3.0, "pictures": 9, "told_before": 2} | numbers
    assert broken(WHOLE, WHOLE, **given) == [found]


def test_sound_that_is_missing_without_a_word_is_seen() -> None:
    found = broken(WHOLE[:2], WHOLE[:2], 1, missing=3.0, lost=0.0, pictures=9)
    assert found[0] == "3.0 s of sound are missing, and there is no audio_gap"


def test_a_crash_in_a_log_is_seen() -> None:
    said = "12:00 INFO fine\n12:01 ERROR not fine\nTraceback (most recent call last):\n  why"
    assert [each.splitlines()[0] for each in errors(said)] == said.splitlines()[1:3]
    assert errors("12:00 INFO fine\n12:01 WARNING hm") == []


@pytest.mark.parametrize("make", [candidate, turns])
def test_the_camera_shows_moving_pictures(
    make: Callable[[int, int], Media], tmp_path: Path
) -> None:
    made = make(320, 180)
    made.save(tmp_path)
    media = Media.load(tmp_path)
    assert media.frames.shape[1:] == (270, 320)
    assert media.frames.dtype == np.uint8
    assert 0 <= media.order.min() < media.order.max() == len(media.frames) - 1
    steps = np.abs(np.diff(media.order))
    assert np.count_nonzero(steps > 1) <= 1  # a jump where the candidate goes
    assert np.all(media.frames[0] == made.frames[0])
    assert any((a != b).any() for a, b in zip(media.frames, media.frames[1:], strict=False))


def test_without_recordings_both_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter_media, "CLIP", Path("nowhere.mp4"))
    monkeypatch.setattr("benchmarks.sound_load.find_spec", lambda name: None)
    media = candidate(320, 180)
    samples = np.frombuffer(media.pcm, "<i2")
    assert len(samples) == adapter_media.NOISE_SECONDS * adapter_media.RATE
    assert np.abs(samples).max() > 1000
    assert len(media.frames) == adapter_media.DIFFERENT
