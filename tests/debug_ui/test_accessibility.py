"""Every page by axe: names, roles, contrast, in dark and light."""

from typing import Any, Literal
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.debug_ui.conftest import EARLIER, Server

RULES: dict[str, Any] = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


def violations(page: Page) -> list[str]:
    """What axe complains about, and where."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{rule['id']}: {node['target']}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_the_pages_can_be_used_by_everybody(
    context: BrowserContext, server: Server, scheme: Literal["light", "dark"], width: int
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    complaints = {}
    for path, seen in PAGES.items():
        page.goto(f"{server.url}{path}")
        expect(page.locator(seen)).to_be_visible()
        complaints[path] = violations(page)
    assert complaints == {path: [] for path in PAGES}


PAGES = {
    "/": "#degraded",
    f"/?session={quote(EARLIER)}": "#alerts li",
    f"/v1/sessions/{quote(EARLIER)}/report": "#episodes",
}
"""Each page, and what is there once it is drawn."""
