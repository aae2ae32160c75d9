/** The list of episodes, newest first: one row each, from its start to its end. */

import { clock, duration, evidence } from "../words.js";

export class Alerts {
  /** The number of the newest event. */
  seq = 0;
  #page;
  #episodes = new Map();

  /** `page` has the elements `list`, `none`, `count` and `announcer`. */
  constructor(page) {
    this.#page = page;
  }

  clear() {
    this.seq = 0;
    this.#episodes.clear();
    this.#page.list.replaceChildren();
    this.#count();
  }

  /** One message of the service. */
  take({ events }) {
    for (const event of events) {
      this.seq = Math.max(this.seq, event.seq);
      const episode = this.#episodes.get(event.id) ?? this.#add(event.id);
      episode[event.state] = event;
      show(episode);
    }
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

  #add(id) {
    const episode = { row: element("li") };
    this.#episodes.set(id, episode);
    this.#page.list.prepend(episode.row);
    return episode;
  }

  #count() {
    this.#page.none.hidden = this.#episodes.size > 0;
    this.#page.count.textContent = this.#episodes.size || "";
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

function element(name, className = "", text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}
