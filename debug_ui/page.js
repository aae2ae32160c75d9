/** Wires the page: a camera that feeds a session, or, with ?session=ID, somebody else's session. */

import { ChallengeNotice } from "./camera/challenge.js";
import { DeviceChoice } from "./camera/device_choice.js";
import { NO_MICROPHONE } from "./camera/devices.js";
import { Level } from "./camera/level.js";
import { ScreenCalibration } from "./camera/screen.js";
import { Sender } from "./camera/sender.js";
import { state } from "./camera/state.js";
import { SessionName } from "./camera/session_name.js";
import { Work } from "./camera/work.js";
import { Seen } from "./now/seen.js";
import { bind } from "./remember.js";
import { link } from "./service/links.js";
import * as readiness from "./service/readiness.js";
import * as service from "./service/service.js";
import { Socket } from "./service/socket.js";
import * as token from "./service/token.js";
import { Alerts } from "./timeline/alerts.js";
import { Following } from "./timeline/following.js";
import { Sessions } from "./timeline/sessions.js";
import { Timeline } from "./timeline/timeline.js";
import * as words from "./words.js";

const FAST = 250;
const SLOW = 1000;
/* Milliseconds between two questions: while a session runs, and otherwise. */

const $ = (name) => document.getElementById(name);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

const watched = new URLSearchParams(location.search).get("session");
const screen = new ScreenCalibration($("screen"));
const challenge = new ChallengeNotice($("challenge"));
const seen = new Seen({
  rows: $("now"),
  charts: $("charts"),
  latency: $("latency"),
  overlay: $("overlay"),
  pictured: !watched,
});
const alerts = new Alerts({
  list: $("alerts"),
  none: $("none"),
  count: $("count"),
  announcer: $("announcer"),
});
const timeline = new Timeline($("timeline"));
const following = new Following(timeline);
const sessions = new Sessions($("sessions"));
const sender = new Sender({
  video: $("video"),
  level: new Level($("level")),
  ended: endFeed,
  mute,
  changed: (socket, ...change) =>
    follow(socket, socket === "video" ? endFeed : () => {})(...change), // without sound it goes on
});
const name = new SessionName($("session"));
const cameras = new DeviceChoice($("camera"), "videoinput", "camera");
const microphones = new DeviceChoice($("microphone"), "audioinput", "microphone");

const lacking = (kinds) => seen.lack(kinds);
const askReadiness = readiness.follow($("service"), $("degraded"), lacking);
const work = new Work({ changed: render, failed: note });

let id = null; // of the session that is shown
let session = null; // as the service last described it; null: it did not
let events = null; // its socket
let turn = 0; // answers to what was asked before it changed are out of date
const broken = new Map(); // sockets that try again, and why

/** Show this session from its beginning. */
function show(view) {
  events?.close();
  alerts.clear();
  following.show(view.id);
  seen.clear();
  broken.clear();
  [id, session] = [view.id, view];
  turn += 1;
  const end = () => `events?after=${alerts.seq}&detail=analysis`;
  events = new Socket(() => service.socketUrl(id, end()), {
    onMessage: (text) => take(JSON.parse(text)),
    onChange: follow("events", (sentence) => work.blame(sentence)),
  });
}

/** One message of the service. */
function take(message) {
  if (message.analysis) {
    const taken = sender.taken(message.analysis.picture);
    seen.take(message.analysis, session, taken);
  }
  if (message.events.length === 0) return;
  alerts.take(message);
  timeline.take(message);
  if (sender.on) challenge.take(id, message); // who is asked sits before this camera
  render();
}

/** Keeps account of a socket's connection; `refused` takes the sentence that ends it. */
function follow(socket, refused) {
  return (change, code, reason) => {
    broken.delete(socket);
    if (change === "broken") {
      broken.set(socket, reason || `code ${code}`);
      askReadiness();
    }
    if (change === "refused") refused(words.closed(code, reason));
    if (code === 4401) token.askFor($("token"));
    render();
  };
}

async function start() {
  await sender.open(cameras.value, microphones.value);
  await Promise.all([cameras.fill(sender.cameraId), microphones.fill(sender.microphoneId)]);
  let view = await service.create(name.value);
  if (view.state !== "running") view = await service.change(view.id, "start");
  show(view);
  sender.ask(view.asks);
  sender.begin(id);
  sessions.refresh();
}

async function change(verb) {
  const view = await service.change(id, verb);
  turn += 1;
  if (verb === "start") sender.pause(false);
  heed(view);
  sessions.refresh();
}

/** What the service says of the session holds here, whoever wanted it so. */
function heed(view) {
  session = view;
  sender.ask(view.asks);
  if (view.state === "stopped" && !sender.on) name.leave(view.id);
  const fed = view.state === "running" && view.live?.publishing.includes("video");
  if (sender.paused && view.state === "stopped") endFeed(words.closed(4410, ""));
  else if (sender.paused && fed) endFeed(words.closed(4409, "")); // no connection tells it
  else sender.pause(view.state === "paused");
}

/** The camera is off at once, whatever becomes of the question to the service. */
async function stop() {
  endFeed();
  const failed = (sentence, gone) => work.blame(`The camera is off. ${sentence}`, gone);
  await work.do("Stopping.", () => change("stop"), failed);
  $("go").focus();
}

/** Send no more; the sentence says why, unless it was wanted. */
function endFeed(sentence = "", gone = false) {
  sender.close();
  microphones.restore(); // the next start asks for it again
  challenge.close();
  seen.fade();
  broken.delete("video");
  broken.delete("audio");
  work.blame(sentence, gone);
  render();
}

/** There is no sound, and why; "": there is, or it is not wanted. */
function mute(sentence) {
  $("missing").textContent = sentence;
  broken.delete("audio");
  if (sentence) microphones.value = NO_MICROPHONE; // so that it can be chosen again
}

/** Ask for the session's numbers for as long as the page is open. */
async function poll() {
  for (;;) {
    const asked = turn;
    if (id !== null) {
      const answer = await service.get(id).catch(unseen);
      if (asked === turn) answer ? heed(answer) : (session = null);
      if (answer) work.heard();
      render();
    }
    await sleep(id === null || sender.on || session?.live ? FAST : SLOW);
  }
}

/** A question to the service failed: what there is to do about it here. */
function note({ status }) {
  if (status === 0) askReadiness();
  if (status === 401) token.askFor($("token"));
}

/** The session cannot be seen at present. */
function unseen(error) {
  const { status, message } = error;
  note(error);
  if (status === 401) work.blame(message);
  if (status === 404 && sender.paused) endFeed(words.closed(4404, ""));
  return null;
}

/** Wait for somebody else's session: the events socket would create it. */
async function watch() {
  for (;;) {
    try {
      const view = await service.get(watched);
      work.blame("");
      return show(view);
    } catch (error) {
      const { status, message } = error;
      note(error);
      work.blame(status === 404 ? "There is no such session yet. Waiting for it." : message);
    }
    render();
    await sleep(SLOW);
  }
}

function render() {
  const [why = ""] = broken.values();
  const [tone, sentence] = state({
    ...{ busy: work.busy, fault: work.fault, why, session },
    shown: id !== null,
    sending: sender.on,
    watching: Boolean(watched),
  });
  const now = session?.live?.now;
  if ($("state").textContent !== sentence) $("state").textContent = sentence;
  $("state").dataset.tone = tone;
  $("clock").textContent = now ? words.clock(now.at) : "";
  $("hint").hidden = Boolean(watched) || $("video").srcObject !== null;
  $("unseen").hidden = !watched || tone === "live";
  $("session").readOnly = sender.on || work.busy !== "";
  $("camera").disabled = $("microphone").disabled = work.busy !== "";
  const begin = name.value === id ? "Start again" : "Start"; // again: in the same session
  $("go").textContent = !sender.on ? begin : sender.paused ? "Resume" : "Pause";
  $("stop").disabled = !sender.on && (session === null || session.state === "stopped");
  const seeing = session?.state === "running" && session.live?.publishing.includes("video");
  const blind = !sender.on || work.busy !== "" || !seeing || !now;
  $("calibrate").disabled = $("turn").disabled = blind;
  $("asked").textContent = asked();
  link($("share"), $("report"), id, Boolean(watched));
  following.see(session);
  seen.show(session, (kind) => alerts.openLabel(kind));
}

/** What the service wants of the camera, once it says so. */
function asked() {
  if (!sender.on || !session?.asks) return "";
  const { pictures_per_second: rate, longest_side: side } = session.asks;
  return `${rate} pictures a second, ${side} pixels`;
}

$("controls").addEventListener("submit", (event) => {
  event.preventDefault();
  if (work.busy) return;
  if (!sender.on) {
    work.do("Waiting for the camera; the browser may ask for your permission.", start, endFeed);
  } else if (sender.paused) {
    work.do("Resuming.", () => change("start"));
  } else {
    work.do("Pausing.", () => change("pause"));
  }
});
$("stop").addEventListener("click", stop);
$("session").addEventListener("input", render);
$("calibrate").addEventListener("click", () => screen.open(id));
$("turn").addEventListener("click", () => challenge.ask(id));
cameras.onChange((device) => {
  if (sender.on) work.do("Changing the camera.", () => sender.changeCamera(device), endFeed);
});
microphones.onChange((device) => {
  mute("");
  if (sender.on) work.do("Changing the microphone.", () => sender.changeMicrophone(device));
});
bind($("drawing"), (wanted) => seen.draw(wanted));

if (watched) {
  document.body.classList.add("viewer");
  document.title = `${watched} · ${document.title}`;
  document.querySelector("nav [aria-current]").removeAttribute("aria-current");
  $("source-title").textContent = "Watching";
  $("watched").textContent = watched;
  $("watched").hidden = false;
  watch();
}
$("go").disabled = false; // before, the form would be sent as forms are
render();
sessions.refresh();
poll();
