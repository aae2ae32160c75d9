"""Bad messages beside a good session, in short; and a difference would be seen."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator

import httpx
import pytest

from benchmarks import abuse as module
from benchmarks.abuse import abuse
from benchmarks.bad_orders import BAD_BODIES, BAD_IDS, BAD_QUERIES, BAD_REQUESTS
from benchmarks.deeds import Deed, deeds
from benchmarks.endurance_tables import abuse_table, abuse_verdict
from benchmarks.neighbour import Neighbour, difference
from benchmarks.portrait import Act, Scene
from benchmarks.service import Service, running_service
from tests.media import jpeg, room

ACTS = (
    Act(scene=Scene.FACING, seconds=3.0),
    Act(scene=Scene.LOOK_RIGHT, seconds=3.5),
    Act(scene=Scene.GONE, seconds=4.0),
    Act(scene=Scene.FACING, seconds=2.0),
)


def test_the_good_sessions_alerts_stay_the_same() -> None:
    abused = abuse(2 * len(deeds()), seed=5, acts=ACTS)
    assert abused.faults == []
    told = Counter((each["kind"], each["state"]) for each in abused.alone)
    kinds, states = ("gaze_away", "nobody"), ("started", "ended")
    assert told == Counter((kind, state) for kind in kinds for state in states)
    assert abused.beside == abused.alone
    assert [answers.total() for answers in abused.deeds.values()] == [2] * len(deeds())
    assert abuse_table(abused).row_count == len(deeds())
    assert "are the same" in abuse_verdict(abused)[0]


def test_the_same_seed_does_the_same() -> None:
    once, again, other = (
        [deed.what for deed in module._chosen(100, random.Random(seed))] for seed in (1, 1, 2)
    )
    assert once == again != other
    assert len({deed.what for deed in deeds()}) == len(deeds())


def test_a_wrong_answer_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(bad: Neighbour) -> str:
        return await bad.refused(f"{bad.name}/events?after=x")

    async def breaks(bad: Neighbour) -> str:
        raise OSError("gone")

    def both() -> tuple[Deed, ...]:
        return (
            Deed(what="refused", do=refused, answers=frozenset({"looked at"})),
            Deed(what="breaks", do=breaks, answers=frozenset({"looked at"})),
        )

    monkeypatch.setattr(module, "deeds", both)
    monkeypatch.setattr(module, "comparable", lambda event: {"id": event["id"]})
    abused = abuse(2, acts=ACTS[:2])
    assert sorted(fault.partition("; ")[0] for fault in abused.faults[:2]) == [
        "breaks: OSError: gone",
        "refused: closed 4400",
    ]
    assert abused.faults[2].startswith("the good session's alerts differ")


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running_service(("-m", "benchmarks.turns_server")) as running:
        yield running
        assert "Traceback" not in running.log.read_text()


def asked(service: Service, ask: Callable[[Neighbour], Awaitable[str]]) -> str:
    async def one() -> str:
        bad = Neighbour(service.url, "bad", jpeg(room()), random.Random(1))
        try:
            return await ask(bad)
        finally:
            await bad.close()

    return asyncio.run(one())


@pytest.mark.parametrize("track", ["video", "audio", "events"])
@pytest.mark.parametrize("bad_id", BAD_IDS)
def test_every_bad_id_is_refused(service: Service, bad_id: str, track: str) -> None:
    assert asked(service, lambda bad: bad.refused(f"{bad_id}/{track}")) == "closed 4400"


@pytest.mark.parametrize("query", BAD_QUERIES)
def test_every_bad_query_is_refused(service: Service, query: str) -> None:
    assert asked(service, lambda bad: bad.refused(f"some/{query}")) == "closed 4400"


def test_every_bad_request_is_the_clients_fault(service: Service) -> None:
    with httpx.Client(base_url=service.url, trust_env=False) as api:
        headers = {"content-type": "application/json"}
        for body in BAD_BODIES:
            status = api.post("/v1/sessions", content=body, headers=headers).status_code
            assert 400 <= status < 500, (body[:80], status)
        for method, path in BAD_REQUESTS:
            assert 400 <= api.request(method, path).status_code < 500, (method, path)


def test_what_became_of_a_frame_is_told_by_its_counters() -> None:
    before = {"invalid": {"size": 1}, "failed": 0, "stale": 0, "superseded": 0}
    assert difference(before, before) == "looked at"
    assert difference(before, {**before, "invalid": {"size": 1, "empty": 1}}) == "refused: empty"
    assert difference(before, {**before, "invalid": {"size": 2}}) == "refused: size"
    assert difference(before, {**before, "failed": 1}) == "failed"
