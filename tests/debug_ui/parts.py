"""Parts of the page by themselves, on a page that holds nothing else."""

from typing import Any

from playwright.sync_api import Page, Route

from tests.debug_ui.conftest import Server

SHELL = """<!doctype html><html lang="en"><head><title>Parts</title>
<link rel="icon" href="/ui/favicon.svg"><link rel="stylesheet" href="/ui/style.css">
<link rel="stylesheet" href="/ui/timeline/timeline.css">
<link rel="stylesheet" href="/ui/timeline/details.css">
<link rel="stylesheet" href="/ui/timeline/sessions.css"></head><body><section id="part"></section>
<section><span id="count"></span><p id="none"></p><ol id="list"></ol><p id="announcer"></p>
</section></body></html>"""


def shell(page: Page, server: Server) -> None:
    def answer(route: Route) -> None:
        route.fulfill(body=SHELL, content_type="text/html")

    page.route("**/parts", answer)
    page.goto(f"{server.url}/parts")


def drawn(page: Page, server: Server, told: list[dict[str, Any]], now: float) -> None:
    """A live timeline of these events."""
    shell(page, server)
    page.evaluate(
        """async ([events, now]) => {
          const { Timeline } = await import("/ui/timeline/timeline.js");
          window.timeline = new Timeline(document.getElementById("part"));
          timeline.take({ events });
          timeline.advance(now);
        }""",
        [told, now],
    )


def begins(page: Page, at: str) -> None:
    """The first tick that is shown is this one, soon."""
    page.wait_for_function(
        """(at) => {
          const ticks = [...document.querySelectorAll(".drawing .ticks text")];
          return ticks.map((tick) => tick.textContent).sort()[0] === at;
        }""",
        arg=at,
    )


def bar(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def left_and_right(page: Page, name: str) -> tuple[float, float]:
    box = bar(page, name).bounding_box()
    return box["x"], box["x"] + box["width"]
