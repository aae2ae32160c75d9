/** Numbers, codes and states as people read them. */

const CLOSED = {
  1003: "The service does not understand what this page sends.",
  4401: "This page's token does not hold any more.",
  4404: "This session was deleted; its id is not used again.",
  4408: "The session ended because no picture came for a while, or with its room.",
  4409: "Somebody else feeds this session now.",
  4410: "The session was stopped.",
};

/** Why the service closed a socket for good. */
export function closed(code, reason) {
  return CLOSED[code] ?? `The service refused: ${reason || `code ${code}`}.`;
}

const two = (value) => String(value).padStart(2, "0");

/** What a new session may be called, such as camera-2026-11-20-131207. */
export function sessionName(now) {
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())];
  const time = [two(now.getHours()), two(now.getMinutes()), two(now.getSeconds())];
  return `camera-${day.join("-")}-${time.join("")}`;
}

const moments = new Intl.DateTimeFormat(undefined, {
  ...{ year: "numeric", month: "short", day: "numeric" },
  ...{ hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" },
});

/** UNIX seconds as local date and time, to the second and with the time zone. */
export const moment = (seconds) => moments.format(seconds * 1000);

/** Seconds as 01:02, or 1:01:02 from an hour on. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return `${hours ? `${hours}:` : ""}${two(minutes)}:${two(whole % 60)}`;
}

/** Seconds as 4.2 s, as a clock from a minute on: by their milliseconds, as the service rounds. */
export function duration(exact) {
  const milliseconds = Math.round(exact * 1000);
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${fixed(Math.round(milliseconds / 100) / 10)} s`;
  return `${clock(seconds)} ${seconds < 3600 ? "min" : "h"}`;
}

/** One decimal, a true minus sign, and no negative zero. */
export function fixed(value, digits = 1) {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** 0 to 1, in words, rounded down: nothing is surer than it was. */
export const percent = (share) => `${Math.floor(share * 100 + 1e-9)} %`;

/** Degrees with one decimal. */
export const degrees = (value) => `${fixed(value)}°`;

/** An angle in words, such as 12.0° left: `plus` names the side on which it is positive. */
export const side = (angle, plus, minus) =>
  `${degrees(Math.abs(angle))} ${angle >= 0 ? plus : minus}`;

const REASONS = {
  network: "looks like a picture",
  bezel: "a rim about the face",
  flatness: "a flat face",
  loop: "pictures repeat",
  no_blink: "no blink for a minute",
  regular_times: "times too regular",
  changed_source: "the source changed",
  challenge: "turn not seen",
};

/** What speaks against a living person, from its name. */
export const reason = (name) => REASONS[name] ?? name;

/** How many, with the noun in the right number. */
export const many = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** Where an angle points: Left, Right, Up or Down, the candidate's own. */
export function direction({ yaw, pitch }) {
  if (Math.abs(yaw) >= Math.abs(pitch)) return yaw > 0 ? "Left" : "Right";
  return pitch > 0 ? "Up" : "Down";
}

/** The numbers behind an episode, from the evidence of its start and, once ended, of its end. */
export function evidence(started, ended = {}) {
  const told = Object.entries(started).filter(([name]) => name !== "challenge"); // its id
  const parts = told.map(([name, value]) => {
    const [what, amount] = quantity(name, value);
    const peak = ended[`peak_${name}`];
    const most = peak === undefined ? amount : quantity(name, peak)[1];
    return unbroken(`${what} ${amount}${most === amount ? "" : ` (peak ${most})`}`);
  });
  if (ended.result) parts.push(unbroken(ended.result.replaceAll("_", " ")));
  if (ended.reason) parts.push(unbroken(ended.reason.replaceAll("_", " ")));
  if (ended.since) parts.push(unbroken(`since the ${ended.since}`));
  if (ended.turned_degrees !== undefined) parts.push(`turned ${degrees(ended.turned_degrees)}`);
  if (ended.closed_by) parts.push(`ended early: ${ended.closed_by}`);
  return parts.join(", ");
}

/** Kept on one line. */
const unbroken = (text) => text.replaceAll(" ", "\u00a0");

/** An evidence's name and amount; the unit ends its key. */
function quantity(key, value) {
  if (key === "cues") return ["because of", value.split(", ").map(reason).join(", ")];
  const cut = key.lastIndexOf("_");
  const [name, unit] = [key.slice(0, cut).replaceAll("_", " "), key.slice(cut + 1)];
  switch (unit) {
    case "degrees":
      return [name, name.startsWith("limit") ? `${Number(value.toFixed(1))}°` : degrees(value)];
    case "seconds":
      return [name, duration(value)];
    case "decibels":
      return [name, `${fixed(value)} dB`];
    case "cosine":
    case "fraction":
      return [name, fixed(value, 2)];
    case "count":
      return [`${name}s`, String(value)];
    case "limits":
      return ["limits of the calibrated", String(value)];
    default:
      return [key.replaceAll("_", " "), String(value)];
  }
}
