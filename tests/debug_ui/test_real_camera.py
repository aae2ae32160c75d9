"""A real person before the page's camera, from the first picture to the report."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.debug_ui.conftest import Server, launched
from tests.media import SHARED, flipped, needs_shared, video

pytestmark = needs_shared


@pytest.fixture(scope="module", params=["as filmed", "flipped"])
def filmed(request: pytest.FixtureRequest) -> str:
    """Which way round the clip is."""
    return str(request.param)


@pytest.fixture(scope="module")
def browser(filmed: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Its camera plays the clip, its microphone a conversation."""
    frames, _ = video("center_left_center.mp4")
    clip = tmp_path_factory.mktemp("filmed") / "clip.mjpeg"
    clip.write_bytes(b"".join(flipped(frames) if filmed == "flipped" else frames))
    with launched(
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={clip}",
        f"--use-file-for-fake-audio-capture={_wav()}",
    ) as browser:
        yield browser


def _wav() -> Path:
    return SHARED / "audio" / "sample.wav"


def test_from_start_to_report(browser: Browser, server: Server, filmed: str) -> None:
    word = "Looking Right" if filmed == "as filmed" else "Looking Left"
    session_id = f"filmed/{filmed}"
    context = browser.new_context(permissions=["camera", "microphone"])
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto(server.url)
    page.get_by_label("Session", exact=True).fill(session_id)
    page.get_by_role("button", name="Start", exact=True).click()
    bar = _bars(page, word)
    expect(bar).to_be_visible()
    expect(page.locator("#alerts li .label", has_text=word).first).to_be_visible()
    expect(page.locator("#sound .word")).not_to_have_text("–")

    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.locator("#state")).to_have_text("Paused: nothing is sent or analysed.")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("#state")).to_have_text("Stopped. The alerts stay.")
    expect(bar).to_have_accessible_name(re.compile(rf"^{word}, warning, from \d\d:\d\d for "))
    bar.click()
    expect(page.get_by_role("region", name="Details of an episode")).to_contain_text("gaze_away/1")

    with context.expect_page() as opened:
        page.get_by_role("link", name="Report", exact=True).click()
    report = opened.value
    expect(report.locator("#episodes")).to_contain_text(word)
    expect(report.locator("#coverage")).to_contain_text(re.compile(r"Judged \d+ % of \d+ s"))
    expect(_bars(report, word)).to_be_visible()
    report.close()

    page.reload()
    past = page.get_by_role("listitem").filter(has_text=session_id)
    expect(past).to_contain_text("stopped")
    expect(past.get_by_role("link", name="Watch")).to_have_attribute(
        "href", f"/?session={quote(session_id, safe='')}"
    )
    past.get_by_role("link", name="Watch").evaluate("(link) => link.removeAttribute('target')")
    past.get_by_role("link", name="Watch").click()
    expect(_bars(page, word)).to_be_visible()
    context.close()


def _bars(page: Page, word: str) -> Locator:
    return page.locator("#timeline").get_by_role("button", name=re.compile(f"^{word}, ")).first
