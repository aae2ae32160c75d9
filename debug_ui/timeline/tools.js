/** A timeline's buttons: how much of it is shown, and which part. */

import { element } from "./elements.js";

const SPANS = [
  ["1 min", 60, "Show one minute"],
  ["5 min", 300, "Show five minutes"],
  ["15 min", 900, "Show fifteen minutes"],
  ["All", null, "Show the whole session"],
];
const MOVES = [
  ["‹", "earlier", "Earlier"],
  ["›", "later", "Later"],
  ["−", "out", "Zoom out"],
  ["+", "in", "Zoom in"],
];

export class Tools {
  bar = element("div", "tools");
  #spans = new Map();
  #follow = null;

  /** `onSpan` receives seconds or null; `onMove` earlier, later, out, in or follow. */
  constructor({ live, onSpan, onMove }) {
    const spans = group("How much is shown");
    for (const [text, span, name] of SPANS) {
      const made = button(text, name, () => onSpan(span));
      this.#spans.set(span, made);
      spans.append(made);
    }
    const moves = group("Which part is shown");
    for (const [text, move, name] of MOVES) moves.append(button(text, name, () => onMove(move)));
    this.bar.append(spans, moves);
    if (live) {
      this.#follow = button("Follow", "Follow the newest time", () => onMove("follow"));
      const live = group("Newest time");
      live.append(this.#follow);
      this.bar.append(live);
    }
  }

  /** As the view stands. */
  show({ span, following }) {
    for (const [seconds, made] of this.#spans) press(made, seconds === span);
    if (this.#follow) press(this.#follow, following);
  }
}

function group(name) {
  const made = element("div", "group");
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", name);
  return made;
}

function button(text, name, action) {
  const made = element("button", "", text);
  made.type = "button";
  made.title = name;
  made.setAttribute("aria-label", /\w/.test(text) ? text : name);
  made.addEventListener("click", action);
  return made;
}

function press(made, pressed) {
  if (made.ariaPressed !== String(pressed)) made.ariaPressed = String(pressed);
}
