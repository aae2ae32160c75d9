"""The LiveKit server that the environment names."""

import os

import pytest

NAMES = ("LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET")
URL, KEY, SECRET = (os.environ.get(name, "") for name in NAMES)

needs_livekit = pytest.mark.skipif(
    not all((URL, KEY, SECRET)),
    reason=f"needs a LiveKit server: {', '.join(NAMES)}, such as of livekit-server --dev",
)
