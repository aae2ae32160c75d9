"""Against a real LiveKit server; see `assumptions`."""
