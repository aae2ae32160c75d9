"""A report as the service tells it: an exam of 52 minutes with a pause and a loss of light."""

from typing import Any

HOSTILE = "<img src=x onerror=alert(1)>"
KINDS = (
    ("gaze_away", "Looking Right", "warning", {"yaw_degrees": -31.04, "limit_degrees": 13}),
    ("gaze_away", "Looking Left", "warning", {"yaw_degrees": 24.2, "limit_degrees": 13}),
    ("head_turned", "Head Left", "warning", {"yaw_degrees": 41.0, "limit_degrees": 30}),
    ("phone", "Mobile Phone Detected", "critical", {"phone_count": 1}),
    ("not_assessable", "Picture too dark", "info", {"brightness_fraction": 0.03}),
)


def episode(number: int, at: float, seconds: float | None = 4.0, **changes: Any) -> dict[str, Any]:
    """`number` chooses the kind, one after the other."""
    kind, label, severity, evidence = KINDS[number % len(KINDS)]
    told: dict[str, Any] = {
        "id": f"episode-{number}",
        "kind": kind,
        "label": label,
        "severity": severity,
        "started_at": at,
        "ended_at": None if seconds is None else at + seconds,
        "seconds": seconds,
        "told_at": at + 2.0,
        "confidence": 0.93,
        "announced": True,
        "evidence": evidence,
        "end_evidence": None if seconds is None else {"peak_yaw_degrees": -40.2},
        "rule": f"{kind}/1",
        "seqs": [2 * number + 1, 2 * number + 2],
    }
    return told | changes


def events(told: dict[str, Any]) -> list[dict[str, Any]]:
    """An episode's start and, where it is over, its end, as the socket sends them."""
    shared = ("id", "kind", "label", "severity", "confidence", "rule")
    begin = {name: told[name] for name in shared} | {
        "seq": told["seqs"][0],
        "session": "s",
        "state": "started",
        "at": told["told_at"],
        "started_at": told["started_at"],
        "ended_at": None,
        "evidence": told["evidence"],
    }
    if told["ended_at"] is None:
        return [begin]
    end = {
        "seq": told["seqs"][1],
        "state": "ended",
        "at": told["ended_at"] + 0.5,
        "ended_at": told["ended_at"],
        "evidence": told["end_evidence"],
    }
    return [begin, begin | end]


def report(session_id: str, *, complete: bool = True, count: int = 23) -> dict[str, Any]:
    """`count` episodes, the third of them with a label that is no label."""
    last = 3121.4
    episodes = [
        episode(n, 60.0 + n * (last - 200) / count, 2.1 + n % 7 * 3.3) for n in range(count)
    ]
    if count > 2:
        episodes[2]["label"] = HOSTILE
    if not complete:
        episodes.append(episode(count, 3110.0, None))
    by_kind = []
    for kind in dict.fromkeys(e["kind"] for e in episodes):
        own = [e for e in episodes if e["kind"] == kind]
        labels = [e["label"] for e in own]
        by_kind.append(
            {
                "kind": kind,
                "severity": own[0]["severity"],
                "episodes": len(own),
                "seconds": sum(e["seconds"] or 11.4 for e in own),
                "longest_seconds": max(e["seconds"] or 11.4 for e in own),
                "mean_confidence": 0.93,
                "labels": {label: labels.count(label) for label in dict.fromkeys(labels)},
            }
        )
    severities = [e["severity"] for e in episodes]
    return {
        "session": {
            "id": session_id,
            "purpose": "exam",
            "state": "stopped" if complete else "running",
            "mirrored": False,
            "created_at": 1_795_000_000.25,
            "ended_at": 1_795_003_121.65 if complete else None,
            "ended_by": "rest" if complete else None,
            "room": "exam-room-7",
            "participant": HOSTILE,
        },
        "made_at": 1_795_003_300.0,
        "complete": complete,
        "clock": {"from": 0.0, "to": last},
        "summary": {
            "episodes": len(episodes),
            "open": 0 if complete else 1,
            "by_severity": {
                name: severities.count(name) for name in ("critical", "warning", "info")
            },
            "by_kind": by_kind,
        },
        "episodes": episodes,
        "coverage": {
            "seconds": 2720.0,
            "judged": {
                "gaze_away": 0.94,
                "head_turned": 0.951,
                "nobody": 0.99,
                "several_persons": 0.987,
                "phone": 0.9,
                "spoof": 0.62,
            },
            "not_assessable": {"Picture too dark": 96.2, "Picture frozen": 12.0},
            "sound": {
                "seconds": 2700.0,
                "judged": {"several_speakers": 0.81},
                "not_assessable": {"Sound too noisy": 510.0},
                "gaps": [{"from": 900.0, "to": 1260.0, "seconds": 360.0, "why": "paused"}],
            },
            "sentence": "judged 94 % of 45 min",
        },
        "gaps": [
            {"from": 900.0, "to": 1260.0, "seconds": 360.0, "why": "paused"},
            {"from": 2400.0, "to": 2441.0, "seconds": 41.0, "why": "service interrupted"},
        ],
        "rules": [
            {
                "kind": kind,
                "rule": f"{kind}/1",
                "enabled": kind != "drowsy",
                "changed": {"hold": 3.0} if kind == "gaze_away" else {},
                "severity": severity,
                "hold": 3.0 if kind == "gaze_away" else 2.0,
                "clear_after": 0.5,
                "cooldown": 30.0,
                "limits": {"yaw_degrees": 13.0, "hysteresis_degrees": 3.0},
            }
            for kind, severity in (
                ("gaze_away", "warning"),
                ("head_turned", "warning"),
                ("phone", "critical"),
                ("drowsy", "info"),
            )
        ],
        "service": {
            "version": "0.1.0",
            "models": {"objects": "yolo26n 640", "liveness": None, "speakers": "voiceprints"},
        },
        "risk": {
            "score": 34,
            "terms": [
                {"kind": "phone", "points": 21, "because": "5 episodes, 41.2 s"},
                {"kind": "gaze_away", "points": 9, "because": "10 episodes, 2.1 % of the time"},
                {"kind": "head_turned", "points": 4, "because": "5 episodes, 0.9 % of the time"},
            ],
            "how": "Each kind adds by its severity, how sure it was and how much of the time it "
            "took; it says how much there is to review, and is no verdict.",
            "judged": 0.94,
        },
    }
