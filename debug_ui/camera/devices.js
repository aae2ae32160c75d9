/** Cameras and microphones: which there are, and opening what was chosen. */

export const NO_MICROPHONE = "none";
/* The choice to send pictures alone. */

const INSECURE =
  "The browser gives its camera to secure pages only. " +
  "Open this page as http://localhost on the service's own machine, or through https.";

/** What went wrong with a device of this name, and what to do; `then` ends the sentences. */
const sentences = (device, then) => ({
  NotAllowedError: `The browser may not use the ${device}. Allow it beside the address bar, then ${then}.`,
  NotFoundError: `No ${device} was found. Connect one, then ${then}.`,
  NotReadableError: `The ${device} is in use elsewhere. Close the other program, then ${then}.`,
  OverconstrainedError: `That ${device} is gone. Choose another one, then ${then}.`,
});
const CAMERA = sentences("camera", "press Start again");
const MICROPHONE = sentences("microphone", "choose it again");

/** Every device of a kind, such as "videoinput"; browsers name them once they may use them. */
export async function list(kind) {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices.filter((device) => device.kind === kind && device.deviceId);
}

/**
 * Open a camera and a microphone with one question to the user; "" is the browser's choice.
 * Returns the tracks; without a microphone `sound` is null and `missing` says why. Throws, with a
 * sentence as message, where there is no camera.
 */
export async function open(camera, microphone, side) {
  if (microphone === NO_MICROPHONE) return alone(await openCamera(camera, side));
  try {
    return await both(camera, microphone, side);
  } catch {
    const picture = await openCamera(camera, side); // one of them failed; this says which
    try {
      return { picture, sound: await openMicrophone(microphone), missing: "" };
    } catch ({ message }) {
      return alone(picture, message);
    }
  }
}

/** A picture's track; `side` is the longest that is of use, in pixels. */
export async function openCamera(deviceId, side) {
  const stream = await ask({ video: picture(deviceId, side) }, "camera", CAMERA);
  return stream.getVideoTracks()[0];
}

/** A sound's track. */
export async function openMicrophone(deviceId) {
  const stream = await ask({ audio: sound(deviceId) }, "microphone", MICROPHONE);
  return stream.getAudioTracks()[0];
}

async function both(camera, microphone, side) {
  const asked = { video: picture(camera, side), audio: sound(microphone) };
  const stream = await navigator.mediaDevices.getUserMedia(asked);
  return { picture: stream.getVideoTracks()[0], sound: stream.getAudioTracks()[0], missing: "" };
}

const alone = (picture, missing = "") => ({ picture, sound: null, missing });

async function ask(constraints, device, known) {
  if (!navigator.mediaDevices) throw new Error(INSECURE);
  try {
    return await navigator.mediaDevices.getUserMedia(constraints);
  } catch (error) {
    throw new Error(known[error.name] ?? `The ${device} did not start: ${error.message}.`);
  }
}

const exactly = (deviceId) => (deviceId ? { exact: deviceId } : undefined);

const picture = (deviceId, side) => ({
  deviceId: exactly(deviceId),
  width: { ideal: side },
  height: { ideal: Math.round(side * 0.75) },
});

/* Whoever speaks is told by how they sound: nothing may be made louder or taken for noise. What a
   loudspeaker says is no person's, so the browser takes it off. */
const sound = (deviceId) => ({
  deviceId: exactly(deviceId),
  channelCount: { ideal: 1 },
  echoCancellation: true,
  noiseSuppression: false,
  autoGainControl: false,
});
