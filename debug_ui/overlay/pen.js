/** Draws lines and words that can be seen over any picture: each has a dark edge. */

const EDGE = "rgb(6 10 14 / 0.55)";
const GROUND = "rgb(6 10 14 / 0.78)";

export class Pen {
  #paint;
  #unit;

  /** `unit` is how many of the canvas's pixels the finest line takes. */
  constructor(paint, unit) {
    this.#paint = paint;
    this.#unit = unit;
    paint.lineCap = paint.lineJoin = "round";
    paint.textBaseline = "middle";
  }

  /** A line through these points; `dash` in units. */
  line(points, colour, { closed = false, width = 1.5, dash = [] } = {}) {
    if (points.length < 2) return;
    const paint = this.#paint;
    paint.beginPath();
    points.forEach(([x, y], i) => (i ? paint.lineTo(x, y) : paint.moveTo(x, y)));
    if (closed) paint.closePath();
    this.#stroke(colour, width, dash);
  }

  rectangle({ x, y, width, height }, colour, { line = 2, dash = [] } = {}) {
    this.#paint.beginPath();
    this.#paint.roundRect(x, y, width, height, 3 * this.#unit);
    this.#stroke(colour, line, dash);
  }

  dot([x, y], colour, radius) {
    const paint = this.#paint;
    paint.beginPath();
    paint.arc(x, y, radius * this.#unit, 0, 2 * Math.PI);
    paint.fillStyle = colour;
    paint.strokeStyle = EDGE;
    paint.lineWidth = this.#unit;
    paint.setLineDash([]);
    paint.fill();
    paint.stroke();
  }

  /** From here to there, with a head where it is long enough for one. */
  arrow(from, to, colour, { width = 2.5, dash = [] } = {}) {
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const length = Math.hypot(dx, dy);
    const size = 4.5 * this.#unit;
    if (length < size) return this.dot(to, colour, 2.5);
    this.line([from, to], colour, { width, dash });
    const [ux, uy] = [(dx / length) * size, (dy / length) * size];
    const wing = (side) => [to[0] - ux * 1.6 - side * uy, to[1] - uy * 1.6 + side * ux];
    this.line([wing(1), to, wing(-1)], colour, { width });
  }

  /** One letter about a point. */
  letter(text, [x, y], colour) {
    const paint = this.#paint;
    paint.font = `600 ${11 * this.#unit}px system-ui, sans-serif`;
    paint.textAlign = "center";
    this.dot([x, y], GROUND, 8);
    paint.fillStyle = colour;
    paint.fillText(text, x, y);
  }

  /** Words on a dark ground whose lower left corner is here, kept within the canvas. */
  label(text, x, y, colour) {
    const paint = this.#paint;
    const [size, gap] = [12.5 * this.#unit, 6 * this.#unit];
    paint.font = `600 ${size}px system-ui, sans-serif`;
    paint.textAlign = "left";
    const [width, height] = [paint.measureText(text).width + 2 * gap, size + gap];
    const left = Math.max(0, Math.min(x, paint.canvas.width - width));
    const top = Math.max(0, Math.min(y - height, paint.canvas.height - height));
    paint.beginPath();
    paint.roundRect(left, top, width, height, 3 * this.#unit);
    paint.fillStyle = GROUND;
    paint.fill();
    paint.fillStyle = colour;
    paint.fillText(text, left + gap, top + height / 2);
  }

  #stroke(colour, width, dash) {
    const paint = this.#paint;
    for (const [style, wider] of [
      [EDGE, 1.5],
      [colour, 0],
    ]) {
      paint.strokeStyle = style;
      paint.lineWidth = (width + wider) * this.#unit;
      paint.setLineDash(dash.map((part) => part * this.#unit));
      paint.stroke();
    }
  }
}
