"""From what was seen and heard to episodes: pure functions of the session's clock."""
