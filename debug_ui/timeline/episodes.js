/** Episodes as the timeline draws them, from event messages, from reports, and gaps likewise. */

import { clock, duration } from "../words.js";
import { GAP } from "./kinds.js";

/**
 * An episode after one more of its events; `known` is what the others told.
 * Times are seconds on the session's clock; `to` is null while it lasts.
 */
export function fromEvent(event, known) {
  const episode = known ?? { id: event.id, kind: event.kind, to: null, evidence: {}, end: {} };
  episode.from = event.started_at;
  episode.rule = event.rule;
  if (event.state === "ended") {
    Object.assign(episode, { to: event.ended_at, end: event.evidence });
  } else {
    Object.assign(episode, { evidence: event.evidence, toldAt: event.at });
  }
  if (event.state === "ended" || episode.to === null) {
    const { label, severity, confidence } = event; // the end knows best which prevailed
    Object.assign(episode, { label, severity, confidence });
  }
  return episode;
}

/** One of a report's episodes. */
export const fromReport = (told) => ({
  id: told.id,
  kind: told.kind,
  label: told.label,
  severity: told.severity,
  from: told.started_at,
  to: told.ended_at,
  toldAt: told.told_at,
  confidence: told.confidence,
  evidence: told.evidence ?? {},
  end: told.end_evidence ?? {},
  rule: told.rule,
});

/** A stretch in which nothing was watched. */
export const fromGap = ({ from, to, why }) => ({
  id: `gap ${from}`,
  kind: GAP,
  label: reason(why),
  severity: GAP,
  from,
  to,
});

/** Why nothing was watched, with a capital: the service says "paused". */
export function reason(why) {
  const plain = (why || "not known").replaceAll("_", " ");
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

/** How long it lasted, in words. */
export const lasted = ({ from, to }) => (to === null ? "still open" : duration(to - from));

/** What it is called: Looking Right, warning, from 00:08 for 4.0 s. */
export function spoken(episode) {
  const { label, severity, from, to, kind } = episode;
  const what = kind === GAP ? `Not watched: ${label}` : `${label}, ${severity}`;
  return `${what}, from ${clock(from)}${to === null ? ", still open" : ` for ${lasted(episode)}`}`;
}
