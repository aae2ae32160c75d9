"""What a report says in words."""

import pytest

from app.api.report_views import model_name
from app.api.watched_views import sentence


@pytest.mark.parametrize(
    ("share", "seconds", "words"),
    [
        (0.9999, 45.4, "judged 99 % of 45 s"),
        (1.0, 89.0, "judged 100 % of 89 s"),
        (0.57, 90.0, "judged 57 % of 2 min"),
        (0.29, 5340.0, "judged 29 % of 89 min"),
        (0.0, 5400.0, "judged 0 % of 1 h 30 min"),
        (0.5, 10_799.0, "judged 50 % of 3 h 00 min"),
    ],
)
def test_the_sentence(share: float, seconds: float, words: str) -> None:
    assert sentence(share, seconds, of_sound=False) == words
    assert sentence(share, seconds, of_sound=True) == f"{words} of sound"


def test_where_a_model_lies_is_not_told() -> None:
    told = ["ready: /srv/models/yolo11n.xml", "ready: a, b", "missing", "pyannote: /srv/pyannote"]
    assert [model_name(each) for each in told] == [
        "ready: yolo11n.xml",
        "ready: a, b",
        "missing",
        "pyannote: pyannote",
    ]
