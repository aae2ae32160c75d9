/** Sends the pictures of a video element as JPEGs, unmirrored, one under way at a time. */

const PER_SECOND = 15;
const WIDTH = 640;
/* Pixels, at most; the height follows. */
const QUALITY = 0.8;

export class Feed {
  #video;
  #socket;
  #canvas = document.createElement("canvas");
  #timer;
  #encoding = false;

  constructor(video, socket) {
    this.#video = video;
    this.#socket = socket;
    this.#timer = setInterval(() => this.#send(), 1000 / PER_SECOND);
  }

  close() {
    clearInterval(this.#timer);
    this.#socket.close();
  }

  async #send() {
    const { videoWidth, videoHeight, readyState } = this.#video;
    if (this.#encoding || !this.#socket.free || readyState < HTMLMediaElement.HAVE_CURRENT_DATA) {
      return;
    }
    this.#encoding = true;
    const scale = Math.min(1, WIDTH / videoWidth);
    this.#canvas.width = Math.round(videoWidth * scale);
    this.#canvas.height = Math.round(videoHeight * scale);
    const { width, height } = this.#canvas;
    this.#canvas.getContext("2d").drawImage(this.#video, 0, 0, width, height);
    const blob = await new Promise((done) => this.#canvas.toBlob(done, "image/jpeg", QUALITY));
    this.#encoding = false;
    if (blob) this.#socket.send(blob);
  }
}
