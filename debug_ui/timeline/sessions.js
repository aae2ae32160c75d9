/** The list of sessions, past and running, the newest first. */

import * as service from "../service/service.js";
import * as token from "../service/token.js";
import { many } from "../words.js";
import { element, say } from "./elements.js";

const AT_ONCE = 50;
const MOST = 500;
/* Sessions that are asked for in one go: at first and for each more, and anew. */
const EVERY = 10_000;
/* Milliseconds from one look at those that run to the next. */
const LIVE = ["running", "paused"];
const QUIET = {
  401: "This service asks for a token: the list of sessions needs one.",
  403: "This window’s token is for one session: it may not list them all.",
};

export class Sessions {
  #rows = element("ul", "rows");
  #note = element("p", "quiet");
  #more = element("button", "more", "Show more");
  #find = document.createElement("input");
  #tools = element("div", "find");
  #shown = new Map(); // of each id, its row
  #total = 0;
  #asked = 0; // how often: only the newest answer counts

  /** Fills `root`; `refresh` asks for the sessions. */
  constructor(root) {
    const field = element("div");
    const label = element("label", "", "Find by name or state");
    this.#find.type = "search";
    this.#find.id = label.htmlFor = "find-session";
    this.#find.autocomplete = "off";
    this.#find.spellcheck = false;
    field.append(label, this.#find);
    const again = element("button", "", "Refresh");
    again.type = this.#more.type = "button";
    this.#tools.append(field, again);
    this.#note.setAttribute("role", "status");
    root.classList.add("sessions");
    root.replaceChildren(this.#tools, this.#rows, this.#note, this.#more);
    this.#tools.hidden = this.#more.hidden = true;
    this.#find.addEventListener("input", () => this.#filter());
    again.addEventListener("click", () => this.refresh());
    this.#more.addEventListener("click", () => this.#next());
    setInterval(() => {
      const seen = document.visibilityState === "visible" && root.checkVisibility();
      if (seen && this.#live()) this.refresh();
    }, EVERY);
  }

  /** Ask anew; returns when they are listed, or why not is said. */
  refresh() {
    return this.#load(0, Math.min(Math.max(AT_ONCE, this.#shown.size), MOST));
  }

  /** The next page; where there is no more to press, the first new one has the focus. */
  async #next() {
    if (this.#more.ariaDisabled === "true") return;
    const before = this.#rows.lastElementChild;
    await this.#load(this.#shown.size, AT_ONCE);
    const lost = this.#more.hidden && [this.#more, document.body].includes(document.activeElement);
    if (lost) before?.nextElementSibling?.querySelector("a").focus();
  }

  async #load(offset, count) {
    const asked = ++this.#asked;
    this.#more.ariaDisabled = "true"; // not disabled: it keeps the focus
    try {
      const { sessions, total } = await service.sessions(count, offset);
      if (asked !== this.#asked) return;
      this.#total = total;
      this.#take(sessions, offset);
      this.#tools.hidden = total === 0;
      this.#filter();
    } catch ({ status, message }) {
      if (asked === this.#asked) this.#note.textContent = QUIET[status] ?? message;
    } finally {
      if (asked === this.#asked) this.#more.ariaDisabled = "false";
    }
  }

  /** Rows that are there already stay, and the focus in them. */
  #take(sessions, offset) {
    const before = this.#shown;
    const rest = [...before].slice(offset === 0 ? MOST : 0); // what was not asked for stays
    const rows = sessions.map((view) => {
      const made = before.get(view.id) ?? row(view);
      show(made, view);
      return [view.id, made];
    });
    const news = offset === 0 ? [...rows, ...rest] : [...rest, ...rows];
    this.#shown = new Map(news); // new sessions shift the pages: some are told twice
    const kept = new Set(this.#shown.values());
    for (const old of [...this.#rows.children]) if (!kept.has(old)) old.remove();
    let place = this.#rows.firstElementChild;
    for (const made of kept) {
      if (made === place) place = place.nextElementSibling;
      else this.#rows.insertBefore(made, place);
    }
  }

  /** Whether any of them goes on. */
  #live() {
    return [...this.#shown.values()].some(({ dataset }) => LIVE.includes(dataset.state));
  }

  /** Hide those whose id or state does not hold what is sought. */
  #filter() {
    const sought = this.#find.value.trim().toLowerCase();
    let found = 0;
    for (const [id, row] of this.#shown) {
      row.hidden = !`${id} ${row.dataset.state}`.toLowerCase().includes(sought);
      found += row.hidden ? 0 : 1;
    }
    const rest = this.#total - this.#shown.size;
    this.#more.hidden = rest <= 0;
    say(this.#note, this.#said(sought, found, rest));
  }

  #said(sought, found, rest) {
    if (this.#total === 0) return "No sessions so far.";
    const listed = many(this.#shown.size, "session");
    const part = rest > 0 ? `the newest ${this.#shown.size} of ${this.#total} sessions` : listed;
    return sought ? `${found} found among ${part}.` : `${part[0].toUpperCase()}${part.slice(1)}.`;
  }
}

const when = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** UNIX seconds as local date and time. */
export const date = (seconds) => when.format(seconds * 1000);

/** Seconds as 42 s, 12 min, 2 h 05 min or 3 days. */
function long(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return `${Math.floor(seconds)} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return many(Math.floor(hours / 24), "day");
  return `${hours} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** One session's row; `show` says how it stands. */
function row({ id, created_at }) {
  const made = element("li");
  const links = element("span", "pages");
  const path = encodeURIComponent(id);
  links.append(
    link("Watch", `/?session=${path}`, id),
    link("Report", `/v1/sessions/${path}/report`, id),
  );
  const meta = element("span", "meta");
  meta.append(element("span", "", date(created_at)), element("span"), element("span"));
  made.append(element("span", "id", id), meta, element("span", "state"), links);
  return made;
}

/** What changes while it runs. An episode's start and its end are a message each. */
function show(made, { state, created_at, ended_at, last_seq }) {
  made.dataset.state = state;
  const lasted = long(Math.max(0, (ended_at ?? Date.now() / 1000) - created_at));
  const [, time, messages] = made.querySelector(".meta").children;
  say(time, ended_at === null ? `${lasted} so far` : lasted);
  say(messages, many(last_seq, "message"));
  say(made.querySelector(".state"), state);
}

/** In a window of its own, which has this one's token. */
function link(text, href, id) {
  const made = element("a", "", text);
  made.href = href;
  made.target = "_blank";
  made.rel = token.held() ? "opener" : "noopener"; // an opener's token is its window's, too
  made.setAttribute("aria-label", `${text} ${id}`);
  return made;
}
