"""What a dispatch asks for."""

import json

import pytest

from client_adapter.job import Job


@pytest.mark.parametrize("metadata", ["", "  \n", "{}"])
def test_a_dispatch_without_wishes_watches_everybody(metadata: str) -> None:
    job = Job.read(metadata)
    assert job == Job()
    assert job.enabled


def test_every_wish() -> None:
    job = Job.read(
        json.dumps(
            {
                "proctoring_enabled": False,
                "purpose": "interview",
                "rules": {"gaze_away": {"hold": 3}},
                "mirrored": True,
                "transcription": {"language": "de"},
                "proctors": ["eva"],
                "candidates": ["anna", "ben"],
                "publish_to_everyone": True,
                "legacy_messages": True,
                "fps": 10,
                "screen_share": True,
            }
        )
    )
    assert not job.enabled
    assert (job.plan.purpose, job.plan.mirrored) == ("interview", True)
    assert job.plan.rules == {"gaze_away": {"hold": 3}}
    assert job.plan.transcription == {"language": "de"}
    assert (job.proctors, job.candidates) == (("eva",), ("anna", "ben"))
    assert (job.everyone, job.legacy, job.screen_share, job.fps) == (True, True, True, 10.0)


def test_what_is_meant_for_other_agents_is_left_alone() -> None:
    assert Job.read('{"prompt": "You are kind.", "agent_id": 7, "rules": null}') == Job()


@pytest.mark.parametrize(
    ("metadata", "complaint"),
    [
        ("hello", "no JSON"),
        ("[1]", "no JSON object"),
        ('{"proctoring_enabled": "yes"}', "proctoring_enabled"),
        ('{"fps": true}', "fps"),
        ('{"fps": 0}', "fps"),
        ('{"proctors": "eva"}', "proctors"),
        ('{"proctors": [""]}', "proctors"),
        ('{"candidates": [7]}', "candidates"),
        ('{"rules": []}', "rules"),
    ],
)
def test_what_cannot_be_is_named(metadata: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Job.read(metadata)
