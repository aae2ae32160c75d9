/** The newest numbers of a session, and what they mean in words. */

import { degrees, direction, fixed, many, reason } from "../words.js";

const NOTHING = { word: "–" };
const NOT_MEASURED = { word: "Not measured" };
const MARKS = { inactive: "", pending: " · pending", firing: " · alert" };

export class Readings {
  #root;

  /** `root` holds one element per row, named by its id. */
  constructor(root) {
    this.#root = root;
  }

  /** `session` may be null; `openLabel` gives the label of a kind's open episode. */
  show(session, openLabel) {
    const live = session?.live;
    const seen = live?.now;
    const fresh = session?.state === "running" && live?.publishing.includes("video");
    this.#root.classList.toggle("stale", !fresh);
    this.#row("face", seen ? face(seen, live.states) : NOTHING);
    this.#row("gaze", seen ? gaze(seen, live.states, openLabel) : NOTHING);
    this.#row("head", seen ? head(seen, live.states, openLabel) : NOTHING);
    this.#row("persons", seen ? persons(seen, live.states) : NOTHING);
    this.#row("phone", seen ? phone(seen, live.states) : NOTHING);
    this.#row("liveness", seen ? liveness(seen, live.states) : NOTHING);
    this.#row("lids", seen ? lids(seen, live.states) : NOTHING);
    this.#row("picture", seen ? picture(seen, live.states) : NOTHING);
    this.#row("neutral", seen ? neutral(live) : NOTHING);
    this.#row("frames", live ? frames(live.frames) : NOTHING);
    this.#row("latency", seen ? { word: `${fixed(seen.latency_ms)} ms` } : NOTHING);
  }

  #row(name, { word, state = "inactive", numbers = [] }) {
    const row = this.#root.querySelector(`#${name}`);
    row.dataset.state = state;
    row.querySelector(".word").textContent = word + MARKS[state];
    row.querySelector(".numbers").replaceChildren(
      ...numbers.map(([what, value]) => {
        const pair = document.createElement("span");
        const amount = document.createElement("b");
        amount.textContent = value;
        pair.append(what, " ", amount);
        return pair;
      }),
    );
  }
}

function face({ head, eye_aspect_ratio }, states) {
  return {
    word: head ? "In view" : "No face",
    state: states.nobody,
    numbers: eye_aspect_ratio === null ? [] : [["eye aspect ratio", fixed(eye_aspect_ratio, 2)]],
  };
}

function gaze({ gaze: angles, head }, states, openLabel) {
  if (!angles) return head ? { word: "Eyes closed or hidden" } : NOT_MEASURED;
  const state = states.gaze_away;
  const word = openLabel("gaze_away") ?? `Looking ${direction(angles)}`;
  return {
    word: state === "inactive" ? "On the screen" : word,
    state,
    numbers: [
      ["yaw", degrees(angles.yaw)],
      ["pitch", degrees(angles.pitch)],
    ],
  };
}

function head({ head: angles }, states, openLabel) {
  if (!angles) return NOT_MEASURED;
  const state = states.head_turned;
  const word = openLabel("head_turned") ?? `Head ${direction(angles)}`;
  return {
    word: state === "inactive" ? "Facing the screen" : word,
    state,
    numbers: [
      ["roll", degrees(angles.roll)],
      ["yaw", degrees(angles.yaw)],
      ["pitch", degrees(angles.pitch)],
    ],
  };
}

function persons({ persons: count, faces }, states) {
  if (count === null) return { word: "Not counted yet" };
  const word = ["Nobody", "One person"][count] ?? many(count, "person");
  const numbers = faces === null ? [] : [["faces", String(faces)]];
  return { word, state: states.several_persons, numbers };
}

function phone({ phones: count, objects }, states) {
  if (count === null) return { word: "Not assessable" };
  const word = ["None in view", "One in view"][count] ?? many(count, "phone");
  const sure = objects.filter(({ name }) => name === "phone").map(({ confidence }) => confidence);
  const numbers = count ? [["confidence", fixed(Math.max(...sure), 2)]] : [];
  return { word, state: states.phone, numbers };
}

const SUSPECTED = {
  unknown: "Nothing known",
  none: "No suspicion",
  weak: "Hardly any suspicion",
  moderate: "Suspicion",
  strong: "Strong suspicion",
};

function liveness({ liveness: judged }, states) {
  if (!judged) return NOT_MEASURED;
  const reasons = judged.against.map(reason).join(", ");
  const suspected = judged.suspicion === "moderate" || judged.suspicion === "strong";
  return {
    word: SUSPECTED[judged.suspicion] + (suspected && reasons ? `: ${reasons}` : ""),
    state: states.spoof,
    numbers:
      judged.fraction === null
        ? []
        : [
            ["living", `${fixed(100 * judged.fraction, 0)} %`],
            ["sure", `${fixed(100 * judged.confidence, 0)} %`],
          ],
  };
}

function lids({ blinks_per_minute: blinks, perclos }, states) {
  if (blinks === null) return NOT_MEASURED;
  const shut = perclos === null ? [] : [["shut", `${fixed(100 * perclos, 0)} %`]];
  return { word: `${fixed(blinks, 0)} blinks per minute`, state: states.drowsy, numbers: shut };
}

function picture(seen, states) {
  if (seen.brightness === null) return NOT_MEASURED;
  const { not_assessable: reason, pictures_per_second: rate } = seen;
  return {
    word: reason ? `Not assessable: ${reason.toLowerCase()}` : "Good",
    state: reason ? states.not_assessable : "inactive", // the rule may concern the sound alone
    numbers: [
      ["brightness", `${fixed(100 * seen.brightness, 0)} %`],
      ["sharpness", fixed(seen.sharpness, 2)],
      ...(rate === null ? [] : [["per second", fixed(rate, 0)]]),
    ],
  };
}

function neutral({ calibrated, screen }) {
  if (screen) return { word: "Screen calibrated" };
  return { word: calibrated ? "Calibrated" : "Finding your neutral position" };
}

function frames({ received, analysed, stale, failed, invalid }) {
  const bad = Object.values(invalid).reduce((sum, count) => sum + count, 0);
  const troubles = Object.entries({ stale, failed, invalid: bad }).filter(([, count]) => count);
  return {
    word: `${analysed} analysed`,
    numbers: [["received", String(received)], ...troubles.map(([what, n]) => [what, String(n)])],
  };
}
