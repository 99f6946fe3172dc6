"""A PostgreSQL server for the tests that need one, else a skip with the reason."""

import os
import uuid

import pytest
import sqlalchemy as sa
from koppel.store.models import Base

SERVER = os.environ.get("TEST_POSTGRESQL", "postgresql+psycopg://root@127.0.0.1:5432/test")


def throw_away_database():
    """The URL of a new, empty database, dropped at the end. A generator for a fixture."""
    admin = sa.create_engine(SERVER, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    name = f"koppel_test_{uuid.uuid4().hex[:12]}"
    try:
        with admin.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
    except sa.exc.OperationalError as error:
        if "postgresql" in os.environ.get("TEST_INSIST", ""):
            raise
        pytest.skip(f"no PostgreSQL server: {str(error).splitlines()[0][:120]}")
    yield sa.engine.make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def emptied(url):
    """The same database with all tables and no rows."""
    engine = sa.create_engine(url)
    Base.metadata.create_all(engine)
    names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    with engine.begin() as connection:
        connection.execute(sa.text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    engine.dispose()
    return url
