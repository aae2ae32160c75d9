/**
 * In the audio's own thread: cuts sound into chunks of 100 ms, s16le mono at the context's rate,
 * and measures their level. Hands over {pcm, level, peak}: decibels of full scale, and 0 to 1.
 */

const SILENCE = 1e-5;
/* −100 dB */

class Recorder extends AudioWorkletProcessor {
  #length = Math.round(sampleRate / 10);
  #chunk = new Int16Array(this.#length);
  #filled = 0;
  #squares = 0;
  #peak = 0;

  process([[samples]]) {
    for (const sample of samples ?? []) {
      const bound = Math.max(-1, Math.min(1, sample));
      this.#chunk[this.#filled++] = Math.round(bound * 32767);
      this.#squares += bound * bound;
      this.#peak = Math.max(this.#peak, Math.abs(bound));
      if (this.#filled === this.#length) this.#handOver();
    }
    return true;
  }

  #handOver() {
    const rms = Math.sqrt(this.#squares / this.#length);
    const pcm = this.#chunk.buffer;
    const level = 20 * Math.log10(Math.max(rms, SILENCE));
    this.port.postMessage({ pcm, level, peak: this.#peak }, [pcm]);
    this.#chunk = new Int16Array(this.#length);
    this.#filled = this.#squares = this.#peak = 0;
  }
}

registerProcessor("recorder", Recorder);
