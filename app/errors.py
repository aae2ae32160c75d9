"""Every exception that this service raises on purpose.

ProctorError
├── ConfigurationError      the operator's settings cannot be used
├── ModelError              a model cannot be used
│   ├── ManifestError       the list of models is wrong
│   ├── FetchError          weights could not be brought here
│   └── MissingExtraError   it needs a package that is not installed
├── CameraError             the service's own camera, file or stream gives no pictures
├── StorageError            the database cannot be used; names it, never its password
│   └── UnstorableError     what was given can never be stored
├── RuleError               an alert rule cannot be changed like that
├── InvalidFrameError       a picture was refused; carries the counter's reason
├── InvalidTimeError        a time stamp was refused; carries the counter's reason
├── WebhookError            what came is no event of LiveKit's
│   ├── WebhookKeyError     nothing is configured by which one could be checked
│   └── WebhookSignatureError   nobody who has the key signed it just now
├── AccessError             whoever comes may not do this; never quotes a token
│   ├── UnauthorizedError   no token came, or none that holds
│   ├── ForbiddenError      a token that holds, for something else
│   └── MisplacedTokenError a token where it ends in logs
└── SessionError            a request about a session cannot be met
    ├── UnknownSessionError
    ├── DeletedSessionError
    ├── StoppedSessionError
    ├── OtherRoomError      the session belongs to another room or participant
    ├── SessionIdError      the id, or its room's or participant's name, cannot be one
    ├── CapacityError       too many sessions run already
    ├── CalibrationError    the screen cannot be calibrated at present
    ├── ChallengeError      nobody can be asked for a turn of the head at present
    ├── EnrolmentError      the candidate's voice cannot be enrolled at present
    ├── TranscriptionError  speech cannot become text on this service
    ├── ClockError          a track's times cannot come from two clocks
    ├── SoundFormError      sound cannot come in that form
    └── PurposeError        this service does not accept the session's purpose
"""


class ProctorError(Exception):
    """The root: its message may be shown to the person who caused it."""


class ConfigurationError(ProctorError):
    """The operator's settings cannot be used."""


class ModelError(ProctorError):
    """A model cannot be used."""


class ManifestError(ModelError):
    """The list of models is wrong."""


class FetchError(ModelError):
    """Weights could not be brought here."""


class MissingExtraError(ModelError):
    """It needs a package that is not installed, and names the extra that brings it."""


class CameraError(ProctorError):
    """The service's own camera, file or stream gives no pictures."""

    def __init__(self, why: str, *, mend: str) -> None:
        super().__init__(f"{why}; {mend}")
        self.why = why
        self.mend = mend
        """What may help, as an order."""


class StorageError(ProctorError):
    """The database cannot be used: names the database, never its password."""


class UnstorableError(StorageError):
    """What was given can never be stored, however often it is tried."""


class RuleError(ProctorError):
    """An alert rule cannot be changed like that: names the kind, the key and what is allowed."""


class InvalidFrameError(ProctorError):
    """A picture was refused."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail or reason)
        self.reason = reason
        """The counter's label: one word of a small fixed set."""


class InvalidTimeError(ProctorError):
    """A time stamp was refused."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail or reason)
        self.reason = reason
        """The counter's label: one word of a small fixed set."""


class WebhookError(ProctorError):
    """What came is no event of LiveKit's."""


class WebhookKeyError(WebhookError):
    """There is no key by which a webhook could be checked; says what to set."""


class WebhookSignatureError(WebhookError):
    """Nobody who has the key signed it just now; says what is wrong."""


class AccessError(ProctorError):
    """Whoever comes may not do this: says what is wrong and never quotes a token."""


class UnauthorizedError(AccessError):
    """No token came, or it has expired, was signed by others, or is none."""


class ForbiddenError(AccessError):
    """The token holds, but for another scope or session, or it opens rooms only."""


class MisplacedTokenError(AccessError):
    """A token in the address, which logs and histories keep; says where it belongs."""


class SessionError(ProctorError):
    """A request about a session cannot be met."""


class UnknownSessionError(SessionError):
    """There is no session of this id."""


class DeletedSessionError(SessionError):
    """The session was erased; its id is not used again."""


class StoppedSessionError(SessionError):
    """The session was stopped and takes no media until it is started again."""


class OtherRoomError(SessionError):
    """The session belongs to another room or participant; does not say to which."""


class SessionIdError(SessionError):
    """The id, or the name of the session's room or participant, cannot be one."""


class CalibrationError(SessionError):
    """The screen cannot be calibrated at present; says what is missing."""


class ChallengeError(SessionError):
    """Nobody can be asked for a turn of the head at present; says why."""


class EnrolmentError(SessionError):
    """The candidate's voice cannot be enrolled at present; says what is missing."""


class TranscriptionError(SessionError):
    """Speech cannot become text on this service; says what is missing and how to mend it."""


class ClockError(SessionError):
    """A track's times cannot come from two clocks."""


class SoundFormError(SessionError):
    """Sound cannot come in that form; says what can be."""


class CapacityError(SessionError):
    """Too many sessions run already."""


class PurposeError(SessionError):
    """This service does not accept the session's purpose."""
