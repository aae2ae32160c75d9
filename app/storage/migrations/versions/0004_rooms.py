"""The LiveKit room and participant that a session belongs to."""

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade(op: Operations) -> None:
    op.add_column("sessions", sa.Column("room", sa.String(512), nullable=True))
    op.add_column("sessions", sa.Column("participant", sa.String(512), nullable=True))
    op.create_index("ix_sessions_room", "sessions", ["room"])


def downgrade(op: Operations) -> None:
    op.drop_index("ix_sessions_room", "sessions")
    op.drop_column("sessions", "participant")
    op.drop_column("sessions", "room")
