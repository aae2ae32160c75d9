/** Kinds of episodes as people read them, in the order of their tracks. */

export const GAP = "gap";
/* A stretch in which nothing was watched: drawn like an episode, on a track of its own. */

const NAMES = {
  [GAP]: "Not watched",
  gaze_away: "Gaze",
  head_turned: "Head",
  nobody: "No face",
  several_persons: "Persons",
  phone: "Phone",
  spoof: "Liveness",
  several_speakers: "Speakers",
  voice_without_lips: "Voice and lips",
  hot_word: "Hot words",
  drowsy: "Eyes closed",
  challenge: "Challenge",
  feed_loop: "Repetition",
  feed_timing: "Picture times",
  feed_change: "Feed change",
  audio_gap: "Sound lost",
  unpublished: "Unpublished",
  not_assessable: "Not assessable",
};
const ORDER = Object.keys(NAMES);

/** Tracks that a live timeline has from its start, so that it does not jump about. */
export const USUAL = [
  ...[GAP, "gaze_away", "head_turned", "nobody"],
  ...["several_persons", "phone", "spoof"],
];

/** A kind's name, such as Gaze; one that is not known here by its own words. */
export function kindName(kind) {
  const plain = kind.replaceAll("_", " ");
  return NAMES[kind] ?? plain.charAt(0).toUpperCase() + plain.slice(1);
}

/** Where a kind's track stands, from the top. */
export function kindRank(kind) {
  const rank = ORDER.indexOf(kind);
  return rank < 0 ? ORDER.length : rank;
}
