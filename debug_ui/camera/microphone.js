/** The local microphone: chunks of s16le mono, at 16 kHz where the browser can. */

const RATE = 16_000;
const LOST = "The microphone was disconnected. Connect it, then choose it again.";

export class Microphone {
  #context = null;
  #recorder = null;
  #source = null;
  #track = null;
  #onChunk;
  #onLost;

  /** `onChunk` receives {pcm, level, peak} ten times a second, `onLost` a sentence. */
  constructor(onChunk, onLost) {
    this.#onChunk = onChunk;
    this.#onLost = onLost;
  }

  /** The device that is open, or "". */
  get deviceId() {
    return this.#track?.getSettings().deviceId ?? "";
  }

  get open() {
    return this.#track !== null;
  }

  /** Hertz. */
  get rate() {
    return this.#context?.sampleRate ?? RATE;
  }

  /** Hear this track instead of what was heard. */
  async hear(track) {
    this.close();
    this.#track = track;
    track.onended = () => this.#onLost(LOST);
    const [context, source] = connected(track);
    [this.#context, this.#source] = [context, source];
    await context.audioWorklet.addModule("/ui/camera/recorder.js");
    if (this.#context !== context) return; // it was closed meanwhile
    const recorder = (this.#recorder = new AudioWorkletNode(context, "recorder", {
      channelCount: 1,
      channelCountMode: "explicit", // more channels become one
    }));
    recorder.port.onmessage = ({ data }) => {
      if (this.#context === context) this.#onChunk(data);
    };
    source.connect(recorder).connect(context.destination); // it stays silent, but it runs
    context.onstatechange = () => {
      if (context.state !== "closed") context.resume(); // such as after a telephone call
    };
    await context.resume();
  }

  close() {
    if (this.#track) this.#track.onended = null;
    this.#track?.stop();
    this.#source?.disconnect();
    this.#release();
    this.#track = this.#source = this.#recorder = this.#context = null;
  }

  /** What still listens would be kept for as long as the page is open. */
  #release() {
    if (this.#recorder) {
      this.#recorder.port.onmessage = null;
      this.#recorder.port.close();
      this.#recorder.disconnect();
    }
    if (!this.#context) return;
    this.#context.onstatechange = null;
    this.#context.close();
  }
}

/** A context of 16 kHz; or of the device's own rate where a browser connects no other. */
function connected(track) {
  const stream = new MediaStream([track]);
  const context = new AudioContext({ sampleRate: RATE });
  try {
    return [context, context.createMediaStreamSource(stream)];
  } catch {
    context.close();
    const usual = new AudioContext();
    return [usual, usual.createMediaStreamSource(stream)];
  }
}
