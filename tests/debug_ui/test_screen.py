"""The page calibrates the screen: in a real browser, before a candidate who follows the dots."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from benchmarks.portrait import Portrait
from benchmarks.scenes import Scene
from tests.debug_ui.conftest import Server
from tests.debug_ui.posing import posing
from tests.debug_ui.test_page import start

SIDES = {"left": Scene.LOOK_LEFT, "right": Scene.LOOK_RIGHT}
UPRIGHT = {"up": Scene.LOOK_UP, "down": Scene.LOOK_DOWN}
FOLLOWS = """
/* Where the eyes go: to the dot that the page shows. */
function look() {
  const dot = document.querySelector("#screen .dot");
  if (!dot || dot.hidden || dot.style.left === "50%") return "ahead";
  const side = parseFloat(dot.style.left) < 50 ? "left" : "right";
  return `${side} ${parseFloat(dot.style.top) < 50 ? "up" : "down"}`;
}
"""


@pytest.fixture(scope="module")
def follower() -> str:
    """A script that makes the camera's candidate follow the dots."""
    portrait = Portrait()
    weights = {
        "ahead": {Scene.FACING: 1.0},
        **{
            f"{side} {upright}": {aside: 0.7, lift: 0.7}
            for side, aside in SIDES.items()
            for upright, lift in UPRIGHT.items()
        },
    }
    return posing({name: portrait.frame(look, 0.0, 0) for name, look in weights.items()}, FOLLOWS)


@pytest.fixture
def candidate(page: Page, follower: str) -> Page:
    page.add_init_script(follower)
    return page


def stage(page: Page, name: str) -> None:
    expect(page.locator("#screen")).to_have_attribute("data-stage", name)


def state(page: Page, server: Server, session_id: str) -> str:
    answer = page.request.get(f"{server.url}/v1/sessions/{session_id}/calibration")
    return str(answer.json()["state"])


def test_who_follows_the_dots_gets_limits_of_their_own(candidate: Page, server: Server) -> None:
    page = candidate
    page.goto(server.url)
    expect(page.get_by_role("button", name="Calibrate screen")).to_be_disabled()
    start(page, server, "follows")
    expect(page.get_by_role("button", name="Calibrate screen")).to_be_enabled()
    page.get_by_role("button", name="Calibrate screen").press("Enter")
    expect(page.locator("#screen .words")).to_have_text(
        "Look at each dot until it is gone. Escape cancels."
    )
    stage(page, "dots")
    dot = page.locator("#screen .dot")
    for x, y in ((50, 50), (5, 5), (95, 5), (95, 95), (5, 95)):
        expect(dot).to_have_attribute("style", f"left: {x}%; top: {y}%;")
    stage(page, "done")
    expect(page.locator("#screen .words")).to_contain_text("Done.")
    expect(page.locator("#screen dd")).to_have_text(
        [
            re.compile(r"^1\d\.\d° left to 1\d\.\d° right$"),
            re.compile(r"^(1\d|2[0-4])\.\d° up to \d\.\d° down$"),
            "more than 4° beyond these",
        ]
    )
    expect(page.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#screen")).to_be_hidden()
    expect(page.locator("#neutral .word")).to_have_text("Screen calibrated")
    expect(page.get_by_role("button", name="Calibrate screen")).to_be_focused()
    assert state(page, server, "follows") == "done"


def test_escape_cancels_and_the_service_knows(page: Page, server: Server) -> None:
    start(page, server, "escapes")
    page.get_by_role("button", name="Calibrate screen").click()
    stage(page, "dots")
    assert state(page, server, "escapes") == "running"
    with page.expect_response("**/calibration/run") as answer:
        page.keyboard.press("Escape")
    assert answer.value.status == 204
    expect(page.locator("#screen")).to_be_hidden()
    assert state(page, server, "escapes") == "none"
    assert page.evaluate("document.fullscreenElement") is None
    expect(page.get_by_role("button", name="Calibrate screen")).to_be_focused()


def test_who_does_not_follow_is_told_and_may_try_again(page: Page, server: Server) -> None:
    start(page, server, "wanders")
    page.get_by_role("button", name="Calibrate screen").click()
    stage(page, "failed")
    words = page.locator("#screen .words")
    expect(words).to_have_text(re.compile(r"^Not calibrated\. .*begin again\.$"))
    expect(page.get_by_role("button", name="Try again")).to_be_focused()
    page.keyboard.press("Enter")
    stage(page, "lead")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#screen")).to_be_hidden()
    expect(page.get_by_role("button", name="Calibrate screen")).to_be_focused()
    expect(page.locator("#neutral .word")).not_to_have_text("Screen calibrated")


def test_without_motion_the_dots_stand_still(
    context: BrowserContext, page: Page, server: Server
) -> None:
    page.emulate_media(reduced_motion="reduce")
    start(page, server, "still")
    page.get_by_role("button", name="Calibrate screen").click()
    stage(page, "dots")
    assert page.evaluate("document.getAnimations().length") == 0
    page.keyboard.press("Escape")
