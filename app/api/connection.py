"""A WebSocket as uvicorn speaks it, with less patience for clients that ask too much."""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

MOST_UNREAD = 1024 * 1024
"""Bytes that a client may leave unread. What the service itself says is held back far earlier."""
NO_TEXT = 1007
"""RFC 6455, 7.4.1: a text message that is no UTF-8."""


class Connection(WebSocketsSansIOProtocol):
    """One client's."""

    def handle_ping(self) -> None:
        """Answer; but who pings without end and reads no answer would fill the memory."""
        super().handle_ping()
        if self.transport.get_write_buffer_size() > MOST_UNREAD:
            self.transport.abort()

    def send_receive_event_to_app(self) -> None:
        """Close for text that is none; uvicorn would log a traceback each time."""
        if self.curr_msg_data_type == "text" and not _is_text(b"".join(self.frames)):
            self.conn.send_close(NO_TEXT)
            self.handle_parser_exception()
            return
        super().send_receive_event_to_app()


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
