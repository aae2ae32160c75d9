/** A report's tables. */

import { element } from "../timeline/elements.js";

const AT_ONCE = 500;
/* Rows. */

/**
 * A table with a name. `columns` are [heading, class, cell]: `cell` receives a row and returns
 * text or an element. A row's first cell is its heading.
 */
export function table(name, columns, rows) {
  const made = tag("table", "table");
  const [top, head, body] = [tag("thead", "rowgroup"), tag("tr", "row"), tag("tbody", "rowgroup")];
  for (const [heading, className] of columns) {
    const cell = tag("th", "columnheader", className);
    cell.textContent = heading;
    head.append(cell);
  }
  top.append(head);
  fill(body, columns, rows);
  made.append(element("caption", "hidden-words", name), top, body);
  const scroller = element("div", "scroller");
  scroller.append(made);
  return scroller;
}

/** The first rows at once, the others a little later, so that the page stays alive. */
function fill(body, columns, rows) {
  body.append(...rows.slice(0, AT_ONCE).map((row) => line(columns, row)));
  if (rows.length > AT_ONCE) setTimeout(() => fill(body, columns, rows.slice(AT_ONCE)));
}

function line(columns, row) {
  const made = tag("tr", "row");
  if (row.severity) made.dataset.severity = row.severity;
  columns.forEach(([heading, className, of], place) => {
    const cell = place === 0 ? tag("th", "rowheader", className) : tag("td", "cell", className);
    cell.dataset.heading = heading;
    cell.append(of(row) ?? "");
    made.append(cell);
  });
  return made;
}

/** With its role in words: narrow windows draw rows as cards, which takes it from the tag. */
function tag(name, role, className = "") {
  const made = element(name, className);
  made.role = role;
  return made;
}

/** A bar of a share, 0 to 1; the number stands beside it. */
export function bar(share, className = "") {
  const track = element("span", `share ${className}`);
  const amount = element("span", "amount");
  amount.style.width = `${Math.min(Math.max(share, 0), 1) * 100}%`;
  track.ariaHidden = "true";
  track.append(amount);
  return track;
}
