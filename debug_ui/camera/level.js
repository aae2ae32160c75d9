/** How loud the microphone is, as a bar and in words. */

const LOWEST = -60;
/* Decibels at the bar's left end. */
const HEARD = -45;
const SOUNDLESS = -90;
/* Decibels: below these hardly anything is heard, and nothing at all. */
const CLIPPED = 0.99;
const HOLDS = 2000;
/* Milliseconds for which what was loudest decides the words, so that they rest between two. */

export class Level {
  #meter;
  #part;
  #words = "";
  #loudest = { level: -Infinity, peak: 0 };
  #before = { level: -Infinity, peak: 0 };
  #since = 0;

  /** `meter` has the parts `fill` and, beside it, `said`. */
  constructor(meter) {
    this.#meter = meter;
    this.#part = (name) => meter.querySelector(`.${name}`);
    this.close();
  }

  /** One chunk's level in decibels of full scale, and its peak, 0 to 1. */
  show({ level, peak }) {
    const now = performance.now();
    if (now - this.#since > HOLDS / 2) {
      [this.#before, this.#since] = [this.#loudest, now];
      this.#loudest = { level, peak };
    }
    this.#loudest.level = Math.max(this.#loudest.level, level);
    this.#loudest.peak = Math.max(this.#loudest.peak, peak);
    const share = Math.max(0, Math.min(1, 1 - level / LOWEST));
    this.#part("fill").style.transform = `scaleX(${share.toFixed(3)})`;
    this.#say(this.#sentence(), level);
  }

  /** Nothing is heard, and why. */
  close(words = "Off") {
    this.#loudest = this.#before = { level: -Infinity, peak: 0 };
    this.#part("fill").style.transform = "scaleX(0)";
    this.#say(["off", words], LOWEST);
  }

  #sentence() {
    const level = Math.max(this.#loudest.level, this.#before.level);
    if (Math.max(this.#loudest.peak, this.#before.peak) > CLIPPED) return ["clipped", "Too loud"];
    if (level < SOUNDLESS) return ["silent", "Nothing is heard"];
    return level < HEARD ? ["quiet", "Quiet"] : ["heard", "Heard"];
  }

  #say([state, words], level) {
    const bar = this.#part("bar");
    bar.setAttribute("aria-valuenow", Math.round(Math.max(LOWEST, level)));
    if (words === this.#words) return;
    this.#words = words;
    this.#meter.dataset.level = state;
    this.#part("said").textContent = words;
    bar.setAttribute("aria-valuetext", words);
  }
}
