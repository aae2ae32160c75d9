"""Makes the README's pictures of the pages: `uv run python -m benchmarks.pictures docs`.

A browser's camera plays the demo's clip; then eight more candidates, each with a scene of its own,
stream to the same service.
"""

import asyncio
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import BrowserContext, Page

from app.vision.mediapipe_core import native_log_muted
from benchmarks.page import chromium
from benchmarks.portrait import Portrait, jpegs
from benchmarks.scenes import Act, Scene
from benchmarks.service import running_service, sockets_url
from client_adapter import ProctorClient

WATCHED = "exam 7/anna"
SECONDS = 42.0
"""Of the demo's clip, until the pictures are taken."""
FPS = 10.0
CANDIDATES: Mapping[str, Sequence[Act]] = {
    "exam 7/bela": (Act(scene=Scene.FACING, seconds=60),),
    "exam 7/chidi": (Act(scene=Scene.FACING, seconds=32), Act(scene=Scene.LOOK_LEFT, seconds=30)),
    "exam 7/dana": (Act(scene=Scene.FACING, seconds=34), Act(scene=Scene.GONE, seconds=30)),
    "exam 7/emil": (Act(scene=Scene.LOOK_RIGHT, seconds=5), Act(scene=Scene.FACING, seconds=60)),
    "exam 7/farah": (Act(scene=Scene.FACING, seconds=60),),
    "exam 7/gita": (Act(scene=Scene.FACING, seconds=30), Act(scene=Scene.TWO, seconds=30)),
    "exam 7/henrik": (Act(scene=Scene.FACING, seconds=60),),
    "exam 7/ines": (Act(scene=Scene.HEAD_RIGHT, seconds=20), Act(scene=Scene.FACING, seconds=60)),
}


def main(folder: Path) -> None:
    """Overwrites page.png, wall.png and report.png."""
    with native_log_muted():
        portrait = Portrait()
    clips = {name: [*jpegs(portrait.frames(acts, FPS))] for name, acts in CANDIDATES.items()}
    with running_service() as service, chromium() as browser:
        crowd = threading.Thread(
            target=lambda: asyncio.run(_stream_all(sockets_url(service.url), clips)), daemon=True
        )
        context = browser.new_context(
            permissions=["camera", "microphone"], viewport={"width": 1280, "height": 900}
        )
        page = context.new_page()
        page.goto(service.url)
        page.get_by_label("Session", exact=True).fill(WATCHED)
        page.get_by_role("button", name="Start", exact=True).click()
        page.wait_for_timeout(SECONDS * 1000)
        _shoot(page, folder / "page.png", until="#sessions-title")
        crowd.start()
        page.wait_for_timeout(SECONDS * 1000)
        _visit(context, f"{service.url}/wall", folder / "wall.png", height=760)
        page.get_by_role("button", name="Stop", exact=True).click()
        report = f"{service.url}/v1/sessions/{quote(WATCHED, safe='')}/report"
        _visit(context, report, folder / "report.png", height=1200)


async def _stream_all(url: str, clips: Mapping[str, Sequence[bytes]]) -> None:
    await asyncio.gather(*(_stream(url, name, clip) for name, clip in clips.items()))


async def _stream(url: str, name: str, clip: Sequence[bytes]) -> None:
    began = time.monotonic()
    async with ProctorClient(url, session_id=name) as client:
        for number, jpeg in enumerate(clip):
            await asyncio.sleep(began + number / FPS - time.monotonic())
            await client.send_frame(jpeg)


def _visit(context: BrowserContext, url: str, file: Path, *, height: int) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 1280, "height": height})
    page.goto(url)
    page.wait_for_timeout(3000)
    page.screenshot(path=file)
    page.close()


def _shoot(page: Page, file: Path, *, until: str) -> None:
    """From the page's top to shortly before this element."""
    box = page.locator(until).bounding_box()
    assert box is not None
    clip = {"x": 0, "y": 0, "width": 1280, "height": box["y"] - 28}
    page.screenshot(path=file, full_page=True, clip=clip)  # type: ignore[arg-type]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
