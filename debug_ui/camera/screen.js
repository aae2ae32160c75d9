/** Calibrates the screen: shows five dots by the service's schedule and says what came of it. */

import * as service from "../service/service.js";
import { side } from "../words.js";

const LEAD = 3;
/* Seconds to read what to do. */
const ASKING = 250;
/* Milliseconds between two questions how it went. */

const WHAT_TO_DO = "Look at each dot until it is gone. Escape cancels.";
const ENDED = "The calibration was ended elsewhere. Press Try again.";

export class ScreenCalibration {
  #dialog;
  #field;
  #words;
  #extent;
  #dot;
  #again;
  #leave;
  #id = null;
  #opener = null; // has the focus again afterwards
  #run = null; // an AbortController, from a run's beginning until the service knows of its end
  #full = false; // whether the dots fill the screen, not only the window

  /** `dialog` covers the window; its parts are named by their classes. */
  constructor(dialog) {
    this.#dialog = dialog;
    const part = (name) => dialog.querySelector(`.${name}`);
    [this.#words, this.#extent, this.#dot] = [part("words"), part("extent"), part("dot")];
    [this.#field, this.#again, this.#leave] = [part("field"), part("again"), part("leave")];
    this.#again.addEventListener("click", () => this.open(this.#id));
    this.#leave.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => this.#close());
    document.addEventListener("fullscreenchange", () => this.#fullscreen());
  }

  /** Begin for this session; a click must have asked for it. */
  async open(id) {
    if (this.#run) return;
    this.#id = id;
    const run = (this.#run = new AbortController());
    if (!this.#dialog.open) {
      this.#opener = document.activeElement;
      this.#dialog.showModal();
    }
    this.#stage("lead", WHAT_TO_DO, "Cancel");
    this.#field.requestFullscreen?.().catch(() => {}); // the window has to do
    let outcome;
    try {
      outcome = await this.#follow(run.signal);
    } catch ({ message }) {
      outcome = { failure: { message } };
    }
    if (run.signal.aborted) await service.cancelCalibration(id).catch(() => {}); // or it runs out
    else this.#tell(outcome);
    this.#run = null;
  }

  /** Show the dots; returns what the service made of them. */
  async #follow(signal) {
    const asked = performance.now();
    const { dots } = await service.beginCalibration(this.#id, { lead_seconds: LEAD });
    const answered = performance.now();
    const zero = (asked + answered) / 2; // when the service said "now"
    for (const { x, y, in_seconds } of dots) {
      await until(zero + in_seconds * 1000, signal);
      this.#stage("dots", "", "Cancel");
      this.#dot.style.left = `${x * 100}%`;
      this.#dot.style.top = `${y * 100}%`;
      this.#dot.replaceWith((this.#dot = this.#dot.cloneNode())); // its animation begins anew
    }
    const last = dots.at(-1);
    await until(zero + (last.in_seconds + last.for_seconds) * 1000, signal);
    this.#stage("waiting", "Checking.", "Cancel");
    for (;;) {
      const view = await service.calibration(this.#id);
      if (view.state === "failed") return view;
      if (view.state === "done" && view.screen.at >= last.at) return view;
      if (view.state !== "running") throw new Error(ENDED);
      await until(performance.now() + ASKING, signal);
    }
  }

  #tell({ screen, failure }) {
    this.#leaveFullscreen();
    if (failure) {
      const which = Number.isInteger(failure.dot) ? `Dot ${failure.dot + 1} of 5: ` : "";
      this.#stage("failed", `Not calibrated. ${which}${failure.message}`, "Close");
      this.#again.focus();
      return;
    }
    this.#stage("done", "Done. From the camera, your screen reaches:", "Close");
    const { left, right, up, down, yaw_limit } = screen;
    const rows = [
      ["Sideways", `${side(left, "left", "right")} to ${side(right, "left", "right")}`],
      ["Upright", `${side(up, "up", "down")} to ${side(down, "up", "down")}`],
      ["Away", `more than ${Math.round(yaw_limit - (left - right) / 2)}° beyond these`],
    ];
    this.#extent.replaceChildren(
      ...rows.flatMap(([name, value]) => [element("dt", name), element("dd", value)]),
    );
    this.#leave.focus();
  }

  #stage(name, words, leave) {
    this.#dialog.dataset.stage = name;
    this.#words.textContent = words;
    this.#extent.hidden = name !== "done";
    this.#dot.hidden = name !== "dots";
    this.#again.hidden = name !== "failed";
    this.#leave.textContent = leave;
  }

  /** However it was closed, a run under way is cancelled. */
  #close() {
    this.#run?.abort();
    this.#leaveFullscreen();
    this.#giveBack();
  }

  /** The focus, which a full screen that ends takes away once more. */
  #giveBack() {
    const { activeElement: held, body } = document;
    const lost = held === body || this.#dialog.contains(held);
    if (!this.#dialog.open && lost) this.#opener?.focus();
  }

  #fullscreen() {
    const wanted = this.#dialog.open && this.#run !== null;
    if (document.fullscreenElement) {
      this.#full = true;
      if (!wanted) this.#leaveFullscreen(); // it came too late
    } else if (this.#full && wanted) {
      this.#dialog.close(); // the browser took Escape for itself
    }
  }

  #leaveFullscreen() {
    this.#full = false;
    if (!document.fullscreenElement) return;
    document.exitFullscreen().then(
      () => this.#giveBack(),
      () => {},
    );
  }
}

/** Wait for a time of the page's clock, in milliseconds; throws when the signal aborts. */
function until(time, signal) {
  return new Promise((done, fail) => {
    signal.throwIfAborted();
    const timer = setTimeout(done, time - performance.now());
    const stop = () => {
      clearTimeout(timer);
      fail(signal.reason);
    };
    signal.addEventListener("abort", stop, { once: true });
  });
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
