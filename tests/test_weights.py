import gzip
import hashlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

import httpx
import pytest

from app.errors import FetchError, ManifestError, ModelError
from app.weights import Manifest, ModelEntry, WeightState, fetch, state

CONTENT = bytes(range(256)) * 1024
HALF = len(CONTENT) // 2

Answer = Callable[["Request"], None]


class Request(BaseHTTPRequestHandler):
    """One request to a FileServer, with the words its answers are made of."""

    server: "FileServer"

    def do_GET(self) -> None:
        with self.server.lock:
            number = len(self.server.ranges)
            self.server.ranges.append(self.headers["Range"])
        self.server.asked.set()
        self.server.answers[min(number, len(self.server.answers) - 1)](self)

    @property
    def start(self) -> int:
        """The first byte that is asked for."""
        return int((self.headers["Range"] or "bytes=0-")[len("bytes=") : -1])

    def begin(self, status: int, **headers: object) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def begin_file(self) -> bytes:
        """Announce what was asked for, truthfully, and return it."""
        body = self.server.content[self.start :]
        if not self.headers["Range"]:
            self.begin(200, Content_Length=len(body))
        else:
            total = len(self.server.content)
            span = f"bytes {self.start}-{total - 1}/{total}"
            self.begin(206, Content_Length=len(body), Content_Range=span)
        return body

    def log_message(self, format: str, *args: object) -> None:
        pass


class FileServer(ThreadingHTTPServer):
    """One file on loopback. Each request gets the next of `answers`, the last of them repeats."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, *answers: Answer, content: bytes = CONTENT) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.answers = answers
        self.content = content
        self.ranges: list[str | None] = []
        """The Range header of each request so far."""
        self.lock = threading.Lock()
        self.asked = threading.Event()
        """Set by the first request."""
        self.released = threading.Event()
        """Ends the wait of `stalls` and `refuses_late`."""

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.released.set()
        self.shutdown()
        self.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


def sends(request: Request) -> None:
    request.wfile.write(request.begin_file())


def ignores_range(request: Request) -> None:
    request.begin(200, Content_Length=len(request.server.content))
    request.wfile.write(request.server.content)


def breaks_off(request: Request) -> None:
    request.wfile.write(request.begin_file()[: HALF - request.start])


def stalls(request: Request) -> None:
    """Half, then silence; the rest once the server is released."""
    body = request.begin_file()
    request.wfile.write(body[:HALF])
    request.server.released.wait(10)
    request.wfile.write(body[HALF:])


def refuses_late(request: Request) -> None:
    request.server.released.wait(10)
    request.begin(404, Content_Length=0)


def resumes_elsewhere(request: Request) -> None:
    if not request.headers["Range"]:
        sends(request)
    else:
        request.begin(206, Content_Range=f"bytes 0-{len(CONTENT) - 1}/{len(CONTENT)}")
        request.wfile.write(CONTENT)


def claims(length: int) -> Answer:
    """The whole file, under a wrong length."""

    def answer(request: Request) -> None:
        request.begin(200, Content_Length=length)
        request.wfile.write(request.server.content)

    return answer


def sends_without_length(content: bytes) -> Answer:
    def answer(request: Request) -> None:
        request.begin(200)
        request.wfile.write(content)

    return answer


def compresses_if_asked(request: Request) -> None:
    if "gzip" not in request.headers["Accept-Encoding"]:
        sends(request)
    else:
        request.begin(200, Content_Encoding="gzip")
        request.wfile.write(gzip.compress(CONTENT))


def says(status: int) -> Answer:
    return lambda request: request.begin(status, Content_Length=0)


def redirects(location: str) -> Answer:
    return lambda request: request.begin(302, Location=location, Content_Length=0)


def entry_of(server: FileServer, name: str = "net") -> ModelEntry:
    """The entry that `CONTENT` fulfils."""
    return ModelEntry(
        name=name,
        task="objects",
        file=f"{name}.onnx",
        url=f"{server.address}/{name}.onnx",
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        bytes=len(CONTENT),
        licence="MIT",
    )


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=0.25, trust_env=False) as client:
        yield client


def bring(
    server: FileServer, folder: Path, client: httpx.Client, attempts: int = 3
) -> list[tuple[int, int]]:
    """Fetch, and return what progress was told."""
    told: list[tuple[int, int]] = []
    fetch(
        entry_of(server),
        folder,
        progress=lambda here, total: told.append((here, total)),
        client=client,
        attempts=attempts,
        backoff_seconds=0.001,
    )
    return told


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


RESUMED = f"bytes={HALF}-"


class TestFetch:
    @pytest.mark.parametrize(
        ("answers", "ranges"),
        [
            pytest.param([sends], [None], id="at once"),
            pytest.param([breaks_off, sends], [None, RESUMED], id="broken off, resumed"),
            pytest.param([stalls, sends], [None, RESUMED], id="stalled, resumed"),
            pytest.param([breaks_off, ignores_range], [None, RESUMED], id="Range ignored"),
            pytest.param([breaks_off, says(416), sends], [None, RESUMED, None], id="416"),
            pytest.param(
                [breaks_off, resumes_elsewhere], [None, RESUMED, None], id="206 of another place"
            ),
            pytest.param([claims(HALF), sends], [None, RESUMED], id="length too small"),
            pytest.param([claims(len(CONTENT) + 9)], [None], id="length too large"),
            pytest.param([sends_without_length(CONTENT)], [None], id="no length"),
            pytest.param([compresses_if_asked], [None], id="gzip on offer"),
            pytest.param([says(500), says(503), sends], [None] * 3, id="server errors"),
            pytest.param([redirects("/elsewhere"), sends], [None] * 2, id="redirect"),
            pytest.param(
                [breaks_off, redirects("/elsewhere"), sends],
                [None, RESUMED, RESUMED],
                id="broken off, resumed over a redirect",
            ),
        ],
    )
    def test_brings_the_file(
        self,
        answers: list[Answer],
        ranges: list[str | None],
        tmp_path: Path,
        client: httpx.Client,
    ) -> None:
        with FileServer(*answers) as server:
            bring(server, tmp_path, client)
        assert server.ranges == ranges
        assert files(tmp_path) == ["net.onnx"]
        assert (tmp_path / "net.onnx").read_bytes() == CONTENT

    @pytest.mark.parametrize(
        ("answer", "requests", "words"),
        [
            pytest.param(says(404), 1, "answered 404", id="404"),
            pytest.param(says(500), 3, "gave up after 3 attempts.*answered 500", id="500"),
            pytest.param(says(416), 3, "cannot go on from byte 0", id="416 to no Range"),
            pytest.param(
                sends_without_length(b"?" * len(CONTENT)), 1, "wrong sha256", id="another file"
            ),
            pytest.param(sends_without_length(CONTENT + b"?"), 1, "sends over", id="too many"),
            pytest.param(redirects("/again"), 10, "redirects more than 10", id="redirect loop"),
            pytest.param(redirects("file:///etc/passwd"), 1, "not followed", id="file:"),
            pytest.param(redirects("ws://127.0.0.1/x"), 1, "not followed", id="ws:"),
        ],
    )
    def test_refuses(
        self, answer: Answer, requests: int, words: str, tmp_path: Path, client: httpx.Client
    ) -> None:
        with FileServer(answer) as server, pytest.raises(FetchError, match=f"net: .*{words}"):
            bring(server, tmp_path, client)
        assert len(server.ranges) == requests
        assert files(tmp_path) == []

    def test_keeps_what_arrived_for_the_next_run(
        self, tmp_path: Path, client: httpx.Client
    ) -> None:
        with FileServer(breaks_off) as server:
            with pytest.raises(FetchError, match="gave up after 1 attempts"):
                bring(server, tmp_path, client, attempts=1)
            assert state(entry_of(server), tmp_path) is WeightState.PARTIAL
            assert (tmp_path / "net.onnx.part").read_bytes() == CONTENT[:HALF]
            server.answers = (sends,)
            told = bring(server, tmp_path, client)
        assert server.ranges == [None, RESUMED]
        assert told[0] == (HALF, len(CONTENT))
        assert told[-1] == (len(CONTENT), len(CONTENT))

    @pytest.mark.parametrize(
        ("part", "ranges"),
        [
            pytest.param(CONTENT, [], id="whole"),
            pytest.param(CONTENT + b"?", [None], id="longer than the file"),
            pytest.param(b"", [None], id="empty"),
        ],
    )
    def test_takes_up_a_part(
        self, part: bytes, ranges: list[str | None], tmp_path: Path, client: httpx.Client
    ) -> None:
        (tmp_path / "net.onnx.part").write_bytes(part)
        with FileServer(sends) as server:
            bring(server, tmp_path, client)
            assert state(entry_of(server), tmp_path) is WeightState.PRESENT
        assert server.ranges == ranges
        assert files(tmp_path) == ["net.onnx"]

    def test_removes_a_part_that_turns_out_wrong(
        self, tmp_path: Path, client: httpx.Client
    ) -> None:
        (tmp_path / "net.onnx.part").write_bytes(b"?" * HALF)
        with FileServer(sends) as server, pytest.raises(FetchError, match="wrong sha256"):
            bring(server, tmp_path, client)
        assert server.ranges == [RESUMED]
        assert files(tmp_path) == []

    def test_touches_nothing_beside_a_present_file(
        self, tmp_path: Path, client: httpx.Client
    ) -> None:
        (tmp_path / "net.onnx").write_bytes(CONTENT)
        # A folder in its place: the part can neither be opened nor removed.
        (tmp_path / "net.onnx.part").mkdir()
        with FileServer(sends) as server:
            assert bring(server, tmp_path, client) == []
        assert server.ranges == []

    def test_replaces_a_corrupt_file(self, tmp_path: Path, client: httpx.Client) -> None:
        (tmp_path / "net.onnx").write_bytes(b"?" * len(CONTENT))
        with FileServer(sends) as server:
            bring(server, tmp_path, client)
        assert (tmp_path / "net.onnx").read_bytes() == CONTENT

    def test_makes_the_folder(self, tmp_path: Path, client: httpx.Client) -> None:
        with FileServer(sends) as server:
            bring(server, tmp_path / "not" / "yet", client)
        assert files(tmp_path / "not" / "yet") == ["net.onnx"]

    def test_says_where_it_cannot_write(self, tmp_path: Path, client: httpx.Client) -> None:
        (tmp_path / "net.onnx.part").mkdir()
        with FileServer(sends) as server, pytest.raises(FetchError, match=r"net\.onnx\.part"):
            bring(server, tmp_path, client)

    def test_says_when_nobody_listens(self, tmp_path: Path, client: httpx.Client) -> None:
        server = FileServer(sends)
        server.server_close()
        with pytest.raises(FetchError, match=r"gave up after 2 .*failed after 0 bytes"):
            bring(server, tmp_path, client, attempts=2)

    def test_a_second_fetcher_waits_for_the_first(self, tmp_path: Path) -> None:
        with (
            FileServer(stalls) as server,
            httpx.Client(timeout=5, trust_env=False) as client,
            ThreadPoolExecutor(2) as pool,
        ):
            first = pool.submit(bring, server, tmp_path, client)
            server.asked.wait(5)
            second = pool.submit(bring, server, tmp_path, client)
            # Time for the second to make the request that it must not make.
            with pytest.raises(TimeoutError):
                second.result(0.2)
            server.released.set()
            first.result(5)
            assert second.result(5) == []
        assert server.ranges == [None]
        assert files(tmp_path) == ["net.onnx"]
        assert (tmp_path / "net.onnx").read_bytes() == CONTENT

    def test_a_second_fetcher_goes_on_where_the_first_gave_up(self, tmp_path: Path) -> None:
        with (
            FileServer(stalls, sends) as server,
            httpx.Client(timeout=0.5, trust_env=False) as client,
            ThreadPoolExecutor(2) as pool,
        ):
            first = pool.submit(bring, server, tmp_path, client, 1)
            server.asked.wait(5)
            second = pool.submit(bring, server, tmp_path, client, 1)
            with pytest.raises(FetchError, match="timed out"):
                first.result(5)
            second.result(5)
        assert server.ranges == [None, RESUMED]
        assert (tmp_path / "net.onnx").read_bytes() == CONTENT

    def test_a_second_fetcher_begins_anew_where_the_first_was_refused(self, tmp_path: Path) -> None:
        with (
            FileServer(refuses_late, sends) as server,
            httpx.Client(timeout=5, trust_env=False) as client,
            ThreadPoolExecutor(2) as pool,
        ):
            first = pool.submit(bring, server, tmp_path, client)
            server.asked.wait(5)
            second = pool.submit(bring, server, tmp_path, client)
            with pytest.raises(TimeoutError):
                second.result(0.1)
            server.released.set()
            with pytest.raises(FetchError, match="answered 404"):
                first.result(5)
            second.result(5)
        assert server.ranges == [None, None]
        assert (tmp_path / "net.onnx").read_bytes() == CONTENT


class TestState:
    @pytest.mark.parametrize(
        ("there", "expected"),
        [
            ({}, WeightState.MISSING),
            ({"net.onnx.part": b""}, WeightState.PARTIAL),
            ({"net.onnx": CONTENT}, WeightState.PRESENT),
            ({"net.onnx": CONTENT, "net.onnx.part": b"x"}, WeightState.PRESENT),
            ({"net.onnx": CONTENT[1:]}, WeightState.CORRUPT),
            ({"net.onnx": b"?" * len(CONTENT)}, WeightState.CORRUPT),
        ],
    )
    def test_of_files(self, there: dict[str, bytes], expected: WeightState, tmp_path: Path) -> None:
        for name, content in there.items():
            (tmp_path / name).write_bytes(content)
        with FileServer(sends) as server:
            assert state(entry_of(server), tmp_path) is expected

    def test_of_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        with FileServer(sends) as server:
            assert state(entry_of(server), tmp_path / "not") is WeightState.MISSING

    def test_names_what_it_cannot_read(self, tmp_path: Path) -> None:
        (tmp_path / "net.onnx").mkdir()
        with FileServer(sends) as server, pytest.raises(ModelError, match=r"net: .*net\.onnx"):
            state(entry_of(server), tmp_path)


ENTRY = {
    "name": '"net"',
    "task": '"objects"',
    "file": '"net.onnx"',
    "url": '"https://example.org/net.onnx"',
    "sha256": f'"{"0" * 64}"',
    "bytes": "12",
    "licence": '"MIT"',
}


def written(folder: Path, *tables: dict[str, str]) -> Path:
    path = folder / "manifest.toml"
    lines = (
        ["[[model]]", *(f"{key} = {value}" for key, value in table.items())] for table in tables
    )
    path.write_text("\n".join(line for table in lines for line in table))
    return path


class TestManifest:
    def test_of_the_project(self) -> None:
        manifest = Manifest.load(Path(__file__).parent.parent / "models" / "manifest.toml")
        assert [(entry.name, entry.task, entry.licence) for entry in manifest.entries] == [
            ("yolo11n", "objects", "AGPL-3.0"),
            ("yolox_nano", "objects", "Apache-2.0"),
            ("minifasnet_2.7", "liveness", "Apache-2.0"),
            ("minifasnet_4.0", "liveness", "Apache-2.0"),
        ]

    def test_finds_by_name(self, tmp_path: Path) -> None:
        other = ENTRY | {"name": '"other"', "file": '"other.onnx"'}
        manifest = Manifest.load(written(tmp_path, ENTRY, other))
        assert manifest.entry("other").file == "other.onnx"
        with pytest.raises(ManifestError, match="no model 'nte'; known are: net, other"):
            manifest.entry("nte")

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"file": '"../net.onnx"'}, "'file' must be a plain file name"),
            ({"file": '"/etc/passwd"'}, "'file' must be a plain file name"),
            ({"file": '"a/b.onnx"'}, "'file' must be a plain file name"),
            ({"file": r'"a\\b.onnx"'}, "'file' must be a plain file name"),
            ({"file": '".."'}, "'file' must be a plain file name"),
            ({"file": '""'}, "'file' must be a plain file name"),
            ({"file": '"net.part"'}, "'file' must be a plain file name"),
            ({"url": '"file:///etc/passwd"'}, "'url' must be an http"),
            ({"url": '"ftp://example.org/x"'}, "'url' must be an http"),
            ({"sha256": '"00"'}, "'sha256' must be 64"),
            ({"bytes": "0"}, "'bytes' must be above 0"),
            ({"bytes": "true"}, "'bytes' must be a number"),
            ({"bytes": '"12"'}, "'bytes' must be a number"),
            ({"licence": "1"}, "'licence' must be text"),
            ({"licence": '""'}, "'licence' must be not empty"),
            ({"size": "1"}, "'size' is unknown"),
        ],
    )
    def test_refuses_a_field(self, changes: dict[str, str], words: str, tmp_path: Path) -> None:
        with pytest.raises(ManifestError, match=rf"manifest\.toml: model net: field {words}"):
            Manifest.load(written(tmp_path, ENTRY | changes))

    @pytest.mark.parametrize("field", ENTRY)
    def test_needs_every_field(self, field: str, tmp_path: Path) -> None:
        table = {key: value for key, value in ENTRY.items() if key != field}
        model = "number 1" if field == "name" else "net"
        with pytest.raises(ManifestError, match=f"model {model}: field '{field}' is missing"):
            Manifest.load(written(tmp_path, table))

    @pytest.mark.parametrize(
        ("second", "words"),
        [
            ({"file": '"other.onnx"'}, "model net: field 'name' must be unique"),
            ({"name": '"other"'}, "model other: field 'file' must be unique"),
        ],
    )
    def test_refuses_twins(self, second: dict[str, str], words: str, tmp_path: Path) -> None:
        with pytest.raises(ManifestError, match=words):
            Manifest.load(written(tmp_path, ENTRY, ENTRY | second))

    @pytest.mark.parametrize("text", ["[[model", "", "model = 1", "model = [1]", "[model]\na = 1"])
    def test_refuses_another_form(self, text: str, tmp_path: Path) -> None:
        path = tmp_path / "manifest.toml"
        path.write_text(text)
        with pytest.raises(ManifestError, match=r"manifest\.toml: "):
            Manifest.load(path)

    def test_names_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(ManifestError, match=r"nowhere\.toml"):
            Manifest.load(tmp_path / "nowhere.toml")
