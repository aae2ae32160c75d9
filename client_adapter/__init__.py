"""Everything outside the service that speaks to it; it imports nothing of `app`."""

from client_adapter.client import ProctorClient, ProctorClosed

__all__ = ["ProctorClient", "ProctorClosed"]
