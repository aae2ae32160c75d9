/** Keeps a timeline to the session that a page shows: its newest time, and its gaps. */

import * as service from "../service/service.js";

export class Following {
  #timeline;
  #id = null;
  #stood = ""; // how the session stood when its gaps were asked for

  constructor(timeline) {
    this.#timeline = timeline;
  }

  /** Another session is shown, or the same from its beginning. */
  show(id) {
    [this.#id, this.#stood] = [id, ""];
    this.#timeline.clear();
  }

  /** The session as the service describes it, as often as it does; null: it does not. */
  see(view) {
    if (view === null || view.id !== this.#id) return;
    if (view.live?.now) this.#timeline.advance(view.live.now.at);
    const stands = `${view.state} ${view.live?.publishing ?? ""}`;
    if (stands === this.#stood) return;
    this.#stood = stands;
    this.#ask(view.id);
  }

  /** Gaps begin and end as the session's state changes: the report knows them. */
  async #ask(id) {
    const report = await service.report(id).catch(() => null); // without it, bars are drawn alone
    if (report === null || id !== this.#id) return;
    this.#timeline.gaps(report.gaps);
    this.#timeline.advance(report.clock.to);
  }
}
