/** What an analysis saw, drawn over the picture; without a picture, on a plain stage. */

import { drawFace } from "./face.js";
import { Fit } from "./fit.js";
import { drawObjects } from "./objects.js";
import { Pen } from "./pen.js";

const FRESH = 500;
const FADES = 300;
/* Milliseconds: how long a drawing stands, and how long it takes to go. */

export class Overlay {
  #canvas;
  #paint;
  #pictured; // whether a picture lies below, always as in a mirror
  #analysis = null;
  #since = 0;
  #frame = 0;
  #timer = 0;
  #wanted = true;
  #calm = matchMedia("(prefers-reduced-motion: reduce)");

  /** `pictured`: a mirrored picture of what was sent lies below. */
  constructor(canvas, pictured) {
    this.#canvas = canvas;
    this.#paint = canvas.getContext("2d");
    this.#pictured = pictured;
    new ResizeObserver(([{ contentRect }]) => this.#resize(contentRect)).observe(canvas);
  }

  /** Whether anything is drawn. */
  set wanted(wanted) {
    this.#wanted = wanted;
    this.#request();
  }

  /** The newest analysis. */
  take(analysis) {
    this.#analysis = analysis;
    this.#since = performance.now();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#request(), FRESH);
    this.#request();
  }

  /** Nothing is seen any more. */
  clear() {
    this.#analysis = null;
    clearTimeout(this.#timer);
    this.#request();
  }

  #request() {
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  #resize({ width, height }) {
    this.#canvas.width = Math.round(width * devicePixelRatio);
    this.#canvas.height = Math.round(height * devicePixelRatio);
    this.#request();
  }

  #draw() {
    this.#frame = 0;
    const { width, height } = this.#canvas;
    this.#paint.clearRect(0, 0, width, height);
    const age = performance.now() - this.#since;
    const strength = this.#strength(age);
    if (this.#analysis === null || !this.#wanted || strength <= 0 || width === 0) return;
    this.#paint.globalAlpha = strength;
    this.#drawAnalysis(this.#analysis);
    if (age >= FRESH) this.#request(); // it is fading
  }

  /** 0 to 1. */
  #strength(age) {
    if (age < FRESH) return 1;
    return this.#calm.matches ? 0 : 1 - (age - FRESH) / FADES;
  }

  #drawAnalysis(analysis) {
    const fit = new Fit(this.#canvas, analysis, this.#pictured || !analysis.mirrored);
    const pen = new Pen(this.#paint, Math.max(devicePixelRatio, fit.width / 640));
    for (const face of analysis.faces ?? []) drawFace(pen, fit, face, analysis.mirrored);
    drawObjects(pen, fit, analysis.objects);
  }
}
