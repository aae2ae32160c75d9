/** What was heard, in words. */

import { duration, fixed, many } from "../words.js";

const NO_SOUND = { word: "No sound comes", state: "unknown" };
const NOT_YET = { word: "Listening", state: "unknown" };

/** Whose voices; `live` is a session's, `off`: its rule of several speakers is switched off. */
export function voice({ hearing, publishing, states }, off) {
  if (!publishing.includes("audio")) return NO_SOUND;
  if (!hearing) return NOT_YET;
  const { speakers, speaking, speech_seconds: seconds, other_share: other } = hearing;
  const voices = ["no voice yet", "one voice"][speakers] ?? `${many(speakers, "voice")} told apart`;
  const numbers = [["speech", duration(seconds)]];
  if (speakers > 1) numbers.push(["others", `${fixed(100 * other, 0)} %`]);
  const state = worst(states.several_speakers, states.voice_without_lips);
  const unknown = (off || hearing.not_assessable) && state === "inactive";
  return {
    word: `${speaking ? "Speaking" : "Silence"}, ${voices}${off ? " (rule off)" : ""}`,
    state: unknown ? "unknown" : state,
    numbers,
  };
}

/** How well it can be judged. */
export function sound({ hearing, publishing, states }) {
  if (!publishing.includes("audio")) return NO_SOUND;
  if (!hearing) return NOT_YET;
  const { not_assessable: reason, signal_to_noise: ratio } = hearing;
  const gap = worst(states.audio_gap) !== "inactive";
  const good = gap ? "Some was lost" : "Good";
  return {
    word: reason ? `Not assessable: ${reason.toLowerCase()}` : good,
    state: reason ? worst(states.not_assessable) : worst(states.audio_gap),
    numbers: [
      ["level", `${fixed(hearing.level_decibels, 0)} dB`],
      ...(ratio === null ? [] : [["over noise", `${fixed(ratio, 0)} dB`]]),
    ],
  };
}

const RANKS = ["inactive", "pending", "firing"];

/** Of some states, those that the service does not name left out. */
const worst = (...states) => RANKS[Math.max(0, ...states.map((state) => RANKS.indexOf(state)))];
