"""Keep what VIES told of a VAT number, as proof for the tax office."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "vat_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incoming_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("valid", sa.Boolean(), nullable=False),
        sa.Column("request", sa.String(length=60), nullable=False),
        sa.Column("told_at", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["incoming_id"], ["incoming.id"], name=op.f("fk_vat_check_incoming_id_incoming"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vat_check")),
    )
    with op.batch_alter_table("vat_check") as batch_op:
        batch_op.create_index(batch_op.f("ix_vat_check_incoming_id"), ["incoming_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_vat_check_number"), ["number"], unique=False)
