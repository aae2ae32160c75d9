"""One picture after another becomes signals; what was not measured becomes none."""

import pytest

from app.alerts.rules import DEFAULT_RULES
from app.alerts.screen import Screen
from app.alerts.signals import Signals
from app.types import AlertKind, FrameAnalysis, Label, Signal
from tests.builders import analysis, detections, face


def fresh(*, mirrored: bool = False) -> Signals:
    return Signals(DEFAULT_RULES, mirrored=mirrored)


def play(signals: Signals, analyses: list[FrameAnalysis]) -> dict[AlertKind, Signal]:
    """The newest signal of each kind."""
    return {signal.kind: signal for each in analyses for signal in signals.update(each)}


def rested(*, yaw: float = 0.0, gaze: tuple[float, float] = (0.0, 0.0)) -> Signals:
    """Signals of a candidate who has rested like this for 40 s."""
    signals = fresh()
    play(signals, [analysis(at=i / 10, faces=(face(yaw=yaw, gaze=gaze),)) for i in range(400)])
    return signals


@pytest.mark.parametrize(
    ("seen", "kinds"),
    [
        (analysis(), set()),
        (analysis(faces=()), {"nobody"}),
        (analysis(faces=(face(),)), {"nobody", "head_turned", "gaze_away"}),
        (analysis(faces=(face(gaze=None),)), {"nobody", "head_turned"}),
        (analysis(faces=(face(gaze_confidence=0.1),)), {"nobody", "head_turned"}),
        (analysis(faces=(face(gaze_confidence=float("nan")),)), {"nobody", "head_turned"}),
        (analysis(face_count=1), {"several_persons"}),
        (analysis(detections=()), {"several_persons", "phone"}),
        (analysis(detections=(), face_count=2), {"several_persons", "phone"}),
        (analysis(at=float("nan"), faces=()), set()),
    ],
)
def test_only_what_was_measured(seen: FrameAnalysis, kinds: set[str]) -> None:
    signals = fresh().update(seen)
    assert {signal.kind for signal in signals} == kinds
    assert len(signals) == len(kinds)


class TestAngles:
    def test_are_less_the_sessions_own_neutral(self) -> None:
        signals = rested(yaw=5, gaze=(-4, -8))
        last = play(
            signals,
            [
                *[analysis(at=40, faces=(face(yaw=5, gaze=(-4, -21)),))] * 3,
                analysis(at=40, faces=(face(yaw=40, gaze=None),)),
            ],
        )
        assert last[AlertKind.HEAD_TURNED].evidence["yaw_degrees"] == pytest.approx(35, abs=0.1)
        assert last[AlertKind.GAZE_AWAY].evidence["pitch_degrees"] == pytest.approx(-13, abs=0.1)
        assert signals.calibrated

    def test_are_absolute_before_it_stands(self) -> None:
        signals = fresh()
        last = play(
            signals,
            [
                analysis(faces=(face(gaze=(-14, 0)),)),
                analysis(faces=(face(yaw=31, gaze=None),)),
            ],
        )
        assert last[AlertKind.HEAD_TURNED].entered
        assert last[AlertKind.GAZE_AWAY].label is Label.LOOKING_RIGHT
        assert not signals.calibrated

    def test_a_gaze_that_is_away_is_not_told_beside_a_turned_head(self) -> None:
        turned = analysis(faces=(face(yaw=40, gaze=(40, 0)),))
        on_screen = analysis(faces=(face(yaw=40, gaze=(0, 0)),))
        assert AlertKind.GAZE_AWAY not in play(fresh(), [turned])
        assert not play(fresh(), [on_screen])[AlertKind.GAZE_AWAY].remains

    @pytest.mark.parametrize(("mirrored", "side"), [(False, 1), (True, -1)])
    def test_mirrored_pictures_swap_left_and_right(self, mirrored: bool, side: int) -> None:
        signals = fresh(mirrored=mirrored)
        last = play(signals, [analysis(faces=(face(yaw=20, pitch=3, roll=7, gaze=(30, 2)),))])
        assert signals.reading.gaze == (30 * side, 2)
        assert signals.reading.head == (20 * side, 3, 7 * side)
        left = side == 1
        assert last[AlertKind.GAZE_AWAY].label is (
            Label.LOOKING_LEFT if left else Label.LOOKING_RIGHT
        )
        assert last[AlertKind.HEAD_TURNED].label is (Label.HEAD_LEFT if left else Label.HEAD_RIGHT)


class TestScreen:
    SCREEN = Screen(left=22.0, right=-2.0, up=3.0, down=-9.0, at=5.0)

    def test_stands_for_the_neutral_of_the_gaze(self) -> None:
        signals = rested(yaw=5, gaze=(-4, -8))
        signals.calibrate(self.SCREEN)
        seen = analysis(at=50, faces=(face(yaw=5, gaze=(10, -3)),))
        assert not play(signals, [seen])[AlertKind.GAZE_AWAY].remains
        assert signals.reading.gaze == (0, 0)
        assert signals.reading.head is not None
        assert signals.reading.head[0] == pytest.approx(0, abs=0.1)

    def test_does_not_drift(self) -> None:
        signals = fresh()
        signals.calibrate(self.SCREEN)
        aside = [analysis(at=i / 10, faces=(face(gaze=(-7, -3)),)) for i in range(3000)]
        assert play(signals, aside)[AlertKind.GAZE_AWAY].entered
        assert signals.reading.gaze == (-17, 0)

    def test_forgotten_the_neutral_is_there_again(self) -> None:
        signals = fresh()
        signals.calibrate(self.SCREEN)
        play(signals, [analysis(at=i / 10, faces=(face(gaze=(-4, -8)),)) for i in range(400)])
        assert signals.calibrated
        signals.calibrate(None)
        play(signals, [analysis(at=50, faces=(face(gaze=(-4, -8)),))])
        assert signals.reading.gaze == pytest.approx((0, 0), abs=0.1)

    @pytest.mark.parametrize(("mirrored", "side"), [(False, 1), (True, -1)])
    def test_sight_is_the_gaze_from_the_camera(self, mirrored: bool, side: int) -> None:
        signals = fresh(mirrored=mirrored)
        signals.calibrate(self.SCREEN)
        signals.update(analysis(faces=(face(gaze=(30, 2)),)))
        assert signals.sight == (30 * side, 2)

    @pytest.mark.parametrize(
        "seen",
        [
            analysis(at=1, faces=()),
            analysis(at=1),
            analysis(at=1, faces=(face(gaze=None),)),
            analysis(at=1, faces=(face(gaze_confidence=0.1),)),
            analysis(at=-1, faces=(face(),)),
        ],
    )
    def test_there_is_no_sight_where_none_was_measured(self, seen: FrameAnalysis) -> None:
        signals = fresh()
        play(signals, [analysis(faces=(face(),)), seen])
        assert signals.sight is None


class TestSmoothing:
    def gaze(self, times: list[float], yaws: list[float]) -> list[float]:
        signals, seen = fresh(), []
        for at, yaw in zip(times, yaws, strict=True):
            signals.update(analysis(at=at, faces=(face(gaze=(yaw, 0)),)))
            assert signals.reading.gaze is not None
            seen.append(signals.reading.gaze[0])
        return seen

    def test_takes_out_a_single_outlier(self) -> None:
        assert self.gaze([0, 0.1, 0.2, 0.3, 0.4], [1, 2, 40, 3, 4]) == [1, 2, 2, 3, 4]

    def test_lags_by_one_frame(self) -> None:
        assert self.gaze([0, 0.1, 0.2, 0.3], [0, 0, 30, 30]) == [0, 0, 0, 30]

    def test_leaves_slow_cameras_alone(self) -> None:
        assert self.gaze([0, 0.5, 1.0], [0, 0, 30]) == [0, 0, 30]

    def test_forgets_what_was_before_a_lost_face(self) -> None:
        assert self.gaze([0, 0.1, 1.2], [0, 0, 30]) == [0, 0, 30]


class TestNobody:
    @pytest.mark.parametrize(
        ("seen", "entered"),
        [
            ([analysis(at=5, faces=())], True),
            ([analysis(at=5, faces=(face(),))], False),
            ([analysis(at=4, detections=detections(persons=1)), analysis(at=5, faces=())], False),
            ([analysis(at=4, detections=detections(persons=0)), analysis(at=5, faces=())], True),
            ([analysis(at=2, detections=detections(persons=1)), analysis(at=5, faces=())], True),
            ([analysis(at=5, faces=(), detections=detections(persons=1))], False),
        ],
    )
    def test_needs_neither_face_nor_person(self, seen: list[FrameAnalysis], entered: bool) -> None:
        signal = play(fresh(), seen)[AlertKind.NOBODY]
        assert (signal.entered, signal.remains) == (entered, entered)


class TestSeveralPersons:
    def test_faces_count_while_there_are_no_detections(self) -> None:
        seen = [analysis(at=at, face_count=2) for at in (0, 1)]
        assert play(fresh(), seen)[AlertKind.SEVERAL_PERSONS].since == 0

    def test_faces_do_not_count_beside_detections(self) -> None:
        signals = fresh()
        signals.update(analysis(at=0, detections=detections()))
        assert signals.update(analysis(at=2.9, face_count=2)) == []
        assert len(signals.update(analysis(at=3.0, face_count=2))) == 1

    def test_a_detector_that_fails_hands_over_to_the_faces(self) -> None:
        signals = fresh()
        signals.update(analysis(at=0, detections=detections(persons=2)))
        last = play(signals, [analysis(at=at, face_count=2) for at in (1, 2, 3)])
        assert last[AlertKind.SEVERAL_PERSONS].since == 0


class TestReading:
    def test_is_empty_at_first(self) -> None:
        assert (fresh().reading.gaze, fresh().reading.head) == (None, None)

    def test_forgets_a_lost_face_and_keeps_one_not_looked_for(self) -> None:
        signals = fresh()
        signals.update(analysis(at=0, faces=(face(yaw=3),)))
        signals.update(analysis(at=1, detections=()))
        assert signals.reading.head == (3, 0, 0)
        signals.update(analysis(at=2, faces=(face(gaze=None),)))
        assert signals.reading.gaze is None
        signals.update(analysis(at=3, faces=()))
        assert signals.reading.head is None


def test_backwards_times_are_ignored() -> None:
    signals = fresh()
    signals.update(analysis(at=5, faces=(face(),)))
    assert signals.update(analysis(at=4, faces=())) == []
