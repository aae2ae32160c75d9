/** The newest numbers of a session, and what they mean in words. */

import { fixed } from "../words.js";
import { sound, voice } from "./hearing.js";
import { Judged } from "./judged.js";
import { Mark } from "./mark.js";
import { Settling } from "./settling.js";
import * as sight from "./sight.js";

const NOTHING = { word: "–", state: "unknown" };
const MARKS = { unknown: "", inactive: "", pending: " · pending", firing: " · alert" };
const SEEN = ["face", "gaze", "head", "persons", "phone", "liveness", "lids", "picture"];
const JUDGED_BY = {
  phone: ["phone"],
  liveness: ["spoof"],
  voice: ["speakers", "sound"],
  sound: ["sound"],
};
/* What must not be missing for a row to be whole; the page says elsewhere why it is. */

export class Readings {
  #root;
  #rows = new Map();
  #settling = new Settling();
  #lacking = new Set();

  /** `root` holds one element per row, named by its id. */
  constructor(root) {
    this.#root = root;
    for (const row of root.children) {
      const part = (name) => row.querySelector(`.${name}`);
      const mark = new Mark(row.querySelector("dt"));
      const [word, numbers, why] = ["word", "numbers", "why"].map(part);
      this.#rows.set(row.id, { row, mark, word, numbers, why });
    }
  }

  /** What the service cannot do at present, by name. */
  lack(kinds) {
    this.#lacking = kinds;
  }

  /** `session` may be null; `openLabel` gives the label of a kind's open episode. */
  show(session, openLabel) {
    const live = session?.live;
    const seen = live?.now;
    const running = session?.state === "running";
    const fresh = running && live?.publishing.includes("video");
    this.#root.classList.toggle("stale", !fresh);
    const judged = new Judged(session, fresh, openLabel);
    for (const name of SEEN) {
      this.#row(name, seen ? sight[name](seen, judged) : NOTHING, fresh);
    }
    const heard = running && live?.publishing.includes("audio");
    this.#row("voice", live ? voice(live, judged.off("several_speakers")) : NOTHING, heard);
    this.#row("sound", live ? sound(live) : NOTHING, heard);
    this.#row("neutral", seen ? this.#neutral(live) : NOTHING, fresh);
    this.#row("frames", live ? sight.frames(live.frames, seen?.pictures_per_second) : NOTHING, fresh);
  }

  #neutral({ calibrated, screen, now }) {
    if (screen || calibrated) {
      this.#settling.clear();
      return { word: screen ? "Screen calibrated" : "Calibrated", state: "inactive" };
    }
    this.#settling.take(now);
    const { share, sentence } = this.#settling;
    return { word: sentence, state: "unknown", share, numbers: [["", `${fixed(100 * share, 0)} %`]] };
  }

  #row(name, { word, state, numbers = [], share }, fresh) {
    const row = this.#rows.get(name);
    const known = fresh && state ? state : "unknown"; // of what is old nothing is judged
    row.row.dataset.state = known;
    row.row.classList.toggle("old", !fresh);
    row.mark.show(known);
    const lacks = JUDGED_BY[name]?.some((kind) => this.#lacking.has(kind));
    if (row.why) row.why.hidden = !(fresh && lacks && known === "unknown");
    say(row.word, word + MARKS[known]);
    fill(row.numbers, numbers);
    if (name === "neutral") progress(row.row.querySelector(".progress"), share);
  }
}

/** Only what changed is written. */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function fill(place, numbers) {
  while (place.children.length > numbers.length) place.lastChild.remove();
  numbers.forEach(([what, value], i) => {
    const pair = place.children[i] ?? place.appendChild(empty());
    say(pair.firstChild, what ? `${what} ` : "");
    say(pair.lastChild, value);
  });
}

function empty() {
  const pair = document.createElement("span");
  pair.append(document.createElement("span"), document.createElement("b"));
  return pair;
}

/** A bar from 0 to 1; undefined: it is over. */
function progress(bar, share) {
  bar.hidden = share === undefined;
  if (share === undefined) return;
  bar.setAttribute("aria-valuenow", Math.round(100 * share));
  bar.firstElementChild.style.transform = `scaleX(${share.toFixed(3)})`;
}
