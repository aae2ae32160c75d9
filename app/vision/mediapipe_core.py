"""MediaPipe's graph runner without the rest of its package.

`import mediapipe` brings matplotlib and its drawing helpers: 1.5 seconds and 65 MB that serving
has no use for. The parts below need none of it, so they are imported while an empty module stands
in for the package, which is then forgotten: who wants all of MediaPipe still gets it.
"""

import contextlib
import importlib.util
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

_spec = importlib.util.find_spec("mediapipe")
if _spec is None or _spec.origin is None:
    raise ImportError("mediapipe is not installed")
_whole_package = "mediapipe" in sys.modules
if not _whole_package:
    sys.modules["mediapipe"] = importlib.util.module_from_spec(_spec)
with contextlib.redirect_stderr(io.StringIO()):  # under protobuf 6 it prints a harmless traceback
    from mediapipe.framework.formats import detection_pb2, rect_pb2
    from mediapipe.python import packet_creator, packet_getter
    from mediapipe.python._framework_bindings import (
        _packet_getter,
        calculator_graph,
        image_frame,
        resource_util,
    )
if not _whole_package:
    for _name in [name for name in sys.modules if name.split(".")[0] == "mediapipe"]:
        if "_framework_bindings" not in _name:  # compiled: it can be loaded only once
            del sys.modules[_name]

# Its first image makes it import NumPy, under a lock that threads which load models at
# once would wait for while they hold the interpreter's: no thread would ever move again.
packet_creator.create_image_frame(
    image_format=image_frame.ImageFormat.SRGB, data=np.zeros((1, 1, 3), np.uint8)
)
resource_util.set_resource_dir(str(Path(_spec.origin).parent.parent))

_ON_THE_CALLING_THREAD = """
executor { name: "" type: "ApplicationThreadExecutor" }
"""
"""No thread to hand over to saves 0.3 ms of each run, and a thread's CPU time is the stage's."""


class Graph:
    """A graph that is run one picture at a time, by one thread at a time.

    Its config has an input stream "image" and an output stream "result".
    """

    def __init__(self, config: str) -> None:
        self._graph = calculator_graph.CalculatorGraph(graph_config=config + _ON_THE_CALLING_THREAD)
        self._graph.observe_output_stream("result", self._receive, True)
        self._graph.start_run()
        self._step = 0
        self._result: Any = None

    def _receive(self, _stream: str, packet: Any) -> None:
        self._result = None if packet.is_empty() else packet

    def __call__(self, picture: Any, **streams: Any) -> Any:
        """The result's packet for an RGB picture, or None; `streams` are messages (protobuf).

        A picture that is read-only is not copied.
        """
        self._step += 1
        self._result = None
        image = packet_creator.create_image_frame(
            image_format=image_frame.ImageFormat.SRGB, data=picture
        )
        self._graph.add_packet_to_input_stream("image", image.at(self._step))
        for name, message in streams.items():
            packet = packet_creator.create_proto(message)
            self._graph.add_packet_to_input_stream(name, packet.at(self._step))
        self._graph.wait_until_idle()
        return self._result

    def close(self) -> None:
        """Free the models."""
        self._graph.close()


def normalized_rect(**fields: float) -> Any:
    """A message that says where in a picture to look."""
    return rect_pb2.NormalizedRect(**fields)


def serialized(packet: Any) -> bytes:
    """A packet's message as bytes."""
    data: bytes = _packet_getter._get_serialized_proto(packet)
    return data


def detections(packet: Any) -> list[Any]:
    """A packet's list of detections."""
    found: list[detection_pb2.Detection] = packet_getter.get_proto_list(packet)
    return found


@contextlib.contextmanager
def native_log_muted() -> Iterator[None]:
    """MediaPipe writes notes to file descriptor 2 while models load, and no flag stops it."""
    saved, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(nowhere)
