/** A list to choose a camera or a microphone from; it keeps its choice, and this browser knows it. */

import { recall, remember } from "../remember.js";
import { list } from "./devices.js";

export class DeviceChoice {
  #select;
  #kind;
  #name;
  #fixed;

  /** `kind` is such as "videoinput"; what the list holds at first always stays in it. */
  constructor(select, kind, name) {
    this.#select = select;
    this.#kind = kind;
    this.#name = name;
    this.#fixed = [...select.options];
    if (recall(select.id)) this.#add(recall(select.id), `The ${name} of last time`);
    this.value = recall(select.id);
    select.addEventListener("change", () => remember(select.id, select.value));
    navigator.mediaDevices?.addEventListener("devicechange", () => this.fill());
    this.fill();
  }

  get value() {
    return this.#select.value;
  }

  /** One that the list does not hold changes nothing. */
  set value(deviceId) {
    const held = [...this.#select.options].some(({ value }) => value === deviceId);
    if (held) this.#select.value = deviceId;
  }

  /** Back to what was chosen here, whatever could be opened. */
  restore() {
    this.value = recall(this.#select.id);
  }

  onChange(told) {
    this.#select.addEventListener("change", () => told(this.value));
  }

  /** List what there is; `open` is the device that is in use. */
  async fill(open = "") {
    const before = this.value;
    const found = await list(this.#kind);
    if (found.length === 0) return; // their names are not told yet
    const own = found.filter(({ deviceId }) => deviceId !== "default");
    this.#select.replaceChildren(
      ...this.#fixed,
      ...own.map(({ label, deviceId }, i) => new Option(label || this.#numbered(i), deviceId)),
    );
    this.value = before;
    if (before && open) this.value = open; // where the browser chooses, it may choose anew
  }

  #numbered(index) {
    return `${this.#name[0].toUpperCase()}${this.#name.slice(1)} ${index + 1}`;
  }

  #add(deviceId, words) {
    const held = this.#fixed.some(({ value }) => value === deviceId);
    if (!held) this.#select.append(new Option(words, deviceId));
  }
}
