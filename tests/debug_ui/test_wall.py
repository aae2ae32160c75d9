"""The wall in a real browser: fifty sessions as stored, and one that is seen."""

import asyncio
import re
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.api.client import wait_until
from tests.api.tokens import token
from tests.debug_ui.conftest import Server
from tests.debug_ui.seats import AWAY, COUNT, HOSTILE, LONG, OVER, PAUSED, WORSE, WORST, store_seats
from tests.debug_ui.test_accessibility import violations


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One of the wall's own: what others leave running would be on it."""
    server = Server(tmp_path_factory.mktemp("wall"), PROCTOR_IDLE_AFTER="3600")
    asyncio.run(store_seats(server.database_url))
    yield server.start()
    server.stop()


@pytest.fixture
def wall(server: Server) -> str:
    """The address of the page."""
    return f"{server.url}/wall"


def tile(page: Page, session_id: str) -> Locator:
    name = page.get_by_role("link", name=session_id, exact=True)
    return page.get_by_role("listitem").filter(has=name)


def order(page: Page, count: int) -> list[str]:
    return page.locator(".tile:not([hidden]) .name").all_inner_texts()[:count]


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent"))


def told(context: BrowserContext, url: str, critical: str, label: str) -> None:
    """From now on the service tells as well that this is open, since this very moment."""

    def answer(route: Route) -> None:
        response = route.fetch()
        body = response.json()
        for each in body["sessions"]:
            if each["id"] == critical:
                words = {"id": label, "kind": "phone", "label": label, "severity": "critical"}
                numbers = {"started_at": 99.0, "confidence": 1.0, "seconds": 1.0}
                each["open"].append(words | numbers)
        route.fulfill(response=response, json=body)

    context.route("**/v1/wall", answer)


def test_an_answer_that_breaks_off_is_not_the_last(
    context: BrowserContext, page: Page, wall: str
) -> None:
    page.goto(wall)
    expect(page.locator("#tally b").first).to_have_text("50 sessions")
    context.route("**/v1/wall", lambda route: route.fulfill(body='{"sessions": ['))
    expect(page.locator("#wall-state")).to_contain_text("broke off")
    context.unroute("**/v1/wall")
    expect(page.locator("#wall-state")).to_have_text("")
    page.keyboard.press("h")  # wherever the focus is
    expect(page.locator("#wall-state")).to_have_text("The order is held.")


class TestFifty:
    def test_what_needs_attention_comes_first(self, page: Page, wall: str) -> None:
        page.goto(wall)
        expect(page.locator("#tally b").first).to_have_text("50 sessions")
        assert order(page, 4) == [WORST, WORSE, AWAY, OVER]
        assert order(page, COUNT)[-1] == PAUSED
        expect(page.locator("#tally")).to_have_text(
            "50 sessions2critical1warning1recent45not assessable0quiet1paused"
        )
        worst = tile(page, WORST)
        expect(worst).to_contain_text(re.compile(r"critical Mobile Phone Detected \d+ s"))
        expect(worst).to_contain_text(re.compile(r"warning Looking Left \d+ s"))
        expect(worst).to_contain_text("1 critical · 1 warning")
        expect(worst).to_contain_text("Nobody sends anything")
        newest = re.compile(r"Nothing is openNewest: Looking Left, \d+ s ago")
        expect(tile(page, OVER)).to_contain_text(newest)
        expect(tile(page, PAUSED)).to_contain_text("Paused: nothing is judged")
        link = page.get_by_role("link", name=WORST, exact=True)
        expect(link).to_have_accessible_description(
            re.compile("critical: Mobile Phone Detected. warning: Looking Left. Nobody sends")
        )
        expect(page).to_have_title("(2) Wall · Proctoring engine")

    def test_foreign_text_is_text(self, page: Page, wall: str) -> None:
        page.goto(wall)
        hostile = tile(page, HOSTILE)
        expect(hostile.locator(".where")).to_have_text(f"exam · {HOSTILE}")
        expect(page.locator("img")).to_have_count(0)
        long = page.get_by_role("link", name=LONG.strip(), exact=True)
        expect(long).to_have_attribute("title", LONG)
        box, frame = long.bounding_box(), long.locator("xpath=ancestor::li").bounding_box()
        assert box is not None
        assert frame is not None
        assert box["x"] + box["width"] < frame["x"] + frame["width"]

    def test_it_goes_by_keys_alone(self, context: BrowserContext, page: Page, wall: str) -> None:
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(wall)
        expect(page.locator(".tile")).to_have_count(COUNT)
        ids = order(page, COUNT)
        press = page.keyboard.press
        press("/")
        page.keyboard.type("seat")
        press("Escape")  # clears, and goes to the tiles
        expect(page.locator("#filter")).to_have_value("")
        assert focused(page) == ids[0]
        for key, to in (
            *(("ArrowRight", 1), ("ArrowDown", 5), ("ArrowLeft", 4), ("ArrowUp", 0)),
            *(("ArrowUp", 0), ("End", 49), ("ArrowRight", 49), ("ArrowUp", 45)),
            *(("ArrowRight", 46), ("ArrowDown", 49), ("Home", 0), ("ArrowLeft", 0)),
        ):
            press(key)
            assert focused(page) == ids[to], key
        expect(page.locator(".tile .name[tabindex='0']")).to_have_count(1)

        with context.expect_page() as viewer:
            press("Enter")
        expect(viewer.value.locator("#watched")).to_have_text(WORST)
        assert viewer.value.url.endswith(f"/?session={quote(WORST)}")
        report = page.get_by_role("link", name=f"Report of {WORST}")
        expect(report).to_have_attribute("href", f"/v1/sessions/{quote(WORST)}/report")
        page.evaluate(
            "document.addEventListener('click', (event) => {"
            " window.clicked = event.target.href; event.preventDefault(); })"
        )
        press("r")
        assert page.evaluate("window.clicked") == report.evaluate("link => link.href")

        press("?")
        expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
        press("Escape")
        expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
        press("h")
        hold = page.get_by_role("button", name="Hold order")
        expect(hold).to_have_attribute("aria-pressed", "true")

    def test_it_is_filtered(self, page: Page, wall: str) -> None:
        page.goto(wall)
        visible = page.locator(".tile:not([hidden])")
        expect(visible).to_have_count(COUNT)
        field = page.get_by_label("Filter by name")
        for text, found in (("SEAT 1", 10), ("room 3", 9), ("mobile phone", 2), ("<img", 1)):
            field.fill(text)
            expect(visible).to_have_count(found)
        field.fill("nobody is called so")
        expect(page.get_by_role("heading", name="No session matches")).to_be_visible()
        page.get_by_role("button", name="Show all sessions").click()
        expect(visible).to_have_count(COUNT)
        page.get_by_role("button", name="Needs attention").click()
        expect(visible).to_have_count(COUNT - 1)
        expect(tile(page, PAUSED)).to_have_count(0)

    def test_a_new_critical_one_is_told_and_comes_up(
        self, context: BrowserContext, page: Page, wall: str
    ) -> None:
        page.goto(wall)
        expect(page.locator(".tile")).to_have_count(COUNT)
        page.get_by_role("button", name="Hold order").click()
        told(context, wall, "seat 49", "Mobile Phone Detected")
        expect(page.locator("#announcer")).to_have_text("Critical: seat 49, Mobile Phone Detected")
        assert order(page, 3) == [WORST, WORSE, AWAY]
        expect(page).to_have_title("(3) Wall · Proctoring engine")
        page.get_by_role("button", name="Hold order").click()
        assert order(page, 3) == [WORST, WORSE, "seat 49"]

    def test_the_tile_with_the_focus_stays(
        self, context: BrowserContext, page: Page, wall: str
    ) -> None:
        page.goto(wall)
        expect(page.locator(".tile")).to_have_count(COUNT)
        page.get_by_role("link", name=AWAY, exact=True).focus()
        told(context, wall, "seat 48", "Mobile Phone Detected")
        expect(page.locator(".tile").nth(3).locator(".name")).to_have_text("seat 48")
        assert order(page, 4) == [WORST, WORSE, AWAY, "seat 48"]
        assert focused(page) == AWAY

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_it_fits_a_narrow_telephone(self, page: Page, wall: str, scheme: str) -> None:
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.set_viewport_size({"width": 360, "height": 640})
        page.goto(wall)
        expect(page.locator(".tile")).to_have_count(COUNT)
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        wide = "[...document.querySelectorAll('.tile')].filter(t => t.scrollWidth > t.clientWidth)"
        assert page.evaluate(f"{wide}.length") == 0
        assert violations(page) == []

    def test_nothing_is_touched_that_did_not_change(self, page: Page, wall: str) -> None:
        page.goto(wall)
        expect(page.locator(".tile")).to_have_count(COUNT)
        page.evaluate(
            "window.touched = new Set();"
            "new MutationObserver((changes) => changes.forEach(({ target }) =>"
            " touched.add(target.closest('.tile')?.querySelector('.name').textContent)))"
            ".observe(tiles, { subtree: true, childList: true, characterData: true,"
            " attributes: true })"
        )
        with page.expect_response("**/v1/wall"):
            pass
        wait_until(lambda: page.evaluate("touched.size") > 0)
        touched = set(page.evaluate("[...touched]"))
        assert touched <= {WORST, WORSE, AWAY, OVER, HOSTILE}  # whose time passes


class TestService:
    def test_a_candidate_is_seen(self, page: Page, server: Server) -> None:
        page.goto(server.url)
        page.get_by_label("Session", exact=True).fill("on the wall")
        page.get_by_role("button", name="Start", exact=True).click()
        expect(page.locator("#state")).to_have_text("Live: pictures are analysed.")
        seen = page.context.new_page()
        seen.goto(f"{server.url}/wall")
        mine = tile(seen, "on the wall")
        expect(mine.locator("dd.face")).to_have_text("In view")
        expect(mine.locator(".how")).to_have_text("Live")
        expect(mine.locator(".judged")).to_have_text(re.compile(r"^Judged \d+ %$"))
        expect(mine).to_contain_text(re.compile(r"warning Looking Right \d+ s"))
        expect(mine.locator(".figure.unknown")).to_have_count(0)
        page.bring_to_front()
        page.get_by_role("button", name="Stop", exact=True).click()
        expect(page.locator("#state")).to_have_text("Stopped. The alerts stay.")
        seen.bring_to_front()
        expect(mine).to_have_count(0)

    def test_nobody_is_told_what_to_do(self, page: Page, server: Server) -> None:
        page.route("**/v1/wall", lambda route: route.fulfill(json={"sessions": [], "total": 0}))
        page.goto(f"{server.url}/wall")
        expect(page.get_by_role("heading", name="No session runs at present")).to_be_visible()
        expect(page.locator("#nobody code")).to_have_text("uv run run.py demo")

    def test_a_service_that_is_away_is_told(self, context: BrowserContext, server: Server) -> None:
        page = context.new_page()
        httpx.post(f"{server.url}/v1/sessions", json={"id": "stays"}).raise_for_status()
        page.goto(f"{server.url}/wall")
        expect(tile(page, "stays")).to_have_count(1)
        page.route("**/v1/wall", lambda route: route.abort())
        expect(page.locator("#wall-state")).to_contain_text("The service does not answer.")
        expect(page.locator("#age")).to_have_text(re.compile(r"What is shown is \d+ s old."))
        expect(tile(page, "stays")).to_have_count(1)
        page.unroute("**/v1/wall")
        expect(page.locator("#wall-state")).to_have_text("")
        held: list[Route] = []
        page.route("**/v1/wall", lambda route: held.append(route))
        expect(page.locator("#wall-state")).to_have_text("The service answers late.")
        expect(page.locator("#age")).to_have_text(re.compile(r"What is shown is \d+ s old."))
        page.unroute("**/v1/wall")  # lets what is held go on
        expect(page.locator("#wall-state")).to_have_text("")
        httpx.post(f"{server.url}/v1/sessions/stays/stop").raise_for_status()

    @pytest.mark.parametrize(
        ("status", "error"),
        [
            (401, "the token has expired"),
            (403, "the token is for one session, and this asks for all"),
        ],
    )
    def test_who_may_not_see_all_learns_how(
        self, context: BrowserContext, server: Server, status: int, error: str
    ) -> None:
        page = context.new_page()
        refused = {"error": "AccessError", "message": error}
        page.route("**/v1/wall", lambda route: route.fulfill(status=status, json=refused))
        page.goto(f"{server.url}/wall#token={token()}")
        expect(page.locator("#wall-state")).to_have_text(f"The service refused: {error}.")
        expect(page.locator("#token")).to_contain_text("uv run run.py token")
        expect(page.locator("#token")).to_contain_text(f"{server.url}/wall#token=…")
