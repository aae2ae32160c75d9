"""The timeline in a real browser, told what the service tells."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.debug_ui.conftest import Server, launched
from tests.debug_ui.parts import bar, begins, drawn, left_and_right
from tests.debug_ui.reports import HOSTILE, episode, events


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Needs no camera."""
    with launched() as browser:
        yield browser


FIRST = "Looking Right, warning, from 00:08 for 4.0 s"
SECOND = "Looking Left, warning, from 00:20 for 0.1 s"
OPEN = "Mobile Phone Detected, critical, from 00:40, still open"


def three() -> list[dict[str, Any]]:
    return [
        *events(episode(0, 8.0)),
        *events(episode(1, 20.0, 0.1)),
        *events(episode(3, 40.0, None)),
    ]


class TestBars:
    def test_each_lies_where_its_time_is_on_the_track_of_its_kind(
        self, page: Page, server: Server
    ) -> None:
        drawn(page, server, three(), 50.0)
        expect(bar(page, OPEN)).to_be_visible()
        track = page.get_by_role("group", name="Gaze: 2 episodes")
        expect(track.get_by_role("button")).to_have_count(2)
        zero = page.locator(".drawing .ticks text", has_text="00:00").bounding_box()
        ten = page.locator(".drawing .ticks text", has_text="00:10").bounding_box()
        assert zero
        assert ten
        second = (ten["x"] - zero["x"]) / 10  # both labels are equally wide
        origin = zero["x"] + zero["width"] / 2
        begin, end = left_and_right(page, FIRST)
        assert abs(begin - (origin + 8 * second)) < 1.5
        assert abs(end - (origin + 12 * second)) < 1.5
        begin, end = left_and_right(page, SECOND)
        assert end - begin >= 5  # however short
        assert bar(page, OPEN).get_attribute("data-severity") == "critical"

    def test_overlapping_ones_lie_in_lanes(self, page: Page, server: Server) -> None:
        told = [*events(episode(0, 8.0, 20.0)), *events(episode(1, 12.0, 3.0))]
        drawn(page, server, told, 40.0)
        expect(page.locator(".drawing .episode")).to_have_count(2)
        upper, lower = (b.bounding_box() for b in page.locator(".drawing .episode").all())
        assert upper
        assert lower
        assert upper["y"] + upper["height"] <= lower["y"]

    def test_what_is_open_grows_and_nothing_else_is_touched(
        self, page: Page, server: Server
    ) -> None:
        drawn(page, server, three(), 41.0)
        before = left_and_right(page, OPEN)
        page.evaluate(
            """() => {
              window.touched = new Set();
              new MutationObserver((changes) => {
                for (const { target } of changes) touched.add(target.dataset.id);
              }).observe(document.querySelector(".drawing"), { subtree: true, attributes: true });
            }"""
        )
        for now in (44.0, 48.0, 50.0):
            page.evaluate("(now) => timeline.advance(now)", now)
            page.wait_for_timeout(300)
        after = left_and_right(page, OPEN)
        assert after[0] == before[0]
        assert after[1] > before[1] + 50
        assert page.evaluate("[...touched].filter(Boolean)") == ["episode-3"]

        [*_, end] = events(episode(3, 40.0, 12.0))
        page.evaluate("(event) => timeline.take({ events: [event] })", end)
        over = "Mobile Phone Detected, critical, from 00:40 for 12.0 s"
        expect(bar(page, over)).to_have_count(1)
        expect(page.locator(".drawing .episode")).to_have_count(3)

    def test_a_gap_is_hatched_and_says_why(self, page: Page, server: Server) -> None:
        drawn(page, server, three(), 50.0)
        page.evaluate("timeline.gaps([{ from: 25, to: 35, seconds: 10, why: 'paused' }])")
        gap = bar(page, "Not watched: Paused, from 00:25 for 10.0 s")
        expect(gap).to_be_visible()
        expect(page.locator(".drawing .ground")).to_have_attribute("fill", re.compile("-gap"))
        page.evaluate("timeline.gaps([])")
        expect(gap).to_have_count(0)
        expect(page.locator(".drawing .ground")).to_have_count(0)

    def test_it_follows_the_session_that_a_page_shows(self, page: Page, server: Server) -> None:
        asked = []

        def answer(route: Route) -> None:
            asked.append(route.request.url)
            gaps = [] if len(asked) == 1 else [{"from": 30, "to": 40, "why": "paused"}]
            route.fulfill(json={"gaps": gaps, "clock": {"from": 0, "to": 50}})

        page.route("**/v1/sessions/s/report", answer)
        drawn(page, server, [], 0.0)
        page.evaluate(
            """async (events) => {
              const { Following } = await import("/ui/timeline/following.js");
              window.following = new Following(timeline);
              following.show("s");
              timeline.take({ events });
            }""",
            three(),
        )
        see = "([state, at]) => following.see({ id: 's', state, live: at && { now: { at } } })"
        gap = bar(page, "Not watched: Paused, from 00:30 for 10.0 s")
        for at in (41.0, 42.0):
            page.evaluate(see, ["running", at])
        expect(bar(page, OPEN)).to_be_visible()
        expect(gap).to_have_count(0)
        page.evaluate(see, ["stopped", None])
        expect(gap).to_be_visible()
        assert len(asked) == 2  # once for each state

    def test_a_gap_is_drawn_while_it_lasts_and_moves_nothing(
        self, page: Page, server: Server
    ) -> None:
        told: dict[str, Any] = {"gaps": [], "clock": {"from": 0, "to": 42.1}}
        page.route("**/v1/sessions/s/report", lambda route: route.fulfill(json=told))
        drawn(page, server, three(), 42.0)
        page.evaluate(
            """async (events) => {
              const { Following } = await import("/ui/timeline/following.js");
              window.following = new Following(timeline);
              following.show("s");
              timeline.take({ events });
              window.see = (state, at, publishing = ["video"]) =>
                following.see({ id: "s", state, live: { publishing, now: { at } } });
            }""",
            three(),
        )
        page.evaluate("see('running', 42.0)")
        expect(bar(page, OPEN)).to_be_visible()
        height = page.locator(".drawing").get_attribute("height")
        place = bar(page, FIRST).bounding_box()
        with page.expect_response("**/report"):
            page.evaluate("see('paused', 42.0)")
        paused = bar(page, "Not watched: Paused, from 00:42, still open")
        expect(paused).to_be_visible()
        assert page.locator(".drawing").get_attribute("height") == height
        assert bar(page, FIRST).bounding_box() == place

        begun = left_and_right(page, "Not watched: Paused, from 00:42, still open")
        told |= {
            "gaps": [{"from": 42.04, "to": 50.0, "seconds": 7.96, "why": "paused"}],
            "clock": {"from": 0, "to": 50.0},
        }
        page.wait_for_timeout(1100)
        with page.expect_response("**/report"):
            page.evaluate("see('paused', 42.0)")
        page.wait_for_timeout(400)
        page.evaluate("see('paused', 42.0)")
        expect(paused).to_have_count(1)
        page.wait_for_timeout(300)
        grown = left_and_right(page, "Not watched: Paused, from 00:42, still open")
        assert grown[1] > begun[1] + 50

        told |= {
            "gaps": [{"from": 42.04, "to": 51.0, "seconds": 8.96, "why": "paused"}],
            "clock": {"from": 0, "to": 51.2},
        }
        page.evaluate("see('running', 51.2)")
        expect(bar(page, "Not watched: Paused, from 00:42 for 9.0 s")).to_be_visible()
        expect(paused).to_have_count(0)
        page.evaluate("see('running', 60.0, [])")
        expect(bar(page, "Not watched: The sender left, from 01:00, still open")).to_be_visible()


class TestHands:
    def test_all_of_it_by_keyboard(self, page: Page, server: Server) -> None:
        drawn(page, server, three(), 50.0)
        expect(bar(page, OPEN)).to_be_visible()
        expect(page.locator(".drawing [tabindex='0']")).to_have_count(1)
        page.get_by_role("button", name="Follow").focus()
        page.keyboard.press("Tab")
        expect(bar(page, FIRST)).to_be_focused()
        expect(page.locator(".tip")).to_have_text("Looking Right · warning · 4.0 s")
        page.keyboard.press("ArrowRight")
        expect(bar(page, SECOND)).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(bar(page, OPEN)).to_be_focused()
        page.keyboard.press("Home")
        expect(bar(page, FIRST)).to_be_focused()
        page.keyboard.press("End")
        expect(bar(page, OPEN)).to_be_focused()
        page.keyboard.press("Enter")

        details = page.get_by_role("region", name="Details of an episode")
        expect(details.get_by_role("heading")).to_have_text("Mobile Phone Detected")
        expect(details.get_by_role("heading")).to_be_focused()
        expect(details).to_contain_text("critical")
        expect(details).to_contain_text("phones 1")
        expect(details).to_contain_text("phone/1")
        details.get_by_role("button", name="Previous").press("Enter")
        expect(details.get_by_role("heading")).to_have_text("Looking Left")
        expect(details).to_contain_text("93 %")
        expect(details).to_contain_text("yaw 24.2° (peak −40.2°), limit 13°")
        page.keyboard.press("Escape")
        expect(details).to_be_hidden()
        expect(bar(page, SECOND)).to_be_focused()

    def test_details_of_what_ends_meanwhile(self, page: Page, server: Server) -> None:
        drawn(page, server, three(), 50.0)
        bar(page, OPEN).click()
        details = page.get_by_role("region", name="Details of an episode")
        expect(details).to_contain_text("still open")
        [*_, end] = events(episode(3, 40.0, 12.0))
        page.evaluate("(event) => timeline.take({ events: [event] })", end)
        expect(details).to_contain_text("00:40 to 00:52")
        expect(details).to_contain_text("12.0 s")

    def test_zoom_and_pan(self, page: Page, server: Server) -> None:
        drawn(page, server, three(), 600.0)
        begins(page, "00:00")
        page.get_by_role("button", name="1 min").click()
        begins(page, "09:05")  # the newest minute
        expect(page.get_by_role("button", name="Follow")).to_have_attribute("aria-pressed", "true")
        page.evaluate("timeline.advance(625)")
        begins(page, "09:30")  # it follows

        page.get_by_role("button", name="Earlier").click()
        expect(page.get_by_role("button", name="Follow")).to_have_attribute("aria-pressed", "false")
        begins(page, "09:15")
        page.evaluate("timeline.advance(660)")
        page.wait_for_timeout(300)
        begins(page, "09:15")  # it stays

        page.get_by_role("button", name="Follow").press("Enter")
        begins(page, "10:05")
        page.get_by_role("button", name="All").click()
        begins(page, "00:00")

    def test_keys_and_drags_move_it(self, page: Page, server: Server) -> None:
        drawn(page, server, three(), 600.0)
        expect(bar(page, FIRST)).to_be_visible()
        page.get_by_role("button", name="Follow").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("+")
        begins(page, "04:00")  # 0.6 of 640 s, the newest
        page.keyboard.press("Shift+ArrowLeft")
        begins(page, "02:30")
        page.keyboard.press("-")
        begins(page, "00:00")
        page.get_by_role("button", name="5 min", exact=True).click()
        box = page.locator(".frame").bounding_box()
        assert box
        begins(page, "05:30")
        page.mouse.move(box["x"] + 500, box["y"] + 60)
        page.mouse.down()
        page.mouse.move(box["x"] + 800, box["y"] + 60, steps=5)
        page.mouse.up()
        begins(page, "04:00")
        expect(page.locator(".details")).to_be_hidden()

    def test_an_episode_out_of_sight_is_brought_into_it(self, page: Page, server: Server) -> None:
        drawn(page, server, three(), 600.0)
        page.get_by_role("button", name="1 min").click()
        page.get_by_role("button", name="Follow").focus()
        page.keyboard.press("Tab")
        expect(bar(page, FIRST)).to_be_focused()
        expect(bar(page, FIRST)).to_be_in_viewport()
        frame = page.locator(".frame").bounding_box()
        assert frame
        begin, end = left_and_right(page, FIRST)
        assert frame["x"] < begin < end < frame["x"] + frame["width"]

    def test_labels_are_text_whatever_they_hold(self, page: Page, server: Server) -> None:
        drawn(page, server, events(episode(0, 8.0, label=HOSTILE)), 20.0)
        bar(page, f"{HOSTILE}, warning, from 00:08 for 4.0 s").click()
        expect(page.get_by_role("region").get_by_role("heading")).to_have_text(HOSTILE)
        expect(page.locator("img")).to_have_count(0)

    def test_it_fits_a_narrow_telephone(self, page: Page, server: Server) -> None:
        page.set_viewport_size({"width": 360, "height": 640})
        drawn(page, server, three(), 50.0)
        bar(page, OPEN).click()
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        page.set_viewport_size({"width": 800, "height": 640})
        expect(page.locator(".drawing")).to_have_attribute("width", re.compile("^7"))
