/** How far the search for a candidate's neutral position is, as this page can see it. */

const NEEDED = 2.5;
/* Seconds of uninterrupted measurement; alerts/neutral.py. */
const BOUND = 10;
/* Degrees from facing the camera within which they count. */

export class Settling {
  #since = null; // on the session's clock
  #at = 0;

  clear() {
    this.#since = null;
  }

  /** The newest numbers of a session whose neutral is not found. */
  take({ at, head, gaze }) {
    if (at < this.#at) this.#since = null;
    this.#at = at;
    const facing = [head, gaze].every((angles) => angles && near(angles));
    if (!facing) this.#since = null;
    else this.#since ??= at;
  }

  /** 0 to 1: of the time that is needed. */
  get share() {
    return this.#since === null ? 0 : Math.min(1, (this.#at - this.#since) / NEEDED);
  }

  get sentence() {
    if (this.#since === null) return "Finding it: look at the screen";
    return this.share < 1 ? "Finding it: stay like this" : "Finding it: keep still";
  }
}

const near = ({ yaw, pitch }) => Math.hypot(yaw, pitch) <= BOUND;
