/** Where a picture lies in a box that shows it whole, in the box's pixels. */

export class Fit {
  #mirrored;

  /** Sizes are {width, height}; `mirrored`: left and right are exchanged as in a mirror. */
  constructor(box, picture, mirrored) {
    const scale = Math.min(box.width / picture.width, box.height / picture.height);
    this.width = picture.width * scale;
    this.height = picture.height * scale;
    this.left = (box.width - this.width) / 2;
    this.top = (box.height - this.height) / 2;
    this.#mirrored = mirrored;
  }

  /** 1, or −1 where the picture's right is the box's left. */
  get rightwards() {
    return this.#mirrored ? -1 : 1;
  }

  /** A point in fractions of the picture. */
  point([x, y]) {
    const across = this.#mirrored ? 1 - x : x;
    return [this.left + across * this.width, this.top + y * this.height];
  }

  /** A box in fractions of the picture. */
  box({ left, top, width, height }) {
    const [x, y] = this.point([this.#mirrored ? left + width : left, top]);
    return { x, y, width: width * this.width, height: height * this.height };
  }
}
