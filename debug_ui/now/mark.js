/** A small sign before a state: its shape says what its colour says. */

const SVG = "http://www.w3.org/2000/svg";
const SHAPES = {
  unknown: "M4.5 8h7", // a dash
  inactive: "m4 8.4 2.8 2.8L12 5.6", // a check
  pending: "M8 4.6V8l2.4 1.8", // hands of a clock
  firing: "M8 5v3.6M8 11.1v.1", // an exclamation mark
};
const FRAMES = {
  unknown: "M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Z",
  inactive: "M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Z",
  pending: "M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Z",
  firing: "M8 1.4 15.2 14H.8Z",
};

export class Mark {
  #frame = path("frame");
  #shape = path("shape");
  #state = "";

  /** `place` receives it as its first child. */
  constructor(place) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("class", "mark");
    svg.setAttribute("aria-hidden", "true"); // the words say it
    svg.append(this.#frame, this.#shape);
    place.prepend(svg);
  }

  /** "inactive", "pending" or "firing" as an alert's rule, or "unknown". */
  show(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.#frame.setAttribute("d", FRAMES[state]);
    this.#shape.setAttribute("d", SHAPES[state]);
  }
}

function path(name) {
  const made = document.createElementNS(SVG, "path");
  made.setAttribute("class", name);
  return made;
}
