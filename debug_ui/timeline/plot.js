/** Draws episodes as bars on tracks by kind: SVG, of which only what changed is set anew. */

import { clock } from "../words.js";
import { drawn, set } from "./elements.js";
import { spoken } from "./episodes.js";
import { GAP } from "./kinds.js";
import { Tracks } from "./tracks.js";

const LEAST = 5;
const BETWEEN_TICKS = 76;
const AXIS = 26;
const MARGIN = 26;
const NAMES_WIDE = 116;
const NAMES_NARROW = 98;
const NARROW = 560;
/* CSS pixels. LEAST: the width of the shortest episode; MARGIN: on the right, for half a label. */
const HEIGHTS = { info: 0.4, warning: 0.6, critical: 0.82, [GAP]: 0.4 };
/* Of a lane. */
const PATTERNS = ["critical", GAP];
/* Severities that are not filled plainly. */

let plots = 0;

export class Plot {
  svg;
  /** Where the time begins, CSS pixels from the left. */
  left = NAMES_WIDE;
  width = 0;
  #id = `plot-${++plots}`;
  #bars = new Map(); // of each episode's id
  #open = new Set(); // those that still grow
  #ticks = new Map();
  #tracks;
  #part = {};
  #anchor = 0; // the time from which bars are placed
  #scale = 0; // pixels per second
  #now = 0;

  constructor(name) {
    const part = (key, tag, attributes, ...children) =>
      (this.#part[key] = drawn(tag, attributes, ...children));
    this.svg = drawn(
      "svg",
      { class: "drawing", role: "group", "aria-label": name },
      drawn(
        "defs",
        {},
        pattern(`${this.#id}-gap`, "hatch"),
        pattern(`${this.#id}-critical`, "stripes"),
        drawn("clipPath", { id: `${this.#id}-clip` }, part("clip", "rect", { y: 0 })),
        drawn("clipPath", { id: `${this.#id}-axis` }, part("axis", "rect", { y: 0 })),
      ),
      part("names", "g", { class: "names", "aria-hidden": true }),
      drawn(
        "g",
        { "clip-path": `url(#${this.#id}-axis)`, "aria-hidden": true },
        part("ticks", "g", { class: "ticks" }),
      ),
      drawn(
        "g",
        { "clip-path": `url(#${this.#id}-clip)` },
        part(
          "moving",
          "g",
          {},
          part("gaps", "g", { "aria-hidden": true }),
          part("tracks", "g", {}),
          part("arrows", "g", { "aria-hidden": true }),
          part("now", "path", { class: "newest", "aria-hidden": true }),
        ),
      ),
    );
    this.#tracks = new Tracks(this.#part.names, this.#part.tracks);
  }

  /** Whether anything is open. */
  get grows() {
    return this.#open.size > 0;
  }

  /** Tracks that are there without episodes. */
  keep(kinds) {
    for (const kind of kinds) this.#tracks.of(kind);
  }

  /** Draw a new episode, or one that has changed. */
  put(episode) {
    const bar = this.#bars.get(episode.id) ?? this.#make(episode);
    const { severity, to } = episode;
    set(bar.node, { "data-severity": severity, "aria-label": spoken(episode) });
    if (PATTERNS.includes(severity)) set(bar.node, { fill: `url(#${this.#id}-${severity})` });
    this.#keepOpen(bar, to === null);
    this.#place(bar, true);
  }

  remove(id) {
    const bar = this.#bars.get(id);
    if (bar === undefined) return;
    bar.node.remove();
    bar.ground?.remove();
    this.#bars.delete(id);
    this.#keepOpen(bar, false);
    this.#tracks.remove(bar);
  }

  clear() {
    this.#bars.clear();
    this.#open.clear();
    this.#tracks.clear();
    for (const group of ["gaps", "arrows"]) this.#part[group].replaceChildren();
    this.#scale = 0;
  }

  /** Show this view, up to the newest time, on so many pixels. */
  draw(view, width) {
    const scale = this.#measure(view, width);
    const height = this.#tracks.layOut();
    if (height !== null) set(this.#part.now, { d: `M0 0V${height}` });
    const moved = this.#now !== view.last;
    this.#now = view.last;
    if (scale !== this.#scale || height !== null) {
      [this.#scale, this.#anchor] = [scale, view.from];
      for (const bar of this.#bars.values()) this.#place(bar, height !== null);
      for (const [, tick] of this.#ticks) tick.remove();
      this.#ticks.clear();
      this.#frame(width);
    } else if (moved) {
      for (const bar of this.#open) this.#place(bar);
    }
    this.#tick(view);
    set(this.#part.now, { transform: `translate(${this.#x(this.#now)} 0)` });
    const shift = { transform: `translate(${this.left - this.#x(view.from)} 0)` };
    for (const moving of [this.#part.moving, this.#part.ticks]) set(moving, shift);
  }

  /** The time at a place, CSS pixels from the left. */
  timeAt(x, view) {
    return view.from + (x - this.left) / this.#scale;
  }

  node(id) {
    return this.#bars.get(id)?.node;
  }

  /** The id of the episode beside this one on its track, or on another track; null: none. */
  beside(id, step) {
    return this.#tracks.beside(this.#bars.get(id), step);
  }

  across(id, step) {
    return this.#tracks.across(this.#bars.get(id), step);
  }

  #make(episode) {
    const attributes = { class: "episode", role: "button", tabindex: -1, "data-id": episode.id };
    const node = drawn("rect", { ...attributes, rx: 2 });
    const bar = { episode, node, width: 0, ground: null, arrow: null };
    if (episode.kind === GAP) {
      bar.ground = drawn("rect", { class: "ground", fill: `url(#${this.#id}-gap)`, y: 0 });
      this.#part.gaps.append(bar.ground);
    }
    this.#bars.set(episode.id, bar);
    this.#tracks.add(bar);
    return bar;
  }

  /** What is open grows, and has an arrow at its end. */
  #keepOpen(bar, open) {
    bar.node.classList.toggle("open", open);
    if (open) {
      bar.arrow ??= drawn("path", { class: "arrow" });
      this.#part.arrows.append(bar.arrow);
      this.#open.add(bar);
    } else {
      bar.arrow?.remove();
      bar.arrow = null;
      this.#open.delete(bar);
    }
  }

  /** Where it lies and how long it is and, where its lane is new, how high. */
  #place(bar, anew = false) {
    if (!this.#scale) return; // it is drawn with all others first
    const { from, to, severity } = bar.episode;
    const x = this.#x(from);
    const width = Math.max(LEAST, this.#x(to ?? this.#now) - x);
    set(bar.node, width === bar.width ? { x } : { x, width }); // most are the shortest
    bar.width = width;
    if (anew || bar.arrow) this.#raise(bar, x + width, HEIGHTS[severity] ?? HEIGHTS.warning);
    if (bar.ground) set(bar.ground, { x, width, height: this.#tracks.height });
  }

  /** How high it is, and the arrow at its end. */
  #raise(bar, end, part) {
    const { top, height } = this.#tracks.lane(bar);
    const thick = Math.round(height * part);
    const y = (height - thick) / 2;
    set(bar.node, { y: top + y, height: thick });
    if (!bar.arrow) return;
    const begin = this.#tracks.top(bar) + top + y;
    set(bar.arrow, {
      d: `M${end} ${begin}l6 ${thick / 2}l-6 ${thick / 2}z`,
      "data-severity": bar.episode.severity,
    });
  }

  #x(at) {
    return Math.round((at - this.#anchor) * this.#scale * 10) / 10;
  }

  /** Pixels per second. */
  #measure(view, width) {
    const names = width < NARROW ? NAMES_NARROW : NAMES_WIDE;
    if (names !== this.left || width !== this.width) this.#scale = 0;
    [this.left, this.width] = [names, width];
    return Math.max(1, width - names - MARGIN) / (view.to - view.from);
  }

  #frame(width) {
    const height = this.#tracks.height + AXIS;
    set(this.svg, { viewBox: `0 0 ${width} ${height}`, width, height });
    for (const [part, room] of [["clip", 8], ["axis", MARGIN]]) {
      const x = this.left - room; // arrows and labels reach beyond what they belong to
      set(this.#part[part], { x, width: Math.max(1, width - MARGIN + room - x), height });
    }
    this.#tracks.stretch(width);
  }

  #tick(view) {
    const due = new Set(view.ticks(BETWEEN_TICKS / this.#scale));
    for (const [at, tick] of this.#ticks) {
      if (!due.has(at)) {
        tick.remove();
        this.#ticks.delete(at);
      }
    }
    for (const at of due) {
      if (this.#ticks.has(at)) continue;
      const height = this.#tracks.height;
      const label = drawn("text", { x: 0, y: height + 18 });
      label.textContent = clock(at);
      const line = drawn("path", { d: `M0 0V${height + 4}` });
      const tick = drawn("g", { transform: `translate(${this.#x(at)} 0)` }, line, label);
      this.#ticks.set(at, tick);
      this.#part.ticks.append(tick);
    }
  }
}

/** Slanting lines; colours are the style sheet's. */
function pattern(id, name) {
  const attributes = { id, width: 6, height: 6, patternUnits: "userSpaceOnUse" };
  return drawn(
    "pattern",
    { ...attributes, patternTransform: "rotate(45)", class: name },
    drawn("rect", { width: 6, height: 6 }),
    drawn("path", { d: "M1.5 0V6" }),
  );
}

