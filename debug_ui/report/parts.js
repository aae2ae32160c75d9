/** The parts of a report, from its JSON to elements. */

import { element } from "../timeline/elements.js";
import { fromReport, lasted, reason } from "../timeline/episodes.js";
import { kindName } from "../timeline/kinds.js";
import { clock, duration, evidence, fixed, many, moment, percent } from "../words.js";
import { bar, table } from "./table.js";

const NEAR = 0.95;
/* The share of its time from which a kind counts as judged throughout. */
const MODELS = {
  phone: "objects",
  spoof: "liveness",
  several_speakers: "speakers",
};
/* What a kind cannot be judged without. */
const IDLE = /^(loading|missing|converting|failed|switched off|off)\b/;
/* What such a part says of itself where it does not serve. */

const ENDED_BY = {
  rest: "stopped by request",
  idle: "nothing came any more",
  room: "its room ended, or the candidate left it",
};

/** What the session is, as rows of a description list. */
export function facts({ session, clock: covered, made_at, complete }) {
  const { purpose, state, mirrored, created_at, ended_at, ended_by, room, participant } = session;
  const by = ended_by ? ` (${ENDED_BY[ended_by] ?? ended_by})` : "";
  return [
    ["Began", moment(created_at)],
    ["Ended", ended_at === null ? "" : `${moment(ended_at)}${by}`],
    [complete ? "Lasted" : "So far", duration(covered.to - covered.from)],
    ["State", state],
    ["Purpose", purpose],
    ["Room", room],
    ["Participant", participant],
    ["Pictures", mirrored ? "flipped sideways by the sender" : ""],
    ["Report made", moment(made_at)],
  ];
}

/** The score and what it is made of. */
export function risk({ score, terms, how, judged }) {
  const figure = element("p", "score");
  figure.append(element("b", "", String(score)), element("span", "", " of 100"));
  const whole = element("div", "whole");
  whole.setAttribute("role", "img");
  const told = terms.filter(({ points }) => points > 0);
  const parts = told.map(({ kind, points }) => `${kindName(kind)} ${points}`);
  whole.ariaLabel = `${score} of 100${parts.length ? `: ${parts.join(", ")}` : ""}`;
  for (const { points } of told) {
    const part = element("span");
    part.style.width = `${points}%`;
    whole.append(part);
  }
  const list = element("ul", "terms");
  const most = Math.max(1, ...terms.map(({ points }) => points));
  for (const { kind, points, because } of terms) {
    const row = element("li");
    row.append(
      element("span", "kind", kindName(kind)),
      bar(points / most),
      element("b", "", many(points, "point")),
      element("span", "because", because),
    );
    list.append(row);
  }
  const share = typeof judged === "number" ? ` Judged: ${percent(judged)} of the time.` : "";
  return [figure, whole, list, element("p", "quiet", `${how}${share}`)];
}

/** For how much of its time each kind could be judged, and why not; `models`: what serves. */
export function coverage(told, models = {}) {
  if (!told) return [element("p", "quiet", "It is not known how much was watched.")];
  const sound = told.sound;
  return [
    element("p", "sentence", capital(told.sentence ?? `watched for ${duration(told.seconds)}`)),
    shares(told.judged, "pictures"),
    reasons(told, models),
    ...(sound
      ? [
          element("h3", "", `Sound: ${duration(sound.seconds)}`),
          shares(sound.judged, "sound"),
          reasons(sound, models),
          ...unheard(sound.gaps ?? []),
        ]
      : [element("p", "quiet", "No sound came.")]),
  ];
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

function shares(judged, what) {
  const list = element("ul", "shares");
  list.ariaLabel = `Share of the time in which each could be judged by its ${what}`;
  for (const [kind, share] of Object.entries(judged)) {
    const row = element("li");
    row.append(
      element("span", "kind", kindName(kind)),
      bar(share),
      element("b", "", percent(share)),
    );
    list.append(row);
  }
  return list;
}

/** Why not all was judged: what hid it, and which kinds were judged for less of the time. */
function reasons({ not_assessable: seconds, judged }, models) {
  const told = Object.entries(seconds).sort(([, a], [, b]) => b - a);
  const fewer = Object.entries(judged).filter(([, share]) => share < NEAR);
  const sentences = [];
  if (told.length > 0) {
    const list = told.map(([why, long]) => `${why} ${duration(long)}`).join(", ");
    sentences.push(`Not assessable: ${list}.`);
  }
  if (fewer.length > 0) {
    const list = fewer.map(([kind]) => `${kindName(kind)}${lacking(kind, models)}`).join(", ");
    sentences.push(`Not judged throughout: ${list}.`);
  }
  return element("p", "quiet", sentences.join(" ") || "All that came could be assessed.");
}

/** What a kind lacks now, such as (objects: missing). */
function lacking(kind, models) {
  const model = MODELS[kind];
  if (!(model in models)) return "";
  const told = models[model] ?? "not available";
  return models[model] === null || IDLE.test(told) ? ` (${model}: ${told})` : "";
}

/** The stretches of which no sound came; where no picture came either, they are gaps, too. */
function unheard(told) {
  if (told.length === 0) return [];
  const made = element("details", "unheard");
  made.append(
    element("summary", "", `Not heard: ${many(told.length, "time")}`),
    table("Stretches in which nothing was heard", STRETCHES, told),
  );
  return [made];
}

const STRETCHES = [
  ["From", "time", ({ from }) => clock(from)],
  ["To", "time", ({ to }) => clock(to)],
  ["How long", "long", ({ seconds }) => duration(seconds)],
  ["Why", "wide", ({ why }) => reason(why)],
];

/** The stretches in which nothing was watched; `known`: whether it is known when it was. */
export function gaps(told, known) {
  const none = known ? "It was watched from its start to its end." : "It is not known when.";
  if (told.length === 0) return [element("p", "quiet", none)];
  return [table("Stretches in which nothing was watched", STRETCHES, told)];
}

/** Sums of each kind. */
export function kinds({ by_kind: told, episodes, open, by_severity: severities }) {
  if (told.length === 0) return [element("p", "quiet", "There was no episode.")];
  const counted = Object.entries(severities).filter(([, count]) => count > 0);
  const parts = counted.map(([severity, count]) => `${count} ${severity}`);
  if (open) parts.push(`${open} still open`);
  const columns = [
    ["Kind", "wide", ({ kind }) => kindName(kind)],
    ["Severity", "severity", ({ severity }) => severity],
    ["Episodes", "number", ({ episodes: count }) => String(count)],
    ["In all", "long", ({ seconds }) => duration(seconds)],
    ["Longest", "long", ({ longest_seconds: longest }) => duration(longest)],
    ["How sure", "number", ({ mean_confidence: mean }) => (mean === null ? "" : percent(mean))],
    ["Seen", "wide", ({ labels }) => counts(labels)],
  ];
  const sum = `${many(episodes, "episode")}: ${parts.join(", ")}.`;
  return [element("p", "sum", sum), table("Episodes by kind", columns, told)];
}

const counts = (labels) =>
  Object.entries(labels ?? {})
    .map(([label, count]) => (count === 1 ? label : `${label} ${count}×`))
    .join(", ");

/** Each episode; `leftOut`: how many are summed up but not told. */
export function episodes(told, leftOut) {
  const columns = [
    ["When", "time", ({ from }) => clock(from)],
    ["What", "what", what],
    ["How long", "long", lasted],
    ["How sure", "number", ({ confidence }) => percent(confidence)],
    ["Evidence", "wide", (episode) => evidence(episode.evidence, episode.end)],
    ["Rule", "rule", ({ rule }) => rule],
  ];
  if (told.length === 0) return [element("p", "quiet", "None.")];
  const inTime = told.map(fromReport).sort((a, b) => a.from - b.from);
  const made = [table("Episodes in the order of time", columns, inTime)];
  const left = `The ${leftOut} oldest episodes are in the sums but not in this list.`;
  if (leftOut) made.unshift(element("p", "quiet", left));
  return made;
}

function what({ label, severity }) {
  const made = element("span");
  made.append(element("b", "", label), " ", element("span", "severity", severity));
  return made;
}

/** What was watched for, and by which limits. */
export function rules(told) {
  const columns = [
    ["Rule", "rule", ({ rule }) => rule],
    ["Severity", "severity", ({ severity, enabled }) => (enabled ? severity : "switched off")],
    ["Hold", "long", ({ hold }) => duration(hold)],
    ["Clear after", "long", ({ clear_after: clear }) => duration(clear)],
    ["Cooldown", "long", ({ cooldown }) => duration(cooldown)],
    ["Limits", "wide", ({ limits }) => numbers(limits)],
    ["Changed for this session", "wide", ({ changed }) => numbers(changed)],
  ];
  return [table("Rules in force", columns, told)];
}

/** Such as yaw 13 degrees, hysteresis 3 degrees. */
const numbers = (values) =>
  Object.entries(values ?? {})
    .map(([name, value]) => `${name.replaceAll("_", " ")}\u00a0${amount(value)}`)
    .join(", ");

const amount = (value) =>
  typeof value === "number" && !Number.isInteger(value)
    ? String(Number(fixed(value, 4).replace("−", "-")))
    : String(value);

/** What the service was. */
export function made({ service }) {
  const models = Object.entries(service.models ?? {});
  return [
    ["Service", service.version],
    ...models.map(([name, model]) => [capital(name), model ?? "not available"]),
  ];
}
