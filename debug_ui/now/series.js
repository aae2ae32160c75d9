/** The last minute of one number: a ring of fixed size. */

const KEPT = 720;
/* Values: 12 a second. */

export class Series {
  /** Seconds that are shown. */
  static SPAN = 60;
  #times = new Float64Array(KEPT);
  #values = new Float32Array(KEPT);
  #count = 0;

  clear() {
    this.#count = 0;
  }

  /** `at` in seconds, later than those before; null: not measured. */
  add(at, value) {
    const slot = this.#count % KEPT;
    this.#times[slot] = at;
    this.#values[slot] = value ?? NaN;
    this.#count += 1;
  }

  /** Those of the last minute before `now` as [time, value], oldest first; NaN: not measured. */
  *since(now) {
    for (let i = Math.max(0, this.#count - KEPT); i < this.#count; i++) {
      const at = this.#times[i % KEPT];
      if (at >= now - Series.SPAN) yield [at, this.#values[i % KEPT]];
    }
  }

  /** The least and the greatest of the last minute; null: there is none. */
  range(now) {
    let [least, most] = [Infinity, -Infinity];
    for (const [, value] of this.since(now)) {
      if (value < least) least = value;
      if (value > most) most = value;
    }
    return least <= most ? [least, most] : null;
  }
}
