"""What a dispatch may ask of the worker."""

import json
from typing import Any

import pytest

from client_adapter.job import Job
from client_adapter.livekit import FPS
from client_adapter.plan import Plan


@pytest.mark.parametrize("metadata", ["", "  \n", "{}", '{"what others": ["put there"]}'])
def test_what_is_not_said_is_as_usual(metadata: str) -> None:
    assert Job.read(metadata) == Job()
    assert Job().enabled
    assert Job().fps == FPS


def test_all_that_can_be_said() -> None:
    rules = {"gaze_away": {"hold": 3}}
    words: dict[str, Any] = {"provider": "deepgram"}
    said = {
        "proctoring_enabled": False,
        "purpose": "exam",
        "rules": rules,
        "mirrored": True,
        "transcription": words,
        "proctors": ["petra"],
        "candidates": ["anna", "ben"],
        "publish_to_everyone": True,
        "legacy_messages": True,
        "fps": 10,
        "screen_share": True,
    }
    assert Job.read(json.dumps(said)) == Job(
        enabled=False,
        plan=Plan(purpose="exam", rules=rules, mirrored=True, transcription=words),
        proctors=("petra",),
        candidates=("anna", "ben"),
        everyone=True,
        legacy=True,
        fps=10.0,
        screen_share=True,
    )


@pytest.mark.parametrize(
    ("metadata", "complaint"),
    [
        ("{", "no JSON:"),
        ("[]", "no JSON object"),
        ('"exam"', "no JSON object"),
        ('{"proctoring_enabled": "no"}', "proctoring_enabled"),
        ('{"purpose": 1}', "purpose"),
        ('{"rules": []}', "rules"),
        ('{"fps": true}', "fps"),
        ('{"fps": 0}', "above 0"),
        ('{"fps": NaN}', "above 0"),
        ('{"proctors": "petra"}', "proctors"),
        ('{"proctors": [""]}', "proctors"),
        ('{"candidates": [7]}', "candidates"),
        ('{"proctors": ["anna"], "candidates": ["ben", "anna"]}', "no candidates, too"),
    ],
)
def test_what_cannot_be_understood_is_refused(metadata: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Job.read(metadata)


def test_a_proctor_may_be_a_candidate_where_all_read_everything() -> None:
    said = {"proctors": ["anna"], "candidates": ["anna"], "publish_to_everyone": True}
    assert Job.read(json.dumps(said)).candidates == ("anna",)
