/** Whether the service is able, and what it cannot do at present. */

import { readiness } from "./service.js";

const AGAIN = 2000;
const AGAIN_WHEN_READY = 10_000;
/* Milliseconds. */

/**
 * Ask for ever: what is missing may arrive. `line` says how it is, `note` what is missing, and
 * `told` receives the names of what is. Returns a function that asks at once: something failed.
 */
export function follow(line, note, told = () => {}) {
  let ready = false;
  let timer = 0;
  const ask = async () => {
    clearTimeout(timer);
    try {
      const answer = await readiness();
      ready = answer.ready;
      line.textContent = sentence(answer);
      fill(note, answer.degraded);
      told(new Set(answer.degraded.map(({ what }) => what)));
    } catch (error) {
      ready = false;
      line.textContent = error.message;
    }
    line.dataset.ready = ready;
    clearTimeout(timer);
    timer = setTimeout(ask, ready ? AGAIN_WHEN_READY : AGAIN);
  };
  ask();
  return () => {
    if (!ready) return; // it is asked often
    ready = false;
    ask();
  };
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
