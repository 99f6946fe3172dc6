"""Settings, key and database that are wrong: one sentence that names the thing and the way out, exit code 3 or 4."""

import os
import sqlite3
from pathlib import Path

import pytest
from koppel.store import db
from koppel.store.models import Connection

HOME = Path("var/koppel")
READERS = (("flows",), ("connections",), ("check",), ("run", "orders"), ("retry", "orders"), ("explain", "orders", "#1"))


@pytest.fixture
def made(folder, catalog, koppel):
    """An installation without anything in it."""
    said = koppel("init", "--email", "a@example.nl")
    assert said.code == 0, said.err
    return folder


@pytest.mark.parametrize("words", [*READERS, ("db", "status"), ("db", "upgrade"), ("serve",)])
def test_where_there_is_no_installation_nothing_is_made_and_init_is_named(folder, koppel, words):
    koppel(*words).refused(3, "There is no Koppel in", "koppel init")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('home = "var/koppel', ("koppel.toml cannot be read", "Correct that line")),
        ("home = 5", ("home cannot be 5", 'home = "5"')),
        ('prot = 8000', ("There is no setting prot", "Did you mean port?")),
        ("[koppel]\nport = 1", ("There is no setting koppel", "Known: home")),
        ('port = "abc"', ("The port cannot be 'abc'", "from 1 to 65535")),
        ("port = 70000", ("The port cannot be 70000",)),
        ("port = true", ("The port cannot be True",)),
        ('time_zone = "Europe/Amsterdm"', ("time zone cannot be", "Did you mean Europe/Amsterdam?")),
        ('database_url = "here"', ("The database URL 'here' cannot be read", "sqlite:////")),
        ('database_url = "mysql://x/y"', ("SQLite or PostgreSQL, not in 'mysql'",)),
    ],
)  # fmt: skip
def test_a_setting_that_is_wrong_is_named(folder, koppel, text, words):
    Path("koppel.toml").write_text(text, encoding="utf-8")
    koppel("flows").refused(3, *words)


def test_a_password_in_a_database_url_is_never_shown(folder, koppel):
    Path("koppel.toml").write_text('database_url = "postgresql//me:geheim@host/x"', encoding="utf-8")
    assert "geheim" not in koppel("flows").refused(3).err


def test_an_unknown_name_in_the_environment_is_refused_with_the_nearest(made, koppel, monkeypatch):
    monkeypatch.setenv("KOPPEL_HOEM", "x")
    koppel("flows").refused(3, "There is no setting KOPPEL_HOEM", "KOPPEL_HOME")


def test_a_settings_file_that_is_named_but_missing_is_told(made, koppel, monkeypatch):
    monkeypatch.setenv("KOPPEL_CONFIG", "elsewhere.toml")
    koppel("flows").refused(3, "elsewhere.toml cannot be read", "KOPPEL_CONFIG")


def test_a_folder_in_the_place_of_the_settings_file_is_told(made, koppel):
    Path("koppel.toml").unlink()
    Path("koppel.toml").mkdir()
    koppel("flows").refused(3, "koppel.toml cannot be read")


@pytest.mark.parametrize("words", READERS)
def test_a_damaged_key_is_told(made, koppel, words):
    (HOME / "koppel.key").write_text("garbage", encoding="utf-8")
    koppel(*words).refused(3, "key to keep passwords with is damaged", "KOPPEL_SECRET_KEY")


def test_a_missing_key_is_told_and_no_new_one_made(made, koppel):
    (HOME / "koppel.key").unlink()
    koppel("flows").refused(3, "koppel.key is not there", "backup")
    assert not (HOME / "koppel.key").exists()


def test_the_key_of_another_installation_reads_no_passwords(pair, koppel, monkeypatch):
    pair.flow("sales_order", name="orders")
    monkeypatch.setenv("KOPPEL_SECRET_KEY", "A" * 43 + "=")
    with pair.site.db.write() as session:
        session.query(Connection).update({"secrets": pair.site.vault.seal({"token": "x"})})
    for words in (("run", "orders"), ("connections", "test", "shop")):
        koppel(*words).refused(3, "cannot be read with this key")
    assert "cannot be read with this key" in koppel("check").out


@pytest.mark.parametrize("words", [*READERS, ("db", "status"), ("db", "upgrade"), ("init",)])
def test_a_file_that_is_no_database_is_told(made, koppel, words):
    for file in HOME.glob("koppel.db*"):
        file.unlink()
    (HOME / "koppel.db").write_text("Dear diary, today I kept the books by hand. " * 10, encoding="utf-8")
    koppel(*words).refused(3, "koppel.db is damaged, or no database at all", "backup")


@pytest.mark.parametrize("words", [*READERS, ("init",)])
def test_a_folder_in_the_place_of_the_database_is_told(made, koppel, words):
    for file in HOME.glob("koppel.db*"):
        file.unlink()
    (HOME / "koppel.db").mkdir()
    koppel(*words).refused(3, "koppel.db cannot be opened")


@pytest.mark.parametrize("words", READERS)
def test_an_empty_database_asks_for_init(made, koppel, words):
    for file in HOME.glob("koppel.db*"):
        file.unlink()
    koppel(*words).refused(3, "The database is empty", "koppel init")


@pytest.mark.parametrize("words", [*READERS, ("init",), ("db", "upgrade"), ("serve",)])
def test_a_database_that_is_newer_than_the_program_is_left_alone(made, koppel, words):
    _change(made, "UPDATE alembic_version SET version_num = '9999'")
    koppel(*words).refused(3, "newer than this version of Koppel (core: 9999", "pip install --upgrade")


def test_a_database_that_is_older_asks_for_an_upgrade(made, koppel):
    _change(made, "DELETE FROM alembic_version")
    _change(made, "INSERT INTO alembic_version VALUES ('0000')")
    koppel("flows").refused(3, "newer")  # 0000 is nobody's version
    _change(made, "DROP TABLE alembic_version")
    koppel("flows").refused(3, "empty")


@pytest.mark.parametrize("words", [("flows", "pause", "orders"), ("retry", "orders"), ("run", "orders")])
def test_a_database_that_another_program_holds_is_not_now(pair, koppel, words, monkeypatch):
    pair.flow("sales_order", name="orders")
    pair.site.close()
    monkeypatch.setattr(db, "BUSY", 50)
    holder = sqlite3.connect(HOME / "koppel.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        koppel(*words).refused(4, "koppel.db is held by another program", "Close what has it open")
    finally:
        holder.close()
    assert koppel(*words).code == 0


def test_a_server_that_is_down_is_not_now(made, koppel, monkeypatch):
    monkeypatch.setenv("KOPPEL_DATABASE_URL", "postgresql://me:geheim@127.0.0.1:9/books")
    for words in (("flows",), ("db", "upgrade"), ("init",)):
        told = koppel(*words).refused(4, "The database books on 127.0.0.1:9 cannot be reached", "database_url")
        assert "geheim" not in told.err


@pytest.mark.parametrize("home", ["disk", "disk/deeper"])
def test_a_file_in_the_place_of_the_home_folder_is_told(folder, catalog, koppel, monkeypatch, home):
    Path("disk").write_text("a file", encoding="utf-8")
    Path("koppel.toml").write_text(f'home = "{home}"', encoding="utf-8")
    koppel("init").refused(3, f"The folder {home} cannot be made: a file is in its place", "home in koppel.toml")


@pytest.fixture
def nobody():
    """An ordinary user, whom the disk can refuse something."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    yield
    os.seteuid(0)


def test_a_home_folder_that_may_not_be_written_is_told(folder, catalog, koppel, request):
    folder.chmod(0o555)
    request.getfixturevalue("nobody")
    koppel("init").refused(3, "var/koppel cannot be made: Permission denied", "--home")


def test_a_database_that_may_not_be_written_is_told(pair, koppel, monkeypatch):
    pair.flow("sales_order", name="orders")
    monkeypatch.setenv("KOPPEL_DATABASE_URL", f"sqlite:///file:{HOME.resolve()}/koppel.db?mode=ro&uri=true")
    assert "orders" in koppel("flows").out
    for words in (("flows", "pause", "orders"), ("run", "orders")):
        koppel(*words).refused(3, "koppel.db", "cannot be written", "Give the user that runs Koppel the right")


def _change(folder, statement):
    with sqlite3.connect(folder / HOME / "koppel.db") as connection:
        connection.execute(statement)
    connection.close()
