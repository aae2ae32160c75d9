"""The operator's environment, and what is said about its mistakes."""

import os
from pathlib import Path

import pytest

from app.errors import ConfigurationError
from app.settings import Settings, load_settings
from app.types import Purpose

ALIASES = ("DATABASE_URL", "DEEPGRAM_API_KEY", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Without any setting, whatever the machine has."""
    for name in list(os.environ):
        if name.upper().startswith("PROCTOR_") or name in ALIASES:
            monkeypatch.delenv(name)
    return monkeypatch


def test_nothing_needs_to_be_set() -> None:
    settings = load_settings()
    assert (settings.host, settings.port, settings.loopback) == ("127.0.0.1", 8000, True)
    assert settings.database_url == "sqlite:///proctor.db"
    assert settings.purposes == (Purpose.EXAM, Purpose.INTERVIEW)
    assert (settings.models / "manifest.toml").is_file()
    assert (settings.face_every, settings.count_every) == (3, 30)
    assert settings.vision_threads >= 2


@pytest.mark.parametrize(
    ("name", "text", "field", "expected"),
    [
        ("PROCTOR_HOST", "::1", "host", "::1"),
        ("PROCTOR_PORT", "0", "port", 0),
        ("PROCTOR_INSECURE", "1", "insecure", True),
        ("PROCTOR_MODELS", "/srv/weights", "models", Path("/srv/weights")),
        ("PROCTOR_PURPOSES", "personal", "purposes", (Purpose.PERSONAL,)),
        ("PROCTOR_PURPOSES", " exam ,research", "purposes", (Purpose.EXAM, Purpose.RESEARCH)),
        ("PROCTOR_DATABASE_URL", "postgres://db/x", "database_url", "postgres://db/x"),
        ("DATABASE_URL", "postgresql://db/x", "database_url", "postgresql://db/x"),
        ("PROCTOR_LOG_LEVEL", "DEBUG", "log_level", "DEBUG"),
        ("PROCTOR_IDLE_AFTER", "0.5", "idle_after", 0.5),
        ("PROCTOR_DEEPGRAM_URL", "wss://api.eu.x/", "deepgram_url", "wss://api.eu.x"),
        ("PROCTOR_DEEPGRAM_URL", "ws://127.0.0.1:9", "deepgram_url", "ws://127.0.0.1:9"),
    ],
)
def test_the_environment_decides(
    environment: pytest.MonkeyPatch, name: str, text: str, field: str, expected: object
) -> None:
    environment.setenv(name, text)
    assert getattr(load_settings(), field) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"DATABASE_URL": "sqlite:///alias"}, "sqlite:///alias"),
        ({"DATABASE_URL": "sqlite:///alias", "PROCTOR_DATABASE_URL": "sqlite:///own"}, "own"),
    ],
)
def test_our_own_name_goes_before_the_alias(
    environment: pytest.MonkeyPatch, given: dict[str, str], expected: str
) -> None:
    for name, text in given.items():
        environment.setenv(name, text)
    assert load_settings().database_url.endswith(expected)
    assert load_settings(database_url="sqlite:///said").database_url == "sqlite:///said"


@pytest.mark.parametrize("name", ["DEEPGRAM_API_KEY", "PROCTOR_DEEPGRAM_API_KEY"])
def test_a_key_is_read_and_not_shown(environment: pytest.MonkeyPatch, name: str) -> None:
    environment.setenv(name, "s3cret")
    settings = load_settings()
    assert settings.deepgram_api_key.get_secret_value() == "s3cret"
    assert "s3cret" not in repr(settings)


@pytest.mark.parametrize("key", ["PROCTOR_API_KEY", "LIVEKIT_API_KEY"])
@pytest.mark.parametrize("secret", ["PROCTOR_API_SECRET", "LIVEKIT_API_SECRET"])
def test_with_a_key_and_a_secret_tokens_are_asked_for(
    environment: pytest.MonkeyPatch, key: str, secret: str
) -> None:
    assert not load_settings().guarded
    environment.setenv(key, "devkey")
    environment.setenv(secret, "s3cret")
    settings = load_settings()
    assert settings.guarded
    assert (settings.api_key, settings.api_secret.get_secret_value()) == ("devkey", "s3cret")
    assert "s3cret" not in repr(settings)


def test_an_empty_name_of_our_own_hides_the_alias(environment: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "API_SECRET"):
        environment.setenv(f"LIVEKIT_{name}", "x")
        environment.setenv(f"PROCTOR_{name}", "")
    assert not load_settings().guarded


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ("PROCTOR_API_KEY", "PROCTOR_API_SECRET"),
        ("PROCTOR_API_SECRET", "PROCTOR_API_KEY"),
        ("LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"),
        ("LIVEKIT_API_SECRET", "LIVEKIT_API_KEY"),
    ],
)
def test_a_key_and_its_secret_go_together(
    environment: pytest.MonkeyPatch, given: str, missing: str
) -> None:
    environment.setenv(given, "s3cret")
    complaint = f"{given}.* is set and .*{missing}.* is not"
    with pytest.raises(ConfigurationError, match=complaint) as caught:
        load_settings()
    assert "s3cret" not in str(caught.value)


def test_what_the_caller_says_goes_before_the_environment(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("PROCTOR_PORT", "9")
    environment.setenv("PROCTOR_PURPOSES", "exam")
    settings = load_settings(port=10, purposes=(Purpose.PERSONAL,))
    assert (settings.port, settings.purposes) == (10, (Purpose.PERSONAL,))


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("PROCTOR_PROT", "8000", "PROCTOR_PROT is not a setting of this service"),
        ("PROCTOR_", "1", "PROCTOR_ is not a setting"),
        ("PROCTOR_PORT", "http", "PROCTOR_PORT: .*integer"),
        ("PROCTOR_PORT", "65536", "PROCTOR_PORT: .*65535"),
        ("PROCTOR_PORT", "", "PROCTOR_PORT: .*integer"),
        ("PROCTOR_INSECURE", "maybe", "PROCTOR_INSECURE: .*boolean"),
        ("PROCTOR_DATABASE_URL", "mysql://u:s3cret@h/x", "PROCTOR_DATABASE_URL: .*sqlite:///"),
        ("DATABASE_URL", "mysql://u:s3cret@h/x", "alias DATABASE_URL"),
        ("PROCTOR_PURPOSES", "exam,party", "PROCTOR_PURPOSES: .*'exam', 'interview'"),
        ("PROCTOR_PURPOSES", "", "PROCTOR_PURPOSES: "),
        ("PROCTOR_LOG_LEVEL", "loud", "PROCTOR_LOG_LEVEL: "),
        ("PROCTOR_FACE_EVERY", "0", "PROCTOR_FACE_EVERY: .*1"),
        ("PROCTOR_STALE_AFTER", "0", "PROCTOR_STALE_AFTER: .*0"),
        ("PROCTOR_IDLE_AFTER", "nan", "PROCTOR_IDLE_AFTER: .*0"),
        ("PROCTOR_MAX_FRAME_BYTES", "9999999999", "PROCTOR_MAX_FRAME_BYTES: "),
        ("PROCTOR_MIN_FRAME_SIDE", "4097", "PROCTOR_MIN_FRAME_SIDE: "),
        ("PROCTOR_MAX_FRAME_SIDE", "63", "PROCTOR_MAX_FRAME_SIDE: "),
        ("PROCTOR_VISION_THREADS", "0", "PROCTOR_VISION_THREADS: "),
        ("PROCTOR_DEEPGRAM_URL", "https://u:s3cret@h", "PROCTOR_DEEPGRAM_URL: must be wss://host"),
        ("PROCTOR_DEEPGRAM_URL", "ws://example.org", "PROCTOR_DEEPGRAM_URL: .*in the clear"),
        ("PROCTOR_DEEPGRAM_URL", "wss://h/v1/listen", "PROCTOR_DEEPGRAM_URL: .*without a path"),
        ("PROCTOR_DEEPGRAM_URL", "h", "PROCTOR_DEEPGRAM_URL: must be wss://host"),
    ],
)
def test_a_mistake_is_named(
    environment: pytest.MonkeyPatch, name: str, text: str, complaint: str
) -> None:
    environment.setenv(name, text)
    with pytest.raises(ConfigurationError, match=complaint) as caught:
        load_settings()
    assert "s3cret" not in str(caught.value)


def test_all_mistakes_are_named_at_once(environment: pytest.MonkeyPatch) -> None:
    for name in ("PROCTOR_TOKEN", "PROCTOR_PORT", "PROCTOR_MAX_SESSIONS"):
        environment.setenv(name, "x")
    with pytest.raises(ConfigurationError, match=r"TOKEN.*; .*PORT.*; .*MAX_SESSIONS"):
        load_settings()


def test_sides_that_exclude_each_other_are_refused(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PROCTOR_MIN_FRAME_SIDE", "200")
    environment.setenv("PROCTOR_MAX_FRAME_SIDE", "100")
    complaint = "PROCTOR_MIN_FRAME_SIDE is above PROCTOR_MAX_FRAME_SIDE"
    with pytest.raises(ConfigurationError, match=complaint):
        load_settings()


@pytest.mark.parametrize("given", [{"prot": 8000}, {"purposes": ()}])
def test_what_the_caller_says_is_checked_too(given: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError, match=f"PROCTOR_{next(iter(given)).upper()}: "):
        load_settings(**given)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.0.0.2", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.5", False),
        ("localhost.example.org", False),
        ("127.0.0.1.example.org", False),
        ("", False),
    ],
)
def test_loopback(host: str, expected: bool) -> None:
    assert load_settings(host=host).loopback is expected


def test_every_setting_says_what_it_is() -> None:
    assert all(field.description for field in Settings.model_fields.values())
