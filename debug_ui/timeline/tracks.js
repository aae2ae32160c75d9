/** The tracks of a timeline: one of each kind, with as many lanes as overlap. */

import { many } from "../words.js";
import { drawn, set } from "./elements.js";
import { GAP, kindName, kindRank } from "./kinds.js";

const ROW = 28;
const LANE = 18;
const MOST_LANES = 4;
/* A track's height in CSS pixels, of a track's lanes where there are several, and how many. */

export class Tracks {
  /** Of all tracks, CSS pixels. */
  height = 0;
  #names;
  #drawing;
  #tracks = new Map(); // of each kind
  #stale = true; // whether tracks are to be laid out anew

  /** Two groups of the drawing: one for the names, one for the bars. */
  constructor(names, drawing) {
    this.#names = names;
    this.#drawing = drawing;
  }

  /** The track of a kind, made where it is new. */
  of(kind) {
    return this.#tracks.get(kind) ?? this.#make(kind);
  }

  add(bar) {
    const track = this.of(bar.episode.kind);
    const bars = track.bars;
    let place = bars.length;
    while (place > 0 && bars[place - 1].episode.from > bar.episode.from) place -= 1;
    bars.splice(place, 0, bar);
    bar.lane = this.#laneFor(track, bar);
    if (bar.lane >= track.lanes) [track.lanes, this.#stale] = [bar.lane + 1, true];
    track.newest[bar.lane] = bar;
    const next = bars[place + 1]?.node ?? null;
    track.group.insertBefore(bar.node, next);
    this.#count(track);
  }

  remove(bar) {
    const track = this.of(bar.episode.kind);
    track.bars.splice(track.bars.indexOf(bar), 1);
    this.#count(track);
  }

  clear() {
    this.#tracks.clear();
    this.#names.replaceChildren();
    this.#drawing.replaceChildren();
    this.#stale = true;
  }

  /** Returns the new height of all, or null where nothing has changed. */
  layOut() {
    if (!this.#stale) return null;
    this.#stale = false;
    const inOrder = [...this.#tracks.values()].sort((a, b) => a.rank - b.rank);
    this.#tracks = new Map(inOrder.map((track) => [track.kind, track]));
    this.height = 0;
    for (const track of inOrder) {
      [track.y, track.height] = [this.height, track.lanes > 1 ? LANE * track.lanes + 8 : ROW];
      this.height += track.height;
      set(track.group, { transform: `translate(0 ${track.y})` });
      set(track.name, { y: track.y + ROW / 2 + 4 });
      this.#drawing.append(track.group);
    }
    return this.height;
  }

  /** The lines below the tracks reach this far. */
  stretch(width) {
    for (const { line, y, height } of this.#tracks.values()) {
      set(line, { d: `M0 ${y + height - 0.5}H${width}` });
    }
  }

  /** Where a bar's lane lies in its track. */
  lane({ episode, lane }) {
    const { lanes } = this.of(episode.kind);
    if (lanes === 1) return { top: 0, height: ROW };
    return { top: 4 + lane * LANE, height: LANE };
  }

  /** Where a bar's track lies. */
  top({ episode }) {
    return this.of(episode.kind).y;
  }

  /** The id of the next or, with -1, the previous on its track; null: none. */
  beside(bar, step) {
    const { bars } = this.of(bar.episode.kind);
    return bars[bars.indexOf(bar) + step]?.episode.id ?? null;
  }

  /** The id of the one nearest in time on the next track below or, with -1, above; null: none. */
  across({ episode }, step) {
    const tracks = [...this.#tracks.values()].filter(({ bars }) => bars.length > 0);
    const own = tracks.findIndex(({ kind }) => kind === episode.kind);
    const bars = tracks[own + step]?.bars ?? [];
    const far = (bar) => Math.abs(bar.episode.from - episode.from);
    let nearest = null;
    for (const bar of bars) if (nearest === null || far(bar) < far(nearest)) nearest = bar;
    return nearest?.episode.id ?? null;
  }

  /** The first lane whose newest bar is over. */
  #laneFor({ newest }, { episode }) {
    for (let lane = 0; lane < MOST_LANES; lane += 1) {
      const before = newest[lane]?.episode;
      if (before === undefined || (before.to !== null && before.to <= episode.from)) return lane;
    }
    return MOST_LANES - 1;
  }

  #count({ kind, group, bars }) {
    const counted = many(bars.length, kind === GAP ? "time" : "episode");
    set(group, { "aria-label": `${kindName(kind)}: ${counted}` });
  }

  #make(kind) {
    const track = { kind, rank: kindRank(kind), bars: [], newest: [], lanes: 1, y: 0, height: ROW };
    track.group = drawn("g", { class: "track", role: "group" });
    track.name = drawn("text", { x: 2 });
    track.name.textContent = kindName(kind);
    track.line = drawn("path", { class: "line" });
    this.#names.append(track.line, track.name);
    this.#tracks.set(kind, track);
    this.#stale = true;
    this.#count(track);
    return track;
  }
}
