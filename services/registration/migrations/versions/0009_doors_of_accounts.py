"""An account or a token for the door may be bound to the activities chosen for it"""

import sqlalchemy as sa
from alembic import op


revision = '0009'
down_revision = '0008'


def upgrade() -> None:
    for name in ('staff_member', 'api_token'):
        op.add_column(name, sa.Column('activities', sa.JSON(), server_default='[]', nullable=False))
