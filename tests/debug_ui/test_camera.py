"""The page sends sound and draws what is seen: a real microphone's path, and real analyses."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.audio.recorded import recording
from tests.debug_ui.conftest import Server
from tests.debug_ui.test_page import start, stop

needs_sound = pytest.mark.skipif(
    recording() is None, reason="needs the recording inside the package pyannote.audio"
)
PAINTED = """(canvas) => {
  const { width, height } = canvas;
  if (!width) return { count: 0, across: null };
  const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, width, height);
  let [count, sum] = [0, 0];
  for (let i = 3; i < data.length; i += 4) {
    if (data[i] > 40) { count += 1; sum += ((i - 3) / 4) % width; }
  }
  return { count, across: count ? sum / count / width : null };
}"""
"""How many points of a canvas are painted, and where on the average: 0 left to 1 right."""
IS_PAINTED = f"(canvas) => ({PAINTED})(canvas).count > 500"
IS_BLANK = f"(canvas) => ({PAINTED})(canvas).count === 0"


def live(page: Page, server: Server, session_id: str) -> dict[str, Any]:
    found: dict[str, Any] = page.request.get(f"{server.url}/v1/sessions/{session_id}").json()
    shown: dict[str, Any] = found["live"]
    return shown


def wait_for(page: Page, condition: str, selector: str) -> None:
    """Until what the condition says holds for this element."""
    page.wait_for_function(
        f"(selector) => ({condition})(document.querySelector(selector))", arg=selector
    )


@needs_sound
def test_sound_is_sent_and_its_loudness_told(
    context: BrowserContext, page: Page, server: Server
) -> None:
    context.grant_permissions(["camera", "microphone"])
    start(page, server, "sounds")
    meter, said = page.get_by_role("meter"), page.locator("#level .said")
    expect(said).to_have_text("Heard")
    expect(meter).to_have_attribute("aria-valuetext", "Heard")
    expect(page.locator("#missing")).to_be_empty()
    expect(page.get_by_label("Microphone", exact=True)).to_have_value("")
    expect(page.locator("#voice .word")).to_contain_text("one voice")
    expect(page.locator("#sound .word")).to_have_text("Good")
    expect(page.locator("#sound .numbers")).to_have_text(re.compile(r"level −\d\d dB"))
    before = live(page, server, "sounds")
    page.wait_for_timeout(1000)
    after = live(page, server, "sounds")
    assert after["samples"]["received"] > before["samples"]["received"] > 16_000
    assert after["samples"]["invalid"] == {}
    assert after["samples"]["gapped"] == 0

    page.get_by_role("button", name="Pause", exact=True).click()
    expect(said).to_have_text("Paused")
    page.wait_for_timeout(500)
    before = live(page, server, "sounds")
    assert before["publishing"] == []
    page.wait_for_timeout(1000)
    after = live(page, server, "sounds")
    assert after["frames"]["received"] == before["frames"]["received"] > 0
    assert after["samples"] == before["samples"]
    page.request.post(f"{server.url}/v1/sessions/sounds/start")  # whoever resumes it
    expect(page.locator("#state")).to_have_text("Live: pictures are analysed.")
    expect(said).to_have_text("Heard")
    expect(page.locator("#sound .word")).to_have_text("Good")
    assert page.locator("#alerts li", has_text="Sound lost").count() == 0
    resumed = live(page, server, "sounds")
    assert resumed["samples"]["received"] > after["samples"]["received"]

    page.get_by_label("Microphone", exact=True).select_option("none")
    expect(said).to_have_text("Off")
    expect(page.locator("#voice .word")).to_have_text("No sound comes")
    expect(page.locator("#state")).to_have_text("Live: pictures are analysed.")
    assert live(page, server, "sounds")["publishing"] == ["video"]

    page.get_by_label("Microphone", exact=True).select_option("")
    expect(said).not_to_have_text("Off")
    expect(page.locator("#voice .word")).not_to_have_text("No sound comes")
    stop(page)
    expect(said).to_have_text("Off")
    page.reload()
    expect(page.get_by_label("Microphone", exact=True)).to_have_value("")


def test_without_a_microphone_it_goes_on_and_says_so(page: Page, server: Server) -> None:
    start(page, server, "mute")
    expect(page.locator("#missing")).to_have_text(
        "The browser may not use the microphone. "
        "Allow it beside the address bar, then choose it again."
    )
    expect(page.get_by_label("Microphone", exact=True)).to_have_value("none")
    expect(page.locator("#voice .word")).to_have_text("No sound comes")
    stop(page)
    expect(page.locator("#missing")).to_be_empty()
    expect(page.get_by_label("Microphone", exact=True)).to_have_value("")


def test_what_is_seen_is_drawn_and_measured(
    context: BrowserContext, page: Page, server: Server
) -> None:
    start(page, server, "drawn")
    wait_for(page, IS_PAINTED, "#overlay")
    expect(page.locator("#asked")).to_have_text("15 pictures a second, 640 pixels")
    expect(page.locator("#latency .from")).to_have_text("from the camera to this page")
    expect(page.locator("#latency .total")).to_have_text(re.compile(r"^\d+ ms$"))
    mesh = page.locator("#latency li", has_text="Face mesh")
    expect(mesh).to_have_text(re.compile(r"Face mesh\d+\.\d ms"))
    for name in ("yaw", "pitch", "roll"):
        chart = page.locator(f"[data-chart={name}]")
        expect(chart.locator("b").first).to_have_text(re.compile(r"^−?\d+\.\d°$"))
        wait_for(page, IS_PAINTED, f"[data-chart={name}] canvas")
    yaw = page.locator("[data-chart=yaw] canvas")
    expect(yaw).to_have_attribute(
        "aria-label", re.compile(r"^Yaw in the last minute: Head now .*; gaze now .* to .*°$")
    )
    before = yaw.evaluate("(canvas) => canvas.toDataURL()")
    page.wait_for_function(
        "(before) => document.querySelector('[data-chart=yaw] canvas').toDataURL() !== before",
        arg=before,
    )

    with context.expect_page() as opened:
        page.get_by_role("link", name="Watch in another window").click()
    viewer = opened.value
    wait_for(viewer, IS_PAINTED, "#overlay")  # the figure alone: there is no picture
    assert viewer.evaluate("document.getElementById('video').srcObject") is None
    expect(viewer.locator("#latency .from")).to_contain_text("within the service")
    expect(viewer.get_by_role("link", name="Report", exact=True)).to_have_attribute(
        "href", "/v1/sessions/drawn/report"
    )
    viewer.close()

    page.get_by_label("Drawing").press("Space")
    wait_for(page, IS_BLANK, "#overlay")
    page.get_by_label("Drawing").press("Space")
    wait_for(page, IS_PAINTED, "#overlay")
    page.get_by_role("button", name="Pause", exact=True).click()
    wait_for(page, IS_BLANK, "#overlay")  # what is old fades
    page.get_by_label("Drawing").press("Space")
    stop(page)
    page.reload()
    expect(page.get_by_label("Drawing")).not_to_be_checked()


def test_it_sends_what_the_service_asks_for(page: Page, server: Server) -> None:
    sizes: list[int] = []

    def fewer(route: Route) -> None:
        answer = route.fetch()
        asks = {"pictures_per_second": 5, "longest_side": 320}
        route.fulfill(response=answer, json=answer.json() | {"asks": asks})

    def note(message: str | bytes) -> None:
        analysis = json.loads(message).get("analysis")
        if analysis:
            sizes.append(analysis["width"])

    page.on("websocket", lambda socket: socket.on("framereceived", note))
    start(page, server, "asked")
    wait_for(page, IS_PAINTED, "#overlay")
    assert set(sizes) == {640}
    page.route("**/v1/sessions/asked", fewer)
    expect(page.locator("#asked")).to_have_text("5 pictures a second, 320 pixels")
    expect(page.locator("#frames .numbers")).to_have_text(re.compile(r"a second [4-6]$"))
    assert sizes[-1] == 320
    page.unroute_all(behavior="wait")
    stop(page)


HEARS = """async (times) => {
  const { Microphone } = await import("/ui/camera/microphone.js");
  const source = new AudioContext().createMediaStreamDestination();
  for (let n = 0; n < times; n++) {
    let chunks = 0;
    const microphone = new Microphone(() => (chunks += 1), () => {});
    await microphone.hear(source.stream.getAudioTracks()[0].clone());
    while (chunks < 2) await new Promise((done) => setTimeout(done, 20));
    microphone.close();
  }
}"""


def test_a_microphone_that_is_closed_leaves_no_listeners(
    context: BrowserContext, page: Page, server: Server
) -> None:
    page.goto(server.url)
    page.locator("h1").click()  # sound wants a gesture
    browser = context.new_cdp_session(page)
    browser.send("Performance.enable")

    def listeners() -> float:
        browser.send("HeapProfiler.collectGarbage")
        metrics = browser.send("Performance.getMetrics")["metrics"]
        return float(next(m["value"] for m in metrics if m["name"] == "JSEventListeners"))

    page.evaluate(HEARS, 1)
    before = listeners()
    page.evaluate(HEARS, 4)
    assert listeners() <= before + 1


KEEPS = """async () => {
  const { SoundFeed } = await import("/ui/camera/sound_feed.js");
  const chunk = new ArrayBuffer(3200); // 100 ms
  const socket = {
    open: false, waiting: 0, count: 0, anew: 0, addresses: [],
    send() { if (this.open) this.count += 1; return this.open; },
    again() { this.anew += 1; this.open = false; this.addresses.push(this.end()); },
    close() {},
  };
  const feed = new SoundFeed(RATE, (end) => {
    socket.end = end;
    socket.addresses.push(end());
    return socket;
  });
  const open = () => { socket.open = true; feed.change("open"); };
  const fill = (chunks) => { for (let n = 0; n < chunks; n++) feed.put(chunk); };
  fill(20);
  open();
  const short = socket.count; // all that came before it was open
  socket.open = false;
  feed.change("broken");
  fill(125);
  socket.addresses.push(socket.end());
  open();
  const long = socket.count - short;
  socket.waiting = 1e9; // it is open, but nothing leaves
  fill(110);
  return { short, long, lost: feed.lost, anew: socket.anew, addresses: socket.addresses };
}"""


def test_sound_is_kept_for_ten_seconds_and_what_is_lost_is_told(page: Page, server: Server) -> None:
    page.goto(server.url)
    found = page.evaluate(KEEPS.replace("RATE", "16000"))
    assert (found["short"], found["long"]) == (20, 100)
    assert found["addresses"][:2] == ["audio", "audio?lost=2.500"]
    assert found["anew"] == 1, "only a new connection can say what was lost"
    assert re.fullmatch(r"audio\?lost=0\.[1-9]00", found["addresses"][2])
    assert found["lost"] > 2.5
    at_48_khz = page.evaluate(KEEPS.replace("RATE", "48000"))
    assert at_48_khz["addresses"][0] == "audio?rate=48000"
