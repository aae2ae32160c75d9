/** One session on the wall; what did not change is not touched. */

import { held } from "../service/token.js";
import { Figure } from "./figure.js";
import { place } from "./order.js";
import * as sentences from "./sentences.js";

const LINES = 2;
/* For open episodes; where there are more, the last line says so. */
const RANK_MARKS = { recent: "info", unassessable: "unknown", quiet: "none", paused: "paused" };

let made = 0;

export class Tile {
  node = element("li", "tile");
  /** What holds the focus. */
  link = element("a", "name");
  report = element("a", "report", "Report");
  session;
  place = null;
  #mark = element("span", "mark");
  #figure = new Figure();
  #words = new Map(); // of each node, what it says
  #parts = {};
  #open = [];

  constructor(id) {
    const part = (tag, name) => (this.#parts[name] = element(tag, name));
    const top = element("div", "top");
    top.append(this.#mark, this.link, this.#figure.node);
    const rows = part("div", "opened");
    for (let i = 0; i < LINES; i++) rows.append(this.#row());
    rows.append(part("p", "more"), part("p", "newest"));
    const now = element("dl", "looks");
    for (const [name, word] of [["face", "Face"], ["gaze", "Gaze"], ["voice", "Voice"]]) {
      const pair = element("div");
      pair.append(element("dt", "", word), part("dd", name));
      now.append(pair);
    }
    const how = element("div", "pair");
    how.append(part("p", "how"), part("p", "judged"));
    const last = element("div", "pair");
    last.append(part("p", "counts"), this.report);
    const spoken = part("span", "spoken");
    spoken.classList.add("hidden-words");
    spoken.id = `tile-${++made}`;
    this.node.append(top, part("p", "where"), how, rows, now, last, spoken);

    const address = encodeURIComponent(id);
    this.link.href = `/?session=${address}`;
    this.report.href = `/v1/sessions/${address}/report`;
    for (const link of [this.link, this.report]) {
      link.target = "_blank";
      link.rel = held() ? "opener" : "noopener"; // an opener's token is its window's, too
      link.tabIndex = -1;
    }
    this.link.textContent = this.link.title = id;
    this.link.setAttribute("aria-describedby", spoken.id);
    this.report.setAttribute("aria-label", `Report of ${id}`);
  }

  /** As the service told it at this time (milliseconds). */
  show(session, now) {
    this.session = session;
    this.place = place(session, this.place, now);
    const { rank } = this.place;
    this.#data(this.node, "rank", rank);
    this.#data(this.#mark, "severity", RANK_MARKS[rank] ?? rank);
    this.#say("where", sentences.where(session));
    this.#say("how", sentences.state(session));
    for (const look of ["face", "gaze", "voice"]) this.#say(look, sentences[look](session));
    this.#say("counts", sentences.counts(session.episodes));
    this.#say("newest", sentences.newest(session));
    this.#say("more", sentences.more(session.open.length, LINES));
    this.#say("judged", sentences.judged(session));
    this.#say("spoken", sentences.spoken(session));
    this.#opened(session.open);
    this.#figure.show((session.state === "running" && session.live?.head) || null);
  }

  /** Whether it has these words, which are in lower case. */
  matches(text) {
    if (!text) return true;
    const { id, room, participant, purpose, open } = this.session;
    const said = [id, room ?? "", participant ?? "", purpose, ...open.map(({ label }) => label)];
    return said.join("\n").toLowerCase().includes(text);
  }

  /** Whether Tab comes here. */
  set reached(reached) {
    this.link.tabIndex = this.report.tabIndex = reached ? 0 : -1;
  }

  /** The most severe first, then who began first. */
  #opened(open) {
    this.#data(this.#parts.opened, "open", String(Math.min(open.length, LINES)));
    const order = ["critical", "warning", "info"];
    const worst = open
      .map((episode, i) => [order.indexOf(episode.severity), i, episode])
      .sort(([a, i], [b, j]) => a - b || i - j)
      .map(([, , episode]) => episode);
    this.#open.forEach(({ row, mark, severity, label, lasts }, i) => {
      const episode = open.length > LINES && i === LINES - 1 ? undefined : worst[i];
      this.#data(row, "severity", episode?.severity ?? "none");
      if (!episode) return;
      this.#data(mark, "severity", episode.severity);
      this.#write(severity, episode.severity);
      this.#write(label, episode.label);
      label.title = episode.label; // of two there is room for the beginning
      this.#write(lasts, sentences.lasts(episode));
    });
  }

  #row() {
    const row = element("p", "episode");
    const parts = { row, mark: element("span", "mark") };
    row.append(parts.mark);
    for (const name of ["severity", "label", "lasts"]) {
      row.append((parts[name] = element("span", `episode-${name}`)), " ");
    }
    this.#open.push(parts);
    return row;
  }

  #say(name, text) {
    this.#write(this.#parts[name], text);
  }

  #write(node, text) {
    if (this.#words.get(node) === text) return;
    this.#words.set(node, text);
    node.textContent = text;
  }

  #data(node, name, value) {
    if (node.dataset[name] !== value) node.dataset[name] = value;
  }
}

function element(name, className = "", text = "") {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}
