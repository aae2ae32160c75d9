"""What the operator decides: environment variables that begin with PROCTOR_."""

import os
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import (
    AliasChoices,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.errors import ConfigurationError
from app.types import ObjectClass, Purpose

PREFIX = "PROCTOR_"
REPOSITORY = Path(__file__).resolve().parent.parent


OFF = "off"


class Fetch(StrEnum):
    """Whether weights that are missing are fetched while the service runs."""

    AUTO = "auto"
    NEVER = "never"


class Speakers(StrEnum):
    """By what voices are told apart."""

    AUTO = "auto"
    EMBEDDED = "embedded"
    PYANNOTE = "pyannote"
    OFF = "off"


class Liveness(StrEnum):
    """Whether a network is asked for a living face."""

    AUTO = "auto"
    OFF = "off"


class Settings(BaseSettings):
    """Read once at the start; every field's description stands in the README's table."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, populate_by_name=True)

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 picks a free one.")
    insecure: bool = Field(
        False, description="1 allows an address other than loopback although nobody must log in."
    )
    api_key: str = Field(
        "",
        validation_alias=AliasChoices("PROCTOR_API_KEY", "LIVEKIT_API_KEY"),
        description="Key of LiveKit's form: whoever has it and its secret may make tokens.",
    )
    api_secret: SecretStr = Field(
        SecretStr(""),
        validation_alias=AliasChoices("PROCTOR_API_SECRET", "LIVEKIT_API_SECRET"),
        description="Its secret: with it, whoever comes has to show a token, and LiveKit's "
        "webhooks are taken.",
    )
    database_url: str = Field(
        "sqlite:///proctor.db",
        validation_alias=AliasChoices("PROCTOR_DATABASE_URL", "DATABASE_URL"),
        description="Where sessions and alerts are kept: sqlite:///file or postgresql://…",
    )
    models: Path = Field(REPOSITORY / "models", description="Folder of weights.")
    manifest: Path = Field(
        REPOSITORY / "models" / "manifest.toml", description="The list of weights to fetch."
    )
    fetch: Fetch = Field(
        Fetch.AUTO,
        description="auto fetches a detector and MiniFASNet, where they are missing, in the "
        "background; never.",
    )
    objects: str = Field(
        "auto",
        min_length=1,
        description="Detector: auto, yolo11n, yolox_nano, a .pt, .onnx or .xml file, or off.",
    )
    objects_size: int = Field(
        640,
        ge=128,
        le=1280,
        multiple_of=32,
        description="Pixels of its square, where its file leaves that open.",
    )
    object_classes: Annotated[tuple[ObjectClass, ...], NoDecode] = Field(
        (ObjectClass.PERSON, ObjectClass.PHONE),
        description="What is looked for: person,phone and, where wanted, book,laptop.",
    )
    liveness: Liveness = Field(
        Liveness.AUTO,
        description="auto asks MiniFASNet for a living face, once it is here; off.",
    )
    speakers: Speakers = Field(
        Speakers.AUTO,
        description="Voices are told apart by: embedded, pyannote, off, or auto (pyannote once it "
        "is loaded, where its folder or HF_TOKEN is there).",
    )
    pyannote: str = Field(
        "pyannote/speaker-diarization-community-1",
        min_length=1,
        description="pyannote's pipeline: a folder with a config.yaml, or a name on the hub, which "
        "the token in HF_TOKEN may fetch.",
    )
    purposes: Annotated[tuple[Purpose, ...], NoDecode] = Field(
        (Purpose.EXAM, Purpose.INTERVIEW),
        description="Purposes of sessions that this service accepts, with commas between them.",
    )
    log_level: str = Field(
        "INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="DEBUG, INFO, WARNING or ERROR."
    )
    max_frame_bytes: int = Field(
        2 * 1024 * 1024, ge=1024, le=64 * 1024 * 1024, description="Largest JPEG."
    )
    min_frame_side: int = Field(64, ge=16, le=4096, description="Shortest side, in pixels.")
    max_frame_side: int = Field(4096, ge=64, le=16384, description="Longest side, in pixels.")
    face_every: int = Field(
        3, ge=1, le=300, description="Face, gaze and head pose in every n-th frame (n/30 s)."
    )
    count_every: int = Field(
        30, ge=1, le=3000, description="Faces are counted in every n-th frame (n/30 s)."
    )
    liveness_every: int = Field(
        30, ge=1, le=3000, description="A living face is told in every n-th frame (n/30 s)."
    )
    objects_every: int = Field(
        30, ge=1, le=3000, description="Objects in every n-th frame (n/30 s)."
    )
    stale_after: float = Field(
        0.5, gt=0, le=60, description="Seconds after which a waiting frame is too old to matter."
    )
    vision_threads: int = Field(
        max(2, min(os.cpu_count() or 2, 16)), ge=1, le=64, description="Threads that analyse."
    )
    idle_after: float = Field(
        300.0, gt=0, description="Seconds without media after which a session stops."
    )
    max_sessions: int = Field(500, ge=1, description="Sessions that may be open at once.")

    camera: str = Field(
        "",
        description="A camera of the service's own: 0, a device, a video file or a stream such as "
        "rtsp://…; empty: none.",
    )
    camera_session: str = Field(
        "camera", min_length=1, max_length=256, description="The id of the session that it feeds."
    )
    camera_loop: bool = Field(False, description="1 plays its file again and again.")
    camera_start: bool = Field(
        False,
        description="1 starts its session with the service, although a request stopped it before.",
    )

    deepgram_api_key: SecretStr = Field(
        SecretStr(""),
        validation_alias=AliasChoices("PROCTOR_DEEPGRAM_API_KEY", "DEEPGRAM_API_KEY"),
        description="Key for Deepgram, which turns speech into text where a session asks for it.",
    )
    deepgram_url: str = Field(
        "wss://api.deepgram.com",
        description="Where Deepgram's sockets are, such as wss://api.eu.deepgram.com.",
    )

    @field_validator("deepgram_url")
    @classmethod
    def _safe_for_a_key(cls, value: str) -> str:
        parts = urlsplit(value)
        if not parts.hostname or parts.path.strip("/") or parts.query or parts.username:
            raise ValueError("must be wss://host, without a path")
        if parts.scheme != "wss" and not (parts.scheme == "ws" and _is_loopback(parts.hostname)):
            raise ValueError("must begin with wss://: key and speech are not sent in the clear")
        return value.rstrip("/")

    @field_validator("purposes", "object_classes", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(v.strip() for v in value.split(",")) if isinstance(value, str) else value

    @field_validator("purposes")
    @classmethod
    def _some_purpose(cls, value: tuple[Purpose, ...]) -> tuple[Purpose, ...]:
        if not value:
            raise ValueError("name at least one purpose")
        return value

    @field_validator("object_classes")
    @classmethod
    def _persons_and_phones(cls, value: tuple[ObjectClass, ...]) -> tuple[ObjectClass, ...]:
        if not {ObjectClass.PERSON, ObjectClass.PHONE} <= {*value}:
            raise ValueError("person and phone are always looked for: name them too")
        return tuple(dict.fromkeys(value))

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql://", "postgres://")):
            raise ValueError(
                "must begin with sqlite:/// or postgresql://, and so must its alias DATABASE_URL"
            )
        return value

    @model_validator(mode="after")
    def _sides(self) -> Self:
        if self.min_frame_side > self.max_frame_side:
            raise ValueError("PROCTOR_MIN_FRAME_SIDE is above PROCTOR_MAX_FRAME_SIDE")
        return self

    @model_validator(mode="after")
    def _key_and_secret(self) -> Self:
        if bool(self.api_key) is not bool(self.api_secret.get_secret_value()):
            given, missing = ("KEY", "SECRET") if self.api_key else ("SECRET", "KEY")
            raise ValueError(
                f"PROCTOR_API_{given} (or LIVEKIT_API_{given}) is set and PROCTOR_API_{missing}"
                f" (or LIVEKIT_API_{missing}) is not: set both or none"
            )
        return self

    @property
    def guarded(self) -> bool:
        """Whether whoever comes has to show a token."""
        return bool(self.api_key)

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the address."""
        return _is_loopback(self.host)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def load_settings(**overrides: object) -> Settings:
    """Settings from the environment, `overrides` first.

    Raises ConfigurationError that names every variable at fault, unknown ones too.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    complaints = [
        f"{name} is not a setting of this service"
        for name in sorted(os.environ)
        if name.startswith(PREFIX) and name not in known
    ]
    try:
        settings = Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        for item in error.errors():
            field = str(item["loc"][0]) if item["loc"] else ""
            name = field if field.isupper() else (PREFIX + field.upper() if field else "settings")
            complaints.append(f"{name}: {item['msg'].removeprefix('Value error, ')}")
    if complaints:
        raise ConfigurationError("; ".join(complaints))
    return settings
