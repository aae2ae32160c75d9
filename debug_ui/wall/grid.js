/** The tiles in their order: one of them is reached by Tab, the others by the arrow keys. */

import { compare, needsAttention } from "./order.js";
import { Tile } from "./tile.js";

const SETTLED = 2000;
const TOUCHED = 3000;
/* Milliseconds between two changes of the order, and without any after somebody moved here. */

export class Grid {
  /** Whether the order stays as it is. */
  hold = false;
  #list;
  #tiles = new Map();
  #reached = null;
  #text = "";
  #attention = false;
  #arranged = -Infinity;
  #touched = -Infinity;

  constructor(list) {
    this.#list = list;
    list.addEventListener("pointermove", () => (this.#touched = performance.now()));
    list.addEventListener("keydown", () => (this.#touched = performance.now()));
    list.addEventListener("focusin", ({ target }) => this.#reach(this.#of(target)));
  }

  /** The tiles as they are sorted by their places. */
  get tiles() {
    return [...this.#tiles.values()].sort(compare);
  }

  /** How many are shown. */
  get shown() {
    return this.#visible.length;
  }

  /** All sessions as they are now. */
  show(sessions) {
    const now = performance.now();
    const fresh = new Map(sessions.map((session) => [session.id, session]));
    for (const [id, tile] of this.#tiles) {
      if (!fresh.has(id)) this.#remove(id, tile);
    }
    const added = [];
    for (const [id, session] of fresh) {
      let tile = this.#tiles.get(id);
      if (tile === undefined) {
        this.#tiles.set(id, (tile = new Tile(id)));
        added.push(tile);
      }
      tile.show(session, now);
    }
    added.sort(compare);
    this.#list.append(...added.map(({ node }) => node));
    if (this.#arranged === -Infinity || this.#free(now)) this.#arrange(now);
    this.#sift();
  }

  /** Show only those that have these words and, if wanted, need attention. */
  filter(text, attention) {
    [this.#text, this.#attention] = [text.trim().toLowerCase(), attention];
    this.#sift();
  }

  /** Put them in order at once. */
  arrange() {
    this.#arrange(performance.now());
  }

  /** Put the focus on the tile that is reached by Tab; false: there is none. */
  focus() {
    this.#reached?.link.focus();
    return this.#reached !== null;
  }

  /** The tile that has the focus; null: none has. */
  get focused() {
    return this.#list.contains(document.activeElement) ? this.#of(document.activeElement) : null;
  }

  /** Move the focus: "left", "right", "up", "down", "first" or "last". */
  move(where) {
    const tiles = this.#visible;
    const at = tiles.indexOf(this.focused);
    if (at < 0) return;
    const columns = this.#columns(tiles);
    const steps = { left: -1, right: 1, up: -columns, down: columns };
    const last = tiles.length - 1;
    const row = (i) => Math.floor(i / columns);
    let to = { first: 0, last }[where] ?? at + steps[where];
    if (to > last && where === "down" && row(last) > row(at)) to = last; // the last row is shorter
    if (to >= 0 && to <= last) tiles[to].link.focus();
  }

  #free(now) {
    return !this.hold && now - this.#arranged >= SETTLED && now - this.#touched >= TOUCHED;
  }

  /** The tile under the pointer or the focus keeps its place, and is not moved in the document. */
  #arrange(now) {
    this.#arranged = now;
    const wanted = this.tiles.map(({ node }) => node);
    const list = this.#list;
    const pinned = list.querySelector(":scope > :hover") ?? this.focused?.node ?? null;
    if (pinned === null) return settle(list, wanted, list.firstChild);
    const at = [...list.children].indexOf(pinned);
    const others = wanted.filter((node) => node !== pinned);
    const left = settle(list, others.slice(0, at), list.firstChild);
    for (let node = left; node !== pinned; ) {
      const next = node.nextSibling;
      list.insertBefore(node, pinned.nextSibling);
      node = next;
    }
    settle(list, others.slice(at), pinned.nextSibling);
  }

  #sift() {
    for (const tile of this.#tiles.values()) {
      const hidden =
        !tile.matches(this.#text) || (this.#attention && !needsAttention(tile.place));
      if (tile.node.hidden !== hidden) tile.node.hidden = hidden;
    }
    if (this.#reached === null || this.#reached.node.hidden) this.#reach(this.#visible[0] ?? null);
  }

  #remove(id, tile) {
    const tiles = this.#visible;
    const at = tiles.indexOf(tile);
    const next = tiles[at + 1] ?? tiles[at - 1] ?? null;
    const focused = this.focused === tile;
    tile.node.remove();
    this.#tiles.delete(id);
    if (this.#reached === tile) this.#reach(next);
    if (focused) this.focus();
  }

  #reach(tile) {
    if (tile === this.#reached) return;
    if (this.#reached) this.#reached.reached = false;
    if (tile) tile.reached = true;
    this.#reached = tile;
  }

  get #visible() {
    const by = new Map([...this.#tiles.values()].map((tile) => [tile.node, tile]));
    return [...this.#list.children].map((node) => by.get(node)).filter(({ node }) => !node.hidden);
  }

  #columns(tiles) {
    const top = tiles[0].node.offsetTop;
    const next = tiles.findIndex(({ node }) => node.offsetTop > top);
    return next < 0 ? tiles.length : next;
  }

  #of(node) {
    const item = node.closest("li");
    return [...this.#tiles.values()].find((tile) => tile.node === item) ?? null;
  }
}

/** Put these nodes into this order from `cursor` on; returns what comes after them. */
function settle(list, nodes, cursor) {
  for (const node of nodes) {
    if (node === cursor) cursor = cursor.nextSibling;
    else list.insertBefore(node, cursor);
  }
  return cursor;
}
