/** How long it takes from a picture to what is known of it here, and where the time goes. */

import { fixed } from "../words.js";

const STAGES = [
  ["here", "Encoding here"],
  ["way", "Network and pacing"],
  ["waiting", "Waiting"],
  ["decode", "Decoding"],
  ["count", "Counting faces"],
  ["mesh", "Face mesh"],
  ["measure", "Measuring"],
  ["liveness", "Liveness"],
  ["rest", "Other work"],
];
/* In the order of time; objects are looked for beside them. */
const SERVICE = ["waiting", "decode", "count", "mesh", "measure", "liveness"];
/* Those that the service tells. */
const WEIGHT = 0.12;
/* Of the newest in what is shown: about the last second. */
const LONGEST = 10_000;
/* Milliseconds: what took longer is another connection's picture. */

export class Latency {
  #root;
  #part;
  #mean = new Map(); // milliseconds by stage, while it has any
  #rows = new Map();

  /** `root` has the parts `total`, `stack`, `legend` and `beside`. */
  constructor(root) {
    this.#root = root;
    this.#part = (name) => root.querySelector(`.${name}`);
    for (const [name, words] of STAGES) {
      const piece = element("span");
      const row = element("li");
      const value = element("b");
      piece.dataset.stage = row.dataset.stage = name;
      row.append(element("span", words), value);
      this.#part("stack").append(piece);
      this.#part("legend").append(row);
      this.#rows.set(name, { piece, row, value });
    }
    this.clear();
  }

  clear() {
    this.#mean.clear();
    this.show(false);
  }

  /** One analysis; `taken` says when its picture was taken and left here; null: not here. */
  take({ latency_ms: service, stages_ms: stages = {} }, taken) {
    const passed = taken === null ? null : performance.now() - taken.taken;
    const ran = SERVICE.filter((name) => stages[name] !== undefined);
    const known = ran.reduce((sum, name) => sum + stages[name], 0);
    for (const name of ran) this.#add(name, stages[name]);
    this.#add("rest", Math.max(0, service - known));
    if (stages.objects !== undefined) this.#add("objects", stages.objects);
    if (passed === null || passed > LONGEST) return;
    const here = taken.left - taken.taken;
    this.#add("here", here);
    this.#add("way", Math.max(0, passed - here - service));
  }

  /** Write what it comes to, a few times a second; `fresh`: pictures come. */
  show(fresh) {
    this.#root.classList.toggle("past", !fresh);
    let total = 0;
    for (const [name, { piece, row, value }] of this.#rows) {
      const mean = this.#mean.get(name);
      row.classList.toggle("none", mean === undefined);
      value.textContent = mean === undefined ? "–" : `${fixed(mean)} ms`;
      piece.style.flexGrow = mean ?? 0;
      total += mean ?? 0;
    }
    const whole = this.#mean.has("way");
    this.#part("total").textContent = total === 0 ? "–" : `${fixed(total, 0)} ms`;
    const from = whole ? "from the camera to this page" : "within the service, from the last byte";
    this.#part("from").textContent = fresh || total === 0 ? from : `${from}, at the last pictures`;
    const objects = this.#mean.get("objects");
    this.#part("beside").textContent =
      objects === undefined ? "" : `Beside these, objects: ${fixed(objects, 0)} ms a look.`;
  }

  #add(name, milliseconds) {
    const before = this.#mean.get(name) ?? milliseconds;
    this.#mean.set(name, before + WEIGHT * (milliseconds - before));
  }
}

function element(name, text = "") {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
