"""A session's report in a real browser: on screen, on paper, and where there is none."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from app.api.page import PAGE_HEADERS
from tests.debug_ui.conftest import EARLIER, REPOSITORY, Server, launched
from tests.debug_ui.reports import HOSTILE, report

SESSION = "exam 7/ä"
PATH = "/v1/sessions/exam%207%2F%C3%A4/report"
SHEET = {"width": 688, "height": 972}
"""CSS pixels of an A4 page within its margins."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Needs no camera."""
    with launched() as browser:
        yield browser


def told(page: Page, server: Server, answer: dict[str, Any] | int) -> None:
    """The page of a report that the service answers so; a number: a status."""

    def respond(route: Route) -> None:
        if route.request.resource_type == "document":
            shell = (REPOSITORY / "debug_ui" / "report.html").read_bytes()
            route.fulfill(body=shell, content_type="text/html", headers=PAGE_HEADERS)
        elif isinstance(answer, int):
            route.fulfill(status=answer, json={"message": "no"})
        else:
            assert route.request.headers["accept"] == "application/json"
            route.fulfill(json=answer)

    page.route("**/report", respond)
    page.goto(f"{server.url}{PATH}")


def sheets(page: Page) -> int:
    """How many a printer needs."""
    return page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n")


class TestScreen:
    def test_the_service_itself_tells_it(self, page: Page, server: Server) -> None:
        page.goto(f"{server.url}/v1/sessions/{quote(EARLIER)}/report")
        expect(page.locator("#id")).to_have_text(EARLIER)
        expect(page.locator("#episodes tbody tr")).to_have_count(1)
        expect(page.locator("#episodes tbody tr")).to_contain_text("Looking Left")
        expect(page.locator("#episodes tbody tr")).to_contain_text("peak 40.2°")
        expect(page.locator("#timeline .episode")).to_have_count(1)
        expect(page.locator("#rules tr", has_text="gaze_away/1")).to_have_count(1)

    def test_all_of_it_is_drawn(self, page: Page, server: Server) -> None:
        told(page, server, report(SESSION))
        expect(page.locator("#id")).to_have_text(SESSION)
        expect(page).to_have_title(f"{SESSION} · Report · Proctoring engine")
        expect(page.locator("#facts")).to_contain_text("stopped by request")
        expect(page.locator("#facts")).to_contain_text(HOSTILE)  # the participant
        expect(page.locator("#risk .score")).to_have_text("34 of 100")
        expect(page.locator("#risk .terms li")).to_have_count(3)
        expect(page.locator("#risk .terms li").first).to_contain_text("Phone")
        expect(page.locator("#risk .terms li").first).to_contain_text("21 points")
        expect(page.locator("#risk")).to_contain_text("no verdict")
        whole = page.get_by_role("img", name="34 of 100: Phone 21, Gaze 9, Head 4")
        expect(whole.locator("span")).to_have_count(3)
        expect(page.locator("#coverage")).to_contain_text("Judged 94 % of 45 min")
        expect(page.locator("#coverage .shares li").first).to_contain_text("Gaze")
        expect(page.locator("#coverage")).to_contain_text("Picture too dark 01:36 min")
        expect(page.locator("#coverage")).to_contain_text("Liveness (liveness: not available)")
        expect(page.locator("#facts")).to_contain_text(re.compile(r":40( AM)? [A-Z+]"))  # began
        expect(page.locator("#gaps tbody tr")).to_have_count(2)
        expect(page.locator("#gaps")).to_contain_text("Service interrupted")
        expect(page.locator("#kinds")).to_contain_text("23 episodes: 4 critical, 15 warning, 4")
        expect(page.locator("#episodes tbody tr")).to_have_count(23)
        expect(page.locator("#episodes tbody tr").nth(2)).to_contain_text(HOSTILE)
        expect(page.locator("#timeline .drawing .episode")).to_have_count(25)  # two of them gaps
        expect(page.locator("main img")).to_have_count(0)
        expect(page.locator("#rules")).to_be_hidden()
        page.locator("summary", has_text="Rules").press("Enter")
        expect(page.locator("#rules")).to_contain_text("drowsy/1")
        expect(page.locator("#rules tr", has_text="gaze_away/1")).to_contain_text("hold 3")
        expect(page.locator("#made")).to_contain_text("yolo26n 640")
        expect(page.get_by_role("button", name="Refresh")).to_be_hidden()

    def test_it_is_saved_as_it_was_told(self, page: Page, server: Server) -> None:
        told(page, server, report(SESSION))
        with page.expect_download() as saved:
            page.get_by_role("button", name="Save JSON").click()
        assert saved.value.suggested_filename == "report-exam-7-.json"
        assert json.loads(saved.value.path().read_text()) == report(SESSION)

    def test_one_that_goes_on_can_be_asked_for_again(self, page: Page, server: Server) -> None:
        told(page, server, report(SESSION, complete=False))
        expect(page.locator("#state")).to_contain_text("goes on (running)")
        expect(page.locator("#state")).to_contain_text("52:01")
        open_one = page.locator(".drawing .open")
        expect(open_one).to_have_count(1)
        expect(page.locator("#episodes tbody tr").last).to_contain_text("still open")
        page.unroute("**/report")
        page.route("**/report", lambda route: route.fulfill(json=report(SESSION)))
        page.get_by_role("button", name="Refresh").click()
        expect(page.locator("#state")).to_be_hidden()
        expect(open_one).to_have_count(0)

    def test_asked_for_again_it_keeps_what_is_looked_at(self, page: Page, server: Server) -> None:
        told(page, server, report(SESSION, complete=False))
        expect(page.locator(".shapes")).to_contain_text("still open")
        page.get_by_role("button", name="5 min", exact=True).click()
        page.locator(".drawing .episode").first.press("Enter")
        page.locator(".unheard summary").click()
        look = """() => [document.querySelector(".ticks text").textContent,
          document.querySelector(".details h3").textContent,
          document.querySelector(".unheard").open,
          document.querySelector("[aria-pressed=true]").textContent]"""
        before = page.evaluate(look)
        again = page.get_by_role("button", name="Refresh")
        again.focus()
        with page.expect_response("**/report"):
            page.keyboard.press("Enter")
        expect(again).to_have_attribute("aria-disabled", "false")
        expect(again).to_be_focused()
        assert page.evaluate(look) == before
        assert before[2:] == [True, "5 min"]
        page.unroute("**/report")
        page.route("**/report", lambda route: route.fulfill(json=report(SESSION)))
        again.press("Enter")
        expect(page.get_by_role("button", name="Save JSON")).to_be_focused()
        expect(page.locator(".shapes")).not_to_contain_text("still open", use_inner_text=True)

    def test_what_was_judged_throughout_and_what_was_not(self, page: Page, server: Server) -> None:
        made = report(SESSION)
        made["coverage"] |= {"not_assessable": {}, "sound": None}
        made["coverage"]["judged"] = {"gaze_away": 0.97, "phone": 0.0, "spoof": 0.05}
        made["service"]["models"] |= {"objects": "missing", "liveness": "ready: net"}
        told(page, server, made)
        told_of = page.locator("#coverage > .quiet").first
        expect(told_of).to_have_text("Not judged throughout: Phone (objects: missing), Liveness.")
        page.unroute("**/report")
        made["coverage"]["judged"] = {"gaze_away": 0.97, "phone": 1.0}
        told(page, server, made)
        expect(told_of).to_have_text("All that came could be assessed.")

    def test_one_number_for_one_length(self, page: Page, server: Server) -> None:
        page.goto(f"{server.url}/v1/sessions/{quote(EARLIER)}/report")
        said = page.evaluate(
            """async () => {
              const { duration } = await import("/ui/words.js");
              return [25.214 - 20.264, 4.95, 1.45, 0.25, 59.9, 62].map(duration);
            }"""
        )
        assert said == ["5.0 s", "5.0 s", "1.5 s", "0.3 s", "59.9 s", "01:02 min"]

    def test_one_of_nothing(self, page: Page, server: Server) -> None:
        nothing = report(SESSION, count=0) | {"coverage": None, "gaps": []}
        nothing["risk"] = nothing["risk"] | {"score": 0, "terms": [], "judged": 0.0}
        told(page, server, nothing)
        expect(page.locator("#risk .score")).to_have_text("0 of 100")
        expect(page.locator("#coverage")).to_contain_text("not known how much")
        expect(page.locator("#gaps")).to_have_text("It is not known when.")
        expect(page.locator("#timeline")).to_contain_text("No episodes.")

    def test_it_fits_a_narrow_telephone(self, page: Page, server: Server) -> None:
        page.set_viewport_size({"width": 360, "height": 640})
        told(page, server, report(SESSION))
        expect(page.locator("#episodes tbody tr")).to_have_count(23)
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        page.locator("summary", has_text="Rules").click()
        assert page.evaluate("document.documentElement.scrollWidth") == 360


class TestPaper:
    def test_nothing_is_folded_or_cut_off(self, page: Page, server: Server) -> None:
        page.emulate_media(color_scheme="dark")
        told(page, server, report(SESSION))
        expect(page.locator("#episodes tbody tr")).to_have_count(23)
        page.emulate_media(media="print")
        page.set_viewport_size(SHEET)  # type: ignore[arg-type]
        expect(page.locator("#rules")).to_be_visible()
        expect(page.locator(".unheard table")).to_be_visible()
        expect(page.locator("nav")).to_be_hidden()
        expect(page.get_by_role("button", name="Print")).to_be_hidden()
        expect(page.locator(".tools")).to_be_hidden()
        ground = "getComputedStyle(document.body).backgroundColor"
        assert page.evaluate(ground) == "rgb(255, 255, 255)"
        assert page.evaluate("document.documentElement.scrollWidth") == SHEET["width"]
        cut = """() => [...document.querySelectorAll(".scroller, .drawing")].filter(
          (box) => box.scrollWidth > box.clientWidth + 1).length"""
        assert page.evaluate(cut) == 0
        page.emulate_media(media="screen")
        expect(page.locator("#rules")).to_be_hidden()
        expect(page.locator(".unheard table")).to_be_hidden()

    def test_heads_of_tables_stand_on_each_sheet(self, page: Page, server: Server) -> None:
        told(page, server, report(SESSION, count=150))
        expect(page.locator("#episodes tbody tr")).to_have_count(150)
        page.emulate_media(media="print")
        display = "getComputedStyle(document.querySelector('#episodes thead')).display"
        assert page.evaluate(display) == "table-header-group"
        assert sheets(page) >= 4

    def test_all_of_the_time_is_printed_whatever_is_zoomed(
        self, page: Page, server: Server
    ) -> None:
        told(page, server, report(SESSION))
        first = page.locator(".drawing .ticks text").first
        page.get_by_role("button", name="1 min", exact=True).click()
        expect(first).not_to_have_text("00:00")
        zoomed = first.text_content()
        page.emulate_media(media="print")
        expect(first).to_have_text("00:00")
        page.emulate_media(media="screen")
        expect(first).to_have_text(zoomed or "")
        page.evaluate(
            """addEventListener("beforeprint", () => {
              window.printed = document.querySelector(".ticks text").textContent;
            })"""
        )
        sheets(page)
        assert page.evaluate("printed") == "00:00"
        expect(first).to_have_text(zoomed or "")
        sign = "getComputedStyle(document.getElementById('title'), '::before').content"
        assert page.evaluate(sign) == "none"  # it stands above already

    def test_its_last_sheet_is_printed(self, page: Page, server: Server) -> None:
        """What is folded on screen takes its room before the sheets are counted."""
        told_all = report(SESSION)
        told_all["rules"] = [told_all["rules"][n % 4] for n in range(80)]
        told(page, server, told_all)
        expect(page.locator("#episodes tbody tr")).to_have_count(23)
        folded = sheets(page)
        page.locator("summary", has_text="Rules").click()
        expect(page.locator("#rules")).to_be_visible()
        page.locator(".unheard summary").click()
        assert folded == sheets(page)
        page.evaluate("document.getElementById('rules-title').closest('section').remove()")
        assert folded > sheets(page)


class TestTrouble:
    @pytest.mark.parametrize(
        ("status", "sentence"),
        [
            (404, "There is no such session."),
            (410, "This session was deleted"),
            (401, "This service asks for a token."),
            (403, "The service refused: no."),
        ],
    )
    def test_it_is_said(
        self, context: BrowserContext, server: Server, status: int, sentence: str
    ) -> None:
        page = context.new_page()  # the browser itself complains of the status
        told(page, server, status)
        expect(page.locator("#state")).to_contain_text(sentence)
        expect(page.locator("#body")).to_be_hidden()
        expect(page.get_by_role("button", name="Refresh")).to_be_visible()
        expect(page.get_by_role("button", name="Print")).to_be_hidden()
        if status == 401:
            expect(page.locator("#token")).to_contain_text(f"{server.url}{PATH}#token=…")

    def test_the_service_may_be_away(self, context: BrowserContext, server: Server) -> None:
        page = context.new_page()
        told(page, server, report(SESSION, complete=False))
        expect(page.locator("#body")).to_be_visible()
        page.unroute("**/report")
        page.route("**/report", lambda route: route.abort())
        page.get_by_role("button", name="Refresh").click()
        expect(page.locator("#state")).to_have_text("The service does not answer. Is it running?")
        expect(page.locator("#body")).to_be_visible()  # what was told stays
