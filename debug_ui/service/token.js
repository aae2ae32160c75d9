/** The token that this page shows to a service that asks for one: /#token=… brings it. */

const KEPT = "token";
/* In the window's own storage: closing the window forgets it. */
const WELL_FORMED = /^[\w-]+\.[\w-]+\.[\w-]+$/;

let token = take() ?? sessionStorage.getItem(KEPT);

/** The token in the address, which loses it at once; null: there is none. */
function take() {
  const given = new URLSearchParams(location.hash.slice(1)).get(KEPT);
  if (given === null) return null;
  history.replaceState(null, "", location.pathname + location.search);
  if (!WELL_FORMED.test(given)) return null;
  sessionStorage.setItem(KEPT, given);
  return given;
}

/** Whether there is one. */
export const held = () => token !== null;

/** What a request says. */
export const headers = () => (held() ? { Authorization: `Bearer ${token}` } : {});

/** What a WebSocket offers, since it can say no header. */
export const protocols = () => (held() ? ["proctor", `token.${token}`] : []);

/** Where this page takes one, for people to read. */
export const address = () => `${location.href.replace(/#.*/, "")}#${KEPT}=…`;

/** Say in this section how one is made. */
export function askFor(section) {
  section.querySelector(".address").textContent = address();
  section.hidden = false;
}

addEventListener("hashchange", () => {
  const given = take();
  if (given === null) return;
  token = given;
  location.reload();
});
