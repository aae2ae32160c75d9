"""How well a voice without moving lips is told, on warped mouths and on real still ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import simplejpeg

from app.alerts.lips import FRAME, Lips
from app.alerts.rules import DEFAULT_RULES
from app.audio.vad import FRAME as SAMPLES
from app.audio.vad import VoiceDetector
from app.types import AlertKind, Frame, Signal
from app.vision.analyzer import Also, FrameAnalyzer, Tracking
from benchmarks.mouth import opened, spoken
from benchmarks.portrait import Act, Portrait, Scene
from benchmarks.rooms import Sound, librispeech, load
from benchmarks.warp import Floats, Image

FPS = 10.0
"""Looks a second, as the service takes them."""
SECONDS = 12.0
SILENT = 4.0
"""Seconds before the voice begins, in which the mouth's noise is learnt."""
VIDEOS = Path(__file__).resolve().parents[2] / "shared" / "assets" / "video"


@dataclass(frozen=True, slots=True)
class Case:
    """What the mouth does, and what is heard."""

    name: str
    most: float = 0.0
    """Opening in speech, in widths of the mouth."""
    chewing: float = 0.0
    """Movement of the jaw, likewise."""
    heard: bool = True
    positive: bool = False
    """Whether it is a voice without lips."""


CASES = (
    Case("still mouth, a voice", positive=True),
    Case("chewing, a voice", chewing=0.06, positive=True),
    Case("speaks", most=0.35),
    Case("speaks, mouth half as wide", most=0.18),
    Case("mumbles", most=0.09),
    Case("hardly opens", most=0.05),
    Case("moves the lips in silence", most=0.35, heard=False),
    Case("still and silent", heard=False),
)


@cache
def pictures(name: str) -> tuple[Image, ...]:
    """Of a video, or of the animated portrait, ten a second; a short one runs back and forth."""
    count = round(SECONDS * FPS)
    if name == "portrait":
        return tuple(Portrait().frames([Act(scene=Scene.FACING, seconds=SECONDS)], FPS))[:count]
    if name == "portrait, turned":
        return tuple(Portrait().frames([Act(scene=Scene.HEAD_RIGHT, seconds=SECONDS)], FPS))[:count]
    capture = cv2.VideoCapture(str(VIDEOS / name))
    step = capture.get(cv2.CAP_PROP_FPS) / FPS
    every: list[Image] = []
    while (read := capture.read())[0]:
        every.append(np.asarray(cv2.cvtColor(read[1], cv2.COLOR_BGR2RGB), np.uint8))
    chosen = [every[int(i * step)] for i in range(int(len(every) / step))]
    there_and_back = [*chosen, *chosen[-2:0:-1]]
    return tuple(there_and_back[i % len(there_and_back)] for i in range(count))


def signals(
    shown: Sequence[Image],
    meshes: Sequence[Floats | None],
    case: Case,
    sound: Sound,
    analyzer: FrameAnalyzer,
    detector: VoiceDetector,
    scale: float = 1.0,
) -> Iterator[Signal | None]:
    """What is judged twice a second."""
    lips = Lips(DEFAULT_RULES[AlertKind.VOICE_WITHOUT_LIPS])
    times = np.arange(len(shown)) / FPS
    openings = spoken(sound, times + 0.1, case.most) if case.most else np.zeros(len(shown))
    probabilities, _ = detector(sound[: len(sound) // SAMPLES * SAMPLES], None)
    speaking = (probabilities >= 0.5) & case.heard
    tracking, heard = Tracking(), 0
    for number, (picture, mesh) in enumerate(zip(shown, meshes, strict=True)):
        at = float(times[number])
        if mesh is not None and (case.most or case.chewing):
            chewing = case.chewing * (0.5 + 0.5 * np.sin(2 * np.pi * 1.4 * at))
            picture = opened(picture, mesh, float(openings[number]), float(chewing))
        analysis, tracking = analyzer(_frame(picture, at, scale), tracking, Also())
        face = analysis.faces[0] if analysis.faces else None
        quality = analysis.quality
        assert quality is not None
        lips.look(at, face, quality.sharpness, quality.face_width or 0.0)
        while heard < len(speaking) and (heard + 1) * FRAME <= at:
            lips.hear((heard + 1) * FRAME, bool(speaking[heard]))
            heard += 1
        if number % 5 == 0 and at >= 3.5:
            yield lips.judge(at)


def _frame(picture: Image, at: float, scale: float) -> Frame:
    if scale != 1.0:
        picture = np.asarray(
            cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
        )
    return Frame(
        jpeg=simplejpeg.encode_jpeg(np.ascontiguousarray(picture), quality=80),
        at=at,
        received_at=at,
        width=picture.shape[1],
        height=picture.shape[0],
        orientation=1,
    )


def meshes_of(shown: Sequence[Image], analyzer: FrameAnalyzer) -> list[Floats | None]:
    """In pixels."""
    found: list[Floats | None] = []
    tracking = Tracking()
    for picture in shown:
        analysis, tracking = analyzer(_frame(picture, 0.0, 1.0), tracking, Also())
        height, width = picture.shape[:2]
        size = np.array([width, height, width], np.float32)
        found.append(analysis.faces[0].landmarks * size if analysis.faces else None)
    return found


def row(name: str, judged: Sequence[Signal | None]) -> str:
    """Of the table."""
    known = [signal for signal in judged if signal is not None]
    if not known:
        return f"| {name} | 0 of {len(judged)} | – | – | – |"
    movement = [float(signal.evidence["mouth_movement_fraction"]) for signal in known]
    silent = [
        float(signal.evidence["movement_without_voice_fraction"])
        for signal in known
        if "movement_without_voice_fraction" in signal.evidence
    ]
    low, middle, high = np.percentile(movement, [5, 50, 95])
    return (
        f"| {name} | {len(known)} of {len(judged)} | {low:.3f} / {middle:.3f} / {high:.3f} |"
        f" {sum(signal.entered for signal in known)} |"
        f" {f'{np.median(silent):.2f}' if silent else '–'} |"
    )


def main() -> None:
    """Prints the table."""
    analyzer, detector = FrameAnalyzer(), VoiceDetector()
    voices = [load(file) for file in librispeech()]
    voices = [voice for voice in voices if len(voice) >= (SECONDS + 0.5 - SILENT) * 16_000]
    every: dict[str, list[Signal | None]] = {case.name: [] for case in CASES}
    print("| mouth and sound | judged | movement, p5 / median / p95 | alerts | without voice |")
    print("|---|---|---|---|---|")
    names = ("center_left_center.mp4", "center_focus.mp4", "webcam_gaze_calibrate.mp4", "portrait")
    turn = 0
    for name in names:
        shown = pictures(name)
        meshes = meshes_of(shown, analyzer)
        for case in CASES:
            judged: list[Signal | None] = []
            voice = voices[turn % len(voices)]
            sound = np.concatenate([np.zeros(round(SILENT * 16_000), np.float32), voice])
            turn += 1
            scale = 1.0 if name == "portrait" else 0.5
            judged += signals(shown, meshes, case, sound, analyzer, detector, scale)
            every[case.name] += judged
            print(row(f"{name}: {case.name}", judged), flush=True)
    shown = pictures("portrait, turned")
    turned = list(signals(shown, [None] * len(shown), CASES[0], voices[0], analyzer, detector))
    print(row("portrait, head turned: a voice", turned))
    for case in CASES:
        print(row(f"**all**: {case.name}", every[case.name]))
    truth = [
        (case.positive, signal)
        for case in CASES
        for signal in every[case.name]
        if signal is not None and (not case.heard or float(signal.evidence["voice_seconds"]) >= 2.0)
    ]
    right = sum(positive and signal.entered for positive, signal in truth)
    alarms = sum(signal.entered for _, signal in truth)
    positives = sum(positive for positive, _ in truth)
    print(
        f"\nprecision {right / max(alarms, 1):.2f} ({right} of {alarms}),"
        f" recall {right / positives:.2f} ({right} of {positives})"
    )


if __name__ == "__main__":
    main()
