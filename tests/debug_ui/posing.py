"""A camera without a microphone, whose candidate poses: a script chooses one of some stills."""

import base64
import json
from collections.abc import Mapping

from benchmarks.portrait import jpegs
from benchmarks.warp import Image

SCRIPT = """
const stills = {};
for (const [name, url] of Object.entries(LOOKS)) {
  stills[name] = new Image();
  stills[name].src = url;
}
CHOICE
navigator.mediaDevices.getUserMedia = async ({ audio }) => {
  if (audio) throw new DOMException("there is no microphone", "NotFoundError");
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [640, 480];
  const paint = canvas.getContext("2d");
  setInterval(() => {
    paint.drawImage(stills[look()], Math.sin(performance.now() / 700), 0);
    paint.fillStyle = `rgb(${performance.now() % 256} 128 128)`; /* no picture is frozen */
    paint.fillRect(0, 440, 40, 40);
  }, 33);
  return canvas.captureStream(30);
};
"""


def posing(stills: Mapping[str, Image], choice: str) -> str:
    """A script for the page. `choice` defines `look()`, which names the still to be shown."""
    encoded = (base64.b64encode(data).decode() for data in jpegs(stills.values()))
    urls = [f"data:image/jpeg;base64,{text}" for text in encoded]
    looks = json.dumps(dict(zip(stills, urls, strict=True)))
    return SCRIPT.replace("LOOKS", looks).replace("CHOICE", choice)
