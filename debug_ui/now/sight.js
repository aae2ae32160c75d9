/** What the newest picture says, in words. */

import { degrees, direction, fixed, many, reason } from "../words.js";

/** Nothing is known; `state` is that of the row's mark. */
export const NOT_MEASURED = { word: "Not measured", state: "unknown" };

const NOT_COUNTED = { word: "Not counted yet", state: "unknown" };
const NOT_ASSESSABLE = { word: "Not assessable", state: "unknown" };
/* Each takes the newest numbers and a `Judged`. */

export function face({ head, faces, eye_aspect_ratio, face_width }, judged) {
  if (!head && faces === null) return judged.nothing;
  const numbers = [];
  if (face_width) numbers.push(["width", `${fixed(face_width, 0)} px`]);
  if (eye_aspect_ratio !== null) numbers.push(["eyes open", fixed(eye_aspect_ratio, 2)]);
  return counted("nobody", head ? "In view" : "No face", judged, numbers);
}

export function gaze({ gaze: angles, head }, judged) {
  if (!angles) return head ? { word: "Eyes closed or hidden", state: "unknown" } : judged.nothing;
  const { yaw, pitch } = angles; // eyes do not roll
  return aimed("gaze_away", "On the screen", "Looking", { yaw, pitch }, judged);
}

export function head({ head: angles }, judged) {
  if (!angles) return judged.nothing;
  const { yaw, pitch, roll } = angles;
  return aimed("head_turned", "Facing the screen", "Head", { yaw, pitch, roll }, judged);
}

/** Whether angles are within their limits, which only the rule knows. */
function aimed(kind, within, beyond, angles, judged) {
  const state = judged.state(kind);
  const aside = () => judged.word(kind, `${beyond} ${direction(angles)}`);
  return {
    word: judged.why(kind) || (state === "inactive" ? within : aside()),
    state,
    numbers: Object.entries(angles).map(([name, angle]) => [name, degrees(angle)]),
  };
}

export function persons({ persons: count, faces }, judged) {
  if (count === null) return judged.fresh ? NOT_COUNTED : judged.nothing;
  const word = ["Nobody", "One person"][count] ?? many(count, "person");
  const numbers = faces === null ? [] : [["faces", String(faces)]];
  return counted("several_persons", word, judged, numbers);
}

export function phone({ phones: count, objects }, judged) {
  if (count === null) return judged.fresh ? NOT_ASSESSABLE : judged.nothing;
  const word = ["None in view", "One in view"][count] ?? many(count, "phone");
  const sure = objects.filter(({ name }) => name === "phone").map(({ confidence }) => confidence);
  const numbers = count ? [["confidence", fixed(Math.max(...sure), 2)]] : [];
  return counted("phone", word, judged, numbers);
}

/** What was found: a fact, whatever is made of it; an alert outlasts it. */
function counted(kind, seen, judged, numbers) {
  const word = judged.word(kind, seen);
  const now = word === seen ? [] : [["now", seen.toLowerCase()]];
  return {
    word: judged.off(kind) ? `${word} (rule off)` : word,
    state: judged.state(kind),
    numbers: [...now, ...numbers],
  };
}

const SUSPECTED = {
  unknown: "Nothing known",
  none: "No suspicion",
  weak: "Hardly any suspicion",
  moderate: "Suspicion",
  strong: "Strong suspicion",
};

export function liveness({ liveness: found }, judged) {
  if (judged.off("spoof")) return { word: judged.why("spoof"), state: "unknown" };
  if (!found) return judged.nothing;
  const reasons = found.against.map(reason).join(", ");
  const suspected = found.suspicion === "moderate" || found.suspicion === "strong";
  const said = SUSPECTED[found.suspicion] + (suspected && reasons ? `: ${reasons}` : "");
  return {
    word: judged.why("spoof") || said,
    state: found.fraction === null ? "unknown" : judged.state("spoof"),
    numbers:
      found.fraction === null
        ? []
        : [
            ["living", `${fixed(100 * found.fraction, 0)} %`],
            ["sure", `${fixed(100 * found.confidence, 0)} %`],
          ],
  };
}

export function lids({ blinks_per_minute: blinks, perclos }, judged) {
  if (blinks === null) return NOT_MEASURED;
  const shut = perclos === null ? [] : [["shut", `${fixed(100 * perclos, 0)} %`]];
  return counted("drowsy", `${fixed(blinks, 0)} blinks per minute`, judged, shut);
}

export function picture(seen, judged) {
  if (seen.brightness === null) return NOT_MEASURED;
  const { not_assessable: reason } = seen;
  return {
    word: reason ? `Not assessable: ${reason.toLowerCase()}` : "Good",
    state: reason ? judged.state("not_assessable") : "inactive", // the rule may concern the sound alone
    numbers: [
      ["brightness", `${fixed(100 * seen.brightness, 0)} %`],
      ["sharpness", fixed(seen.sharpness, 2)],
    ],
  };
}

/** How many pictures were looked at, and what became of the others. */
export function frames({ received, analysed, invalid, ...others }, rate) {
  const { not_due: spared, superseded: overtaken, stale, failed } = others;
  const bad = Object.values(invalid).reduce((sum, count) => sum + count, 0);
  const troubles = Object.entries({ stale, failed, invalid: bad }).filter(([, count]) => count);
  return {
    word: `${analysed} analysed`,
    state: troubles.length ? "pending" : "inactive",
    numbers: [
      ["received", String(received)],
      ...(spared ? [["left out by cadence", String(spared)]] : []),
      ...(overtaken ? [["overtaken", String(overtaken)]] : []),
      ...(rate == null ? [] : [["a second", fixed(rate, 0)]]),
      ...troubles.map(([what, n]) => [what, String(n)]),
    ],
  };
}
