"""What is asked now and then of a picture that is looked at anyway."""

import random

from app.session.cadence import Cadence, Cadences
from app.vision.analyzer import Also


class Extras:
    """One session's: what became due waits for the next look at a face."""

    def __init__(self, cadences: Cadences) -> None:
        self._count = Cadence(cadences.count_every, phase=random.random())
        self._liveness = Cadence(cadences.liveness_every, phase=random.random())
        self._due = Also()

    def arrived(self, at: float) -> None:
        """A picture of this time came."""
        self.give_back(
            Also(count_faces=self._count.due(at), liveness=self._liveness.due(at)),
        )

    def take(self) -> Also:
        """What is due, for the picture that is looked at now."""
        due, self._due = self._due, Also()
        return due

    def give_back(self, also: Also) -> None:
        """That picture could not be looked at: the next one is asked."""
        self._due = Also(
            count_faces=self._due.count_faces or also.count_faces,
            liveness=self._due.liveness or also.liveness,
        )
