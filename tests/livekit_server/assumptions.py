"""All that the adapter and these tests assume of a LiveKit server, in one list.

The tests run when LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET are set, such as for
`livekit-server --dev`: ws://localhost:7880, devkey, secret. They need no webhooks.
"""

ASSUMPTIONS = (
    # the worker
    "A worker registers at /agent with a token that grants `agent`, and is given jobs by its name.",
    "A worker with a name is given a room only where it is dispatched: no room gets it by itself.",
    "A dispatch reaches a worker that is registered at that moment; one that is refused, or that "
    "finds no worker, is not offered again.",
    "The dispatch's metadata is the job's metadata, unchanged.",
    "A job that is refused with `terminate` is offered to nobody else.",
    "The permissions that a worker registers with are in its job's token: hidden, no publishing.",
    "The agent's token makes it a participant of kind agent; only the server sets kinds.",
    # the room
    "A room may be created before anybody is in it; a dispatch into a room that does not exist "
    "creates it.",
    "A hidden participant is in nobody's list of participants and causes no events for others.",
    "A hidden participant may subscribe to tracks and send data.",
    "An agent does not keep a room open: it closes `departure_timeout` after the last person left.",
    "A deleted room disconnects everybody, the agent too; the worker's job then ends.",
    "A participant who comes back under the same identity displaces a connection that hangs.",
    "A room that nobody deletes is gone `empty_timeout` or `departure_timeout` seconds later.",
    # tracks
    "A participant's published tracks are told with their source: camera, microphone, screen.",
    "Without automatic subscription nothing is sent until a track is subscribed to.",
    "Mute and unmute are told; while a track is muted the adapter sends nothing, come what may.",
    "A track that is unpublished is told as unsubscribed, unpublished or both, in any order; "
    "published again it is a new one with another id.",
    "A participant who leaves is told with or without their tracks' end.",
    # data
    "`destination_identities` is honoured for the packet that has it: of a text stream its header "
    "(protocol 2: short texts travel in it), of a data message the whole.",
    "Chunks and the end of a text stream have no destinations in the SDK: they reach everybody.",
    "A participant's `client_protocol` is told to the others; a server that does not tell it makes "
    "all clients older ones, who get the message as an attribute of the header.",
    "The sender's identity is set by the server, whatever a participant who is no agent claims.",
    "What a hidden participant sends has an empty identity; nobody who is visible has one.",
    "Only the integrator's own tokens make participants hidden or agents: no candidate has one.",
    "Reliable data of one sender arrives in its order.",
)
