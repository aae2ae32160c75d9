/** What the shapes of a timeline's bars mean. */

import { element } from "./elements.js";
import { GAP } from "./kinds.js";

const SEVERITIES = ["info", "warning", "critical", GAP];

/** What is still open is shown by `hasOpen` alone. */
export function legend() {
  const list = element("ul", "shapes");
  for (const severity of SEVERITIES) {
    const row = element("li", "", severity === GAP ? "not watched" : severity);
    row.dataset.severity = severity;
    row.prepend(element("span", "shape"));
    list.append(row);
  }
  const open = element("li", "", "still open");
  open.prepend(element("span", "shape arrow"));
  list.append(open);
  return { list, hasOpen: (has) => (open.hidden = !has) };
}
