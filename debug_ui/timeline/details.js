/** What is known of one episode: a panel that takes the focus and gives it back. */

import { clock, evidence, fixed, percent } from "../words.js";
import { element, say, terms } from "./elements.js";
import { lasted } from "./episodes.js";
import { GAP, kindName } from "./kinds.js";

export class Details {
  panel = element("div", "details");
  /** The episode that is shown; null: none. */
  episode = null;
  #title = element("h3");
  #severity = element("p", "severity");
  #list = element("dl");
  #steps;

  /** `onClose` is called when it closes, `onStep` with 1 or -1 for the next or previous. */
  constructor({ onClose, onStep }) {
    const [previous, next, close] = ["Previous", "Next", "Close"].map((name) => {
      const button = element("button", "", name);
      button.type = "button";
      return button;
    });
    this.#steps = { previous, next };
    previous.addEventListener("click", () => onStep(-1));
    next.addEventListener("click", () => onStep(1));
    close.addEventListener("click", onClose);
    const head = element("div", "head");
    const buttons = element("div", "steps");
    buttons.append(previous, next, close);
    head.append(this.#title, this.#severity, buttons);
    this.panel.append(head, this.#list);
    this.panel.hidden = true;
    this.#title.tabIndex = -1;
    this.panel.setAttribute("role", "region");
    this.panel.setAttribute("aria-label", "Details of an episode");
    this.panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      onClose();
    });
  }

  /** `steps`: whether there is a previous one and a next. */
  open(episode, { previous, next }) {
    this.episode = episode;
    this.panel.hidden = false;
    this.refresh();
    this.#steps.previous.disabled = !previous;
    this.#steps.next.disabled = !next;
  }

  focus() {
    this.#title.focus({ preventScroll: true });
    this.panel.scrollIntoView({ block: "nearest" });
  }

  close() {
    this.episode = null;
    this.panel.hidden = true;
  }

  /** It may have ended meanwhile. */
  refresh() {
    const { kind, label, severity, from, to } = this.episode;
    const gap = kind === GAP;
    this.panel.dataset.severity = severity;
    say(this.#title, label);
    say(this.#severity, gap ? "not watched" : severity);
    const until = to === null ? "" : ` to ${clock(to)}`;
    terms(this.#list, [
      ["Kind", gap ? "" : kindName(kind)],
      ["When", `${clock(from)}${until}`],
      ["How long", lasted(this.episode)],
      ...(gap ? [] : judged(this.episode)),
    ]);
  }
}

/** How it came about. */
function judged({ confidence, evidence: start, end, from, toldAt, rule }) {
  return [
    ["How sure", percent(confidence)],
    ["Evidence", evidence(start, end)],
    ["Told", toldAt === undefined ? "" : `${fixed(Math.max(0, toldAt - from))} s after it began`],
    ["Rule", rule],
  ];
}
