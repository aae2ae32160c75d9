/** Which stretch of a session's time is shown. Knows no pixels. */

const SHORTEST = 5;
const FIRST = 60;
/* Seconds: what is shown at least, and of a live session that has only begun. */
const TICKS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200];
/* Seconds from one tick to the next. */

export class View {
  from = 0;
  to = FIRST;
  /** Seconds shown; null: the whole session. */
  span = null;
  /** Whether it moves along with the newest time. */
  following = true;
  #live;
  #first = 0;
  #last = 0;

  constructor({ live }) {
    this.#live = live;
  }

  /** The session's newest time. */
  get last() {
    return this.#last;
  }

  /** The session is known from `first` to `last`. */
  extend(first, last) {
    [this.#first, this.#last] = [first, Math.max(first, last)];
    if (this.following) this.follow();
  }

  /** Show this many seconds; null: all of it. */
  show(span) {
    const middle = (this.from + this.to) / 2;
    this.span = span;
    if (span === null || (this.following && this.#live)) return this.follow();
    this.#keep(span);
    this.#put(middle - span / 2, span);
  }

  /** To the newest time, and along with it. */
  follow() {
    this.following = this.#live || this.span === null;
    if (this.span === null) {
      [this.from, this.to] = [this.#first, this.#end()];
    } else {
      this.from = Math.max(this.#first, this.#last - this.span * 0.97);
      this.to = this.from + this.span;
    }
  }

  /** By parts of what is shown, later where positive. */
  pan(part) {
    const span = this.to - this.from;
    this.#keep(span);
    this.#put(this.from + part * span, span);
  }

  /** Show `factor` times as long; `at` stays where it is, or else the middle, or the newest. */
  zoom(factor, at = null) {
    const whole = this.#end() - this.#first;
    const before = this.to - this.from;
    const span = Math.min(Math.max(before * factor, Math.min(SHORTEST, whole)), whole);
    if (span > whole * 0.999) return this.show(null);
    if (at === null && this.#live && this.following) {
      this.span = span;
      return this.follow();
    }
    const fixed = at ?? (this.from + this.to) / 2;
    this.#keep(span);
    this.#put(fixed - ((fixed - this.from) * span) / before, span);
  }

  /** So that a stretch can be seen. */
  reveal(from, to) {
    if (to > this.from && from < this.to) return;
    const span = this.to - this.from;
    this.#keep(span);
    this.#put((from + Math.min(to, from + span)) / 2 - span / 2, span);
  }

  /** How it stands, for `restore`. */
  get standing() {
    const { from, to, span, following } = this;
    return { from, to, span, following };
  }

  restore(standing) {
    Object.assign(this, standing);
    if (this.following) this.follow();
  }

  /** Where ticks stand, at most one in `least` seconds. */
  ticks(least) {
    const step = TICKS.find((seconds) => seconds >= least) ?? TICKS.at(-1);
    const ticks = [];
    for (let at = Math.ceil(this.from / step) * step; at <= this.to; at += step) ticks.push(at);
    return ticks;
  }

  #keep(span) {
    [this.span, this.following] = [span, false];
  }

  #put(from, span) {
    const latest = Math.max(this.#first, this.#end() - span);
    this.from = Math.min(Math.max(from, this.#first), latest);
    this.to = this.from + span;
  }

  /** A live session's end moves in steps: each asks for a new drawing of all. */
  #end() {
    const seconds = this.#last - this.#first;
    if (!this.#live) return this.#first + Math.max(seconds, 1);
    if (seconds <= FIRST) return this.#first + FIRST;
    const step = 2 ** Math.floor(Math.log2(seconds)) / 8;
    return this.#first + Math.ceil((seconds * 1.01) / step) * step;
  }
}
