"""Thousands of episodes on the timeline and in the list."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.debug_ui.conftest import Server, launched
from tests.debug_ui.parts import drawn, shell
from tests.debug_ui.reports import episode, events

FILL = """async (events) => {
  for (let from = 0; from < events.length; from += 100) {
    timeline.take({ events: events.slice(from, from + 100) });
    timeline.advance(events[Math.min(from + 99, events.length - 1)].at);
    await new Promise((done) => requestAnimationFrame(done));
  }
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Needs no camera."""
    with launched() as browser:
        yield browser


class TestMany:
    def test_two_thousand_are_drawn_once_each(self, page: Page, server: Server) -> None:
        drawn(page, server, [], 0.0)
        told = [e for n in range(2000) for e in events(episode(n, n * 5.0, 3.0))]
        page.evaluate(FILL, told)
        expect(page.locator(".drawing .episode")).to_have_count(2000)
        page.evaluate(FILL, told)  # what is told again is known
        expect(page.locator(".drawing .episode")).to_have_count(2000)

    def test_the_list_keeps_the_newest_rows(self, page: Page, server: Server) -> None:
        shell(page, server)
        told = [e for n in range(1, 601) for e in events(episode(n, n * 5.0, 3.0))]
        page.evaluate(
            """async (events) => {
              const { Alerts } = await import("/ui/timeline/alerts.js");
              const [list, none, count, announcer] = ["list", "none", "count", "announcer"].map(
                (name) => document.getElementById(name));
              const alerts = new Alerts({ list, none, count, announcer });
              for (const event of events) alerts.take({ events: [event] });
              window.first = alerts.openLabel("gaze_away");
            }""",
            [*events(episode(0, 1.0, None)), *told],
        )
        rows = page.locator("#list li")
        expect(rows).to_have_count(500)
        expect(rows.first).to_contain_text("50:00")
        expect(rows.last).to_contain_text("ongoing")  # what is open stays
        assert page.evaluate("first") == "Looking Right"
        expect(page.locator("#count")).to_have_text("601, newest 500 listed")

    def test_the_list_is_in_the_order_in_which_they_began(self, page: Page, server: Server) -> None:
        shell(page, server)
        page.evaluate(
            """async (events) => {
              const { Alerts } = await import("/ui/timeline/alerts.js");
              const [list, none, count, announcer] = ["list", "none", "count", "announcer"].map(
                (name) => document.getElementById(name));
              new Alerts({ list, none, count, announcer }).take({ events });
            }""",
            [e for n, at in enumerate((10.0, 30.0, 20.0, 30.0)) for e in events(episode(n, at))],
        )
        labels = page.locator("#list .label").all_text_contents()
        assert labels == ["Mobile Phone Detected", "Looking Left", "Head Left", "Looking Right"]
