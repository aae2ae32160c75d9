"""Everything outside the service that speaks to it; it imports nothing of `app`."""

from typing import TYPE_CHECKING, Any

from client_adapter.client import ProctorClient
from client_adapter.plan import Plan
from client_adapter.retry import Retry
from client_adapter.sessions import NotNowError
from client_adapter.sockets import ProctorClosed

if TYPE_CHECKING:
    from client_adapter.livekit import Procturing
    from client_adapter.room_alerts import receive_alerts

__all__ = [
    "NotNowError",
    "Plan",
    "ProctorClient",
    "ProctorClosed",
    "Procturing",
    "Retry",
    "receive_alerts",
]


def __getattr__(name: str) -> Any:
    """What needs LiveKit is imported when it is asked for: whoever has no room does not wait."""
    if name == "Procturing":
        from client_adapter.livekit import Procturing

        return Procturing
    if name == "receive_alerts":
        from client_adapter.room_alerts import receive_alerts

        return receive_alerts
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
