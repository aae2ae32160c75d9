/** Yaw, pitch, roll and blinks over the last minute. */

import { degrees, fixed } from "../words.js";
import { Chart } from "./chart.js";
import { limits } from "./limits.js";

const TOLD = 2000;
/* Milliseconds between two summaries for who does not see the lines. */

const CHARTS = {
  yaw: {
    title: "Yaw",
    range: [-45, 45],
    write: degrees,
    values: ({ head, gaze }) => [head?.yaw, gaze?.yaw],
    limits: ({ head, gaze }) => [head.yaw, gaze.yaw],
  },
  pitch: {
    title: "Pitch",
    range: [-38, 38],
    write: degrees,
    values: ({ head, gaze }) => [head?.pitch, gaze?.pitch],
    limits: ({ head, gaze }) => [head.pitch, gaze.pitch],
  },
  roll: { title: "Roll", range: [-40, 40], write: degrees, values: ({ head }) => [head?.roll] },
  blinks: {
    title: "Blinks per minute",
    range: [0, 40],
    write: (value) => fixed(value, 0),
    values: ({ blinks_per_minute: blinks }) => [blinks],
  },
};
const NUMBERS = ["Head", "gaze"];

export class Charts {
  #charts;

  /** `root` holds a figure per chart, named by its `data-chart`, with a canvas and its values. */
  constructor(root) {
    this.#charts = Object.entries(CHARTS).map(([name, wanted]) => {
      const figure = root.querySelector(`[data-chart="${name}"]`);
      const canvas = figure.querySelector("canvas");
      const shown = [...figure.querySelectorAll("b")];
      const chart = new Chart(canvas, wanted.range, shown.length);
      return { ...wanted, canvas, shown, chart, told: 0 };
    });
  }

  clear() {
    for (const { chart } of this.#charts) chart.clear();
    this.rest();
  }

  /** Nothing is measured at present; the lines stay. */
  rest() {
    this.#write({});
  }

  /** The newest numbers, and the session whose limits hold. */
  take(now, session) {
    const known = limits(session);
    for (const each of this.#charts) {
      each.chart.limits = each.limits?.(known) ?? [];
      each.chart.add(now.at, each.values(now));
    }
  }

  /** Write the newest numbers, a few times a second. */
  show(now) {
    for (const { chart } of this.#charts) chart.draw();
    this.#write(now);
  }

  #write(now) {
    for (const each of this.#charts) {
      const values = each.values(now);
      values.forEach((value, i) => {
        const text = value == null ? "–" : each.write(value);
        if (each.shown[i].textContent !== text) each.shown[i].textContent = text;
      });
      if (performance.now() - each.told > TOLD) tell(each, values);
    }
  }
}

function tell(each, values) {
  each.told = performance.now();
  const parts = values.map((value, i) => {
    const range = each.chart.ranges[i];
    if (range === null || value == null) return `${NUMBERS[i]} not measured`;
    const [least, most] = range.map(each.write);
    const name = values.length > 1 ? `${NUMBERS[i]} ` : "";
    return `${name}now ${each.write(value)}, from ${least} to ${most}`;
  });
  each.canvas.setAttribute("aria-label", `${each.title} in the last minute: ${parts.join("; ")}`);
}
