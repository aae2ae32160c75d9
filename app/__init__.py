"""The service.

Each of its threads works for one session at a time: numpy's own threads beside them would only
spin. Measured with `run.py bench sound`: 58 ms of CPU for a second of sound with them, 23 without.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is first imported
