"""The drawing over the picture, by itself."""

import pytest
from playwright.sync_api import Page

from tests.debug_ui.conftest import Server
from tests.debug_ui.test_camera import PAINTED

ANALYSIS = {
    "width": 640,
    "height": 480,
    "mirrored": False,
    "faces": [],
    "objects": [
        {
            "name": "phone",
            "confidence": 0.93,
            "left": 0.05,
            "top": 0.3,
            "width": 0.2,
            "height": 0.4,
        }
    ],
}
DRAWS = """async ([analysis, pictured, width, height]) => {
  const { Overlay } = await import("/ui/overlay/overlay.js");
  const canvas = document.createElement("canvas");
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px`, display: "block" });
  document.body.prepend(canvas);
  const overlay = new Overlay(canvas, pictured);
  const shown = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30)));
  await shown();
  overlay.take(analysis);
  await shown();
  const fresh = (PAINTED)(canvas);
  await new Promise((done) => setTimeout(done, 1200));
  return { fresh, stale: (PAINTED)(canvas) };
}""".replace("PAINTED", PAINTED)


@pytest.mark.parametrize(
    ("mirrored", "pictured", "size", "across"),
    [
        (False, True, (400, 300), 0.85),
        (False, False, (400, 300), 0.85),
        (True, True, (400, 300), 0.85),  # its own picture, as it shows it
        (True, False, (400, 300), 0.15),
        (False, True, (800, 300), 0.675),  # the picture stands in the middle of a wide stage
    ],
    ids=["a mirror", "without picture", "sent mirrored", "mirrored, without picture", "wide"],
)
def test_a_drawing_lies_where_its_picture_is_shown(
    page: Page,
    server: Server,
    mirrored: bool,
    pictured: bool,
    size: tuple[int, int],
    across: float,
) -> None:
    page.goto(server.url)
    drawn = page.evaluate(DRAWS, [ANALYSIS | {"mirrored": mirrored}, pictured, *size])
    assert drawn["fresh"]["count"] > 200
    assert abs(drawn["fresh"]["across"] - across) < 0.03
    assert drawn["stale"]["count"] == 0, "what is old goes"
