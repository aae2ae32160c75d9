/** The local camera, shown in a video element. */

const LOST = "The camera was disconnected. Connect it, then press Start again.";

export class Camera {
  #video;
  #track = null;
  #onLost;

  /** `onLost` receives a sentence when the camera goes away while it is shown. */
  constructor(video, onLost) {
    this.#video = video;
    this.#onLost = onLost;
  }

  /** The device that is shown, or "". */
  get deviceId() {
    return this.#track?.getSettings().deviceId ?? "";
  }

  /** Show this track instead of what was shown. */
  async show(track) {
    this.close();
    this.#track = track;
    track.onended = () => this.#onLost(LOST);
    this.#video.srcObject = new MediaStream([track]);
    await this.#video.play();
  }

  close() {
    this.#track?.stop();
    this.#track = this.#video.srcObject = null;
  }
}
