/** Draws one face: its lines, where the eyes look, and how the head is turned. */

const LINES = "#cfe6ff";
const EYES = "#ffd166";
const AXES = [
  { name: "front", letter: "F", colour: "#7ee0a1", dash: [], axis: [0, 0, 1] },
  { name: "up", letter: "U", colour: "#8abcf2", dash: [6, 4], axis: [0, 1, 0] },
  { name: "left", letter: "L", colour: "#ff9f95", dash: [1, 4], axis: [1, 0, 0] },
];
const REACH = 1.3;
/* Of a gaze ray across the picture's plane, in widths of the face. */
const ARM = 0.42;
/* Of a head's axis, in widths of the face. */

/**
 * `face` is one of an analysis' faces; `mirrored`: the picture that was sent is a mirror's, so
 * that the candidate's left is on its left.
 */
export function drawFace(pen, fit, face, mirrored) {
  const line = (points, shape) => pen.line(points.map((each) => fit.point(each)), LINES, shape);
  line(face.outline, { closed: true });
  line(face.lips, { closed: true });
  line(face.nose);
  for (const side of ["left", "right"]) {
    line(face.brows[side]);
    line(face.eyes[side].outline, { closed: true, width: 1 });
  }
  const leftwards = fit.rightwards * (mirrored ? -1 : 1);
  const width = fit.box(face.box).width;
  if (face.head) drawHead(pen, fit.point(middle(face.nose)), face.head, width * ARM, leftwards);
  for (const side of ["left", "right"]) {
    const { outline, iris } = face.eyes[side];
    if (iris) pen.line(iris.map((each) => fit.point(each)), EYES, { closed: true });
    if (!face.gaze) continue;
    const from = fit.point(middle(iris ?? outline));
    const [x, y] = turned([0, 0, 1], { ...face.gaze, roll: 0 });
    const reach = width * REACH;
    pen.arrow(from, [from[0] + leftwards * x * reach, from[1] - y * reach], EYES);
  }
}

function drawHead(pen, from, angles, arm, leftwards) {
  const arms = AXES.map((each) => ({ ...each, to: turned(each.axis, angles) }));
  arms.sort((one, other) => one.to[2] - other.to[2]); // what points away lies behind
  for (const { letter, colour, dash, to } of arms) {
    const end = (scale) => [from[0] + leftwards * to[0] * scale, from[1] - to[1] * scale];
    pen.line([from, end(arm)], colour, { width: 3, dash });
    pen.letter(letter, end(arm), colour);
  }
}

/** A direction after roll, pitch and yaw; x to the candidate's left, y up, z to the camera. */
function turned([x, y, z], { yaw, pitch, roll }) {
  const [[cy, sy], [cp, sp], [cr, sr]] = [yaw, pitch, roll].map(circle);
  [x, y] = [x * cr - y * sr, x * sr + y * cr];
  [y, z] = [y * cp + z * sp, z * cp - y * sp];
  return [x * cy + z * sy, y, z * cy - x * sy];
}

const circle = (degrees) => {
  const angle = (degrees * Math.PI) / 180;
  return [Math.cos(angle), Math.sin(angle)];
};

function middle(points) {
  const [sx, sy] = points.reduce(([x, y], [px, py]) => [x + px, y + py], [0, 0]);
  return [sx / points.length, sy / points.length];
}
