/** What the keyboard does on the wall. */

const ARROWS = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  Home: "first",
  End: "last",
};

/**
 * Listens for ever. `filter` is the field, `grid` the tiles, `dialog` tells the keys; `clear`
 * shows all sessions again, `hold` holds the order or lets it follow.
 */
export function listen({ filter, grid, dialog, clear, hold }) {
  document.addEventListener("keydown", (event) => {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey || event.isComposing || dialog.open) return;
    if (key === "Escape") {
      clear();
      if (target === filter) grid.focus();
    } else if (target === filter) {
      if (key !== "ArrowDown" && key !== "Enter") return;
      if (!grid.focus()) return;
    } else if (key === "/") {
      filter.focus();
      filter.select();
    } else if (key === "?") {
      dialog.showModal();
    } else if (key === "h" || key === "H") {
      hold();
    } else if (grid.focused === null) {
      return;
    } else if (ARROWS[key]) {
      grid.move(ARROWS[key]);
    } else if (key === "r" || key === "R") {
      grid.focused.report.click();
    } else {
      return;
    }
    event.preventDefault();
  });
}
