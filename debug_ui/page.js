/** Wires the page: a camera that feeds a session, or, with ?session=ID, somebody else's session. */

import { Alerts } from "./timeline/alerts.js";
import { Camera } from "./camera/camera.js";
import { ChallengeNotice } from "./camera/challenge.js";
import { Feed } from "./camera/feed.js";
import * as readiness from "./service/readiness.js";
import { Readings } from "./now/readings.js";
import { ScreenCalibration } from "./camera/screen.js";
import * as service from "./service/service.js";
import { Socket } from "./service/socket.js";
import * as token from "./service/token.js";
import * as words from "./words.js";

const FAST = 250;
const SLOW = 1000;
/* Milliseconds between two questions: while a session runs, and otherwise. */

const $ = (name) => document.getElementById(name);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

const watched = new URLSearchParams(location.search).get("session");
const camera = new Camera($("video"), endFeed);
const readings = new Readings($("now"));
const screen = new ScreenCalibration($("screen"));
const challenge = new ChallengeNotice($("challenge"));
const alerts = new Alerts({
  list: $("alerts"),
  none: $("none"),
  count: $("count"),
  announcer: $("announcer"),
});

let id = null; // of the session that is shown
let session = null; // as the service last described it; null: it did not
let events = null; // its socket
let feed = null; // the camera's pictures, while they are sent
let busy = ""; // what is under way
let fault = ""; // what is over, and what to do
const broken = new Map(); // sockets that try again, and why

/** Show this session from its beginning. */
function show(view) {
  events?.close();
  alerts.clear();
  broken.clear();
  [id, session] = [view.id, view];
  events = new Socket(() => service.socketUrl(id, `events?after=${alerts.seq}`), {
    onMessage: (text) => {
      const message = JSON.parse(text);
      alerts.take(message);
      if (feed !== null) challenge.take(id, message); // who is asked sits before this camera
      render();
    },
    onChange: follow("events", (sentence) => (fault = sentence)),
  });
}

/** Keeps account of a socket's connection; `refused` takes the sentence that ends it. */
function follow(name, refused) {
  return (change, code, reason) => {
    broken.delete(name);
    if (change === "broken") broken.set(name, reason || `code ${code}`);
    if (change === "refused") refused(words.closed(code, reason));
    if (code === 4401) askForToken();
    render();
  };
}

/** Says what is under way, does it, and says what went wrong. */
async function doing(what, action, failed = (sentence) => (fault = sentence)) {
  [busy, fault] = [what, ""];
  render();
  try {
    await action();
  } catch (error) {
    if (error.status === 401) askForToken();
    failed(error.message);
  }
  busy = "";
  render();
}

async function start() {
  await camera.open($("camera").value);
  await listCameras();
  let view = await service.create($("session").value);
  if (view.state !== "running") view = await service.change(view.id, "start");
  show(view);
  const url = service.socketUrl(id, "video");
  feed = new Feed($("video"), new Socket(() => url, { onChange: follow("video", endFeed) }));
}

async function change(verb) {
  if (verb === "stop") endFeed();
  session = await service.change(id, verb);
}

/** Send no more; the sentence says why, unless it was wanted. */
function endFeed(sentence = "") {
  feed?.close();
  feed = null;
  challenge.close();
  camera.close();
  broken.delete("video");
  fault = sentence;
  render();
}

async function listCameras() {
  const found = await Camera.list();
  const chosen = camera.deviceId || $("camera").value;
  if (found.length === 0) found.push({ label: "Default camera", deviceId: "" });
  $("camera").replaceChildren(
    ...found.map(({ label, deviceId }, i) => new Option(label || `Camera ${i + 1}`, deviceId)),
  );
  if (found.some(({ deviceId }) => deviceId === chosen)) $("camera").value = chosen;
}

/** Ask for the session's numbers for as long as the page is open. */
async function poll() {
  for (;;) {
    const asked = id;
    if (asked !== null) {
      const answer = await service.get(asked).catch(unseen);
      if (asked === id) session = answer;
      render();
    }
    await sleep(id === null || feed || session?.live ? FAST : SLOW);
  }
}

/** The session cannot be seen at present. */
function unseen({ status, message }) {
  if (status === 401) {
    askForToken();
    fault = message;
  }
  return null;
}

/** Say how one is made; what asks for it goes on asking. */
function askForToken() {
  $("token").querySelector(".address").textContent = token.address();
  $("token").hidden = false;
}

/** Wait for somebody else's session: the events socket would create it. */
async function watch() {
  for (;;) {
    try {
      const view = await service.get(watched);
      fault = "";
      return show(view);
    } catch ({ status, message }) {
      if (status === 401) askForToken();
      fault = status === 404 ? "There is no such session yet. Waiting for it." : message;
    }
    render();
    await sleep(SLOW);
  }
}

/** The tone and the sentence of the state line. */
function state() {
  if (busy) return ["quiet", busy];
  if (fault) return ["trouble", fault];
  const [why] = broken.values();
  if (why) return ["trouble", `The connection broke (${why}). Trying again.`];
  if (id === null) return ["quiet", watched ? "Connecting." : "The camera is off."];
  if (session === null) return ["trouble", "The service does not answer. Trying again."];
  if (session.state === "paused") return ["paused", "Paused: nothing is analysed."];
  if (session.state === "stopped") return ["quiet", "Stopped. The alerts stay."];
  if (session.live?.publishing.includes("video")) return ["live", "Live: pictures are analysed."];
  return ["quiet", feed ? "Connecting." : "Nobody sends pictures at the moment."];
}

function render() {
  const [tone, sentence] = state();
  const now = session?.live?.now;
  const paused = session?.state === "paused";
  if ($("state").textContent !== sentence) $("state").textContent = sentence;
  $("state").dataset.tone = tone;
  $("clock").textContent = now ? words.clock(now.at) : "";
  $("hint").hidden = $("video").srcObject !== null;
  $("session").readOnly = feed !== null || busy !== "";
  $("camera").disabled = busy !== "";
  $("go").textContent = feed === null ? "Start" : paused ? "Resume" : "Pause";
  $("stop").disabled = session === null || session.state === "stopped";
  const blind = feed === null || busy !== "" || tone !== "live" || !now;
  $("calibrate").disabled = $("turn").disabled = blind;
  $("share").hidden = id === null;
  $("share").rel = token.held() ? "opener" : "noopener"; // an opener's token is its window's, too
  $("share").href = `/?session=${encodeURIComponent(id)}`;
  readings.show(session, (kind) => alerts.openLabel(kind));
}

$("controls").addEventListener("submit", (event) => {
  event.preventDefault();
  if (busy) return;
  if (feed === null) {
    doing("Waiting for the camera; the browser may ask for your permission.", start, endFeed);
  } else if (session?.state === "paused") {
    doing("Resuming.", () => change("start"));
  } else {
    doing("Pausing.", () => change("pause"));
  }
});
$("stop").addEventListener("click", () => {
  if (!busy) doing("Stopping.", () => change("stop")).then(() => $("go").focus());
});
$("calibrate").addEventListener("click", () => screen.open(id));
$("turn").addEventListener("click", () => challenge.ask(id));
$("camera").addEventListener("change", () => {
  if (feed) doing("Changing the camera.", () => camera.open($("camera").value), endFeed);
});
navigator.mediaDevices?.addEventListener("devicechange", listCameras);

if (watched) {
  document.body.classList.add("viewer");
  document.title = `${watched} · ${document.title}`;
  $("source-title").textContent = "Watching";
  $("watched").textContent = watched;
  $("watched").hidden = false;
  watch();
} else {
  $("session").value = words.sessionName(new Date());
  listCameras();
}
render();
readiness.follow($("service"), $("degraded"));
poll();
