"""What a camera page should send."""

from typing import Self

from pydantic import BaseModel, Field

from app.session.cadence import FRAMES_PER_SECOND, Cadences
from app.vision.analyzer import SEARCH_SIZE

SPARE = 1.5
"""Pictures for each look: one that comes a little late must not cost a turn."""


class Asks(BaseModel):
    """Enough for all that is judged; more pictures or larger ones only cost."""

    pictures_per_second: int = Field(description="Half as many again as looks at the face.")
    longest_side: int = Field(
        description="Pixels in which a lost face is looked for, and objects; a known face needs "
        "less, and only faces far behind are counted better in larger ones."
    )

    @classmethod
    def of(cls, cadences: Cadences) -> Self:
        """At least one, and no more than are ever looked at."""
        wanted = round(SPARE * FRAMES_PER_SECOND / cadences.face_every)
        return cls(
            pictures_per_second=min(max(1, wanted), FRAMES_PER_SECOND), longest_side=SEARCH_SIZE
        )
