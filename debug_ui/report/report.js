/** Wires a session's report: the id is in the page's own path. */

import * as service from "../service/service.js";
import * as token from "../service/token.js";
import { terms } from "../timeline/elements.js";
import { Timeline } from "../timeline/timeline.js";
import * as words from "../words.js";
import * as parts from "./parts.js";

const PATH = /^\/v1\/sessions\/([^/]+)\/report$/;
const GONE = {
  401: (message) => message,
  404: () => "There is no such session. It may have been deleted.",
  410: () => "This session was deleted, and all that was known of it.",
};

const $ = (name) => document.getElementById(name);
const id = decodeURIComponent(PATH.exec(location.pathname)[1]);
const timeline = new Timeline($("timeline"), { live: false });

let report = null; // as it was last told

async function load() {
  if ($("refresh").ariaDisabled === "true") return;
  $("refresh").ariaDisabled = "true"; // not disabled: it keeps the focus
  try {
    report = await service.report(id);
    draw();
  } catch ({ status, message }) {
    if (status === 401) token.askFor($("token"));
    say("trouble", GONE[status]?.(message) ?? message);
    $("actions").hidden = false; // to ask again
    $("save").hidden = $("print").hidden = report === null;
  }
  $("refresh").ariaDisabled = "false";
}

function draw() {
  $("token").hidden = true;
  const { session, summary, clock, complete } = report;
  const until = words.clock(clock.to);
  if (complete) say("quiet", "");
  else say("live", `This session goes on (${session.state}): the report covers it up to ${until}.`);
  terms($("facts"), parts.facts(report));
  $("risk").replaceChildren(...parts.risk(report.risk));
  const unfolded = $("coverage").querySelector("details")?.open ?? false;
  $("coverage").replaceChildren(...parts.coverage(report.coverage, report.service.models));
  for (const fold of $("coverage").querySelectorAll("details")) fold.open = unfolded;
  $("kinds").replaceChildren(...parts.kinds(summary));
  $("gaps").replaceChildren(...parts.gaps(report.gaps, report.coverage !== null));
  $("episodes").replaceChildren(...parts.episodes(report.episodes, report.episodes_left_out));
  $("rules").replaceChildren(...parts.rules(report.rules));
  terms($("made"), parts.made(report));
  const held = document.activeElement === $("refresh");
  $("refresh").hidden = complete;
  $("save").hidden = $("print").hidden = $("actions").hidden = $("body").hidden = false;
  if (held && complete) $("save").focus(); // where it was pressed is nothing more to press
  timeline.show(report);
}

/** One sentence on how it stands. */
function say(tone, sentence) {
  $("state").dataset.tone = tone;
  $("state").textContent = sentence;
  $("state").hidden = sentence === "";
}

/** The report as it was told: a link could not show the window's token. */
function save() {
  const url = URL.createObjectURL(
    new Blob([JSON.stringify(report, null, 2)], { type: "application/json" }),
  );
  const link = document.createElement("a");
  link.href = url;
  link.download = `report-${id.replaceAll(/[^\w.-]+/g, "-").slice(0, 100)}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

$("id").textContent = id;
document.title = `${id} · Report · Proctoring engine`;
$("refresh").addEventListener("click", load);
$("save").addEventListener("click", save);
$("print").addEventListener("click", () => print());
load();
