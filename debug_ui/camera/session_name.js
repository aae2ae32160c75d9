/** The field that names the session to come: a name of its own, or what somebody typed. */

import { sessionName } from "../words.js";

export class SessionName {
  #field;
  #offered = "";

  constructor(field) {
    this.#field = field;
    this.#offer();
  }

  get value() {
    return this.#field.value;
  }

  /** That session was stopped: who comes next must not land in it, unless its name was typed. */
  leave(id) {
    if (this.value === id && id === this.#offered) this.#offer();
  }

  #offer() {
    this.#field.value = this.#offered = sessionName(new Date());
  }
}
