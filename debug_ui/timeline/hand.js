/** What keys and pointers ask of a timeline. */

const DRAG = 4;
/* CSS pixels from which a press is a drag. */
const NOTCH = 1.002;
/* How much longer is shown for each pixel of the wheel. */
const STEPS = {
  ArrowLeft: ["beside", -1],
  ArrowRight: ["beside", 1],
  ArrowUp: ["across", -1],
  ArrowDown: ["across", 1],
};
const MOVES = { "+": "in", "=": "in", "-": "out", PageUp: "earlier", PageDown: "later" };
const SHIFTED = { ArrowLeft: "earlier", ArrowRight: "later", ArrowUp: "in", ArrowDown: "out" };

export class Hand {
  #frame;
  #does;
  #drag = null; // where a press began and where it last was
  #dragged = false;

  /** `does` is called with what is asked for, see Timeline. */
  constructor(frame, does) {
    [this.#frame, this.#does] = [frame, does];
    const on = (type, listener, options) => frame.addEventListener(type, listener, options);
    on("keydown", (event) => this.#key(event));
    on("click", ({ target }) => {
      if (!this.#dragged && idOf(target)) does.onOpen(idOf(target));
    });
    on("pointerover", ({ target }) => this.#drag ?? does.onPoint(idOf(target)));
    on("pointerleave", () => does.onPoint(null));
    on("focusin", ({ target }) => {
      if (idOf(target) && target.matches(":focus-visible")) does.onFocus(idOf(target));
    });
    on("focusout", () => does.onPoint(null));
    on("pointerdown", (event) => this.#press(event));
    on("pointermove", (event) => this.#pull(event));
    for (const type of ["pointerup", "pointercancel"]) on(type, () => (this.#drag = null));
    on("wheel", (event) => this.#wheel(event), { passive: false });
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const id = idOf(event.target);
    const move = (event.shiftKey && SHIFTED[event.key]) || MOVES[event.key];
    if (move) this.#does.onMove(move);
    else if (event.key === "Escape") this.#does.onClose();
    else if (!id) return;
    else if (event.key === "Enter" || event.key === " ") this.#does.onOpen(id);
    else if (STEPS[event.key]) this.#go(this.#does.onStep(id, ...STEPS[event.key]));
    else if (event.key === "Home" || event.key === "End") {
      this.#go(this.#does.onEnd(event.key === "End"));
    } else return;
    event.preventDefault();
  }

  #go(id) {
    this.#does.node(id)?.focus({ preventScroll: true });
  }

  #press({ button, clientX }) {
    this.#dragged = false;
    if (button === 0) this.#drag = { began: clientX, last: clientX };
  }

  #pull({ clientX, pointerId }) {
    if (this.#drag === null) return;
    if (!this.#dragged && Math.abs(clientX - this.#drag.began) < DRAG) return;
    if (!this.#dragged) this.#frame.setPointerCapture(pointerId);
    this.#dragged = true;
    this.#does.onDrag(clientX - this.#drag.last);
    this.#drag.last = clientX;
  }

  #wheel(event) {
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (!event.ctrlKey && !sideways) return; // the page scrolls
    event.preventDefault();
    if (sideways) return this.#does.onDrag(-event.deltaX);
    const { left } = this.#frame.getBoundingClientRect();
    this.#does.onZoom(NOTCH ** event.deltaY, event.clientX - left);
  }
}

/** The id of the episode that something is a part of; null: of none. */
const idOf = (target) => target.closest?.("[data-id]")?.dataset.id ?? null;
