/** Keeps a timeline to the session that a page shows: its newest time, and its gaps. */

import * as service from "../service/service.js";

const SILENCE = 5;
/* Seconds without a picture that are a gap, as in reports. */
const SOON = 1000;
const SELDOM = 10_000;
/* Milliseconds after which the report of a session in a gap is asked for again: first, and then. */
const REACHES = 1.5;
/* Seconds before the newest time at which a report's last gap may end and still be open. */

export class Following {
  #timeline;
  #id = null;
  #stood = ""; // how the session stood when its gaps were asked for
  #seen = null; // its newest picture's time, and when that came here
  #open = null; // the gap that lasts, or null
  #told = []; // gaps of the newest report
  #clock = null; // the newest report's time, when it came and how fast that goes
  #due = 0; // when to ask again

  constructor(timeline) {
    this.#timeline = timeline;
  }

  /** Another session is shown, or the same from its beginning. */
  show(id) {
    [this.#id, this.#stood, this.#due] = [id, "", 0];
    [this.#seen, this.#open, this.#told, this.#clock] = [null, null, [], null];
    this.#timeline.clear();
  }

  /** The session as the service describes it, as often as it does; null: it does not. */
  see(view) {
    if (view === null || view.id !== this.#id) return;
    const here = performance.now();
    const at = view.live?.now?.at;
    if (at !== undefined && at !== this.#seen?.at) {
      this.#seen = { at, here };
      this.#timeline.advance(at);
    }
    const why = this.#why(view, here);
    const stands = `${view.state} ${view.live?.publishing ?? ""} ${why}`;
    if (stands !== this.#stood) {
      [this.#stood, this.#clock, this.#due] = [stands, null, here + SOON];
      this.#open = why && this.#seen ? { from: this.#seen.at, to: null, why } : null;
      if (this.#open) this.#draw();
      this.#ask(view.id, stands);
    } else if (why && here >= this.#due) {
      this.#due = here + SELDOM;
      this.#ask(view.id, stands);
    }
    if (this.#open && this.#clock) this.#timeline.advance(this.#grown(here));
  }

  /** Why nothing is watched at present; "": it is, or the session is over. */
  #why({ state, live }, here) {
    if (state === "paused") return "paused";
    if (state !== "running" || this.#seen === null) return "";
    if (!live?.publishing?.includes("video")) return "the sender left";
    return here - this.#seen.here > SILENCE * 1000 ? "no pictures came" : "";
  }

  /** The session's time by its newest report; by a sender's clock it may stand still. */
  #grown(here) {
    const { to, came, rate } = this.#clock;
    return to + (rate * (here - came)) / 1000;
  }

  /** Gaps begin and end as the session's state changes: the report knows them. */
  async #ask(id, stands) {
    const report = await service.report(id).catch(() => null); // without it, bars are drawn alone
    if (report === null || id !== this.#id || stands !== this.#stood) return;
    const [came, { to }, before] = [performance.now(), report.clock, this.#clock];
    const passed = before ? (came - before.came) / 1000 : 0;
    const moves = passed > 0 && to - before.to > passed / 2;
    this.#clock = { to, came, rate: moves ? 1 : 0 };
    this.#told = report.gaps;
    this.#timeline.advance(to);
    this.#draw();
  }

  /** What was told, and what lasts: a report ends that at its own newest time. */
  #draw() {
    const over = [...this.#told];
    const last = over.at(-1);
    const lasts = this.#clock && last && last.to >= this.#clock.to - REACHES;
    const paused = this.#stood.startsWith("paused");
    if (lasts && (this.#open || paused)) this.#open = { ...over.pop(), to: null };
    const from = this.#open?.from;
    const known = over.filter((gap) => !(gap.from >= from - REACHES)); // told while it lasted
    this.#timeline.gaps(this.#open ? [...known, this.#open] : over);
  }
}
