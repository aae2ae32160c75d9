/** What the shapes of a timeline's bars mean. */

import { element } from "./elements.js";
import { GAP } from "./kinds.js";

const SEVERITIES = ["info", "warning", "critical", GAP];

/** `live`: there may be episodes that are still open. */
export function legend(live) {
  const list = element("ul", "shapes");
  for (const severity of SEVERITIES) {
    const row = element("li", "", severity === GAP ? "not watched" : severity);
    row.dataset.severity = severity;
    row.prepend(element("span", "shape"));
    list.append(row);
  }
  if (live) {
    const row = element("li", "", "still open");
    row.prepend(element("span", "shape arrow"));
    list.append(row);
  }
  return list;
}
