/** Asks whoever sits before the camera for a turn of the head: a notice over the picture. */

import * as service from "../service/service.js";

const ASKING = 200;
/* Milliseconds between two questions how it goes. */
const READ = 3000;
const READ_WELL = 6000;
/* Milliseconds for which what came of it stays: thanks, and what else to do. */

const TURN = {
  left: "Turn your head to your left",
  right: "Turn your head to your right",
};
const THEN = "To the side, not all the way, then back.";
const BACK = "And back to the camera";
const ANSWERS = {
  passed: "Thank you.",
  failed: "That was not seen. Face the camera.",
  not_judged: "That could not be judged. Face the camera.",
};
const NO_MORE = "No turn is needed any more.";

export class ChallengeNotice {
  #notice;
  #part;
  #episode = null; // of the challenge that is shown, from its event until its end
  #timer = 0; // hides what came of it
  #ends = 0; // when its time is over, on the page's clock

  /** `notice` lies over the mirrored picture; its parts are named by their classes. */
  constructor(notice) {
    this.#notice = notice;
    this.#part = (name) => notice.querySelector(`.${name}`);
  }

  /** Ask the service for one, which comes back as an event, here as everywhere. */
  async ask(id) {
    try {
      await service.beginChallenge(id);
    } catch ({ message }) {
      if (this.#episode === null) this.#tell("refused", message, READ_WELL);
    }
  }

  /** One message of the service about this session, whoever asked for a challenge. */
  take(id, { events }) {
    const own = events.filter(({ kind }) => kind === "challenge");
    for (const event of own) {
      const over = own.some((other) => other.id === event.id && other.state === "ended");
      if (event.state === "started" && !over) this.#begin(id, event);
      if (event.state === "ended" && event.id === this.#episode) this.#end(event.evidence.result);
    }
  }

  /** The camera is off: nobody is asked any more. */
  close() {
    this.#episode = null;
    this.#stage("none");
  }

  /** The event may be an old one that is told again: the service knows what goes on. */
  async #begin(id, { id: episode, evidence }) {
    this.#episode = episode;
    for (let stage = "none"; this.#episode === episode; await sleep(ASKING)) {
      const view = await service.challenge(id).catch(() => null);
      if (this.#episode !== episode || view === null) continue; // the event tells its end
      if (view.id !== evidence.challenge) return this.close();
      if (view.state !== "running") return this.#end(view.state);
      const next = view.turned ? "turned" : "turn";
      if (stage === "none") this.#notice.parentElement.scrollIntoView({ block: "nearest" });
      if (next !== stage) this.#ask((stage = next), view);
      this.#ends = performance.now() + view.seconds_left * 1000;
      this.#count(view.seconds);
    }
  }

  #ask(stage, { side, seconds }) {
    this.#stage(stage);
    this.#notice.dataset.side = side;
    const words = stage === "turn" ? TURN[side] : BACK;
    this.#part("words").textContent = words;
    this.#part("then").textContent = stage === "turn" ? THEN : "";
    this.#part("said").textContent =
      stage === "turn" ? `${words}. ${THEN} You have ${Math.round(seconds)} seconds.` : `${words}.`;
  }

  /** The time left, as a bar and as a number. */
  #count(seconds) {
    const left = Math.max(0, (this.#ends - performance.now()) / 1000);
    this.#part("fill").style.transform = `scaleX(${Math.min(1, left / seconds).toFixed(3)})`;
    this.#part("left").textContent = `${Math.ceil(left)} s`;
  }

  #end(result) {
    this.#episode = null;
    this.#tell(
      ANSWERS[result] ? result : "cancelled",
      ANSWERS[result] ?? NO_MORE,
      result === "passed" ? READ : READ_WELL,
    );
  }

  #tell(stage, words, milliseconds) {
    this.#stage(stage);
    for (const name of ["words", "said"]) this.#part(name).textContent = words;
    this.#part("then").textContent = "";
    this.#timer = setTimeout(() => this.close(), milliseconds);
  }

  #stage(name) {
    clearTimeout(this.#timer);
    this.#notice.dataset.stage = name;
    this.#part("shown").hidden = name === "none";
    if (name === "none") this.#part("said").textContent = "";
  }
}

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
