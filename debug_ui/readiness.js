/** Whether the service is able, and what it cannot do at present. */

import { readiness } from "./service.js";

const AGAIN = 2000;
/* Milliseconds. */

/** Ask until the service is ready; `line` says how it is, `note` lists what is missing. */
export async function follow(line, note) {
  for (let ready = false; !ready; ) {
    try {
      const answer = await readiness();
      ready = answer.ready;
      line.textContent = sentence(answer);
      fill(note, answer.degraded);
    } catch (error) {
      line.textContent = error.message;
    }
    line.dataset.ready = ready;
    if (!ready) await new Promise((done) => setTimeout(done, AGAIN));
  }
}

function sentence({ ready, models, database }) {
  if (ready) return "Service ready";
  if (models === "loading") return "The models are still loading.";
  if (models !== "ready") return `The models ${models}`;
  return `The database ${database}.`;
}

function fill(note, degraded) {
  note.hidden = degraded.length === 0;
  note.querySelector("dl").replaceChildren(
    ...degraded.flatMap(({ what, why, mend }) => {
      const [term, text, command] = ["dt", "dd", "code"].map((tag) => document.createElement(tag));
      term.textContent = what;
      command.textContent = mend;
      text.append(`${why}. Mend: `, command);
      return [term, text];
    }),
  );
}
