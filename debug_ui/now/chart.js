/** The last minute of one or two numbers, as lines on a canvas. */

import { Series } from "./series.js";

const BREAK = 1.5;
/* Seconds without a value that a line does not bridge. */
const STYLES = [
  { colour: "--accent", dash: [], width: 1.75 },
  { colour: "--gaze", dash: [3, 2.5], width: 1.5 },
];

export class Chart {
  #canvas;
  #paint;
  #range;
  #lines;
  #limits = [];
  #now = 0;
  #colours = null; // of the lines' styles, and of zero
  #frame = 0;

  /** `range` is [lowest, highest] of what is drawn, `count` how many numbers there are. */
  constructor(canvas, range, count) {
    this.#canvas = canvas;
    this.#paint = canvas.getContext("2d");
    this.#range = range;
    this.#lines = Array.from({ length: count }, () => new Series());
    new ResizeObserver(([{ contentRect }]) => this.#resize(contentRect)).observe(canvas);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", () => {
      this.#colours = null;
      this.draw();
    });
  }

  clear() {
    this.#lines.forEach((series) => series.clear());
    this.#now = 0;
    this.draw();
  }

  /** One value for each number; null: not measured. */
  add(at, values) {
    if (at === this.#now) return; // it was told before
    if (at < this.#now) this.clear(); // another session's clock
    this.#now = at;
    values.forEach((value, i) => this.#lines[i].add(at, value));
  }

  /** Show what was added; a few times a second is enough. */
  draw() {
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  /** The limits of each number, all of them values at which a thin line stands. */
  set limits(limits) {
    this.#limits = limits;
  }

  /** The least and the greatest of each number in the last minute; null: there is none. */
  get ranges() {
    return this.#lines.map((series) => series.range(this.#now));
  }

  #resize({ width, height }) {
    this.#canvas.width = Math.round(width * devicePixelRatio);
    this.#canvas.height = Math.round(height * devicePixelRatio);
    this.draw();
  }

  #draw() {
    this.#frame = 0;
    const paint = this.#paint;
    const [width, height] = [this.#canvas.width, this.#canvas.height];
    paint.clearRect(0, 0, width, height);
    paint.lineJoin = "round";
    this.#colours ??= colours(this.#canvas);
    const [zero, ...own] = this.#colours;
    this.#level(0, zero, [], 1);
    paint.globalAlpha = 0.55;
    this.#limits.forEach((limits, i) => {
      limits.forEach((value) => this.#level(value, own[i], STYLES[i].dash, 1));
    });
    paint.globalAlpha = 1;
    this.#lines.forEach((series, i) => {
      this.#stroke(own[i], STYLES[i]);
      this.#trace(series);
    });
  }

  /** A horizontal line. */
  #level(value, colour, dash, width) {
    this.#stroke(colour, { dash, width });
    const y = this.#y(value);
    this.#paint.beginPath();
    this.#paint.moveTo(0, y);
    this.#paint.lineTo(this.#canvas.width, y);
    this.#paint.stroke();
  }

  #trace(series) {
    const paint = this.#paint;
    const scale = this.#canvas.width / Series.SPAN;
    let before = -Infinity;
    paint.beginPath();
    for (const [at, value] of series.since(this.#now)) {
      if (Number.isNaN(value)) {
        before = -Infinity;
        continue;
      }
      const x = this.#canvas.width - (this.#now - at) * scale;
      if (at - before > BREAK) paint.moveTo(x, this.#y(value));
      else paint.lineTo(x, this.#y(value));
      before = at;
    }
    paint.stroke();
  }

  #stroke(colour, { dash, width }) {
    this.#paint.strokeStyle = colour;
    this.#paint.lineWidth = width * devicePixelRatio;
    this.#paint.setLineDash(dash.map((part) => part * devicePixelRatio));
  }

  #y(value) {
    const [lowest, highest] = this.#range;
    const share = (Math.max(lowest, Math.min(highest, value)) - lowest) / (highest - lowest);
    const margin = 1.5 * devicePixelRatio;
    return this.#canvas.height - margin - share * (this.#canvas.height - 2 * margin);
  }
}

function colours(canvas) {
  const style = getComputedStyle(canvas);
  return ["--line", ...STYLES.map(({ colour }) => colour)].map((name) =>
    style.getPropertyValue(name),
  );
}
