"""Words and phrases that a session wants to be told of."""

import math
import unicodedata
from collections import deque

from app.types import AlertKind, Label, Signal, Transcript, Word

ACCENTS = range(0x0300, 0x0370)
"""Marks of Latin, Greek and Cyrillic letters; in other scripts marks are vowels."""
UNSPACED = (range(0x2E80, 0xA4D0), range(0xF900, 0xFB00), range(0x20000, 0x32000))
"""Scripts without spaces between words: each character is taken for one."""
APOSTROPHES = "'’ʼ`´"
PAUSE = 3.0
"""Seconds between two words that belong to no phrase any more."""
OFTEN = 0.5
"""Seconds between two signals that no hot word is heard."""


def pieces(text: str) -> tuple[str, ...]:
    """Its words, without case, accents and punctuation."""
    words, word = [], ""
    for character in unicodedata.normalize("NFKD", text).casefold():
        code = ord(character)
        if code in ACCENTS or character in APOSTROPHES:
            continue
        if any(code in block for block in UNSPACED):
            words += [word, character]
            word = ""
        elif character.isalnum() or unicodedata.category(character).startswith("M"):
            word += character
        else:
            words.append(word)
            word = ""
    return tuple(each for each in (*words, word) if each)


class HotWords:
    """Looks for one session's hot words; each time that one is said, it is found once."""

    def __init__(self, wanted: tuple[str, ...]) -> None:
        """As the session wrote them."""
        self._phrases = {phrase: each for each in wanted if (phrase := pieces(each))}
        longest = max(map(len, self._phrases), default=0)
        self._said: deque[tuple[str, Word]] = deque(maxlen=longest)
        self._told_at = -math.inf
        self._found = False

    def find(self, transcript: Transcript, now: float) -> list[Signal]:
        """In a final piece; a phrase may have begun in an earlier one.

        `now`: how far the sound was heard, since words are known later than they are said. What
        is found ends at once: how long it is told of is the rule's matter.
        """
        signals: list[Signal] = []
        for word in transcript.words:
            for piece in pieces(word.text):
                if self._said and word.started_at - self._said[-1][1].ended_at > PAUSE:
                    self._said.clear()
                self._said.append((piece, word))
                for length in range(1, len(self._said) + 1):
                    signals += self._signals([*self._said][-length:], now)
        return signals

    def quiet(self, now: float) -> list[Signal]:
        """Nothing new was found up to now; tells a rule that waits for the end of an episode."""
        if not self._found or now - self._told_at < OFTEN:
            return []
        self._told_at = now
        return [self._signal(now, entered=False)]

    def _signals(self, said: list[tuple[str, Word]], now: float) -> list[Signal]:
        if (hot := self._phrases.get(tuple(piece for piece, _ in said))) is None:
            return []
        self._found, self._told_at = True, now
        words = [word for _, word in said]
        found = Signal(
            kind=AlertKind.HOT_WORD,
            at=now,
            since=min(words[0].started_at, now),
            entered=True,
            remains=True,
            label=Label.HOT_WORD,
            confidence=sum(word.confidence for word in words) / len(words),
            evidence={"hot_word": hot},
        )
        return [found, self._signal(now, entered=False)]

    def _signal(self, now: float, *, entered: bool) -> Signal:
        return Signal(
            kind=AlertKind.HOT_WORD,
            at=now,
            entered=entered,
            remains=entered,
            label=Label.HOT_WORD,
        )
