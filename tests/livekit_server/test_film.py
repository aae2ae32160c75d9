"""What the candidates of these tests publish."""

from pathlib import Path

from client_adapter.stream import read
from tests.livekit_server.film import AWAY_SECONDS, FPS, PRESENT_SECONDS, SAMPLE_RATE


def test_it_holds_pictures_and_sound_of_one_length(film: Path) -> None:
    media = [*read(str(film))]
    seconds = PRESENT_SECONDS + AWAY_SECONDS
    sound = b"".join(piece for _, piece in media if isinstance(piece, bytes))
    pictures = [at for at, piece in media if not isinstance(piece, bytes)]
    assert len(pictures) == FPS * seconds
    assert len(sound) == 2 * SAMPLE_RATE * seconds
    assert [at for at, _ in media] == sorted(at for at, _ in media), "interleaved"
