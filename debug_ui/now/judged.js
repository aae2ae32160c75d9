/** What a session's rules make of what is seen at present. */

export class Judged {
  #session;
  #fresh;
  #openLabel;

  /** `fresh`: pictures come; `openLabel` gives the label of a kind's open episode. */
  constructor(session, fresh, openLabel) {
    this.#session = session;
    this.#fresh = fresh;
    this.#openLabel = openLabel;
  }

  get fresh() {
    return this.#fresh;
  }

  /** Of what is not known: whether it is so for now, or because nothing is looked at. */
  get nothing() {
    return { word: this.#fresh ? "Not measured" : "Not judged at present", state: "unknown" };
  }

  /** Why this kind has no verdict; "": it has one. */
  why(kind) {
    if (!this.#fresh) return "Not judged at present";
    if (this.off(kind)) return "Not judged (rule off)";
    return this.#session.live.states[kind] === undefined ? "Not judged" : "";
  }

  /** Whether the session switched its rule off. */
  off(kind) {
    return this.#session.rules?.[kind]?.enabled === false;
  }

  /** "inactive", "pending", "firing", or "unknown": there is no verdict. */
  state(kind) {
    return this.why(kind) ? "unknown" : this.#session.live.states[kind];
  }

  /** What the kind's open episode is called, and otherwise what is seen. */
  word(kind, seen) {
    return (this.state(kind) === "firing" && this.#openLabel(kind)) || seen;
  }
}
