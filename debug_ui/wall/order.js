/** Where a session belongs on the wall: what needs attention comes first. */

export const RANKS = ["critical", "warning", "recent", "unassessable", "quiet", "paused"];
const ATTENTION = RANKS.indexOf("unassessable");
/* The last rank that needs attention. */
const RECENT = 60;
/* Seconds for which what is over still counts. */
export const STALE = 3;
/* Seconds without a picture after which they are missed. */

/** Whether somebody has to look. */
export const needsAttention = ({ rank }) => RANKS.indexOf(rank) <= ATTENTION;

/**
 * The session's place: its rank, and since when (milliseconds). The moment is taken once for each
 * cause, so that neighbours do not change places because a clock was read twice.
 */
export function place(session, earlier, now) {
  const [rank, cause, seconds] = why(session);
  if (earlier?.rank === rank && earlier.cause === cause) return earlier;
  return { rank, cause, since: now - 1000 * (seconds ?? 0) };
}

function why(session) {
  for (const severity of ["critical", "warning"]) {
    const worst = session.open.find((episode) => episode.severity === severity);
    if (worst) return [severity, worst.id, worst.seconds];
  }
  if (session.state === "paused") return ["paused", "", 0];
  const told = session.told_seconds;
  if (told !== null && told < RECENT) return ["recent", String(session.last_seq), told];
  return [canBeAssessed(session) ? "quiet" : "unassessable", "", 0];
}

function canBeAssessed({ live }) {
  if (!live?.publishing.includes("video") || live.not_assessable) return false;
  if (live.publishing.includes("audio") && live.sound_not_assessable) return false;
  return (live.picture_seconds ?? STALE) < STALE;
}

/** For `sort`: of two tiles, which have a place and the session as it was told. */
export function compare(a, b) {
  const ranks = RANKS.indexOf(a.place.rank) - RANKS.indexOf(b.place.rank);
  if (ranks) return ranks;
  const longer = a.place.since - b.place.since;
  if (longer && ["critical", "warning"].includes(a.place.rank)) return longer; // who waits longest
  if (longer && a.place.rank === "recent") return -longer;
  return a.session.created_at - b.session.created_at || (a.session.id < b.session.id ? -1 : 1);
}
