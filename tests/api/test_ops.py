"""Alive, able, how much; the page and the documentation."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from app.api.deps import Services
from app.main import create_app
from app.settings import load_settings
from tests.api.client import Client, somebody, wait_until
from tests.fakes import FakeInference


class Loading(FakeInference):
    """Models that are never there."""

    async def start(self) -> None:
        await asyncio.Event().wait()


class Broken(FakeInference):
    """Models that cannot be loaded."""

    async def start(self) -> None:
        raise OSError("the weights are gone")


@contextmanager
def serving(inference: FakeInference, folder: Path) -> Iterator[TestClient]:
    settings = load_settings(database_url=f"sqlite:///{folder}/x.db")
    with TestClient(create_app(settings, inference)) as client:
        yield client


def test_the_service_is_alive_but_not_able_while_it_loads(tmp_path: Path) -> None:
    with serving(Loading(), tmp_path) as client:
        assert client.get("/healthz").json() == {"ok": True}
        answer = client.get("/readyz")
        assert client.get("/metrics").status_code == 200
        assert client.post("/v1/sessions", json={"id": "early"}).status_code == 201
    assert answer.status_code == 503
    state = answer.json()
    degraded = state.pop("degraded")
    assert state.pop("speakers") in ("loading", "embedded")  # sound loads by itself
    assert state == {
        "ready": False,
        "models": "loading",
        "objects": "switched off",
        "liveness": "switched off",
        "database": "ready",
        "sessions": 0,
        "sessions_not_stored": 0,
        "sessions_not_analysed": 0,
        "sessions_not_heard": 0,
    }
    assert {part["what"] for part in degraded} == {
        "phone",
        "spoof",
    }
    assert all(set(part) == {"what", "why", "mend"} and all(part.values()) for part in degraded)


def test_the_service_says_why_it_is_not_able(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(Broken(), tmp_path) as client:
        wait_until(lambda: client.get("/readyz").json()["models"] != "loading")
        answer = client.get("/readyz")
        assert client.get("/healthz").status_code == 200
    assert answer.status_code == 503
    assert answer.json()["models"] == "could not be loaded: the weights are gone"
    assert [record.message for record in caplog.records if record.exc_info] == [
        "the models could not be loaded"
    ]


def test_a_database_that_is_gone_is_told(tmp_path: Path) -> None:
    with serving(FakeInference(), tmp_path) as client:
        services: Services = client.app.state.services  # type: ignore[attr-defined]
        assert client.portal is not None
        client.portal.call(services.database.close)
        state = client.get("/readyz")
        refused = client.post("/v1/sessions", json={"id": "late"})
        codes = []
        for track in ("video", "audio", "events"):
            with client.websocket_connect(f"/ws/proctor/late/{track}") as socket:
                codes.append(socket.receive()["code"])
    assert (state.status_code, state.json()["database"]) == (503, "does not answer")
    assert (refused.status_code, refused.json()["error"]) == (503, "StorageError")
    assert codes == [1013] * 3


def test_the_service_is_able(client: Client) -> None:
    answer = client.http.get("/readyz")
    assert answer.status_code == 200
    state = answer.json()
    assert (state["ready"], state["models"], state["database"]) == (True, "ready", "ready")
    assert client.http.get("/healthz").json() == {"ok": True}


def test_metrics_count_what_sessions_count(client: Client) -> None:
    def outcome(name: str) -> float:
        return client.metric("proctor_frames_total", outcome=name)

    before = {name: outcome(name) for name in ("analysed", "not_due", "invalid")}
    empty = client.metric("proctor_frames_invalid_total", reason="empty")
    started = client.metric("proctor_alerts_total", kind="nobody", edge="started")
    delays = client.metric("proctor_event_latency_seconds_count")
    with client.camera("metrics") as camera, client.viewer("metrics"):
        camera.leave_and_return(0.0)
        camera.socket.send((1_300_000).to_bytes(8, "big"))
        wait_until(lambda: outcome("invalid") == before["invalid"] + 1)
        wait_until(lambda: client.metric("proctor_event_latency_seconds_count") == delays + 2)
    frames = client.live("metrics")["frames"]
    assert outcome("analysed") == before["analysed"] + frames["analysed"]
    assert outcome("not_due") == before["not_due"] + frames["not_due"]
    assert client.metric("proctor_frames_invalid_total", reason="empty") == empty + 1
    assert client.metric("proctor_alerts_total", kind="nobody", edge="started") == started + 1
    assert client.metric("proctor_analysis_latency_seconds_count") == outcome("analysed")
    assert client.metric("proctor_sessions") == client.http.get("/readyz").json()["sessions"]


def test_metrics_can_be_read_by_prometheus(client: Client) -> None:
    answer = client.http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    families = {family.name for family in text_string_to_metric_families(answer.text)}
    assert {"proctor_frames", "proctor_alerts", "proctor_sessions", "proctor_viewers"} <= families


def test_the_api_describes_itself(client: Client) -> None:
    assert client.http.get("/docs").status_code == 200
    description = client.http.get("/openapi.json").json()
    assert {"/v1/sessions", "/v1/sessions/{session_id}/events", "/readyz"} <= set(
        description["paths"]
    )


class Page(HTMLParser):
    """What a page loads, and what its policy forbids."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.inline: list[str] = []
        self._within: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = dict(attributes)
        self._within = tag if tag in ("script", "style") else None
        self.loads += [value for name in ("src", "href") if (value := named.get(name))]
        self.inline += [name for name in named if name.startswith("on") or name == "style"]

    def handle_endtag(self, tag: str) -> None:
        self._within = None

    def handle_data(self, data: str) -> None:
        if self._within and data.strip():
            self.inline.append(data)


BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize("path", ["/", "/ui/index.html"])
def test_the_page_runs_nothing_but_its_own_files(client: Client, path: str) -> None:
    answer = client.http.get(path, headers=BROWSER)
    assert answer.status_code == 200
    policy = dict(
        part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; ")
    )
    assert policy["default-src"] == "'self'"
    assert "script-src" not in policy
    assert policy["frame-ancestors"] == "'none'"
    page = Page(answer.text)
    assert page.inline == []
    assert [each for each in page.loads if re.match(r"(\w+:)?//", each)] == []
    assert page.loads
    for each in page.loads:
        assert client.http.get(str(answer.url.join(each))).status_code == 200, each


@pytest.mark.parametrize("path", ["/", "/ui/index.html", "/ui/page.js"])
def test_a_browser_asks_again_for_a_page_that_it_has(client: Client, path: str) -> None:
    """After an update no old part may stay beside a new one."""
    answer = client.http.get(path, headers=BROWSER)
    assert answer.headers["cache-control"] == "no-cache"
    again = client.http.get(path, headers={**BROWSER, "If-None-Match": answer.headers["etag"]})
    assert again.status_code == (304 if path.startswith("/ui") else 200)
    assert again.headers["cache-control"] == "no-cache"


def test_the_pages_folder_is_all_that_is_served(client: Client) -> None:
    for path in ("/ui/..%2Frun.py", "/ui/%2e%2e/run.py", "/run.py", "/ui/nothing.js"):
        assert client.http.get(path).status_code == 404, path
    with client.socket("still there", "video") as camera:
        camera.send(somebody())
        wait_until(lambda: client.live("still there")["frames"]["received"] == 1)
