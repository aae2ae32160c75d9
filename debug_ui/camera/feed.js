/** Sends the pictures of a video element as JPEGs, unmirrored, one under way at a time. */

import { Sent } from "./sent.js";

export const USUAL = { pictures_per_second: 15, longest_side: 640 };
/* What is sent to a service that does not say what it asks for. */

export class Feed {
  sent = new Sent();
  #video;
  #socket;
  #asks = {};
  #worker = new Worker("/ui/camera/encoder.js");
  #taken = null; // when the picture that is being encoded was taken

  /** `asks` has `pictures_per_second` and `longest_side`, in pixels. */
  constructor(video, socket, asks) {
    this.#video = video;
    this.#socket = socket;
    this.#worker.onmessage = ({ data }) => (data.due ? this.#take() : this.#send(data.jpeg));
    this.ask(asks);
  }

  /** From now on so many pictures, of this size. */
  ask(asks) {
    if (asks.pictures_per_second !== this.#asks.pictures_per_second) {
      this.#worker.postMessage({ every: 1000 / asks.pictures_per_second });
    }
    this.#asks = asks;
  }

  close() {
    this.#worker.terminate();
    this.#socket.close();
  }

  async #take() {
    const ready = this.#video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
    if (this.#taken !== null || !this.#socket.free || !ready) return;
    this.#taken = performance.now();
    try {
      const picture = await still(this.#video);
      this.#worker.postMessage({ picture, side: this.#asks.longest_side }, [picture]);
    } catch {
      this.#taken = null; // the camera is changing
    }
  }

  #send(jpeg) {
    if (jpeg && this.#socket.send(jpeg)) this.sent.add(this.#taken, performance.now());
    this.#taken = null;
  }
}

/** The video's picture as it is; a frame is handed on without a copy where the browser has them. */
const still = (video) =>
  "VideoFrame" in window ? new VideoFrame(video) : createImageBitmap(video);
