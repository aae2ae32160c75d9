"""The page and a service that asks for tokens."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.api.tokens import GUARDED, token
from tests.debug_ui.conftest import Server, launched

COMMAND = "uv run run.py token"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("guarded"), **GUARDED)
    yield server.start()
    server.stop()


@pytest.fixture(scope="module")
def browser(guarded: Server, clip: Path) -> Iterator[Browser]:
    """Its camera plays the clip."""
    with launched(
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={clip}",
    ) as browser:
        yield browser


def start(page: Page, session_id: str) -> None:
    page.get_by_label("Session", exact=True).fill(session_id)
    page.get_by_role("button", name="Start", exact=True).click()


def test_with_a_token_all_is_as_without_a_secret(
    context: BrowserContext, page: Page, guarded: Server
) -> None:
    page.goto(f"{guarded.url}/#token={token(session='*')}")
    expect(page.locator("#service")).to_have_text("Service ready")
    assert page.url == f"{guarded.url}/"
    start(page, "a")
    expect(page.locator("#state")).to_have_text("Live: pictures are analysed.")
    expect(page.locator("#alerts li").last).to_contain_text("Looking Right")
    expect(page.locator("#token")).to_be_hidden()

    with context.expect_page() as opened:
        page.get_by_role("link", name="Watch in another window").click()
    viewer = opened.value
    expect(viewer.locator("#state")).to_have_text("Live: pictures are analysed.")
    expect(viewer.locator("#alerts li").last).to_contain_text("Looking Right")

    page.reload()
    start(page, "a")
    expect(page.locator("#state")).to_have_text("Live: pictures are analysed.")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("#state")).to_have_text("Stopped. The alerts stay.")


def test_without_one_it_says_how_to_make_one(context: BrowserContext, guarded: Server) -> None:
    page = context.new_page()
    page.goto(guarded.url)
    expect(page.locator("#token")).to_be_hidden()
    start(page, "without")
    expect(page.locator("#state")).to_have_text("This service asks for a token.")
    expect(page.locator("#token")).to_contain_text(COMMAND)
    expect(page.locator("#token")).to_contain_text(f"{guarded.url}/#token=…")
    assert page.evaluate("document.getElementById('video').srcObject") is None

    page.goto(f"{guarded.url}/#token={token(session='*')}")  # the same page: nothing is loaded
    expect(page.locator("#token")).to_be_hidden()
    assert page.url == f"{guarded.url}/"
    start(page, "with")
    expect(page.locator("#state")).to_have_text("Live: pictures are analysed.")


@pytest.mark.parametrize(
    ("shown", "sentence"),
    [
        (token(exp=int(time.time()) - 60), "The service refused: the token has expired"),
        ("a.b.c", "The service refused: what came is no JSON Web Token"),
        ("a b", "This service asks for a token."),
    ],
    ids=["expired", "no token", "nothing like one"],
)
@pytest.mark.parametrize("path", ["/", "/?session=a"])
def test_one_that_does_not_hold_is_not_enough(
    context: BrowserContext, guarded: Server, path: str, shown: str, sentence: str
) -> None:
    page = context.new_page()
    page.goto(f"{guarded.url}{path}#token={shown}")
    assert page.url == guarded.url + path
    if path == "/":
        start(page, "refused")
    expect(page.locator("#state")).to_contain_text(sentence)
    expect(page.locator("#token")).to_contain_text(COMMAND)
    expect(page.locator("#token")).to_contain_text(f"{guarded.url}{path}#token=…")


def test_one_that_ends_meanwhile_is_told(context: BrowserContext, guarded: Server) -> None:
    page = context.new_page()
    page.goto(f"{guarded.url}/#token={token(session='*', exp=int(time.time()) - 4)}")
    start(page, "ends")
    expect(page.locator("#state")).to_contain_text("the token has expired")
    expect(page.locator("#token")).to_contain_text(COMMAND)


def test_one_for_another_session_is_refused(context: BrowserContext, guarded: Server) -> None:
    page = context.new_page()
    page.goto(f"{guarded.url}/#token={token(session='b')}")
    start(page, "c")
    expect(page.locator("#state")).to_contain_text("the token is for another session")
    start(page, "b")
    expect(page.locator("#state")).to_have_text("Live: pictures are analysed.")
