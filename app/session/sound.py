"""What all sessions share of sound."""

from dataclasses import dataclass

from app.session.sound_inference import SoundInference
from app.session.speaker_choice import SpeakerChoice
from app.session.transcription import Transcriptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """Who hears, by what voices are told apart, who turns speech into text."""

    inference: SoundInference
    speakers: SpeakerChoice
    transcriptions: Transcriptions
