"""What every test begins with: no detector and no MiniFASNet, whatever lies in the weights folder;
no fetching; no tokens, whatever LIVEKIT_API_KEY says: it is there for the tests that need a LiveKit
server."""

import os

from app.audio.voice_space import voice_space

os.environ.setdefault("PROCTOR_OBJECTS", "off")
os.environ.setdefault("PROCTOR_LIVENESS", "off")
os.environ.setdefault("PROCTOR_FETCH", "never")
os.environ.setdefault("PROCTOR_SPEAKERS", "embedded")
os.environ["PROCTOR_API_KEY"] = os.environ["PROCTOR_API_SECRET"] = ""
voice_space()  # as the service does before it begins, so that no session reads it from disk
