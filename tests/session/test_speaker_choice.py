"""By what voices are told apart: what was asked for, and what there is."""

from pathlib import Path

import pytest

from app.api.health import Health
from app.errors import ConfigurationError
from app.session.speaker_choice import SpeakerChoice
from app.settings import Settings, Speakers, load_settings
from app.supply import SpeakerSupply
from tests.pipelines import needs_pyannote, random_pipeline
from tests.session.builders import until
from tests.session.test_pyannote import PATIENCE, until_state
from tests.storage.builders import in_loop

TOKEN = "hf_" + "S3cret" * 5


@pytest.fixture(autouse=True)
def no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("asked", "folder", "token", "tried"),
    [
        ("auto", False, "", False),
        ("auto", True, "", True),
        ("auto", False, TOKEN, True),
        ("pyannote", False, "", True),
        ("embedded", True, TOKEN, False),
        ("off", True, TOKEN, False),
    ],
)
def test_pyannote_is_tried_where_it_is_wanted_and_can_be(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    asked: str,
    folder: bool,
    token: str,
    tried: bool,
) -> None:
    if token:
        monkeypatch.setenv("HF_TOKEN", token)
    choice = SpeakerChoice(Speakers(asked), str(tmp_path) if folder else "some/pipeline")
    assert (choice.pyannote is not None) == tried
    assert choice.serving == ("off" if asked == "off" else "embedded")
    assert choice.told.startswith(choice.serving)
    assert (choice.lacking is not None) == (asked == "off")


def test_an_unknown_way_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROCTOR_SPEAKERS", "magic")
    with pytest.raises(ConfigurationError, match="PROCTOR_SPEAKERS"):
        load_settings()


def test_the_token_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    settings = load_settings()
    assert TOKEN not in repr(settings)
    assert TOKEN not in settings.model_dump_json()


def settings(source: Path, speakers: Speakers) -> Settings:
    return load_settings(speakers=speakers, pyannote=str(source))


def test_what_was_asked_for_and_is_missing_is_told(tmp_path: Path) -> None:
    health = Health()
    supply = SpeakerSupply(settings(tmp_path / "nothing", Speakers.PYANNOTE), health)
    assert health.speakers == "embedded (pyannote: stopped)"

    @in_loop
    async def run() -> None:
        supply.start()
        try:
            await until(lambda: health.speakers == "embedded (pyannote: failed)")
            (part,) = health.degraded
            assert part.what == "speakers"
            assert part.why.startswith(f"there is no folder {tmp_path}/nothing; ")
            assert "PROCTOR_SPEAKERS=embedded" in part.mend
        finally:
            await supply.close()

    run()


@pytest.mark.parametrize("asked", [Speakers.EMBEDDED, Speakers.OFF])
def test_what_was_not_asked_for_starts_nothing(tmp_path: Path, asked: Speakers) -> None:
    health = Health()

    @in_loop
    async def run() -> None:
        supply = SpeakerSupply(settings(tmp_path, asked), health)
        supply.start()
        await supply.close()

    run()
    assert health.speakers == asked
    assert [part.what for part in health.degraded] == (
        ["speakers"] if asked is Speakers.OFF else []
    )


@needs_pyannote
@pytest.mark.timeout(2 * PATIENCE)
def test_it_serves_once_it_is_loaded() -> None:
    health = Health()
    supply = SpeakerSupply(settings(random_pipeline(), Speakers.AUTO), health)

    @in_loop
    async def run() -> None:
        supply.start()
        assert supply.choice.pyannote is not None
        assert health.speakers == "embedded (pyannote: loading)"
        await until_state(supply.choice.pyannote, "ready", "failed")
        assert health.speakers == f"pyannote: {random_pipeline()}"
        assert health.degraded == ()
        await supply.close()
        assert supply.choice.serving is Speakers.EMBEDDED
        assert health.degraded == ()

    run()
