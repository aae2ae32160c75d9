/** Wires the wall: asks for all sessions again and again, and shows them. */

import * as readiness from "../service/readiness.js";
import * as service from "../service/service.js";
import * as token from "../service/token.js";
import { many } from "../words.js";
import { Announcer } from "./announcer.js";
import { Grid } from "./grid.js";
import { listen } from "./keys.js";
import { RANKS } from "./order.js";
import { stretch } from "./sentences.js";

const EACH = 1000;
const HIDDEN = 10_000;
/* Milliseconds between two questions: while somebody looks, and while nobody does. */
const LATE = 5000;
/* Milliseconds without an answer after which what is shown is not the present. */

const $ = (name) => document.getElementById(name);

const grid = new Grid($("tiles"));
const announcer = new Announcer($("announcer"));
const tallies = new Map(RANKS.map((rank) => [rank, tally(rank)]));
const sum = document.createElement("b");
$("tally").append(sum, ...[...tallies.values()].map(({ node }) => node));

let answered = null; // when the service told the sessions last, in milliseconds; null: never
let looked = performance.now(); // since when somebody looks
let left = 0; // sessions that it left out
let trouble = ""; // why it did not tell them now
let attention = false;
let wake = () => {}; // ends the wait for the next question

/** Ask for as long as the page is open. */
async function poll() {
  for (;;) {
    const asked = performance.now();
    try {
      const { sessions, total } = await service.wall();
      await painted();
      [answered, trouble, left] = [performance.now(), "", total - sessions.length];
      $("token").hidden = true;
      grid.show(sessions);
      announcer.take(sessions);
    } catch (error) {
      if (!(error instanceof service.ServiceError)) console.error(error); // it goes on asking
      trouble = error.message;
      if (error.status === 401 || error.status === 403) token.askFor($("token"));
    }
    render();
    await pause((document.hidden ? HIDDEN : EACH) - (performance.now() - asked));
  }
}

/** Until the browser is about to paint; one that is not looked at does not. */
const painted = () => (document.hidden ? null : new Promise((done) => requestAnimationFrame(done)));

function pause(milliseconds) {
  return new Promise((done) => {
    const timer = setTimeout(done, Math.max(100, milliseconds));
    wake = () => {
      clearTimeout(timer);
      done();
    };
  });
}

function render() {
  const tiles = grid.tiles;
  const counts = Object.fromEntries(RANKS.map((rank) => [rank, 0]));
  for (const { place } of tiles) counts[place.rank]++;
  write(sum, many(tiles.length, "session"));
  for (const [rank, { node, count }] of tallies) {
    write(count, String(counts[rank]));
    if (node.hidden !== (tiles.length === 0)) node.hidden = tiles.length === 0;
    if (node.classList.contains("nil") !== (counts[rank] === 0)) node.classList.toggle("nil");
  }
  const worst = counts.critical ? `(${counts.critical}) ` : "";
  const title = `${worst}Wall · Proctoring engine`;
  if (document.title !== title) document.title = title;
  write($("wall-state"), sentence());
  const old = trouble !== "" || late();
  write($("age"), old && answered !== null ? `What is shown is ${age()} old.` : "");
  $("wall-state").dataset.tone = old ? "trouble" : "quiet";
  $("tiles").classList.toggle("old", old);
  $("nobody").hidden = answered === null || tiles.length > 0;
  $("unmatched").hidden = tiles.length === 0 || grid.shown > 0;
  $("hold").setAttribute("aria-pressed", grid.hold);
  $("attention").setAttribute("aria-pressed", attention);
}

const late = () => performance.now() - Math.max(answered ?? 0, looked) > LATE;
const age = () => stretch((performance.now() - answered) / 1000);

function sentence() {
  if (trouble) return trouble;
  if (late()) return "The service answers late.";
  if (answered === null) return "Asking for the sessions.";
  if (left) return `The newest; ${many(left, "older one")} not shown.`;
  return grid.hold ? "The order is held." : "";
}

/** A count that is shown at the top, with its mark. */
function tally(rank) {
  const MARKS = { recent: "info", unassessable: "unknown", quiet: "none" };
  const WORDS = { unassessable: "not assessable" };
  const [node, mark, count] = ["span", "span", "b"].map((tag) => document.createElement(tag));
  mark.className = "mark";
  mark.dataset.severity = MARKS[rank] ?? rank;
  node.append(mark, count, WORDS[rank] ?? rank);
  node.dataset.rank = rank;
  return { node, count };
}

function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function sift() {
  grid.filter($("filter").value, attention);
  render();
}

function clear() {
  $("filter").value = "";
  attention = false;
  sift();
}

function hold() {
  grid.hold = !grid.hold;
  if (!grid.hold) grid.arrange();
  render();
}

$("filter").addEventListener("input", sift);
$("attention").addEventListener("click", () => {
  attention = !attention;
  sift();
});
$("hold").addEventListener("click", hold);
$("show-all").addEventListener("click", () => {
  clear();
  grid.focus();
});
$("show-keys").addEventListener("click", () => $("keys").showModal());
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  looked = performance.now();
  wake();
});
setInterval(() => {
  if (!document.hidden && late()) render();
}, EACH);
listen({ filter: $("filter"), grid, dialog: $("keys"), clear, hold });
readiness.follow($("service"), $("degraded"));
render();
poll();
