"""The camera page in a real browser: first paint, long tasks, memory."""

import shutil
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from app.errors import ProctorError
from app.vision.mediapipe_core import native_log_muted
from benchmarks.portrait import Portrait, jpegs
from benchmarks.scenes import DEMO
from benchmarks.trend import Trend, trend

SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
LOADS = 10
"""Times that the page is opened for its first paint."""
SAMPLE_EVERY = 15.0
"""Seconds between two looks at the memory."""
SETTLED = 60.0
"""Seconds after which the memory counts: until then charts and timeline fill."""
WATCH = """
window.longTasks = [];
new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries()) longTasks.push([startTime, duration]);
}).observe({ type: "longtask", buffered: true });
"""
FIRST_PAINT = """
new Promise((done) => {
  new PerformanceObserver((list) => done(list.getEntries()[0].startTime))
    .observe({ type: "paint", buffered: true });
})
"""


class BrowserError(ProctorError):
    """There is no browser to measure with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the page holds, after the garbage was collected."""

    seconds: float
    """Since the session was started."""
    heap_bytes: float
    nodes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFigures:
    """One measurement."""

    first_paints: Sequence[float]
    """Milliseconds from asking for the page to something seen, for each load."""
    analyses: int
    """Drawn in the time that follows."""
    seconds: float
    long_tasks: Sequence[float]
    """Milliseconds of each task above 50 ms while pictures were drawn; those of the measurement
    itself (collecting garbage) left out."""
    memory: Sequence[Memory]

    @property
    def settled(self) -> Sequence[Memory]:
        """The memory once charts and timeline are full."""
        return [sample for sample in self.memory if sample.seconds >= SETTLED]

    @property
    def heap_per_hour(self) -> Trend:
        """Bytes an hour, once it has settled."""
        hours = [sample.seconds / 3600 for sample in self.settled]
        return trend(hours, [sample.heap_bytes for sample in self.settled])


@contextmanager
def chromium() -> Iterator[Browser]:
    """Its camera plays the demo's clip, its microphone a conversation. Raises BrowserError."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        raise BrowserError("there is no chromium; on Debian: apt-get install chromium")
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        clip = Path(folder) / "clip.mjpeg"
        with native_log_muted():
            frames = Portrait().frames(DEMO, fps=15.0)
        clip.write_bytes(b"".join(2 * jpeg for jpeg in jpegs(frames)))
        browser = playwright.chromium.launch(
            executable_path=found,
            args=[
                *SWITCHES,
                f"--use-file-for-fake-video-capture={clip}",
                f"--use-file-for-fake-audio-capture={_conversation()}",
            ],
        )
        yield browser
        browser.close()


def _conversation() -> Path:
    """It rides in pyannote.audio's package, which need not be imported for it."""
    package = find_spec("pyannote")
    if package is None or not package.submodule_search_locations:
        raise BrowserError("the conversation for the microphone is missing; mend: uv sync")
    return Path(next(iter(package.submodule_search_locations))) / "audio" / "sample" / "sample.wav"


def measure(url: str, minutes: float, progress: Callable[[str], None]) -> PageFigures:
    """Open the page of a running service some times, then watch a camera for so long."""
    progress("making the clip that the browser's camera plays …")
    with chromium() as browser:
        context = browser.new_context(permissions=["camera", "microphone"])
        paints = [_first_paint(context.new_page(), url) for _ in range(LOADS)]
        progress(f"first paint after {statistics.median(paints):.0f} ms (median of {LOADS})")
        page = context.new_page()
        page.add_init_script(WATCH)
        counted = _count_analyses(page)
        page.goto(url)
        page.get_by_role("button", name="Start", exact=True).click()
        page.locator("#state[data-tone=live]").wait_for()
        devtools = context.new_cdp_session(page)
        began, before, pauses, memory = monotonic(), counted[0], [], []
        while (passed := monotonic() - began) < 60 * minutes:
            page.wait_for_timeout(min(SAMPLE_EVERY, 60 * minutes - passed) * 1000)
            start = page.evaluate("performance.now()")
            memory.append(_memory(devtools, monotonic() - began))
            pauses.append((start, page.evaluate("performance.now()")))
            progress(_line(memory[-1], counted[0] - before))
        seconds = monotonic() - began
        tasks = page.evaluate("longTasks.splice(0)")
        page.get_by_role("button", name="Stop", exact=True).click()
        return PageFigures(
            first_paints=paints,
            analyses=counted[0] - before,
            seconds=seconds,
            long_tasks=own_tasks(tasks, pauses),
            memory=memory,
        )


def _first_paint(page: Page, url: str) -> float:
    page.goto(url)
    painted: float = page.evaluate(FIRST_PAINT)
    page.close()
    return painted


def _count_analyses(page: Page) -> list[int]:
    counted = [0]

    def note(payload: str | bytes) -> None:
        counted[0] += '"analysis":' in str(payload)

    page.on("websocket", lambda socket: socket.on("framereceived", note))
    return counted


def _memory(devtools: CDPSession, seconds: float) -> Memory:
    devtools.send("HeapProfiler.collectGarbage")
    devtools.send("Performance.enable")
    metrics: list[dict[str, Any]] = devtools.send("Performance.getMetrics")["metrics"]
    values = {metric["name"]: float(metric["value"]) for metric in metrics}
    return Memory(seconds=seconds, heap_bytes=values["JSHeapUsedSize"], nodes=values["Nodes"])


def own_tasks(
    tasks: Sequence[tuple[float, float]], pauses: Sequence[tuple[float, float]]
) -> list[float]:
    """Milliseconds of the page's, none that overlaps a pause: then the measurement stopped it."""
    return [
        duration
        for start, duration in tasks
        if not any(begin < start + duration and start < end for begin, end in pauses)
    ]


def _line(memory: Memory, analyses: int) -> str:
    return (
        f"{memory.seconds:4.0f} s: heap {memory.heap_bytes / 1e6:.2f} MB, "
        f"{memory.nodes:.0f} nodes, {analyses} analyses drawn"
    )
