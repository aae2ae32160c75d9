/** A session of the wall in words. */

import { clock, direction, many, percent } from "../words.js";
import { STALE } from "./order.js";

/** A stretch of time, coarser the longer it is: 12 s, 3 min, 1 h 5 min. */
export function stretch(seconds) {
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** What becomes of its pictures and sound. */
export function state({ state, live }) {
  if (state === "paused") return "Paused: nothing is judged";
  if (!live || live.publishing.length === 0) return "Nobody sends anything";
  if (!live.publishing.includes("video")) return "Sound only: nobody sends pictures";
  if (live.picture_seconds === null) return "No pictures yet";
  if (live.picture_seconds >= STALE) return `No pictures for ${stretch(live.picture_seconds)}`;
  if (live.not_assessable) return `Not assessable: ${live.not_assessable.toLowerCase()}`;
  if (live.publishing.includes("audio") && live.sound_not_assessable) {
    return `Sound not assessable: ${live.sound_not_assessable.toLowerCase()}`;
  }
  return live.calibrated ? "Live" : "Live, finding the neutral position";
}

/** What it is for, where and of whom. */
export const where = ({ purpose, room, participant }) =>
  [purpose, room, participant].filter((part) => part !== null).join(" · ");

export function face({ live, state }) {
  if (!watching(live, state) || live.faces === null) return "–";
  if (live.phones) return live.phones === 1 ? "Phone in view" : many(live.phones, "phone");
  if (live.persons > 1) return many(live.persons, "person");
  return live.faces ? "In view" : "No face";
}

const PART = { gaze_away: "Eyes", head_turned: "Head" };

export function gaze({ live, state, open }) {
  if (!watching(live, state)) return "–";
  for (const kind of Object.keys(PART)) {
    const told = open.find((episode) => episode.kind === kind);
    if (told) return `${PART[kind]} ${told.label.split(" ").at(-1).toLowerCase()}`;
    const angles = kind === "gaze_away" ? live.gaze : live.head;
    if (live.states[kind] && angles) return `${PART[kind]} ${direction(angles).toLowerCase()}`;
  }
  if (live.gaze) return "On screen";
  return live.head ? "Eyes hidden" : "–";
}

export function voice({ live, state }) {
  if (!live?.publishing.includes("audio") || state === "paused") return "No sound";
  if (live.sound_not_assessable || live.speaking === null) return "–";
  if (live.speakers > 1) return `${live.speakers} voices`;
  return live.speaking ? "Speaking" : "Silent";
}

/** How many episodes there were, the most severe first. */
export function counts({ critical, warning, info }) {
  const parts = [
    critical && `${critical} critical`,
    warning && many(warning, "warning"),
    info && `${info} info`,
  ].filter(Boolean);
  return parts.length === 0 ? "No episodes so far" : parts.join(" · ");
}

/** What there is beside the open episodes that have a line of their own. */
export function more(open, lines) {
  if (open === 0) return "Nothing is open";
  return open > lines ? `and ${open - lines + 1} more are open` : "";
}

/** The episode that began last, where none is open. */
export function newest({ newest, open }) {
  if (newest === null || open.length > 0) return "";
  const { label, seconds, started_at } = newest;
  return `Newest: ${label}, ${seconds === null ? `at ${clock(started_at)}` : `${stretch(seconds)} ago`}`;
}

export const judged = ({ judged }) => (judged === null ? "" : `Judged ${percent(judged)}`);

/** How long an open episode lasts. */
export const lasts = ({ seconds, started_at }) =>
  seconds === null ? `since ${clock(started_at)}` : stretch(seconds);

/** All that matters, for who hears the tile. */
export function spoken(session) {
  const open = session.open.map(({ severity, label }) => `${severity}: ${label}`);
  return [...open, state(session), counts(session.episodes), where(session)].join(". ");
}

const watching = (live, state) =>
  state === "running" && (live?.picture_seconds ?? STALE) < STALE;
