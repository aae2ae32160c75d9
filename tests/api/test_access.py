"""Who may use a service that has a secret."""

import time
from collections.abc import Iterator

import pytest
from websockets.exceptions import ConnectionClosed

from benchmarks.service import Service
from tests.api.client import (
    Client,
    closing,
    in_path,
    read_events,
    says_nothing,
    somebody,
    wait_until,
)
from tests.api.routes import FOR_ALL, ROUTED, routes
from tests.api.tokens import HOURS_12, MINE, claims, room_token, signed, token

TRACKS = ("video", "audio", "events")
OPEN = ("/", "/wall", "/ui/page.js", "/healthz", "/readyz", "/metrics", "/docs", "/openapi.json")
NOW = int(time.time())
HOLDS_NOT = [
    pytest.param(None, "no token came", id="none"),
    pytest.param("a.b.c", "no JSON Web Token", id="no token"),
    pytest.param(token(exp=NOW - 60), "has expired", id="expired"),
    pytest.param(token(exp=None), "has no exp", id="for ever"),
    pytest.param(token(nbf=NOW + HOURS_12 // 2), "in the future", id="begins later"),
    pytest.param(token(iat=NOW + HOURS_12), "in the future", id="made later"),
    pytest.param(token(iss="other"), "iss is not", id="another key"),
    pytest.param(token(iss=None), "has no iss", id="no key"),
    pytest.param(token(aud="other"), "aud is for somebody else", id="for another service"),
    pytest.param(signed(claims(), "other"), "another secret", id="another secret"),
    pytest.param(signed(claims(), algorithm=None), "not signed with HS256", id="unsigned"),
    pytest.param(signed(claims(), algorithm="HS512"), "not signed with HS256", id="HS512"),
]
ALLOWS_NOT = [
    pytest.param(room_token(), "participant's room token", id="a candidate's"),
    pytest.param(room_token("agent"), "participant's room token", id="an agent's in a room"),
    pytest.param(
        token(video={"room": "exam", "roomJoin": True}), "room token", id="all claims and roomJoin"
    ),
    pytest.param(token(kind="standard"), "room token", id="a person's"),
    pytest.param(token(kind=None), "room token", id="no kind"),
    pytest.param(token(video="exam"), "room token", id="no video grants"),
    pytest.param(token(None), "no scope", id="no scope"),
    pytest.param(token("ingests"), "no scope", id="another word"),
    pytest.param(token(["ingest", "events", "control"]), "no scope", id="a list"),
    pytest.param(token(session=None), "no session", id="no session"),
    pytest.param(token(session="other"), "another session", id="another session"),
    pytest.param(token(session=MINE.upper()), "another session", id="another case"),
    pytest.param(token(session=["*"]), "no session", id="a list of sessions"),
    pytest.param(
        token(session="*", video={"room": "exam"}), "names no room", id="a room of all sessions"
    ),
]
REFUSED = [
    *(pytest.param(401, 4401, *p.values, id=str(p.id)) for p in HOLDS_NOT),
    *(pytest.param(403, 4403, *p.values, id=str(p.id)) for p in ALLOWS_NOT),
]


@pytest.fixture(scope="module")
def operator(guarded: Service) -> Iterator[Client]:
    with Client(guarded, token(session="*")) as client:
        yield client


@pytest.mark.parametrize(("status", "code", "shown", "why"), REFUSED)
def test_whoever_is_refused_leaves_nothing_behind(
    guarded: Service, operator: Client, status: int, code: int, shown: str | None, why: str
) -> None:
    before = operator.http.get("/v1/sessions").json()["total"]
    with Client(guarded, shown) as client:
        for track in TRACKS:
            with client.socket(MINE, track) as socket:
                assert_refused(closing(socket), (code, why), shown)
        for answer in (
            client.create(MINE),
            client.get(MINE),
            client.get(MINE, "/events"),
            client.order(MINE, "start"),
            client.delete(MINE),
        ):
            assert_refused((answer.status_code, answer.json()["message"]), (status, why), shown)
            challenge = "Bearer" if status == 401 else None
            assert answer.headers.get("WWW-Authenticate") == challenge
    assert operator.get(MINE).status_code == 404
    assert operator.http.get("/v1/sessions").json()["total"] == before


def assert_refused(told: tuple[int, str], expected: tuple[int, str], shown: str | None) -> None:
    assert told[0] == expected[0]
    assert expected[1] in told[1]
    assert not shown or shown not in told[1]
    assert len(told[1].encode()) < 120  # all of it fits into a close


@pytest.mark.parametrize("path", OPEN)
def test_what_is_open_to_all(guarded: Service, path: str) -> None:
    with Client(guarded) as client:
        assert client.http.get(path).status_code == 200


@pytest.mark.parametrize(
    ("shown", "allowed"),
    [
        (None, ""),
        (room_token(), ""),
        (token("ingest", "*"), ""),
        (token(session="other"), ""),
        (token("events", ROUTED), "GET session"),
        (token("control", ROUTED), "GET session, change session"),
        (token("events", "*"), "GET session, GET sessions"),
        (token("control", "*"), "GET session, change session, GET sessions"),
    ],
    ids=[
        "none",
        "a candidate's",
        "ingest",
        "another session",
        "events",
        "control",
        "all events",
        "all control",
    ],
)
def test_every_route_asks(guarded: Service, shown: str | None, allowed: str) -> None:
    with Client(guarded, shown) as client:
        asked = routes(client)
        assert len(asked) > 12
        for method, path, where in asked:
            number = "sessions" if (method, path) in FOR_ALL else "session"
            what = f"{'GET' if method == 'GET' else 'change'} {number}"
            body = {"id": ROUTED} if path == "/v1/sessions" and method == "POST" else None
            answer = client.http.request(method, where, json=body)
            refused = answer.status_code in (401, 403)
            assert refused is (what not in allowed.split(", ")), f"{method} {path}"


@pytest.mark.parametrize(
    ("scope", "welcome"),
    [("ingest", {"video", "audio"}), ("events", {"events"}), ("control", {"events"})],
)
def test_each_socket_asks_for_its_scope(guarded: Service, scope: str, welcome: set[str]) -> None:
    session_id = f"sockets of {scope}"
    with Client(guarded, token(scope, session_id)) as client:
        for track in TRACKS:
            with client.socket(session_id, track) as socket:
                if track in welcome:
                    assert says_nothing(socket)
                else:
                    code, reason = closing(socket)
                    assert (code, "scope is not" in reason) == (4403, True)


def test_pictures_are_analysed_and_alerts_told(operator: Client) -> None:
    with (
        operator.camera("whole") as camera,
        operator.socket("whole", "events", "after=0") as viewer,
    ):
        camera.leave_and_return(0.0)
        assert [event["kind"] for event in read_events(viewer, 2)] == ["nobody"] * 2


@pytest.mark.parametrize("session_id", ["a/b", "100%", "ä ö", "a%2Fb", "..", "*"])
def test_a_token_names_the_id_as_it_is(guarded: Service, session_id: str) -> None:
    with Client(guarded, token(session=session_id)) as client:
        assert client.create(session_id).status_code == 201
        assert client.get(session_id).json()["id"] == session_id
        with client.socket(session_id, "video") as socket:
            socket.send(somebody())
            wait_until(lambda: client.live(session_id)["frames"]["analysed"] == 1)
    with Client(guarded, token(session=in_path(session_id))) as client:
        assert client.get(session_id).status_code == 403
        with client.socket(session_id, "video") as socket:
            assert closing(socket)[0] == 4403


@pytest.mark.parametrize("name", ["token", "access_token"])
def test_no_token_in_an_address(operator: Client, client: Client, name: str) -> None:
    query = {name: token()}
    answer = operator.get("query", **query)
    assert (answer.status_code, "not as query" in answer.json()["message"]) == (400, True)
    assert client.get("query", **query).status_code == 404
    for track in TRACKS:
        with operator.socket("query", track, f"{name}={token()}") as socket:
            code, reason = closing(socket)
        assert (code, "not as query" in reason) == (4400, True)
        assert len(reason.encode()) < 120
    assert operator.get("query").status_code == 404


@pytest.mark.parametrize(
    ("times", "welcome"),
    [
        ({"nbf": NOW, "exp": NOW + 24 * 3600}, True),
        ({"nbf": NOW, "exp": NOW + 24 * 3600 + 1}, False),
        ({"nbf": None, "iat": NOW, "exp": NOW + 24 * 3600 + 1}, False),
        ({"nbf": None, "exp": NOW + 48 * 3600}, False),
    ],
    ids=["a day", "from nbf", "from iat", "from now"],
)
def test_media_need_a_token_of_a_day_at_most(
    guarded: Service, times: dict[str, int | None], welcome: bool
) -> None:
    with Client(guarded, token(session="day", **times)) as client:
        with client.socket("day", "video") as socket:
            if welcome:
                assert says_nothing(socket)
            else:
                assert closing(socket) == (4403, "a token for ingest may last 24 hours at most")
        with client.socket("day", "events") as socket:
            assert says_nothing(socket)


def is_refused(client: Client, session_id: str) -> bool:
    """Whether nobody may send its sound any more."""
    with client.socket(session_id, "audio") as microphone:
        try:
            return not says_nothing(microphone)
        except ConnectionClosed:
            return True


def test_a_socket_outlives_its_token(guarded: Service, operator: Client) -> None:
    """The token expired already, but clocks may differ by ten seconds: for a moment it holds."""
    shown = token("ingest", "long", exp=int(time.time()) - 5)
    with Client(guarded, shown) as client, client.socket("long", "video") as camera:
        wait_until(lambda: operator.get("long").status_code == 200)
        wait_until(lambda: is_refused(client, "long"))
        camera.send(somebody())
        wait_until(lambda: operator.live("long")["frames"]["analysed"] == 1)
        assert says_nothing(camera)
