/** The local camera, shown in a video element. */

const SENTENCES = {
  NotAllowedError:
    "The browser may not use the camera. Allow it beside the address bar, then press Start again.",
  NotFoundError: "No camera was found. Connect one, then press Start again.",
  NotReadableError:
    "The camera is in use elsewhere. Close the other program, then press Start again.",
  OverconstrainedError: "That camera is gone. Choose another one, then press Start again.",
};
const INSECURE =
  "The browser gives its camera to secure pages only. " +
  "Open this page as http://localhost on the service's own machine, or through https.";
const LOST = "The camera was disconnected. Connect it, then press Start again.";

export class Camera {
  #video;
  #stream = null;
  #onLost;

  /** `onLost` receives a sentence when the camera goes away while it is open. */
  constructor(video, onLost) {
    this.#video = video;
    this.#onLost = onLost;
  }

  /** Every camera that the browser names; it names them once it may use them. */
  static async list() {
    const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    return devices.filter(({ kind, deviceId }) => kind === "videoinput" && deviceId);
  }

  /** The device that is open, or "". */
  get deviceId() {
    return this.#stream?.getVideoTracks()[0].getSettings().deviceId ?? "";
  }

  /** Open this device, "" for the browser's choice. What it throws has a sentence as message. */
  async open(deviceId) {
    if (!navigator.mediaDevices) throw new Error(INSECURE);
    this.close();
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({
        video: {
          deviceId: deviceId ? { exact: deviceId } : undefined,
          width: { ideal: 640 },
          height: { ideal: 480 },
        },
      });
    } catch (error) {
      throw new Error(SENTENCES[error.name] ?? `The camera did not start: ${error.message}.`);
    }
    this.#stream.getVideoTracks()[0].onended = () => this.#onLost(LOST);
    this.#video.srcObject = this.#stream;
    await this.#video.play();
  }

  close() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = this.#video.srcObject = null;
  }
}
