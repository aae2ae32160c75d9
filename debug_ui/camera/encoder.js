/**
 * A worker: says when a picture is due, and makes JPEGs. The timers of a worker go on at their
 * pace while the page is hidden, and encoding here never holds up the page.
 */

const QUALITY = 0.8;

let timer = 0;
let canvas = null;

onmessage = async ({ data }) => {
  if (data.every !== undefined) {
    clearInterval(timer);
    timer = setInterval(() => postMessage({ due: true }), data.every);
  } else {
    postMessage({ jpeg: await encoded(data.picture, data.side).catch(() => null) });
  }
};

/** This frame or bitmap, its longest side at most `side` pixels. */
async function encoded(picture, side) {
  const sizes = [picture.displayWidth ?? picture.width, picture.displayHeight ?? picture.height];
  const scale = Math.min(1, side / Math.max(...sizes));
  const [width, height] = sizes.map((size) => Math.round(size * scale));
  if (canvas?.width !== width || canvas.height !== height) {
    canvas = new OffscreenCanvas(width, height);
  }
  const paint = canvas.getContext("2d", { alpha: false });
  paint.imageSmoothingQuality = "medium";
  paint.drawImage(picture, 0, 0, width, height);
  picture.close();
  return (await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY })).arrayBuffer();
}
