/** A WebSocket that shows the page's token and comes back by itself until it is closed here or the service says no. */

import { protocols } from "./token.js";

const FIRST_WAIT = 500;
const LONGEST_WAIT = 8000;
const STEADY = 5000;
/* Milliseconds; after a connection that lasted STEADY the next wait is short again. */

export class Socket {
  #url;
  #onMessage;
  #onChange;
  #socket = null;
  #timer = 0;
  #failures = 0;

  /**
   * `url` is called before each connection. `onChange` receives "open", "broken" or, for good,
   * "refused", with the close code and the service's reason.
   */
  constructor(url, { onMessage = () => {}, onChange }) {
    this.#url = url;
    this.#onMessage = onMessage;
    this.#onChange = onChange;
    this.#connect();
  }

  /** Whether it is open and all that was sent has left. */
  get free() {
    return this.open && this.waiting === 0;
  }

  get open() {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Bytes that were sent here and have not left; of a broken connection: that never will. */
  get waiting() {
    return this.#socket.bufferedAmount;
  }

  /** Whether it went. */
  send(data) {
    if (this.open) this.#socket.send(data);
    return this.open;
  }

  /** Connect anew, so that the address can say something else. */
  again() {
    this.close();
    this.#connect();
  }

  close() {
    clearTimeout(this.#timer);
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
  }

  #connect() {
    const socket = new WebSocket(this.#url(), protocols());
    let opened = Infinity;
    socket.onopen = () => {
      opened = performance.now();
      this.#onChange("open");
    };
    socket.onmessage = ({ data }) => this.#onMessage(data);
    socket.onclose = ({ code, reason }) => {
      if (code === 1003 || code >= 4000) {
        this.#onChange("refused", code, reason);
        return;
      }
      if (performance.now() - opened > STEADY) this.#failures = 0;
      const wait = Math.min(FIRST_WAIT * 2 ** this.#failures++, LONGEST_WAIT);
      this.#timer = setTimeout(() => this.#connect(), wait * (0.75 + Math.random() / 2));
      this.#onChange("broken", code, reason);
    };
    this.#socket = socket;
  }
}
