/** What a session is doing, for the line below the picture. */

/**
 * Its tone and its sentence. `busy` is what is under way, `fault` what is over, `why` a connection
 * broke, each "" where nothing is; `session` is as the service last described it, null: it did not.
 */
export function state({ busy, fault, why, shown, session, sending, watching }) {
  if (busy) return ["quiet", busy];
  if (fault) return ["trouble", fault];
  if (why) return ["trouble", `The connection broke (${why}). Trying again.`];
  if (!shown) return ["quiet", watching ? "Connecting." : "The camera is off."];
  if (session === null) return ["trouble", "The service does not answer. Trying again."];
  if (session.state === "paused") return ["paused", paused(sending)];
  if (session.state === "stopped") return ["quiet", "Stopped. The alerts stay."];
  if (session.live?.publishing.includes("video")) return ["live", "Live: pictures are analysed."];
  return ["quiet", sending ? "Connecting." : "Nobody sends pictures at the moment."];
}

const paused = (sending) => `Paused: nothing is ${sending ? "sent or " : ""}analysed.`;
