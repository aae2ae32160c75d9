"""From assets to the report, and what is kept on the way."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from app.audio.ring import BLOCK, SAMPLE_RATE
from benchmarks.voices.choices import Condition, Split
from benchmarks.voices.command import hear, run
from benchmarks.voices.corpus import CorpusError
from benchmarks.voices.ear import Heard
from benchmarks.voices.embedded_ear import EmbeddedEar
from benchmarks.voices.orders import Plan
from benchmarks.voices.recordings import recordings
from benchmarks.voices.report import report
from benchmarks.voices.rttm import RttmError, read_rttm, rttm
from benchmarks.voices.sound import SoundError
from tests.benchmarks.voices.builders import TrueEar, item, turn, voices
from tests.media import SHARED, needs_shared

TALK = item(turn(0, 1, 20), turn(1, 21, 27), name="one")
ALONE = item(turn(0, 1, 20), name="two")


class DeafEar:
    """Hears nobody."""

    def hear(self, samples: NDArray[np.int16]) -> Heard:
        blocks = range(1, len(samples) // BLOCK + 1)
        judged = tuple(voices(n * BLOCK / SAMPLE_RATE) for n in blocks)
        return Heard(judgements=judged, turns=(), cost={"deafness": 0.0})


def nothing(line: str) -> None: ...


def test_missing_assets_are_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"no speech in .*--assets names another folder"):
        run(DeafEar(), Plan(), assets=tmp_path, real=True, keep=None, progress=nothing)


def test_a_file_that_is_no_sound_is_named(tmp_path: Path) -> None:
    (tmp_path / "librispeech").mkdir()
    (tmp_path / "librispeech" / "1-2-3.flac").write_bytes(b"no sound")
    with pytest.raises(SoundError, match=r"1-2-3\.flac is no sound"):
        run(DeafEar(), Plan(), assets=tmp_path, real=True, keep=None, progress=nothing)


def test_turns_are_written_and_read_again(tmp_path: Path) -> None:
    file = tmp_path / "talk.rttm"
    file.write_text(rttm(TALK) + rttm(ALONE))
    found = read_rttm(file)
    assert found == {"one": (TALK.turns, TALK.speakers), "two": (ALONE.turns, ALONE.speakers)}


def test_a_line_that_is_no_turn_is_named(tmp_path: Path) -> None:
    file = tmp_path / "talk.rttm"
    file.write_text(";; a remark\nSPEAKER one 1 0.0 soon <NA> <NA> a <NA> <NA>\n")
    with pytest.raises(RttmError, match=r"talk\.rttm, line 2"):
        read_rttm(file)


def test_the_report_tells_what_was_right_and_what_was_wrong() -> None:
    def row(lines: list[str], begin: str) -> list[str]:
        (line,) = (line for line in lines if line.startswith(begin))
        return [cell.strip() for cell in line.strip("|").split("|")]

    good = report([*hear(TrueEar(TALK), iter([TALK]), 1, nothing)])
    assert row(good, "| clean | 0 dB")[2:4] == ["1 + 0 alone", "1.000 (0.207 to 1.000)"]
    bad = report(
        [
            *hear(TrueEar(TALK, deaf=True), iter([TALK]), 1, nothing),
            *hear(TrueEar(ALONE, alarm=5.0), iter([ALONE]), 1, nothing),
        ]
    )
    assert row(bad, "| clean | 0 dB")[3:5] == ["0.000 (0.000 to 0.793)"] * 2
    assert row(bad, "| clean | 0.0")[2] == "1"
    assert "Missed, and seconds that others spoke: one (6.0 s).\n" in bad
    assert "False alarms: two (1).\n" in bad


@needs_shared
def test_sessions_are_kept_with_their_truth(tmp_path: Path) -> None:
    plan = Plan(hours=0, conversations=1, conditions=(Condition.CLEAN,), splits=(Split.HELD_OUT,))
    lines = run(
        DeafEar(), plan, assets=SHARED / "audio", real=False, keep=tmp_path, progress=nothing
    )
    assert any("2 + 0 alone" in line for line in lines)
    files = sorted(tmp_path.glob("*.wav"))
    assert len(files) == 2
    for file in files:
        (name, (turns, speakers)) = next(iter(read_rttm(file.with_suffix(".rttm")).items()))
        samples, rate = soundfile.read(file, dtype="int16")
        assert name == file.stem
        assert (rate, samples.ndim) == (SAMPLE_RATE, 1)
        assert turns[-1].ended_at < len(samples) / rate
        assert len(speakers) == 2


@needs_shared
def test_recordings_come_with_their_labels() -> None:
    found = {each.name: each for each in recordings(SHARED / "audio")}
    assert len(found) == 11
    assert found["sample"].spoken() == pytest.approx((11.85, 12.5), abs=0.05)
    assert found["sample"].second_at == pytest.approx(7.55)
    assert found["trn02"].second_at is None


@needs_shared
def test_the_services_own_ears_judge_every_block() -> None:
    (sample,) = (each for each in recordings(SHARED / "audio") if each.name == "sample")
    heard = EmbeddedEar().hear(sample.samples[: 16 * BLOCK + 100])
    expected = [n * BLOCK / SAMPLE_RATE for n in range(1, 17)]
    expected.append((16 * BLOCK + 100) / SAMPLE_RATE)
    assert [each.at for each in heard.judgements] == pytest.approx(expected)
    assert heard.judgements[-1].speech > 0
    assert set(heard.cost) == {"voice activity", "voiceprints", "speakers"}
