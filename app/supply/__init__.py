"""Brings what is not there at once, and switches it on without a restart: the object detector and
MiniFASNet, found, fetched or converted, and pyannote."""

from app.supply.detector import Detector
from app.supply.liveness import Liveness
from app.supply.speakers import SpeakerSupply
from app.supply.supply import Supply

__all__ = ["Detector", "Liveness", "SpeakerSupply", "Supply"]
