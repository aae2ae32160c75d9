/** A report's tables. */

import { element } from "../timeline/elements.js";

/**
 * A table with a name. `columns` are [heading, class, cell]: `cell` receives a row and returns
 * text or an element; `scope` rows have their first cell as heading.
 */
export function table(name, columns, rows) {
  const made = element("table");
  const head = element("tr");
  for (const [heading, className] of columns) {
    const cell = element("th", className, heading);
    cell.scope = "col";
    head.append(cell);
  }
  const [top, body] = [element("thead"), element("tbody")];
  top.append(head);
  for (const row of rows) body.append(line(columns, row));
  made.append(element("caption", "hidden-words", name), top, body);
  const scroller = element("div", "scroller");
  scroller.append(made);
  return scroller;
}

function line(columns, row) {
  const made = element("tr");
  if (row.severity) made.dataset.severity = row.severity;
  columns.forEach(([heading, className, of], place) => {
    const cell = element(place === 0 ? "th" : "td", className);
    if (place === 0) cell.scope = "row";
    cell.dataset.heading = heading;
    cell.append(of(row) ?? "");
    made.append(cell);
  });
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
