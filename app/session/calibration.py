"""A session's calibration of the screen: its run, its outcome, and what is kept of it."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum

from app.alerts.screen import Screen
from app.alerts.screen_run import Failure, ScreenRun
from app.alerts.signals import Signals
from app.errors import SessionError
from app.types import AlertKind, SessionInfo, Signal

logger = logging.getLogger(__name__)

SILENT = 10.0
"""Seconds of the machine's clock without an analysed picture that end a run."""
LONGEST = 180.0
"""Seconds of the machine's clock that end a run, whatever the sender's clock says."""
RETRY = 2.0
"""Seconds."""

Save = Callable[[Mapping[str, float] | None], Awaitable[None]]


class CalibrationState(StrEnum):
    """Where a session's calibration stands."""

    NONE = "none"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Interruption(StrEnum):
    """What ended a run early."""

    NO_PICTURES = "no_pictures"
    NOT_RUNNING = "session_not_running"


class Calibration:
    """At most one run at a time; the newest that succeeded sets the limits of the gaze."""

    def __init__(self, info: SessionInfo, signals: Signals, save: Save) -> None:
        """What was stored with the session is in force at once; `save` keeps a new screen."""
        self.run: ScreenRun | None = None
        """Under way."""
        self.failure: Failure | Interruption | None = None
        """Of the last run, if it failed."""
        self._id = info.id
        self._signals = signals
        self._save = save
        self._saving = asyncio.Lock()
        self._saver: asyncio.Task[None] | None = None
        self._begun = self._fed = 0.0
        if info.calibration is not None:
            signals.calibrate(Screen.read(info.calibration))

    @property
    def screen(self) -> Screen | None:
        """In force."""
        return self._signals.screen

    @property
    def state(self) -> CalibrationState:
        """What the last run came to; a failed one leaves the screen before it in force."""
        self._give_up_if_silent()
        if self.run is not None:
            return CalibrationState.RUNNING
        if self.failure is not None:
            return CalibrationState.FAILED
        return CalibrationState.NONE if self.screen is None else CalibrationState.DONE

    def begin(self, begins: float, seconds: float) -> None:
        """Show the first dot at `begins`, on the session's clock, and each for `seconds`.

        A run under way is given up: whoever asks last shows the dots.
        """
        self.run, self.failure = ScreenRun(begins, seconds), None
        self._begun = self._fed = time.monotonic()

    def follow(self, at: float, signals: list[Signal]) -> list[Signal]:
        """After each analysed picture: its signals, the gaze's left out while dots are shown."""
        self._give_up_if_silent()
        run = self.run
        if run is None:
            return signals
        self._fed = time.monotonic()
        if (sight := self._signals.sight) is not None:
            run.take(at, *sight)
        if at >= run.ends:
            self._finish(run.result())
        if at < run.begins:
            return signals
        return [signal for signal in signals if signal.kind is not AlertKind.GAZE_AWAY]

    def interrupt(self) -> None:
        """The session does not run any more."""
        if self.run is not None:
            self.run, self.failure = None, Interruption.NOT_RUNNING

    def cancel(self) -> None:
        """Forget the last run, as if it had not been asked for; the screen stays."""
        self.run = self.failure = None

    async def forget(self) -> None:
        """Forget the screen too."""
        self.cancel()
        async with self._saving:
            await self._save(None)
            self._signals.calibrate(None)

    async def close(self, patience: float) -> None:
        """Wait for the database, so many seconds."""
        if self._saver is not None:
            _, late = await asyncio.wait([self._saver], timeout=patience)
            for task in late:
                logger.error("a calibration could not be kept", extra={"session": self._id})
                task.cancel()

    def _give_up_if_silent(self) -> None:
        now = time.monotonic()
        if self.run is not None and (now - self._fed > SILENT or now - self._begun > LONGEST):
            self.run, self.failure = None, Interruption.NO_PICTURES

    def _finish(self, result: Screen | Failure) -> None:
        self.run = None
        if isinstance(result, Failure):
            self.failure = result
            return
        self._signals.calibrate(result)
        self._saver = asyncio.create_task(self._keep(result), name="keeping a calibration")

    async def _keep(self, screen: Screen) -> None:
        """Until it is kept, or another one stands in its place."""
        complained = False
        while True:
            async with self._saving:
                if self.screen is not screen:
                    return
                try:
                    await self._save(screen.stored())
                except SessionError:
                    return  # erased meanwhile: nobody may keep it
                except Exception:
                    if not complained:
                        logger.exception(
                            "keeping a calibration failed; trying again",
                            extra={"session": self._id},
                        )
                    complained = True
                else:
                    return
            await asyncio.sleep(RETRY)
