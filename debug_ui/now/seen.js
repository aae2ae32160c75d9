/** All that shows what is seen: the drawing, the words, the charts, the latency. */

import { Overlay } from "../overlay/overlay.js";
import { Charts } from "./charts.js";
import { Latency } from "./latency.js";
import { Readings } from "./readings.js";

export class Seen {
  #overlay;
  #readings;
  #charts;
  #latency;
  #analysed = null; // whether the service tells its analyses, each as it is made

  /** `page` has the elements `rows`, `charts`, `latency` and `overlay`, and `pictured`. */
  constructor(page) {
    this.#overlay = new Overlay(page.overlay, page.pictured);
    this.#readings = new Readings(page.rows);
    this.#charts = new Charts(page.charts);
    this.#latency = new Latency(page.latency);
  }

  /** What the service cannot do at present, by name. */
  lack(kinds) {
    this.#readings.lack(kinds);
  }

  /** Another session is shown. */
  clear() {
    this.#analysed = null;
    this.#overlay.clear();
    this.#charts.clear();
    this.#latency.clear();
  }

  /** Nothing is seen at present; what was stays readable. */
  fade() {
    this.#overlay.clear();
  }

  /** Whether the drawing is wanted. */
  draw(wanted) {
    this.#overlay.wanted = wanted;
  }

  /** One analysis, when its picture was taken here (null: elsewhere), and the session so far. */
  take(analysis, session, taken) {
    this.#analysed = analysis;
    this.#overlay.take(analysis);
    this.#charts.take(analysis.now, session);
    this.#latency.take(analysis, taken);
  }

  /** The session as it was last described; a few times a second. */
  show(session, openLabel) {
    this.#readings.show(session, openLabel);
    const { state, live } = session ?? {};
    const fresh = state === "running" && live?.publishing.includes("video");
    this.#latency.show(fresh);
    if (!fresh || !live.now) return this.#charts.rest();
    if (this.#analysed === null) this.#charts.take(live.now, session);
    this.#charts.show(this.#analysed?.now ?? live.now);
  }
}
