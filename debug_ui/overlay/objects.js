/** Draws the boxes of what was found, with its name and how sure it is. */

const STYLES = {
  phone: { colour: "#ffb454", dash: [], line: 3 },
  person: { colour: "#e6edf3", dash: [7, 5], line: 2 },
};
const OTHER = { colour: "#d8c4ff", dash: [2, 4], line: 2 };

/** `objects` are an analysis' own; null: nothing was looked for. */
export function drawObjects(pen, fit, objects) {
  for (const object of objects ?? []) {
    const style = STYLES[object.name] ?? OTHER;
    pen.rectangle(fit.box(object), style.colour, style);
  }
  for (const object of objects ?? []) {
    const { x, y } = fit.box(object);
    const { colour } = STYLES[object.name] ?? OTHER;
    pen.label(`${named(object.name)} ${Math.round(100 * object.confidence)} %`, x, y, colour);
  }
}

const named = (name) => name[0].toUpperCase() + name.slice(1);
