"""Hot words: found whole, whatever their case and accents, each time once."""

import pytest

from app.alerts.engine import AlertEngine
from app.alerts.hot_words import HotWords, pieces
from app.alerts.rules import rules_for
from app.types import Alert, AlertKind, Purpose, Signal, Transcript, TranscriptState, Word


def said(*words: str, at: float = 0.0) -> Transcript:
    """A final piece, a word each half second."""
    return Transcript(
        state=TranscriptState.FINAL,
        started_at=at,
        ended_at=at + len(words) / 2,
        text=" ".join(words),
        words=tuple(
            Word(text=word, started_at=at + n / 2, ended_at=at + n / 2 + 0.4, confidence=0.8)
            for n, word in enumerate(words)
        ),
    )


def found(signals: list[Signal]) -> list[object]:
    return [signal.evidence["hot_word"] for signal in signals if signal.entered]


@pytest.mark.parametrize(
    ("hot", "words", "times"),
    [
        ("answer", ["The", "Answer,", "is", "ANSWER!"], 2),
        ("answer", ["answers", "unanswered", "ans", "wer"], 0),
        ("cafe", ["Café."], 1),
        ("CAFÉ", ["cafe"], 1),
        ("Straße", ["STRASSE"], 1),
        ("naïve Bayes", ["naive", "bayes"], 1),
        ("don't", ["Don’t"], 1),
        ("chat-gpt", ["chat", "GPT"], 1),
        ("chat gpt", ["Chat-GPT,"], 1),
        ("next question", ["next", "next", "question", "next"], 1),
        ("next question", ["question", "next"], 0),
        ("a a", ["a", "a", "a"], 2),
        ("作弊", ["不", "要", "作", "弊"], 1),
        ("作弊", ["不要作弊。"], 1),
        ("नमस्ते", ["नमस्ते"], 1),
        ("कि", ["की"], 0),
        ("می\u200cخواهم", ["می\u200cخواهم."], 1),
        ("می\u200cخواهم", ["می", "خواهم"], 1),
        ("42", ["42"], 1),
        ("привет", ["Привет!"], 1),
    ],
)
def test_whole_words_only(hot: str, words: list[str], times: int) -> None:
    assert found(HotWords((hot,)).find(said(*words), 10.0)) == [hot] * times


def test_a_phrase_may_begin_in_an_earlier_piece_and_is_found_once() -> None:
    words = HotWords(("open the book", "the book", "book"))
    assert found(words.find(said("please", "open", "the"), 2.0)) == []
    assert found(words.find(said("book", "now", at=1.5), 3.0)) == [
        "book",
        "the book",
        "open the book",
    ]
    assert found(words.find(said("the", "page", at=3.0), 4.0)) == []


def test_a_long_pause_ends_a_phrase() -> None:
    words = HotWords(("the book",))
    assert found(words.find(said("the"), 1.0)) == []
    assert found(words.find(said("book", at=5.0), 6.0)) == []


def test_a_signal_says_when_it_was_said_and_which_it_was_and_no_more() -> None:
    signal, over = HotWords(("the Book",)).find(said("in", "the", "book", "lies", at=7.0), 12.0)
    assert (signal.kind, signal.at, signal.since) == (AlertKind.HOT_WORD, 12.0, 7.5)
    assert signal.evidence == {"hot_word": "the Book"}
    assert signal.confidence == pytest.approx(0.8)
    assert not over.entered


def test_without_hot_words_nothing_is_found_or_told() -> None:
    words = HotWords(())
    assert words.find(said("anything"), 1.0) == []
    assert words.quiet(100.0) == []


def heard(clear_after: float) -> list[Alert]:
    """What is told of "one" at 1 s, "two" at 2 s and "one" at 20 s."""
    rules = rules_for(Purpose.EXAM, {AlertKind.HOT_WORD: {"clear_after": clear_after}})
    numbers = iter("abcdefgh")
    engine, words = AlertEngine(rules, lambda: next(numbers)), HotWords(("one", "two"))
    pieces_at = {1.0: "one", 2.0: "two", 20.0: "one"}
    alerts: list[Alert] = []
    for half in range(60):
        now = half / 2
        alerts += engine.update(words.quiet(now))
        if now in pieces_at:
            alerts += engine.update(words.find(said(pieces_at[now], at=now - 0.5), now))
    return alerts


def test_an_episode_ends_some_seconds_after_the_last_one() -> None:
    told = [(a.id, a.edge.value, a.started_at, a.evidence.get("hot_word")) for a in heard(5.0)]
    assert told == [
        ("a", "started", 0.5, "one"),
        ("a", "ended", 0.5, "two"),
        ("b", "started", 19.5, "one"),
        ("b", "ended", 19.5, "one"),
    ]


def test_each_is_an_episode_where_the_rule_says_so() -> None:
    told = [(a.edge.value, a.evidence.get("hot_word"), a.announced) for a in heard(0.0)]
    assert told == [
        ("started", "one", True),
        ("ended", "one", False),
        ("started", "two", True),
        ("ended", "two", False),
        ("started", "one", True),
        ("ended", "one", False),
    ]


def test_pieces() -> None:
    assert pieces(" Ça va-t'il, 3.5%? ") == ("ca", "va", "til", "3", "5")
    assert pieces("…!?") == ()
