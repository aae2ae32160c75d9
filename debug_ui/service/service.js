/** The service's HTTP interface. */

import * as token from "./token.js";

const SESSIONS = "/v1/sessions";

/** The service refused, or does not answer (status 0); the message is a sentence. */
export class ServiceError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** What GET /readyz says, ready or not. */
export async function readiness() {
  return read(await answer("/readyz"));
}

/** The session of this id, created if it is new. */
export const create = (id) => request(SESSIONS, "POST", { id });

/** The session with its counters and newest numbers. */
export const get = (id) => request(path(id), "GET");

/** Some sessions, the newest first, and how many there are; the token may be for one alone. */
export const sessions = (limit, offset) =>
  request(`${SESSIONS}?limit=${limit}&offset=${offset}`, "GET");

/** All that is known of the session, in one answer. */
export const report = (id) => request(`${path(id)}/report`, "GET");

/** All sessions that run or pause, the newest first, with few numbers each. */
export const wall = () => request("/v1/wall", "GET");

/** `verb` is "start", "pause" or "stop"; returns the session. */
export const change = (id, verb) => request(`${path(id)}/${verb}`, "POST");

/** Begin to calibrate the screen; returns when each dot is to be shown. */
export const beginCalibration = (id, wish) => request(`${path(id)}/calibration`, "POST", wish);

/** How the last calibration goes or went, and the screen that is in force. */
export const calibration = (id) => request(`${path(id)}/calibration`, "GET");

/** End one that is under way; a screen that was calibrated before stays. */
export const cancelCalibration = (id) => request(`${path(id)}/calibration/run`, "DELETE");

/** Ask the candidate for a turn of the head; the events tell it. */
export const beginChallenge = (id) => request(`${path(id)}/challenge`, "POST");

/** How the one under way goes, or what the newest came to. */
export const challenge = (id) => request(`${path(id)}/challenge`, "GET");

/** The address of one of a session's sockets; `end` is such as "video" or "events?after=0". */
export function socketUrl(id, end) {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  return `${scheme}//${location.host}/ws/proctor/${encodeURIComponent(id)}/${end}`;
}

const path = (id) => `${SESSIONS}/${encodeURIComponent(id)}`;

async function request(url, method, body) {
  const response = await answer(url, {
    method,
    headers: {
      Accept: "application/json", // a report's address has a page, too
      ...token.headers(),
      ...(body && { "Content-Type": "application/json" }),
    },
    body: body && JSON.stringify(body),
  });
  if (response.ok) return response.status === 204 ? null : read(response);
  if (response.status === 401 && !token.held()) {
    throw new ServiceError(401, "This service asks for a token.");
  }
  const problem = await response.json().catch(() => ({}));
  const message = problem.message ?? problem.detail?.[0]?.msg ?? response.statusText;
  throw new ServiceError(response.status, `The service refused: ${message}.`);
}

/** The body, which may break off on its way. */
async function read(response) {
  try {
    return await response.json();
  } catch {
    throw new ServiceError(0, "The service's answer broke off or cannot be read.");
  }
}

async function answer(url, options) {
  try {
    return await fetch(url, { ...options, cache: "no-store" });
  } catch {
    throw new ServiceError(0, "The service does not answer. Is it running?");
  }
}
