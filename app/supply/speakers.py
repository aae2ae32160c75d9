"""Brings pyannote, which tells voices apart better than what is embedded."""

from app.api.health import Degradation, Health
from app.session.speaker_choice import SpeakerChoice
from app.settings import Settings

SPEAKERS = "speakers"


class SpeakerSupply:
    """Keeps `health` told of what tells voices apart, from `start` to `close`."""

    def __init__(self, settings: Settings, health: Health) -> None:
        self.choice = SpeakerChoice(settings.speakers, settings.pyannote, self._tell)
        self._health = health
        self._tell()

    def start(self) -> None:
        """In the background; what is embedded serves meanwhile."""
        self.choice.start()

    async def close(self) -> None:
        """End pyannote's process, if there is one."""
        await self.choice.close()

    def _tell(self) -> None:
        self._health.speakers = self.choice.told
        if (lacking := self.choice.lacking) is None:
            self._health.mend(SPEAKERS)
        else:
            self._health.degrade(Degradation(what=SPEAKERS, why=lacking.why, mend=lacking.mend))
