/** The list of episodes, the last begun first: one row each, from its start to its end. */

import { clock, duration, evidence } from "../words.js";
import { element } from "./elements.js";

const LISTED = 500;
/* Rows at most: the oldest episodes that are over leave the list, not the count. */

export class Alerts {
  /** The number of the newest event. */
  seq = 0;
  #page;
  #episodes = new Map(); // of each id
  #order = []; // the same, as they are listed
  #total = 0;

  /** `page` has the elements `list`, `none`, `count` and `announcer`. */
  constructor(page) {
    this.#page = page;
  }

  clear() {
    this.seq = 0;
    this.#episodes.clear();
    this.#order = [];
    this.#total = 0;
    this.#page.list.replaceChildren();
    this.#count();
  }

  /** One message of the service. */
  take({ events }) {
    for (const event of events) {
      this.seq = Math.max(this.seq, event.seq);
      const episode = this.#episodes.get(event.id) ?? this.#add(event);
      episode[event.state] = event;
      show(episode);
    }
    this.#bound();
    this.#count();
    const started = events.findLast(({ state }) => state === "started");
    if (started) {
      const when = clock(started.started_at);
      this.#page.announcer.textContent = `${started.severity}: ${started.label}, at ${when}`;
    }
  }

  /** What the open episode of this kind is called; undefined: there is none. */
  openLabel(kind) {
    for (const { started, ended } of this.#episodes.values()) {
      if (started?.kind === kind && !ended) return started.label;
    }
    return undefined;
  }

  /** Some are told long after they began: only then does a search go far. */
  #add({ id, started_at: from }) {
    const episode = { id, from, row: element("li") };
    let place = this.#order.findIndex((other) => other.from <= from);
    if (place < 0) place = this.#order.length;
    this.#page.list.insertBefore(episode.row, this.#order[place]?.row ?? null);
    this.#order.splice(place, 0, episode);
    this.#episodes.set(id, episode);
    this.#total += 1;
    return episode;
  }

  #bound() {
    for (let place = this.#order.length - 1; this.#order.length > LISTED && place >= 0; place -= 1) {
      const { id, row, ended } = this.#order[place];
      if (!ended) continue;
      row.remove();
      this.#order.splice(place, 1);
      this.#episodes.delete(id);
    }
  }

  #count() {
    const listed = this.#episodes.size;
    const all = this.#total === listed;
    this.#page.none.hidden = listed > 0;
    this.#page.count.textContent = all ? listed || "" : `${this.#total}, newest ${listed} listed`;
  }
}

function show({ row, started, ended }) {
  const { started_at, label, severity, ended_at } = ended ?? started;
  row.dataset.severity = severity;
  row.classList.toggle("open", !ended);
  row.replaceChildren(
    element("span", "time", clock(started_at)),
    element("span", "label", label),
    element("span", "severity", severity),
    element("span", "lasted", ended ? duration(ended_at - started_at) : "ongoing"),
    element("span", "evidence", evidence(started?.evidence ?? {}, ended?.evidence)),
  );
}
