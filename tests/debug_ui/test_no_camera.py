"""What the page says where it gets no camera."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.debug_ui.conftest import Server, launched


@pytest.fixture(scope="module")
def browser(server: Server) -> Iterator[Browser]:
    """On a machine without a camera, where another name leads to the service too."""
    with launched("--host-resolver-rules=MAP exam.test 127.0.0.1") as browser:
        yield browser


@pytest.mark.parametrize(
    ("host", "sentence"),
    [
        ("127.0.0.1", "No camera was found. Connect one, then press Start again."),
        ("exam.test", "The browser gives its camera to secure pages only."),
    ],
    ids=["none", "insecure"],
)
def test_the_page_says_what_to_do(page: Page, server: Server, host: str, sentence: str) -> None:
    page.goto(server.url.replace("127.0.0.1", host))
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator("#state")).to_contain_text(sentence)
    expect(page.locator("#hint")).to_contain_text("uv run run.py demo")
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_enabled()
