/** When the newest pictures of a connection were taken, by their number. */

const KEPT = 128;
/* Pictures: some seconds of them. */

export class Sent {
  #count = 0;
  #taken = new Float64Array(KEPT);
  #left = new Float64Array(KEPT);

  /** A new connection counts from 1. */
  restart() {
    this.#count = 0;
  }

  /** A picture was taken and left, both in milliseconds on the page's clock. */
  add(taken, left) {
    this.#count += 1;
    this.#taken[this.#count % KEPT] = taken;
    this.#left[this.#count % KEPT] = left;
  }

  /** When this picture was taken and left; null: nobody knows any more. */
  find(number) {
    if (!(number > 0 && number <= this.#count && number > this.#count - KEPT)) return null;
    return { taken: this.#taken[number % KEPT], left: this.#left[number % KEPT] };
  }
}
