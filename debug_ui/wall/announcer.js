/** Tells who listens of critical episodes that begin, not more often than can be heard. */

const APART = 5000;
/* Milliseconds between two announcements. */
const NAMED = 3;
/* Episodes that are named in one. */

export class Announcer {
  #node;
  #known = null; // critical episodes that are told or wait; null: before the first look
  #waiting = new Map(); // what is to be told, by episode
  #told = -Infinity;

  constructor(node) {
    this.#node = node;
  }

  /** The sessions as they are now. */
  take(sessions) {
    const open = new Map();
    for (const { id, open: episodes } of sessions) {
      for (const { id: episode, severity, label } of episodes) {
        if (severity === "critical") open.set(episode, `${id}, ${label}`);
      }
    }
    if (this.#known !== null) {
      for (const [episode, words] of open) {
        if (!this.#known.has(episode)) this.#waiting.set(episode, words);
      }
    }
    this.#known = new Set(open.keys());
    const now = performance.now();
    if (this.#waiting.size === 0 || now - this.#told < APART) return;
    const words = [...this.#waiting.values()];
    const others = words.length - NAMED;
    const rest = others > 0 ? `; and ${`${others} more`}` : "";
    this.#node.textContent = `Critical: ${words.slice(0, NAMED).join("; ")}${rest}`;
    this.#waiting.clear();
    this.#told = now;
  }
}
