"""The one file that knows every part."""

import sys

if __name__ == "__main__":  # run as a file: its folder would hide the standard library's `types`
    sys.path[0] += "/.."

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from app.api import (
    calibration,
    challenge,
    enrolment,
    livekit_webhook,
    ops,
    page,
    report,
    sessions,
    sockets,
    transcripts,
    wall,
)
from app.api.access import Access
from app.api.bodies import LimitedBodies
from app.api.deps import Services
from app.api.health import Degradation, Health
from app.api.origins import OwnOrigins
from app.api.page import PAGE, PageFiles
from app.api.paths import EncodedPaths
from app.audio.transcription import Trouble
from app.audio.voice_space import voice_space
from app.errors import (
    CalibrationError,
    CapacityError,
    ChallengeError,
    ConfigurationError,
    DeletedSessionError,
    EnrolmentError,
    ForbiddenError,
    MisplacedTokenError,
    OtherRoomError,
    ProctorError,
    PurposeError,
    RuleError,
    SessionIdError,
    StoppedSessionError,
    StorageError,
    TranscriptionError,
    UnauthorizedError,
    UnknownSessionError,
    WebhookError,
    WebhookKeyError,
    WebhookSignatureError,
)
from app.metrics import Metrics
from app.server import log_to_own_stderr, run
from app.session.bus import LocalBus
from app.session.cadence import Cadences
from app.session.deepgram import Deepgram
from app.session.inference import Inference, LocalInference
from app.session.live_words import LiveWords
from app.session.registry import Registry
from app.session.rooms import Rooms
from app.session.sound import Sound
from app.session.sound_inference import LocalSoundInference, SoundInference
from app.session.transcription import Transcriptions
from app.settings import Settings, load_settings
from app.storage.database import Database
from app.storage.event_log import EventLog
from app.storage.repository import SessionRepository
from app.storage.transcripts import TranscriptLog
from app.supply import Detector, Liveness, SpeakerSupply, Supply
from app.vision.decode import FrameLimits

logger = logging.getLogger(__name__)

HTTP_STATUS: dict[type[ProctorError], int] = {
    SessionIdError: 400,
    RuleError: 400,
    WebhookError: 400,
    WebhookSignatureError: 401,
    MisplacedTokenError: 400,
    UnauthorizedError: 401,
    ForbiddenError: 403,
    PurposeError: 403,
    UnknownSessionError: 404,
    DeletedSessionError: 410,
    StoppedSessionError: 409,
    OtherRoomError: 409,
    CalibrationError: 409,
    ChallengeError: 409,
    EnrolmentError: 409,
    CapacityError: 503,
    TranscriptionError: 503,
    WebhookKeyError: 503,
    StorageError: 503,
}


def create_app(
    settings: Settings | None = None,
    inference: Inference | None = None,
    sound: SoundInference | None = None,
) -> FastAPI:
    """The whole service. Raises ConfigurationError.

    `inference` and `sound` replace the local ones, for other machines and for measurements.
    """
    settings = settings or load_settings()
    if not (settings.loopback or settings.guarded or settings.insecure):
        raise ConfigurationError(
            f"PROCTOR_HOST={settings.host} can be reached by others and nobody must log in; "
            "use 127.0.0.1, or set PROCTOR_API_KEY and PROCTOR_API_SECRET, which asks for tokens, "
            "or PROCTOR_INSECURE=1 if something in front checks who comes"
        )
    access = Access.of(settings)
    metrics = Metrics()
    eyes = inference or LocalInference(settings.vision_threads, metrics.stage)
    ears = sound or LocalSoundInference(metrics.stage)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            app.state.services = await _build(settings, access, metrics, eyes, ears, stack)
            yield

    app = FastAPI(
        title="Proctoring engine",
        description="Watches a live exam or interview and reports at once, with evidence.",
        lifespan=lifespan,
    )
    app.add_middleware(LimitedBodies, most=2 * settings.max_frame_bytes)
    app.add_middleware(EncodedPaths)
    if settings.loopback and not settings.guarded:
        app.add_middleware(OwnOrigins)
    app.add_exception_handler(ProctorError, _answer_error)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    watching = (sockets, sessions, wall, report)
    about = (calibration, challenge, enrolment, transcripts)
    for api in (*watching, *about, livekit_webhook, ops, page):
        app.include_router(api.router)
    app.mount("/ui", PageFiles(directory=PAGE), name="ui")
    return app


async def _build(
    settings: Settings,
    access: Access,
    metrics: Metrics,
    inference: Inference,
    sound: SoundInference,
    stack: AsyncExitStack,
) -> Services:
    """Everything that lives as long as the application, closed in the opposite order."""
    await asyncio.to_thread(voice_space)  # from now on no session reads it from disk
    database = await Database.open(settings.database_url)
    stack.push_async_callback(database.close)
    bus, log = LocalBus(), EventLog(database)
    words, transcripts = LiveWords(), TranscriptLog(database)
    health = Health()
    stack.push_async_callback(inference.close)
    stack.push_async_callback(sound.close)
    speakers = SpeakerSupply(settings, health)
    stack.push_async_callback(speakers.close)
    store = SessionRepository(database)
    registry = Registry(
        store=store,
        log=log,
        bus=bus,
        inference=inference,
        sound=Sound(
            inference=sound,
            speakers=speakers.choice,
            transcriptions=_transcriptions(settings, health, words, transcripts),
        ),
        metrics=metrics,
        limits=FrameLimits(
            most_bytes=settings.max_frame_bytes,
            shortest_side=settings.min_frame_side,
            longest_side=settings.max_frame_side,
        ),
        cadences=Cadences(
            face_every=settings.face_every,
            count_every=settings.count_every,
            liveness_every=settings.liveness_every,
            objects_every=settings.objects_every,
            stale_after=settings.stale_after,
        ),
        purposes=settings.purposes,
        idle_after=settings.idle_after,
        most=settings.max_sessions,
    )
    await registry.start()
    stack.push_async_callback(registry.close)
    speakers.start()
    parts = (Detector(settings, inference, health), Liveness(settings, inference, health))
    supplies = [Supply(part, settings).run() for part in parts]
    for bringing in (_load(inference, health), _load_sound(sound, health), *supplies):
        stack.callback(asyncio.create_task(bringing).cancel)
    return Services(
        settings=settings,
        access=access,
        metrics=metrics,
        bus=bus,
        database=database,
        log=log,
        words=words,
        transcripts=transcripts,
        registry=registry,
        rooms=Rooms(store, registry),
        health=health,
    )


def _transcriptions(
    settings: Settings, health: Health, words: LiveWords, transcripts: TranscriptLog
) -> Transcriptions:
    """Trouble shows in /readyz once a session asked; it is over when one is served."""
    what = "transcription"

    def fails(trouble: Trouble) -> None:
        health.degrade(Degradation(what=what, why=trouble.why, mend=trouble.mend))

    deepgram = Deepgram(
        settings.deepgram_api_key.get_secret_value(),
        settings.deepgram_url,
        works=lambda: health.mend(what),
        fails=fails,
    )
    return Transcriptions(deepgram, words, transcripts.append, fails)


async def _load(inference: Inference, health: Health) -> None:
    try:
        await inference.start()
    except Exception as error:
        logger.exception("the models could not be loaded")
        health.models = f"could not be loaded: {error}"
        return
    health.models, health.ready = "ready", True
    logger.info("ready: the models are loaded")
    for part in health.degraded:
        logger.warning("%s: %s (mend: %s)", part.what, part.why, part.mend)


async def _load_sound(sound: SoundInference, health: Health) -> None:
    try:
        await sound.start()
    except Exception as error:
        logger.exception("the models of sound could not be loaded")
        why = f"not assessable: {error}"
        health.degrade(Degradation(what="sound", why=why, mend="uv sync"))


class _AsciiJSON(JSONResponse):
    """A complaint may quote what no UTF-8 can hold."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, separators=(",", ":")).encode()


async def _answer_error(_request: Request, error: Exception) -> JSONResponse:
    return _AsciiJSON(
        {"error": type(error).__name__, "message": str(error)},
        HTTP_STATUS.get(type(error), 500),  # type: ignore[arg-type]
        {"WWW-Authenticate": "Bearer"} if isinstance(error, UnauthorizedError) else None,
    )


async def _answer_invalid(_request: Request, error: Exception) -> JSONResponse:
    """Where it is wrong and why; not what was sent: it may be large, private, or no JSON (NaN)."""
    assert isinstance(error, RequestValidationError)
    wrong = [{"loc": e["loc"], "msg": e["msg"], "type": e["type"]} for e in error.errors()]
    return _AsciiJSON({"detail": wrong}, 422)


def serve(settings: Settings) -> None:
    """Run the service until it is asked to stop. Raises ConfigurationError and StorageError."""
    log_to_own_stderr(settings.log_level)
    run(create_app(settings), settings)


if __name__ == "__main__":
    try:
        serve(load_settings())
    except ProctorError as error:
        sys.exit(f"error: {error}")
