"""A session's calibrated screen, and how much of its time could be judged."""

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade(op: Operations) -> None:
    op.add_column("sessions", sa.Column("calibration", sa.JSON(), nullable=True))
    op.add_column("sessions", sa.Column("coverage", sa.JSON(), nullable=True))


def downgrade(op: Operations) -> None:
    op.drop_column("sessions", "coverage")
    op.drop_column("sessions", "calibration")
