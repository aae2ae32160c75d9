/** What the newest picture says, in words. */

import { degrees, direction, fixed, many, reason } from "../words.js";

/** Nothing is known; `state` is that of the row's mark. */
export const NOT_MEASURED = { word: "Not measured", state: "unknown" };

export function face({ head, eye_aspect_ratio, face_width }, states) {
  const numbers = [];
  if (face_width) numbers.push(["width", `${fixed(face_width, 0)} px`]);
  if (eye_aspect_ratio !== null) numbers.push(["eyes open", fixed(eye_aspect_ratio, 2)]);
  return { word: head ? "In view" : "No face", state: states.nobody, numbers };
}

export function gaze({ gaze: angles, head }, states, openLabel) {
  if (!angles) return head ? { word: "Eyes closed or hidden", state: "unknown" } : NOT_MEASURED;
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

export function head({ head: angles }, states, openLabel) {
  if (!angles) return NOT_MEASURED;
  const state = states.head_turned;
  const word = openLabel("head_turned") ?? `Head ${direction(angles)}`;
  return {
    word: state === "inactive" ? "Facing the screen" : word,
    state,
    numbers: [
      ["yaw", degrees(angles.yaw)],
      ["pitch", degrees(angles.pitch)],
      ["roll", degrees(angles.roll)],
    ],
  };
}

export function persons({ persons: count, faces }, states) {
  if (count === null) return { word: "Not counted yet", state: "unknown" };
  const word = ["Nobody", "One person"][count] ?? many(count, "person");
  const numbers = faces === null ? [] : [["faces", String(faces)]];
  return { word, state: states.several_persons, numbers };
}

export function phone({ phones: count, objects }, states) {
  if (count === null) return { word: "Not assessable", state: "unknown" };
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

export function liveness({ liveness: judged }, states) {
  if (!judged) return NOT_MEASURED;
  const reasons = judged.against.map(reason).join(", ");
  const suspected = judged.suspicion === "moderate" || judged.suspicion === "strong";
  return {
    word: SUSPECTED[judged.suspicion] + (suspected && reasons ? `: ${reasons}` : ""),
    state: judged.fraction === null ? "unknown" : states.spoof,
    numbers:
      judged.fraction === null
        ? []
        : [
            ["living", `${fixed(100 * judged.fraction, 0)} %`],
            ["sure", `${fixed(100 * judged.confidence, 0)} %`],
          ],
  };
}

export function lids({ blinks_per_minute: blinks, perclos }, states) {
  if (blinks === null) return NOT_MEASURED;
  const shut = perclos === null ? [] : [["shut", `${fixed(100 * perclos, 0)} %`]];
  return { word: `${fixed(blinks, 0)} blinks per minute`, state: states.drowsy, numbers: shut };
}

export function picture(seen, states) {
  if (seen.brightness === null) return NOT_MEASURED;
  const { not_assessable: reason } = seen;
  return {
    word: reason ? `Not assessable: ${reason.toLowerCase()}` : "Good",
    state: reason ? states.not_assessable : "inactive", // the rule may concern the sound alone
    numbers: [
      ["brightness", `${fixed(100 * seen.brightness, 0)} %`],
      ["sharpness", fixed(seen.sharpness, 2)],
    ],
  };
}

/** How many pictures were looked at, and what became of the others. */
export function frames({ received, analysed, stale, failed, invalid }, rate) {
  const bad = Object.values(invalid).reduce((sum, count) => sum + count, 0);
  const troubles = Object.entries({ stale, failed, invalid: bad }).filter(([, count]) => count);
  return {
    word: `${analysed} analysed`,
    state: troubles.length ? "pending" : "inactive",
    numbers: [
      ["received", String(received)],
      ...(rate == null ? [] : [["a second", fixed(rate, 0)]]),
      ...troubles.map(([what, n]) => [what, String(n)]),
    ],
  };
}
