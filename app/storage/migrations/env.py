"""What alembic's command line runs: it compares the tables with the migrations, in memory.

The service does not run it; `app.storage.migrate` brings real databases up to date.
"""

from alembic import context
from alembic.operations import Operations
from sqlalchemy import create_engine

from app.storage.migrate import load_migrations, upgrade
from app.storage.tables import Base

with create_engine("sqlite://").begin() as connection:
    upgrade(connection, load_migrations())
    context.configure(connection=connection, target_metadata=Base.metadata)
    context.run_migrations(op=Operations(context.get_context()))
