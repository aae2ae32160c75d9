"""A session's episodes, paired again from the alerts that told their ends."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from app.alerts.past import Past
from app.alerts.sums import Sums
from app.types import Alert, Edge, RecordedAlert


class History:
    """Takes in a session's alerts in their order, once, and keeps the newest episodes whole.

    Memory grows with what is open and with `most`, not with the session.
    """

    def __init__(self, most: int) -> None:
        """`most`: episodes that are kept; of older ones only the sums remain."""
        self.since: float | None = None
        """The earliest time that was told, in seconds on the session's clock; None: nothing was."""
        self.until: float | None = None
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

    def close(self, until: float) -> Sums:
        """Of all episodes, once all were taken in; open ones have lasted `until` then."""
        for past in self._open.values():
            self._sums.add(past, until)
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
        self.since = min(alert.started_at, alert.started_at if self.since is None else self.since)
        self.until = max(last, last if self.until is None else self.until)
