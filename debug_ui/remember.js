/** What this browser remembers of the page's choices; one that forgets is as good. */

/** What was kept under this name; `otherwise`: nothing was. */
export function recall(name, otherwise = "") {
  try {
    return localStorage.getItem(name) ?? otherwise;
  } catch {
    return otherwise; // the browser keeps nothing for this page
  }
}

/** Keep this text under this name. */
export function remember(name, text) {
  try {
    localStorage.setItem(name, text);
  } catch {
    /* then it is chosen anew next time */
  }
}

/** A checkbox, on at first, that keeps its choice; `told` receives it, now and when it changes. */
export function bind(box, told) {
  box.checked = recall(box.id, "on") === "on";
  box.addEventListener("change", () => {
    remember(box.id, box.checked ? "on" : "off");
    told(box.checked);
  });
  told(box.checked);
}
