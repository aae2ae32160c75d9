/** Elements with foreign text in them as text. */

const SVG = "http://www.w3.org/2000/svg";

export function element(name, className = "", text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

/** An element of a drawing. */
export function drawn(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  set(made, attributes);
  made.append(...children);
  return made;
}

export function set(drawing, attributes) {
  for (const [name, value] of Object.entries(attributes)) drawing.setAttribute(name, value);
}

/** Set only where it differs: what is set anew is read out and laid out anew. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** The rows of a description list; those about which nothing is known are left out. */
export function terms(list, rows) {
  const known = rows.filter(([, text]) => text !== undefined && text !== null && text !== "");
  list.replaceChildren(
    ...known.map(([term, text]) => {
      const row = element("div");
      row.append(element("dt", "", term), element("dd", "", text));
      return row;
    }),
  );
}
