"""Who has spoken in one session, told apart as it goes on and judged anew each time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.audio.clusters import agglomerate
from app.audio.likelihood import Evidence, probability

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerLimits:
    """When voices are one."""

    alike: float = 0.36
    """-1 to 1: mean cosine between windows from which two groups are one speaker's."""
    piece: int = 2
    """Windows in succession that are never told apart."""
    founding: int = 3
    """Windows that make the first speaker the candidate."""
    recent: float = 60.0
    """Seconds for which windows are kept one by one; of older ones, only sums."""
    kept: int = 12
    """Voices whose sums are kept; of more, those that spoke least are forgotten."""
    sure: float = 0.35
    """0 to 1: the probability from which another voice is a speaker."""


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Windows of one voice."""

    total: Vectors
    """The sum of their unit vectors."""
    count: float
    """How many."""
    since: float
    """Seconds: the middle of the first."""

    @property
    def mean(self) -> Vectors:
        """Its product with another's mean is the mean cosine between their windows."""
        return self.total / np.float32(self.count)

    @property
    def coherence(self) -> float:
        """-1 to 1: mean cosine between two of its windows; 1 for a single one."""
        if self.count < 2:
            return 1.0
        square = float(self.total @ self.total)
        return (square - self.count) / (self.count * (self.count - 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One voice as judged now."""

    group: Group
    probability: float
    """0 to 1: that it is another speaker than the candidate, in the room."""
    likeness: float = 1.0
    """-1 to 1: cosine of its mean and the candidate's."""
    excused: bool = False
    """Whether it is known not to be in the room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Everyone heard, as judged at one moment."""

    voices: tuple[Voice, ...] = ()
    """First the candidate, then speakers by appearance, then the excused. One less probable than
    `sure` is among them only when no other is more probable."""
    times: tuple[float, ...] = ()
    """Seconds: the middle of each recent window."""
    owners: tuple[int, ...] = ()
    """For each recent window, the number of its voice."""
    windows: float = 0.0
    """Of everyone but the excused, since the beginning."""


class Speakers:
    """One session's memory of voices. All vectors are of the `VoiceSpace`."""

    def __init__(self, limits: SpeakerLimits | None = None) -> None:
        self._limits = limits or SpeakerLimits()
        self._vectors: list[Vectors] = []
        self._times: list[float] = []
        self._pieces: list[int] = []
        self._past: list[Group] = []
        self._enrolled: list[Group] = []
        self._excused: list[Group] = []
        self._company: Company | None = None

    def __len__(self) -> int:
        """Windows kept one by one."""
        return len(self._times)

    def add(self, at: float, vector: Vectors, *, continues: bool) -> None:
        """A window by the time of its middle; `continues`: it lies one hop after the last one."""
        piece = self._pieces[-1] if self._pieces else 0
        if not continues or self._pieces[-self._limits.piece :].count(piece) >= self._limits.piece:
            piece += 1
        self._vectors.append(vector)
        self._times.append(at)
        self._pieces.append(piece)
        self._company = None
        if self._times[0] < at - 1.25 * self._limits.recent:
            self._fold(at - self._limits.recent)

    def enrol(self, vectors: Vectors) -> None:
        """Windows known to be the candidate's, whether or not they are added."""
        for vector in vectors:
            self._enrolled = [_joined([*self._enrolled, Group(vector, 1.0, 0.0)])]
            self._company = None

    def forget_enrolment(self) -> None:
        """The candidate is to be enrolled anew."""
        self._enrolled = []
        self._company = None

    def excuse(self, vectors: Vectors) -> None:
        """Windows of voices that are not in the room, such as the interviewer's."""
        for vector in vectors:
            new = Group(vector, 1.0, 0.0)
            near = [float(vector @ each.mean) for each in self._excused]
            if near and (max(near) >= self._limits.alike or len(near) >= self._limits.kept):
                best = int(np.argmax(near))
                self._excused[best] = _joined([self._excused[best], new])
            else:
                self._excused.append(new)
            self._company = None

    def judge(self) -> Company:
        """Everyone heard so far."""
        if self._company is None:
            self._company = self._judged()
        return self._company

    def _nodes(self) -> list[Group]:
        """What is grouped: the enrolled, the excused, the past, then pieces of the recent past."""
        nodes = [*self._enrolled, *self._excused, *self._past]
        for first, last in _runs(self._pieces):
            total = np.sum(self._vectors[first:last], axis=0)
            nodes.append(Group(total, float(last - first), self._times[first]))
        return nodes

    def _grouped(self, nodes: list[Group]) -> list[list[int]]:
        kinds = np.arange(len(nodes))
        known = len(self._enrolled)
        enrolled, excused = kinds < known, (kinds >= known) & (kinds < known + len(self._excused))
        return agglomerate(
            np.array([node.total for node in nodes]),
            np.array([node.count for node in nodes], np.float32),
            self._limits.alike,
            apart=(enrolled, excused),
        )

    def _judged(self) -> Company:
        if not self._times and not self._past:
            return Company()
        nodes = self._nodes()
        known, excused = len(self._enrolled), len(self._enrolled) + len(self._excused)
        heard: list[tuple[Group, bool]] = []
        candidate: Group | None = None
        for members in self._grouped(nodes):
            own = [nodes[m] for m in members if m >= excused]
            if members[0] < known:
                candidate = _joined(own or [nodes[0]])
            elif own:
                heard.append((_joined(own), members[0] < excused))
        heard.sort(key=lambda each: each[0].since)
        if candidate is None:
            candidate = self._first([group for group, away in heard if not away])
        if candidate is None:
            away = (Voice(group=group, probability=0.0, excused=True) for group, _ in heard)
            return Company(voices=tuple(away))
        voices = [
            Voice(
                group=group,
                excused=away,
                probability=0.0 if away else _other(group, candidate),
                likeness=_cosine(group.total, candidate.total),
            )
            for group, away in heard
            if group is not candidate
        ]
        best = max((v.probability for v in voices), default=0.0)
        least = min(best, self._limits.sure)
        company = (
            Voice(group=candidate, probability=0.0),
            *(v for v in voices if not v.excused and v.probability >= least),
            *(v for v in voices if v.excused),
        )
        return Company(
            voices=company,
            times=tuple(self._times),
            owners=self._owners(company),
            windows=candidate.count + sum(v.group.count for v in voices if not v.excused),
        )

    def _owners(self, company: tuple[Voice, ...]) -> tuple[int, ...]:
        if not self._vectors:
            return ()
        means = np.array([voice.group.mean for voice in company])
        return tuple(int(n) for n in (np.array(self._vectors) @ means.T).argmax(axis=1))

    def _first(self, groups: list[Group]) -> Group | None:
        """Who spoke first, of those that spoke long enough."""
        long = (group for group in groups if group.count >= self._limits.founding)
        return next(long, None) or next(iter(groups), None)

    def _fold(self, before: float) -> None:
        """Of windows before this time, keep only the sum of each voice's."""
        old = sum(at < before for at in self._times)
        while old < len(self._pieces) and self._pieces[old] == self._pieces[old - 1]:
            old += 1
        nodes = self._nodes()
        start = len(self._enrolled) + len(self._excused)
        end = start + len(self._past) + len(set(self._pieces[:old]))
        past = []
        for members in self._grouped(nodes):
            if gone := [nodes[m] for m in members if start <= m < end]:
                past.append(_joined(gone))
        past.sort(key=lambda group: group.count, reverse=True)
        first = self._first(sorted(past, key=lambda group: group.since))
        past = past[: self._limits.kept]
        if first is not None and first not in past:
            past.append(first)
        self._past = sorted(past, key=lambda group: group.since)
        del self._vectors[:old], self._times[:old], self._pieces[:old]


def _other(group: Group, candidate: Group) -> float:
    return probability(
        Evidence(
            windows=group.count,
            likeness=float(group.mean @ candidate.mean),
            coherence=group.coherence,
        )
    )


def _cosine(one: Vectors, other: Vectors) -> float:
    return float(one @ other) / float(np.linalg.norm(one) * np.linalg.norm(other))


def _joined(groups: list[Group]) -> Group:
    total: Vectors = np.sum([group.total for group in groups], axis=0)
    return Group(total, sum(g.count for g in groups), min(g.since for g in groups))


def _runs(pieces: list[int]) -> list[tuple[int, int]]:
    """First and one past the last of each run of equal numbers."""
    edges = [n for n in range(1, len(pieces)) if pieces[n] != pieces[n - 1]]
    starts = [0, *edges] if pieces else []
    return list(zip(starts, [*edges, len(pieces)][: len(starts)], strict=True))
