"""Documents of billing that go with a letter"""

import sqlalchemy as sa
from alembic import op


revision = '0004'
down_revision = '0003'


def upgrade() -> None:
    # Not in batch mode: SQLite adds a column in place.
    op.add_column('message', sa.Column('papers', sa.JSON(), server_default='[]', nullable=False))


def downgrade() -> None:
    raise NotImplementedError('migrations add only; an older program serves on with this schema')
