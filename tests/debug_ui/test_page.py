"""The page in a real browser, on the real service."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.debug_ui.conftest import EARLIER, Server

NO_ANSWER = "The service does not answer. Is it running?"
HOSTILE = "<img src=x onerror=alert(1)>/ä"


def start(page: Page, server: Server, session_id: str) -> None:
    page.goto(server.url)
    page.get_by_label("Session", exact=True).fill(session_id)
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator("#state")).to_have_text("Live: pictures are analysed.")


def stop(page: Page) -> None:
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("#state")).to_have_text("Stopped. The alerts stay.")


def stored_state(page: Page, server: Server, session_id: str) -> str:
    answer = page.request.get(f"{server.url}/v1/sessions/{quote(session_id, safe='')}")
    return str(answer.json()["state"])


class TestCamera:
    def test_the_service_says_what_it_cannot_do(self, page: Page, server: Server) -> None:
        page.goto(server.url)
        expect(page.locator("#service")).to_have_text("Service ready")
        expect(page.locator("#degraded")).to_contain_text("spoof")

    def test_the_session_has_a_name(self, page: Page, server: Server) -> None:
        page.goto(server.url)
        expect(page.get_by_label("Session", exact=True)).to_have_value(
            re.compile(r"^camera-\d{4}-\d\d-\d\d-\d{6}$")
        )

    def test_looking_right_is_alerted_while_it_is_analysed(
        self, page: Page, server: Server
    ) -> None:
        start(page, server, "a")
        episode = page.locator("#alerts li").last
        expect(page.locator("#gaze .word")).to_have_text("Looking Right · alert")
        expect(episode).to_contain_text("Looking Right")
        expect(episode).to_contain_text("warning")
        expect(episode).to_contain_text(re.compile(r"yaw\s−\d\d\.\d°.*limit\s13°"))
        expect(page.locator("#announcer")).to_contain_text("warning: Looking Right, at 00:0")
        expect(page.locator("#gaze .numbers")).to_have_text(re.compile(r"yaw.*pitch [^a-z]*$"))
        expect(page.locator("#persons .word")).to_have_text("One person")
        expect(page.locator("#phone .word")).to_have_text("Not assessable")
        expect(page.locator("#picture .word")).to_have_text("Good")
        expect(page.locator("#picture .numbers")).to_have_text(re.compile(r"brightness.*sharpness"))
        expect(page.locator("#neutral .word")).to_have_text("Calibrated")

        page.get_by_role("button", name="Pause", exact=True).press("Enter")
        expect(page.locator("#state")).to_have_text("Paused: nothing is sent or analysed.")
        expect(page.locator("#alerts .open")).to_have_count(0)
        expect(episode.locator(".lasted")).to_have_text(re.compile(r"^\d+\.\d s$"))
        assert stored_state(page, server, "a") == "paused"

        page.get_by_role("button", name="Resume", exact=True).press("Enter")
        expect(page.locator("#state")).to_have_text("Live: pictures are analysed.")

        stop(page)
        assert stored_state(page, server, "a") == "stopped"
        assert page.evaluate("document.getElementById('video').srcObject") is None
        expect(page.get_by_role("button", name="Start again", exact=True)).to_be_focused()
        page.get_by_label("Session", exact=True).fill("b")
        expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
        for chart in page.locator("#charts b").all():
            expect(chart).to_have_text("–")
        expect(page.locator("#latency .from")).to_contain_text("at the last pictures")

    def test_who_comes_next_gets_a_session_of_their_own(self, page: Page, server: Server) -> None:
        page.goto(server.url)
        name = page.get_by_label("Session", exact=True)
        first = name.input_value()
        page.get_by_role("button", name="Start", exact=True).click()
        expect(page.locator("#state")).to_have_text("Live: pictures are analysed.")
        expect(page.get_by_role("link", name="why? Phone is not available")).to_be_visible()
        stop(page)
        expect(name).not_to_have_value(first)
        expect(page.get_by_role("button", name="Start", exact=True)).to_be_enabled()

    def test_an_id_is_text_whatever_it_holds(
        self, context: BrowserContext, page: Page, server: Server
    ) -> None:
        start(page, server, HOSTILE)
        with context.expect_page() as opened:
            page.get_by_role("link", name="Watch in another window").click()
        viewer = opened.value
        expect(viewer.locator("#watched")).to_have_text(HOSTILE)
        expect(viewer.locator("#state")).to_have_text("Live: pictures are analysed.")
        expect(viewer.locator("img")).to_have_count(0)
        assert stored_state(page, server, HOSTILE) == "running"
        stop(page)
        expect(viewer.locator("#state")).to_have_text("Stopped. The alerts stay.")

    def test_a_second_sender_takes_over(self, page: Page, server: Server) -> None:
        start(page, server, "taken")
        page.evaluate("new WebSocket(`ws://${location.host}/ws/proctor/taken/video`)")
        expect(page.locator("#state")).to_have_text("Somebody else feeds this session now.")
        expect(page.get_by_role("button", name="Start again", exact=True)).to_be_enabled()

    def test_a_restarted_service_is_found_again(
        self, context: BrowserContext, server: Server
    ) -> None:
        page = context.new_page()
        start(page, server, "restarted")
        expect(page.locator("#alerts li")).to_have_count(1)
        server.stop()
        try:
            expect(page.locator("#state")).to_contain_text("Trying again.")
            page.get_by_role("button", name="Pause", exact=True).click()
            expect(page.locator("#state")).to_have_text(NO_ANSWER)
        finally:
            server.start()
        expect(page.locator("#state")).to_have_text("Live: pictures are analysed.")
        expect(page.get_by_role("button", name="Calibrate screen")).to_be_enabled()
        expect(page.locator("#alerts li")).to_have_count(2)
        expect(page.locator("#count")).to_have_text("2")

    def test_the_camera_is_switched_off_without_the_service(
        self, context: BrowserContext, server: Server
    ) -> None:
        page = context.new_page()
        start(page, server, "unreachable")
        page.route("**/v1/**", lambda route: route.abort())
        expect(page.locator("#state")).to_contain_text("does not answer")
        page.get_by_role("button", name="Stop", exact=True).click()
        assert page.evaluate("document.getElementById('video').srcObject") is None
        expect(page.locator("#state")).to_have_text(f"The camera is off. {NO_ANSWER}")
        page.unroute_all(behavior="wait")
        expect(page.locator("#state")).to_have_text("Nobody sends pictures at the moment.")
        stop(page)
        assert stored_state(page, server, "unreachable") == "stopped"

    def test_a_camera_may_be_forbidden(
        self, context: BrowserContext, page: Page, server: Server
    ) -> None:
        context.clear_permissions()
        page.goto(server.url)
        page.get_by_role("button", name="Start", exact=True).click()
        expect(page.locator("#state")).to_contain_text("The browser may not use the camera.")


class TestViewer:
    def test_an_episode_of_earlier_is_one_row(self, page: Page, server: Server) -> None:
        page.goto(f"{server.url}/?session={quote(EARLIER)}")
        expect(page.locator("#watched")).to_have_text(EARLIER)
        expect(page.locator("#alerts li")).to_have_count(1)
        row = page.locator("#alerts li span")
        expect(row).to_have_text(
            [
                *("01:10", "Looking Left", "warning", "6.7 s"),
                "yaw 31.0° (peak 40.2°), limit 13°, limits of the calibrated screen",
            ]
        )
        expect(page.locator("#state")).to_have_text("Nobody sends pictures at the moment.")
        expect(page.get_by_role("button", name="Start", exact=True)).to_have_count(0)

    def test_it_fits_a_narrow_telephone(self, page: Page, server: Server) -> None:
        page.set_viewport_size({"width": 360, "height": 640})
        for path in ("", f"?session={quote(EARLIER)}"):
            page.goto(f"{server.url}/{path}")
            expect(page.locator("#degraded")).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth") == 360

    def test_a_session_to_come_is_waited_for(self, context: BrowserContext, server: Server) -> None:
        page = context.new_page()
        page.goto(f"{server.url}/?session=later")
        expect(page.locator("#state")).to_contain_text("no such session yet")
        page.request.post(f"{server.url}/v1/sessions", data={"id": "later"})
        expect(page.locator("#state")).to_have_text("Nobody sends pictures at the moment.")


FINDS = """async (looks) => {
  const { Settling } = await import("/ui/now/settling.js");
  const settling = new Settling();
  return looks.map(([at, yaw]) => {
    const angles = yaw === null ? null : { yaw, pitch: 1 };
    settling.take({ at, head: angles, gaze: angles });
    return [settling.share, settling.sentence.split(": ")[1]];
  });
}"""


def test_the_search_for_the_neutral_is_followed(page: Page, server: Server) -> None:
    page.goto(server.url)
    looks = [(0.0, None), (1.0, 2.0), (2.0, 2.0), (2.5, 14.0), (3.0, 2.0), (5.5, 2.0)]
    assert page.evaluate(FINDS, looks) == [
        [0, "look at the screen"],
        [0, "stay like this"],
        [0.4, "stay like this"],
        [0, "look at the screen"],
        [0, "stay like this"],
        [1, "keep still"],
    ]


JUDGES = """async ([row, now, state, more = {}]) => {
  const { Judged } = await import("/ui/now/judged.js");
  const sight = await import("/ui/now/sight.js");
  const kinds = { face: "nobody", head: "head_turned", persons: "several_persons" };
  const kind = { ...kinds, liveness: "spoof" }[row];
  const { fresh = true, label, rules = {} } = more;
  const session = { rules, live: { states: state ? { [kind]: state } : {} } };
  const judged = new Judged(session, fresh, (asked) => (asked === kind ? label : undefined));
  const found = sight[row](now, judged);
  return [found.word, found.state];
}"""
"""What a row of Now says of some numbers and of where its rule stands."""
TURNED = {"head": {"yaw": 32.3, "pitch": 1.0, "roll": 0.0}}
AHEAD = {"head": {"yaw": 0.5, "pitch": 0.1, "roll": 0.0}}
UNSEEN = {"head": None, "faces": None, "eye_aspect_ratio": None}
ALONE = {"persons": 1, "faces": 1}
LIVING = {"liveness": {"against": [], "suspicion": "none", "fraction": 1.0, "confidence": 1.0}}


@pytest.mark.parametrize(
    ("row", "now", "state", "more", "said"),
    [
        ("head", AHEAD, "inactive", {}, ["Facing the screen", "inactive"]),
        ("head", TURNED, "pending", {}, ["Head Left", "pending"]),
        ("head", AHEAD, "firing", {"label": "Head Left"}, ["Head Left", "firing"]),
        ("head", TURNED, "inactive", {"fresh": False}, ["Not judged at present", "unknown"]),
        ("face", UNSEEN, "inactive", {"fresh": False}, ["Not judged at present", "unknown"]),
        ("face", UNSEEN, "inactive", {}, ["Not measured", "unknown"]),
        ("face", UNSEEN | {"faces": 0}, "firing", {}, ["No face", "firing"]),
        ("head", AHEAD, None, {}, ["Not judged", "unknown"]),
        ("persons", ALONE, "inactive", {}, ["One person", "inactive"]),
        (
            *("persons", ALONE, "firing", {"label": "Multiple Persons Detected"}),
            ["Multiple Persons Detected", "firing"],
        ),
        ("liveness", LIVING, "inactive", {}, ["No suspicion", "inactive"]),
        *(
            (row, now, "inactive", {"rules": {kind: {"enabled": False}}}, [said, "unknown"])
            for row, now, kind, said in (
                ("head", AHEAD, "head_turned", "Not judged (rule off)"),
                ("persons", ALONE, "several_persons", "One person (rule off)"),
                ("liveness", LIVING, "spoof", "Not judged (rule off)"),
            )
        ),
    ],
)
def test_now_says_no_more_than_is_judged(
    page: Page,
    server: Server,
    row: str,
    now: dict[str, Any],
    state: str | None,
    more: dict[str, Any],
    said: list[str],
) -> None:
    page.goto(server.url)
    assert page.evaluate(JUDGES, [row, now, state, more]) == said
