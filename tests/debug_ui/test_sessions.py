"""The list of sessions in a real browser."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.debug_ui.conftest import EARLIER, Server, launched
from tests.debug_ui.parts import shell
from tests.debug_ui.reports import HOSTILE


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Needs no camera."""
    with launched() as browser:
        yield browser


class TestSessions:
    def test_those_of_the_service_are_listed(self, page: Page, server: Server) -> None:
        page.request.post(f"{server.url}/v1/sessions", data={"id": HOSTILE})
        self.listed(page, server)
        row = page.locator(".rows li", has_text=EARLIER)
        expect(row).to_contain_text("2 messages")
        watch = row.get_by_role("link", name=f"Watch {EARLIER}")
        expect(watch).to_have_attribute("href", "/?session=seen%20earlier")
        report = row.get_by_role("link", name=f"Report {EARLIER}")
        expect(report).to_have_attribute("href", "/v1/sessions/seen%20earlier/report")
        expect(page.locator(".rows .id", has_text=HOSTILE)).to_have_text(HOSTILE)
        expect(page.locator("img")).to_have_count(0)
        page.get_by_label("Find by name or state").fill("SEEN e")
        expect(page.locator(".rows li:visible")).to_have_count(1)

    def test_more_of_them_page_by_page(self, page: Page, server: Server) -> None:
        def answer(route: Route) -> None:
            offset = int(route.request.url.rpartition("=")[2])
            views = [
                {
                    "id": f"session-{n}",
                    "state": "running" if n == 0 else "stopped",
                    "created_at": time.time() - n * 100 - 65,
                    "ended_at": None if n == 0 else time.time(),
                    "last_seq": n,
                }
                for n in range(offset, min(offset + 50, 70))
            ]
            route.fulfill(json={"sessions": views, "total": 70})

        page.route("**/v1/sessions?*", answer)
        self.listed(page, server)
        expect(page.locator(".rows li")).to_have_count(50)
        expect(page.locator(".rows li").first).to_contain_text("1 min so far")
        expect(page.get_by_role("status")).to_have_text("The newest 50 of 70 sessions.")
        page.get_by_role("button", name="Show more").press("Enter")
        expect(page.locator(".rows li")).to_have_count(70)
        expect(page.get_by_role("link", name="Watch session-50")).to_be_focused()
        expect(page.get_by_role("button", name="Show more")).to_be_hidden()

    def test_what_runs_is_looked_at_again_and_nothing_else_is_touched(
        self, page: Page, server: Server
    ) -> None:
        asked = []

        def answer(route: Route) -> None:
            asked.append(route.request.url)
            ids = ["one", "two"] if len(asked) == 1 else ["new", "one", "two"]
            over = len(asked) > 2
            views = [
                {
                    "id": each,
                    "state": "stopped" if over or each == "two" else "running",
                    "created_at": 1.7e9,
                    "ended_at": 1.7e9 + 120 if over or each == "two" else None,
                    "last_seq": len(asked),
                }
                for each in ids
            ]
            route.fulfill(json={"sessions": views, "total": len(views)})

        page.clock.install(time=1.7e9)
        page.route("**/v1/sessions?*", answer)
        self.listed(page, server)
        one = page.locator(".rows li", has_text="one")
        expect(one).to_contain_text("1 message")
        page.get_by_label("Find by name or state").fill("o")
        page.get_by_role("link", name="Report one").focus()
        page.clock.pause_at(1.7e9 + 60)
        expect(one).to_contain_text("2 messages")
        expect(one).to_contain_text("1 min so far")
        assert page.locator(".rows .id").all_text_contents() == ["new", "one", "two"]
        expect(page.locator(".rows li:visible")).to_have_count(2)
        expect(page.get_by_role("link", name="Report one")).to_be_focused()
        page.clock.run_for(10_000)
        expect(one).to_contain_text("stopped")
        expect(one).not_to_contain_text("so far")
        page.clock.run_for(30_000)
        assert len(asked) == 3  # nothing runs any more

    def test_a_token_for_one_session_lists_none(
        self, context: BrowserContext, server: Server
    ) -> None:
        page = context.new_page()  # the browser itself complains of the status
        page.route("**/v1/sessions?*", lambda route: route.fulfill(status=403, json={}))
        self.listed(page, server)
        expect(page.get_by_role("status")).to_contain_text("may not list them all")
        expect(page.get_by_role("button")).to_have_count(0)

    @staticmethod
    def listed(page: Page, server: Server) -> None:
        shell(page, server)
        page.evaluate(
            """async () => {
              const { Sessions } = await import("/ui/timeline/sessions.js");
              await new Sessions(document.getElementById("part")).refresh();
            }"""
        )
