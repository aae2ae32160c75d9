"""Who is who from one window to the next: labels that hold in one window, tied to voices.

A label is a voice that it sounds like, else one that said the same words in the time that two
windows share. What is like none becomes a voice of its own only when it comes again with something
new, or when it is long and clearly another: a window's noise counts as nobody.
"""

import math

from app.audio.diarization import Diarization, Embedding
from app.audio.judgement import judge
from app.audio.known_voice import KnownVoice, cosine, unit
from app.audio.spans import Span, common, length
from app.audio.tie_limits import TieLimits
from app.types import Voices


class Ties:
    """One session's voices."""

    def __init__(self, limits: TieLimits | None = None) -> None:
        self._limits = limits or TieLimits()
        self._voices: list[KnownVoice] = []
        self._excused: list[Embedding] = []
        self._candidate: KnownVoice | None = None
        self._until = -math.inf
        """How far was heard."""
        self._stretch: Span | None = None
        """The newest one with another voice."""
        self._nobody: float = 0.0
        """Seconds of settled speech that belongs to no voice."""
        self._open_nobody: list[Span] = []

    def enrol(self, embedding: Embedding, at: float = 0.0) -> None:
        """This is the candidate's voice, whoever spoke first."""
        known = [v for v in self._voices if v.cosine(embedding) >= self._limits.same]
        voice = max(known, key=lambda v: v.cosine(embedding), default=None)
        if voice is None:
            voice = KnownVoice(direction=unit(embedding), first_at=at, last_at=at)
            self._voices.append(voice)
        for each in self._voices:
            each.enrolled = False
        voice.enrolled = voice.confirmed = True
        voice.learn(embedding, self._limits.at_once)
        self._candidate = voice

    def excuse(self, embedding: Embedding) -> None:
        """Who sounds like this is not in the room: nobody, from now on and before."""
        if all(cosine(each, embedding) < 0.9 for each in self._excused):
            self._excused = [*self._excused, unit(embedding)][-self._limits.most :]
        for voice in [v for v in self._voices if self._is_excused(v.direction, v)]:
            self._voices.remove(voice)
            if voice is self._candidate:
                self._candidate = None
        self._choose()

    def update(self, window: Diarization, started_at: float) -> Voices:
        """One window more; `started_at` in seconds on the session's clock."""
        before = {voice: voice.open for voice in self._voices}
        self._settle(started_at)
        ended_at = started_at + window.seconds
        labels = sorted(range(len(window.embeddings)), key=window.spoken, reverse=True)
        for label in labels:
            spans = [
                (started_at + turn.started_at, started_at + turn.ended_at)
                for turn in window.turns
                if turn.label == label
            ]
            self._hear(window.embeddings[label], spans, before)
        self._until = max(self._until, ended_at)
        self._fold()
        self._choose()
        voices = judge(
            self._voices,
            self._candidate,
            at=self._until,
            of_nobody=self._nobody + length(self._open_nobody),
            before=self._stretch,
            limits=self._limits,
        )
        since, until = voices.other_since, voices.other_until
        self._stretch = None if since is None or until is None else (since, until)
        return voices

    def _settle(self, until: float) -> None:
        forget = until - self._limits.forget
        for start, end in self._open_nobody:
            self._nobody += max(0.0, min(end, until) - start)
        self._open_nobody = []
        for voice in list(self._voices):
            voice.settle(until, forget)
            if not voice.confirmed and voice.last_at < forget:
                self._nobody += voice.heard
                self._voices.remove(voice)

    def _hear(
        self,
        embedding: Embedding | None,
        spans: list[Span],
        before: dict[KnownVoice, list[Span]],
    ) -> None:
        limits = self._limits
        spoken = length(spans)
        if not spoken or (embedding is not None and self._is_excused(embedding, None)):
            return
        fresh = length([(max(start, self._until), end) for start, end in spans])
        shares = {v: common(spans, before.get(v, [])) / spoken for v in self._voices}
        voice = max(
            self._voices,
            key=lambda v: (
                (0.0 if embedding is None else v.cosine(embedding)) + limits.nearness * shares[v]
            ),
            default=None,
        )
        if voice is not None and self._ties(voice, embedding, shares[voice]):
            enough = embedding is not None and spoken >= limits.least
            if embedding is not None and enough and voice.cosine(embedding) >= limits.same:
                voice.learn(embedding, spoken)
        elif embedding is not None and spoken >= limits.least:
            voice = KnownVoice(
                direction=unit(embedding), first_at=spans[0][0], last_at=spans[-1][1]
            )
            voice.learn(embedding, spoken)
            self._make_room()
            self._voices.append(voice)
        else:
            self._open_nobody += spans
            return
        if spoken >= limits.least and fresh >= limits.fresh:
            voice.windows += 1
        voice.last_at = max(voice.last_at, spans[-1][1])
        voice.open = sorted(voice.open + spans)
        voice.confirmed |= voice.windows >= limits.windows or self._clear(voice, embedding, spoken)

    def _ties(self, voice: KnownVoice, embedding: Embedding | None, share: float) -> bool:
        """`share`: of the label's speech, what the voice was heard to say already."""
        if embedding is None:
            return share >= 0.5
        similarity = voice.cosine(embedding)
        return similarity >= self._limits.same or (
            similarity >= self._limits.other and share >= 0.5
        )

    def _clear(self, voice: KnownVoice, embedding: Embedding | None, spoken: float) -> bool:
        """Whether one window is enough to know that it is somebody."""
        others = [v for v in self._voices if v.confirmed and v is not voice]
        return (
            embedding is not None
            and spoken >= self._limits.at_once
            and all(v.cosine(embedding) < self._limits.other for v in others)
        )

    def _is_excused(self, embedding: Embedding, voice: KnownVoice | None) -> bool:
        """The candidate's own voice is not, where it was enrolled and is the more alike."""
        if not self._excused or (voice is not None and voice.enrolled):
            return False
        likeness = max(cosine(each, embedding) for each in self._excused)
        own = self._candidate
        if own is not None and own.enrolled and own.cosine(embedding) > likeness:
            return False
        return likeness >= self._limits.same

    def _make_room(self) -> None:
        """For one voice more that is not yet somebody."""
        unsure = [v for v in self._voices if not v.confirmed]
        if len(unsure) >= self._limits.most:
            oldest = min(unsure, key=lambda v: v.last_at)
            self._nobody += oldest.heard
            self._voices.remove(oldest)

    def _fold(self) -> None:
        """Voices that have come to sound alike are one; of too many, the two most alike."""
        while (pair := self._nearest_pair()) is not None:
            kept, gone = pair
            kept.absorb(gone)
            kept.confirmed |= gone.confirmed
            self._voices.remove(gone)
            if gone is self._candidate:
                self._candidate = kept

    def _nearest_pair(self) -> tuple[KnownVoice, KnownVoice] | None:
        """The one that stays (enrolled, else somebody, else the longer heard), and the other."""
        ranked = sorted(self._voices, key=lambda v: (v.enrolled, v.confirmed, v.heard))[::-1]
        pairs = [
            (one.cosine(two.direction), one, two)
            for number, one in enumerate(ranked)
            for two in ranked[number + 1 :]
        ]
        if not pairs:
            return None
        similarity, one, two = max(pairs, key=lambda pair: pair[0])
        somebody = [pair for pair in pairs if pair[1].confirmed and pair[2].confirmed]
        if similarity >= self._limits.same:
            return one, two
        if sum(v.confirmed for v in ranked) > self._limits.most:
            _, one, two = max(somebody, key=lambda pair: pair[0])
            return one, two
        return None

    def _choose(self) -> None:
        """The candidate, where nobody is: who came first."""
        if self._candidate is None:
            somebody = [v for v in self._voices if v.confirmed]
            self._candidate = min(somebody, key=lambda v: v.first_at, default=None)
