/** Sends this machine's camera and microphone to a session. */

import * as service from "../service/service.js";
import { Socket } from "../service/socket.js";
import { closed } from "../words.js";
import { Camera } from "./camera.js";
import * as devices from "./devices.js";
import { Feed, USUAL } from "./feed.js";
import { Microphone } from "./microphone.js";
import { SoundFeed } from "./sound_feed.js";

export class Sender {
  #page;
  #camera;
  #microphone;
  #feed = null; // the camera's pictures, while they are sent
  #sound = null; // the microphone's chunks, while they are sent
  #id = null; // of the session that is fed
  #paused = false;
  #asks = USUAL;

  /**
   * `page` has the elements `video` and `level`, and the functions `ended(sentence)`: nothing is
   * sent any more; `mute(sentence)`: no sound is; and `changed(socket, change, code, reason)`.
   */
  constructor(page) {
    this.#page = page;
    this.#camera = new Camera(page.video, (sentence) => page.ended(sentence));
    this.#microphone = new Microphone(
      (chunk) => this.#hear(chunk),
      (sentence) => this.#silence(sentence),
    );
  }

  /** Whether a session is fed, or paused. */
  get on() {
    return this.#id !== null;
  }

  get paused() {
    return this.#paused;
  }

  get cameraId() {
    return this.#camera.deviceId;
  }

  get microphoneId() {
    return this.#microphone.deviceId;
  }

  /** When the connection's picture of this number was taken and left; null: nobody knows. */
  taken(number) {
    return this.#feed?.sent.find(number) ?? null;
  }

  /** Open what was chosen. What it throws has a sentence as message. */
  async open(camera, microphone) {
    const { picture, sound, missing } = await devices.open(
      camera,
      microphone,
      this.#asks.longest_side,
    );
    try {
      await this.#camera.show(picture);
    } catch (error) {
      sound?.stop();
      throw error;
    }
    await this.#listen(sound, missing);
  }

  /** Begin to send to this session. */
  begin(id) {
    this.#id = id;
    this.#send();
  }

  /** Send nothing while the session is paused; the camera stays on, and no sound is lost. */
  pause(paused) {
    if (!this.on || paused === this.#paused) return;
    this.#paused = paused;
    if (!paused) return this.#send();
    this.#rest();
    this.#page.level.close("Paused");
    for (const name of ["video", "audio"]) this.#page.changed(name, "closed");
  }

  #send() {
    const url = service.socketUrl(this.#id, "video");
    const socket = new Socket(() => url, {
      onChange: (change, ...why) => {
        if (change === "open") this.#feed?.sent.restart();
        this.#page.changed("video", change, ...why);
      },
    });
    this.#feed = new Feed(this.#page.video, socket, this.#asks);
    this.#speak();
  }

  /** What the service asks for, as the session's view says; undefined: it does not say. */
  ask(asks = USUAL) {
    const { pictures_per_second, longest_side } = this.#asks;
    if (asks.pictures_per_second === pictures_per_second && asks.longest_side === longest_side) {
      return;
    }
    this.#asks = asks;
    this.#feed?.ask(asks);
  }

  async changeCamera(deviceId) {
    const track = await devices.openCamera(deviceId, this.#asks.longest_side);
    if (this.on) await this.#camera.show(track);
    else track.stop(); // all was stopped meanwhile
  }

  async changeMicrophone(deviceId) {
    this.#silence("");
    if (deviceId === devices.NO_MICROPHONE) return;
    const track = await devices.openMicrophone(deviceId).catch(({ message }) => message);
    if (!this.on) return track.stop?.(); // all was stopped meanwhile
    await (track instanceof MediaStreamTrack ? this.#listen(track) : this.#listen(null, track));
    if (this.on) this.#speak();
  }

  close() {
    this.#rest();
    this.#id = null;
    this.#paused = false;
    this.#camera.close();
    this.#silence("");
  }

  /** No connection stays open: the service ends one over which nothing comes for long. */
  #rest() {
    this.#feed?.close();
    this.#sound?.close();
    this.#feed = this.#sound = null;
  }

  /** Hear this track; null: none, and why. */
  async #listen(track, missing = "") {
    if (track === null) return this.#silence(missing);
    try {
      await this.#microphone.hear(track);
      this.#page.mute("");
    } catch (error) {
      this.#silence(`The microphone did not start: ${error.message}.`);
    }
  }

  #hear(chunk) {
    if (this.#paused) return;
    this.#page.level.show(chunk);
    this.#sound?.put(chunk.pcm);
  }

  #speak() {
    if (!this.#microphone.open) return;
    if (this.#paused) return this.#page.level.close("Paused");
    const sound = new SoundFeed(this.#microphone.rate, (end) => {
      const url = () => service.socketUrl(this.#id, end());
      return new Socket(url, { onChange: (...change) => this.#soundChanged(sound, ...change) });
    });
    this.#sound = sound;
  }

  /** What ends the sound alone leaves the pictures alone. */
  #soundChanged(sound, change, code, reason) {
    if (change === "refused") this.#silence(closed(code, reason));
    else sound.change(change);
    this.#page.changed("audio", change, code, reason);
  }

  /** No more sound, and why; "": it is wanted. */
  #silence(sentence) {
    this.#sound?.close();
    this.#sound = null;
    this.#microphone.close();
    this.#page.level.close();
    this.#page.mute(sentence);
  }
}
