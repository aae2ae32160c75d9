"""The page asks for a turn of the head: in a real browser, before a candidate who answers it."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from benchmarks.portrait import Portrait
from benchmarks.warp import Image
from tests.api.turning import FACING, OTHER, turned
from tests.debug_ui.conftest import Server
from tests.debug_ui.posing import posing
from tests.debug_ui.test_page import start

WIDER = """[...document.querySelectorAll("body *")]
  .filter((each) => each.getBoundingClientRect().right > 361)
  .map((each) => `${each.tagName} #${each.id} ${each.className}: ${each.textContent}`)"""
"""What reaches beyond a window of 360 pixels."""
TURNS = """
const answers = { left: SIDES[0], right: SIDES[1] };
let before = "";
let since = 0;
let side = null;
/* Where the head goes: as the notice's words say, after as long as people take. */
function look() {
  const stage = document.querySelector("#challenge")?.dataset.stage ?? "none";
  const asked = document.querySelector("#challenge .words")?.textContent ?? "";
  if (stage !== before) [before, since] = [stage, performance.now()];
  const after = performance.now() - since;
  if (stage === "turn") {
    side = answers[asked.endsWith("left") ? "left" : "right"];
    if (!side || after < 1500) return "ahead";
    return after < 1700 ? `half ${side}` : side;
  }
  return stage === "turned" && after < 1500 ? side : "ahead";
}
"""

Stills = Mapping[str, Image]


@pytest.fixture(scope="module")
def stills() -> Stills:
    """Each way the head may be turned."""
    portrait = Portrait()
    return {
        "ahead": portrait.frame(FACING, 0.0, 0),
        **{side: turned(portrait, side) for side in OTHER},
        **{f"half {side}": turned(portrait, side, 0.5) for side in OTHER},
    }


def candidate(page: Page, stills: Stills, sides: tuple[str | None, str | None]) -> Page:
    """Who turns to these sides when asked to turn left, and right; None: does not turn."""
    script = TURNS
    for n, side in enumerate(sides):
        script = script.replace(f"SIDES[{n}]", json.dumps(side))
    page.add_init_script(posing(stills, script))
    return page


def stage(page: Page, name: str) -> None:
    expect(page.locator("#challenge")).to_have_attribute("data-stage", name)


def view(page: Page, server: Server, session_id: str) -> dict[str, Any]:
    path = f"{server.url}/v1/sessions/{quote(session_id)}/challenge"
    found: dict[str, Any] = page.request.get(path).json()
    return found


def ask_for_long(page: Page, server: Server, session_id: str) -> None:
    """As others do: however busy the machine is, there is time to look."""
    path = f"{server.url}/v1/sessions/{quote(session_id)}/challenge"
    expect(page.get_by_role("button", name="Ask for a turn")).to_be_enabled()
    assert page.request.post(path, data={"seconds": 15}).status == 202


def ask(page: Page) -> None:
    button = page.get_by_role("button", name="Ask for a turn")
    expect(button).to_be_enabled()
    button.press("Enter")


def test_who_follows_the_arrow_passes(page: Page, server: Server, stills: Stills) -> None:
    candidate(page, stills, ("left", "right"))
    page.goto(server.url)
    expect(page.get_by_role("button", name="Ask for a turn")).to_be_disabled()
    start(page, server, "turns")
    expect(page.locator("#challenge .shown")).to_be_hidden()
    ask(page)
    stage(page, "turn")
    side = page.locator("#challenge").get_attribute("data-side")
    assert side in OTHER
    words = page.locator("#challenge .words")
    expect(words).to_have_text(f"Turn your head to your {side}")
    expect(page.get_by_role("alert")).to_have_text(
        re.compile(rf"^Turn your head to your {side}\. .*You have 6 seconds\.$")
    )
    expect(page.locator("#challenge .then")).to_have_text(
        "To the side, not all the way, then back."
    )
    expect(page.locator("#challenge .left")).to_have_text(re.compile(r"^[1-6] s$"))
    sign, picture = (page.locator(at).bounding_box() for at in ("#challenge .sign", ".picture"))
    assert sign is not None
    assert picture is not None
    on_the_left = sign["x"] + sign["width"] / 2 < picture["x"] + picture["width"] / 2
    assert on_the_left is (side == "left"), "the picture is a mirror"

    stage(page, "turned")
    expect(words).to_have_text("And back to the camera")
    stage(page, "passed")
    expect(words).to_have_text("Thank you.")
    expect(page.get_by_role("alert")).to_have_text("Thank you.")
    found = view(page, server, "turns")
    assert (found["state"], found["side"]) == ("passed", side)
    assert found["turned_degrees"] > found["degrees"] >= 20
    assert 0.15 < found["reaction_seconds"] < 6
    stage(page, "none")
    expect(page.locator("#challenge .shown")).to_be_hidden()

    row = page.locator("#alerts li")
    expect(row).to_have_count(1)  # the turn itself is no alert
    expect(row).to_contain_text(f"Turn head {side}")
    expect(row.locator(".evidence")).to_have_text(
        re.compile(r"^limit\s(2\d(\.\d)?|30)°, limit\s6\.0\ss, passed, turned\s\d\d\.\d°$")
    )
    expect(page.get_by_role("button", name="Ask for a turn")).to_be_focused()


@pytest.mark.parametrize(
    ("sides", "reason"),
    [((None, None), "no_turn"), (("right", "left"), "wrong_side")],
    ids=["sits still", "turns to the other side"],
)
def test_who_does_not_follow_it_fails_and_is_told(
    page: Page,
    server: Server,
    stills: Stills,
    sides: tuple[str | None, str | None],
    reason: str,
) -> None:
    session_id = f"fails by {reason}"
    candidate(page, stills, sides)
    start(page, server, session_id)
    ask(page)
    stage(page, "turn")
    stage(page, "failed")
    expect(page.locator("#challenge .words")).to_have_text("That was not seen. Face the camera.")
    found = view(page, server, session_id)
    assert (found["state"], found["reason"]) == ("failed", reason)
    expect(page.locator("#alerts .evidence")).to_contain_text(reason.replace("_", "\u00a0"))


def test_who_may_not_ask_is_told_why(
    context: BrowserContext, server: Server, stills: Stills
) -> None:
    page = candidate(context.new_page(), stills, (None, None))  # the browser complains of the 409
    start(page, server, "asks twice")
    ask_for_long(page, server, "asks twice")
    stage(page, "turn")
    ask(page)
    stage(page, "turn")  # the one under way stays
    path = f"{server.url}/v1/sessions/asks twice/challenge"
    assert page.request.delete(path).status == 204
    stage(page, "cancelled")
    ask(page)
    stage(page, "refused")
    expect(page.locator("#challenge .words")).to_contain_text("between two challenges lie 20 s")
    expect(page.get_by_role("alert")).to_contain_text("wait for")
    expect(page.locator("#state")).to_have_text("Live: pictures are analysed.")


def test_whoever_asks_it_is_shown_to_the_candidate_alone(
    context: BrowserContext, page: Page, server: Server, stills: Stills
) -> None:
    candidate(page, stills, ("left", "right"))
    start(page, server, "asked by others")
    with context.expect_page() as opened:
        page.get_by_role("link", name="Watch in another window").click()
    viewer = opened.value
    expect(viewer.locator("#state")).to_have_text("Live: pictures are analysed.")
    asked = page.request.post(f"{server.url}/v1/sessions/asked by others/challenge")
    assert asked.status == 202
    stage(page, "turn")
    expect(viewer.locator("#alerts li")).to_contain_text("Turn head")
    assert viewer.locator("#challenge").get_attribute("data-stage") == "none"
    stage(page, "passed")


def test_a_cancelled_one_and_one_of_earlier_ask_nobody(
    page: Page, server: Server, stills: Stills
) -> None:
    candidate(page, stills, (None, None))
    start(page, server, "cancelled")
    path = f"{server.url}/v1/sessions/cancelled/challenge"
    ask_for_long(page, server, "cancelled")
    stage(page, "turn")
    assert page.request.delete(path).status == 204
    stage(page, "cancelled")
    expect(page.locator("#challenge .words")).to_have_text("No turn is needed any more.")
    start(page, server, "cancelled")  # its events are told once more
    expect(page.locator("#alerts li")).to_contain_text("cancelled")
    stage(page, "none")


def test_without_motion_only_the_bar_moves(page: Page, server: Server, stills: Stills) -> None:
    page.emulate_media(reduced_motion="reduce")
    candidate(page, stills, (None, None))
    start(page, server, "calm")
    ask_for_long(page, server, "calm")
    stage(page, "turn")
    assert page.evaluate("document.getAnimations().length") == 0


def test_it_fits_a_narrow_window(page: Page, server: Server, stills: Stills) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    candidate(page, stills, (None, None))
    start(page, server, "narrow")
    ask_for_long(page, server, "narrow")
    stage(page, "turn")
    shown, picture = (page.locator(at).bounding_box() for at in ("#challenge .asked", ".picture"))
    assert shown is not None
    assert picture is not None
    assert picture["y"] >= 0, "it was scrolled into view"
    assert shown["y"] > picture["y"] + picture["height"] / 3
    assert shown["y"] + shown["height"] <= picture["y"] + picture["height"] + 1
    assert page.evaluate(WIDER) == []
