/** A tiny head that shows where the candidate's points, as in a mirror. */

const SVG = "http://www.w3.org/2000/svg";
const FARTHEST = 45;
/* Degrees at which the face is at the head's edge. */

export class Figure {
  node = shape("svg", { class: "figure", viewBox: "-20 -20 40 40", "aria-hidden": "true" });
  #face = shape("g", { class: "face" });
  #said = "";

  constructor() {
    this.#face.append(
      shape("circle", { cx: -4.5, cy: -3, r: 1.8 }),
      shape("circle", { cx: 4.5, cy: -3, r: 1.8 }),
      shape("path", { d: "M0-1.5V4" }),
    );
    this.node.append(shape("ellipse", { class: "skull", rx: 14, ry: 17 }), this.#face);
    this.show(null);
  }

  /** Degrees, or null: it is not known where the head points. */
  show(head) {
    const x = head && -Math.round(14 * share(head.yaw)) / 2;
    const y = head && -Math.round(16 * share(head.pitch)) / 2;
    const said = head ? `translate(${x} ${y})` : "";
    if (said === this.#said) return;
    this.#said = said;
    this.node.classList.toggle("unknown", head === null);
    if (head) this.#face.setAttribute("transform", said);
  }
}

const share = (degrees) => Math.max(-1, Math.min(1, degrees / FARTHEST));

function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
