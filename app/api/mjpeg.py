"""What the service's own camera sees, as `<img src="/video_feed">` shows it."""

from collections.abc import AsyncIterator
from contextlib import suppress

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from starlette import status

from app.api.camera import HOW, ServerCamera
from app.api.closing import until_closing
from app.api.deps import Services, Shown, check_room, get_services
from app.api.tokens import Scope
from app.errors import UnknownSessionError

router = APIRouter(tags=["camera"])

BOUNDARY = "frame"
MOTION = f"multipart/x-mixed-replace; boundary={BOUNDARY}"
HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-site",  # an <img> says no Origin that could be refused
    "X-Accel-Buffering": "no",
}


@router.get("/video_feed", response_class=StreamingResponse)
@router.get("/stream", response_class=StreamingResponse)
async def video_feed(request: Request, _: Shown) -> Response:
    """The camera's pictures with what is seen in them, as motion JPEG; 404 without a camera.

    It ends as the camera's session is deleted; after that the answer is 410.
    """
    services = get_services(request)
    camera = services.camera
    if camera is None:
        return JSONResponse({"error": "NoCamera", "message": HOW}, status.HTTP_404_NOT_FOUND)
    grant = services.access.check(request, Scope.EVENTS, camera.session_id)
    await check_room(services, grant, camera.session_id)
    with suppress(UnknownSessionError):  # there is none before its first picture
        await services.registry.get(camera.session_id)
    return StreamingResponse(_parts(camera, services), media_type=MOTION, headers=HEADERS)


async def _parts(camera: ServerCamera, services: Services) -> AsyncIterator[bytes]:
    """Each with the boundary after it: browsers show a part once they see its end."""
    yield f"--{BOUNDARY}\r\n".encode()
    async for jpeg in until_closing(camera.preview.watch(), services.closing):
        head = f"Content-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
        yield b"%b%b\r\n--%b\r\n" % (head.encode(), jpeg, BOUNDARY.encode())
