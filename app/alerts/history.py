"""A session's episodes, paired again from the alerts that told their ends."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence

from app.alerts.past import Past, track_of
from app.alerts.sums import Sums
from app.types import Alert, Edge, RecordedAlert, Track


class History:
    """Takes in a session's alerts in their order, once, and keeps the newest episodes whole.

    Memory grows with what is open and with `most`, not with the session.
    """

    def __init__(self, most: int) -> None:
        """`most`: episodes that are kept; of older ones only the sums remain."""
        self.since: dict[Track, float] = {}
        """Of pictures and of sound the earliest time that was told, in seconds on their clock;
        one that is missing: nothing was."""
        self.until: dict[Track, float] = {}
        """The latest."""
        self._most = most
        self._newest: OrderedDict[str, Past] = OrderedDict()
        self._open: dict[str, Past] = {}
        self._sums = Sums()

    def take(self, recorded: Iterable[RecordedAlert]) -> None:
        """Some more."""
        for each in recorded:
            self._take(each.seq, each.alert)

    @property
    def newest(self) -> Sequence[Past]:
        """The episodes that are kept, in the order in which they were told."""
        return tuple(self._newest.values())

    def close(self, until: Mapping[Track, float]) -> Sums:
        """Of all episodes, once all were taken in.

        Open ones have lasted `until` then: the newest time of pictures and of sound.
        """
        for past in self._open.values():
            self._sums.add(past, until[track_of(past.known.label)])
        self._open.clear()
        return self._sums

    def _take(self, seq: int, alert: Alert) -> None:
        past = self._open.pop(alert.id, None)
        if past is None:
            past = self._newest[alert.id] = Past()
            if len(self._newest) > self._most:
                self._newest.popitem(last=False)
        past.seqs.append(seq)
        if alert.edge is Edge.STARTED:
            past.start = alert
            self._open[alert.id] = past
        else:
            past.end = alert
            self._sums.add(past, alert.at)
        last = max(alert.at, alert.ended_at or alert.at)
        track = track_of(alert.label)
        self.since[track] = min(alert.started_at, self.since.get(track, alert.started_at))
        self.until[track] = max(last, self.until.get(track, last))
