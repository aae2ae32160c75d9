/** Sends the microphone's chunks; what a broken connection holds up is kept for ten seconds. */

const KEPT = 10;
/* Seconds; older sound is lost, and the service is told how much. */
const AHEAD = 1;
/* Seconds that the browser's own buffer may hold. */

export class SoundFeed {
  /** Seconds that were lost so far. */
  lost = 0;
  #rate;
  #socket;
  #waiting = []; // chunks, oldest first
  #handed = []; // those that may still be in the browser's buffer
  #untold = 0; // seconds that were lost and that the service does not know of
  #told = 0; // seconds that the address of the newest connection names

  /** `connect` receives a function that gives a socket's address, and returns the socket. */
  constructor(rate, connect) {
    this.#rate = rate;
    this.#socket = connect(() => this.#end());
  }

  close() {
    this.#socket.close();
    this.#waiting = this.#handed = [];
  }

  /** One chunk of s16le, an ArrayBuffer. */
  put(pcm) {
    this.#waiting.push(pcm);
    while (this.#seconds(this.#waiting) > KEPT) {
      const seconds = this.#seconds([this.#waiting.shift()]);
      this.#untold += seconds;
      this.lost += seconds;
    }
    this.#pump();
  }

  /** The connection is "open" or "broken". */
  change(change) {
    if (change === "open") {
      this.#untold = Math.max(0, this.#untold - this.#told);
    } else {
      this.#waiting = [...this.#unsent(), ...this.#waiting];
      this.#handed = [];
    }
    this.#pump();
  }

  #end() {
    this.#told = this.#untold;
    const query = new URLSearchParams();
    if (this.#rate !== 16_000) query.set("rate", this.#rate);
    if (this.#told > 0) query.set("lost", this.#told.toFixed(3));
    return query.size ? `audio?${query}` : "audio";
  }

  #pump() {
    if (this.#untold > 0 && this.#socket.open) {
      this.#handed = []; // they still go the old way
      return this.#socket.again(); // only a new connection can say what was lost
    }
    this.#handed = this.#unsent();
    const room = AHEAD * 2 * this.#rate;
    while (this.#waiting.length && this.#socket.waiting < room) {
      if (!this.#socket.send(this.#waiting[0])) return;
      this.#handed.push(this.#waiting.shift());
    }
  }

  /** The newest chunks that the browser has not handed to the network. */
  #unsent() {
    let bytes = this.#socket.waiting;
    const unsent = [];
    for (const chunk of this.#handed.toReversed()) {
      if (bytes <= 0) break;
      bytes -= chunk.byteLength;
      unsent.unshift(chunk);
    }
    return unsent;
  }

  #seconds(chunks) {
    return chunks.reduce((sum, { byteLength }) => sum + byteLength, 0) / 2 / this.#rate;
  }
}
