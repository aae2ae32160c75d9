"""What every test begins with: no detector, whatever lies in the weights folder; no fetching."""

import os

os.environ.setdefault("PROCTOR_OBJECTS", "off")
os.environ.setdefault("PROCTOR_FETCH", "never")
