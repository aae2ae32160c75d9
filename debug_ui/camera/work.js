/** What the page is doing at the moment, one thing after the other, and what went wrong. */

export class Work {
  /** What is under way, a sentence; "": nothing. */
  busy = "";
  /** What is over, and what to do; "": all is well. */
  fault = "";
  #gone = false; // whether that is so only because the service did not answer
  #last = Promise.resolve();
  #page;

  /** `page` has the functions `changed()`: what is said here is new; and `failed(error)`. */
  constructor(page) {
    this.#page = page;
  }

  /** After what is under way: says what it does and does it; `failed` takes what went wrong. */
  do(what, action, failed = (...fault) => this.blame(...fault)) {
    this.#last = this.#last.then(async () => {
      this.busy = what;
      this.blame("");
      this.#page.changed();
      try {
        await action();
      } catch (error) {
        this.#page.failed(error);
        failed(error.message, error.status === 0);
      }
      this.busy = "";
      this.#page.changed();
    });
    return this.#last;
  }

  /** This is over; `gone`: only because the service did not answer. */
  blame(sentence, gone = false) {
    [this.fault, this.#gone] = [sentence, gone];
  }

  /** The service answers. */
  heard() {
    if (this.#gone) this.blame("");
  }
}
