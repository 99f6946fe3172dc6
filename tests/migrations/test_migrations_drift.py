"""The scripts make exactly the tables that the models describe, on both databases."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from koppel.catalog import Catalog
from koppel.store.db import Database
from koppel.store.models import Base
from koppel_migrations.upgrade import components, newest, upgrade
from support.postgres import throw_away_database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request, tmp_path):
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'koppel.db'}"
    else:
        yield from throw_away_database()


def test_the_scripts_and_the_models_agree(url):
    db = Database(url)
    upgrade(db, Catalog())
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": lambda o, n, k, r, c: n != "alembic_version"}
        )
        assert compare_metadata(context, Base.metadata) == []
    db.close()


def test_upgrading_twice_changes_nothing(url):
    db = Database(url)
    assert upgrade(db, Catalog()) == ["core: empty → 0006."]
    assert upgrade(db, Catalog()) == ["core: up to date (0006)."]
    db.close()


def test_a_plugin_has_a_version_table_of_its_own(tmp_path, monkeypatch):
    folder = tmp_path / "koppel_extra" / "migrations" / "versions"
    folder.mkdir(parents=True)
    (tmp_path / "koppel_extra" / "__init__.py").write_text("")
    (tmp_path / "koppel_extra" / "plugin.py").write_text(
        "from koppel import Manifest, Scope, hookimpl\n\n@hookimpl\ndef manifest():\n"
        "    return Manifest('extra', 'Extra', applies_to=(Scope(),))\n"
    )
    (folder / "0001_make_the_table.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\nrevision = '0001'\ndown_revision = None\n\n"
        "def upgrade():\n    op.create_table('extra_thing', sa.Column('id', sa.Integer, primary_key=True))\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    import koppel_extra.plugin

    catalog = Catalog()
    catalog.add("extra", koppel_extra.plugin)
    db = Database(f"sqlite:///{tmp_path / 'koppel.db'}")
    assert upgrade(db, catalog) == ["core: empty → 0006.", "extra: empty → 0001."]
    names = set(sa.inspect(db.engine).get_table_names())
    assert {"extra_thing", "alembic_version_extra", "alembic_version"} <= names
    assert upgrade(db, Catalog()) == ["core: up to date (0006)."]  # uninstalled: its tables stay, nothing breaks
    db.close()


def test_script_names_tell_what_they_do():
    for component in components(Catalog()):
        names = [file.name for file in Path(component.folder).glob("*.py")]
        assert names
        assert all(re.match(r"^\d{4}_[a-z0-9_]+\.py$", name) for name in names)
        assert newest(component) == max(name[:4] for name in names)
