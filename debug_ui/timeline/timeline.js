/** Episodes as bars on tracks by kind over time, live or of a session that is over. */

import { clock, duration } from "../words.js";
import { Details } from "./details.js";
import { element, say } from "./elements.js";
import { fromEvent, fromGap, fromReport, lasted } from "./episodes.js";
import { Hand } from "./hand.js";
import { GAP, USUAL } from "./kinds.js";
import { legend } from "./legend.js";
import { Plot } from "./plot.js";
import { Tools } from "./tools.js";
import { View } from "./view.js";

const KEPT = 5000;
/* Episodes at most: the oldest are drawn no more. */
const AT_ONCE = 200;
/* Episodes that are drawn in one go; the next wait for the next picture of the screen. */
const GROWING = 250;
/* Milliseconds from one growth of what is open to the next. */
const PAGE = 0.25;
const ZOOM = 0.6;
/* Parts of what is shown. */

export class Timeline {
  #episodes = new Map(); // of each id, in the order in which they came
  #dropped = 0;
  #pending = new Set(); // episodes to draw
  #view;
  #live;
  #plot;
  #tools;
  #details;
  #frame = element("div", "frame");
  #tip = element("p", "tip");
  #note = element("p", "quiet");
  #legend = legend();
  #screen = null; // how the view stood before all is printed
  #current = null; // the id of the episode that the tab key leads to
  #due = 0; // a picture of the screen that was asked for
  #slow = 0; // a timer for the next growth

  /** Fills `root`. `live`: the session may go on, and its newest time is followed. */
  constructor(root, { live = true, name = "Episodes over time" } = {}) {
    this.#live = live;
    this.#view = new View({ live });
    this.#plot = new Plot(name);
    const move = (how) => this.#move(how);
    this.#tools = new Tools({ live, onSpan: (span) => this.#look("show", span), onMove: move });
    this.#details = new Details({
      onClose: () => this.#close(),
      onStep: (step) => this.#open(this.#along(step), true),
    });
    this.#tip.hidden = true;
    this.#tip.ariaHidden = "true"; // the bars' own names say it
    this.#frame.append(this.#plot.svg, this.#tip);
    root.classList.add("timeline");
    root.replaceChildren(this.#tools.bar, this.#frame, this.#legend.list, this.#note);
    root.append(this.#details.panel);
    new Hand(this.#frame, {
      onMove: move,
      onDrag: (pixels) => this.#look("pan", -pixels / (this.#plot.width - this.#plot.left)),
      onZoom: (factor, x) => this.#look("zoom", factor, this.#plot.timeAt(x, this.#view)),
      onPoint: (id) => this.#tell(id),
      onFocus: (id) => this.#reach(id),
      onStep: (id, along, step) => this.#plot[along](id, step) ?? id,
      onEnd: (last) => [...this.#inTime()].at(last ? -1 : 0)?.id,
      onOpen: (id) => this.#open(this.#episodes.get(id), true),
      onClose: () => this.#close(),
      node: (id) => this.#plot.node(id),
    });
    if (live) this.#plot.keep(USUAL);
    new ResizeObserver(() => this.#draw()).observe(this.#frame);
    matchMedia("print").addEventListener("change", ({ matches }) => this.#print(matches));
    addEventListener("beforeprint", () => this.#print(true));
    addEventListener("afterprint", () => this.#print(false));
    this.#draw();
  }

  /** One message of the service. */
  take({ events }) {
    for (const event of events) this.#put(fromEvent(event, this.#episodes.get(event.id)));
  }

  /** The session's newest time, seconds: what is open grows to it. */
  advance(now) {
    if (now <= this.#view.last) return;
    this.#view.extend(0, now);
    if (!this.#slow) this.#slow = setTimeout(() => this.#draw(), GROWING);
  }

  /** All stretches in which nothing was watched, as a report tells them. */
  gaps(gaps) {
    const known = new Set(gaps.map((gap) => fromGap(gap).id));
    for (const { id, kind } of [...this.#episodes.values()]) {
      if (kind === GAP && !known.has(id)) this.#forget(id);
    }
    for (const gap of gaps) this.#put(Object.assign(this.#known(gap), fromGap(gap)));
  }

  /** All of a report, or of a newer one of the same session: what is looked at stays. */
  show({ episodes, gaps, clock: { from, to } }) {
    const told = new Set(episodes.map(({ id }) => id));
    for (const { id, kind } of [...this.#episodes.values()]) {
      if (kind !== GAP && !told.has(id)) this.#forget(id);
    }
    for (const episode of episodes) {
      this.#put(Object.assign(this.#episodes.get(episode.id) ?? {}, fromReport(episode)));
    }
    this.gaps(gaps);
    this.#view.extend(from, to);
    if (this.#details.episode) this.#details.open(this.#details.episode, this.#steps());
    this.#draw();
  }

  clear() {
    this.#close();
    this.#episodes.clear();
    this.#pending.clear();
    this.#plot.clear();
    this.#view = new View({ live: this.#live });
    [this.#current, this.#dropped] = [null, 0];
    if (this.#live) this.#plot.keep(USUAL);
    this.#draw();
  }

  #known(gap) {
    return this.#episodes.get(fromGap(gap).id) ?? {};
  }

  #put(episode) {
    this.#episodes.set(episode.id, episode);
    this.#pending.add(episode);
    this.#view.extend(0, Math.max(this.#view.last, episode.to ?? episode.from));
    if (this.#episodes.size > KEPT) {
      this.#forget(this.#episodes.keys().next().value);
      this.#dropped += 1;
    }
    this.#draw();
  }

  #forget(id) {
    if (this.#details.episode?.id === id) this.#close();
    this.#pending.delete(this.#episodes.get(id));
    this.#episodes.delete(id);
    this.#plot.remove(id);
    if (this.#current === id) this.#current = null;
  }

  /** Soon, once for all that asks for it. */
  #draw() {
    this.#due ||= requestAnimationFrame(() => this.#paint());
  }

  #paint() {
    cancelAnimationFrame(this.#due);
    clearTimeout(this.#slow);
    this.#due = this.#slow = 0;
    let room = AT_ONCE;
    for (const episode of this.#pending) {
      if (room-- === 0) break;
      this.#pending.delete(episode);
      this.#plot.put(episode);
      if (episode === this.#details.episode) this.#details.refresh();
    }
    this.#plot.draw(this.#view, this.#frame.clientWidth);
    this.#tools.show(this.#view);
    this.#legend.hasOpen(this.#live || this.#plot.grows);
    if (this.#current === null && this.#episodes.size > 0) {
      const [first] = this.#episodes.values();
      this.#rove(first.id);
    }
    say(this.#note, this.#noted());
    this.#note.hidden = this.#note.textContent === "";
    if (this.#pending.size > 0) this.#draw();
  }

  /** On paper all of it, whatever the screen shows. */
  #print(begins) {
    if (begins && this.#screen === null) {
      this.#screen = { view: this.#view, standing: this.#view.standing };
      this.#view.show(null);
    } else if (!begins && this.#screen !== null) {
      this.#screen.view.restore(this.#screen.standing);
      this.#screen = null;
    }
    this.#paint();
  }

  #noted() {
    if (this.#episodes.size === 0) return this.#live ? "No episodes so far." : "No episodes.";
    return this.#dropped ? `The ${this.#dropped} oldest episodes are not drawn.` : "";
  }

  #move(how) {
    if (how === "earlier") this.#look("pan", -PAGE);
    if (how === "later") this.#look("pan", PAGE);
    if (how === "in") this.#look("zoom", ZOOM);
    if (how === "out") this.#look("zoom", 1 / ZOOM);
    if (how === "follow") this.#look("follow");
  }

  /** Change the view. */
  #look(how, ...given) {
    this.#view[how](...given);
    this.#tell(null);
    this.#draw();
  }

  /** The episode that the tab key leads to. */
  #rove(id) {
    const [before, now] = [this.#plot.node(this.#current), this.#plot.node(id)];
    if (now === undefined) return;
    before?.setAttribute("tabindex", "-1");
    now.setAttribute("tabindex", "0");
    this.#current = id;
  }

  /** The focus has come to an episode. */
  #reach(id) {
    const episode = this.#episodes.get(id);
    this.#rove(id);
    this.#view.reveal(episode.from, episode.to ?? this.#view.last);
    this.#paint();
    this.#tell(id);
  }

  /** Say what an episode is beside it; null: nothing. */
  #tell(id) {
    const episode = this.#episodes.get(id);
    const node = this.#plot.node(id);
    this.#tip.hidden = !episode || !node;
    if (this.#tip.hidden) return;
    const { label, severity, from, to } = episode;
    const time = to === null ? `from ${clock(from)}, ${lasted(episode)}` : duration(to - from);
    say(this.#tip, `${label} · ${severity === GAP ? "not watched" : severity} · ${time}`);
    const [box, own] = [node.getBoundingClientRect(), this.#box()];
    const x = Math.max(box.left, own.left + this.#plot.left) - own.left;
    const most = own.width - this.#tip.offsetWidth;
    this.#tip.style.left = `${Math.max(0, Math.min(x, most))}px`;
    this.#tip.style.top = `${box.bottom - own.top + 4}px`;
  }

  #box() {
    return this.#frame.getBoundingClientRect();
  }

  #open(episode, focus) {
    if (!episode) return;
    this.#mark(this.#details.episode, false);
    this.#details.open(episode, this.#steps(episode));
    this.#mark(episode, true);
    this.#reach(episode.id);
    this.#tell(null);
    if (focus) this.#details.focus();
  }

  #close() {
    const { episode } = this.#details;
    if (episode === null) return this.#tell(null);
    this.#details.close();
    this.#mark(episode, false);
    this.#plot.node(episode.id)?.focus();
  }

  #mark(episode, open) {
    if (episode) this.#plot.node(episode.id)?.setAttribute("aria-expanded", open);
  }

  /** Whether there is one before this one, and after it. */
  #steps(episode = this.#details.episode) {
    const all = this.#inTime();
    const place = all.indexOf(episode);
    return { previous: place > 0, next: place < all.length - 1 };
  }

  /** The episode before or after the one whose details are open. */
  #along(step) {
    const all = this.#inTime();
    return all[all.indexOf(this.#details.episode) + step];
  }

  #inTime() {
    return [...this.#episodes.values()].sort((a, b) => a.from - b.from);
  }
}
