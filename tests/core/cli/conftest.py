"""A small site of two fake systems on disk, and the command line on it, in this process."""

import json
import os
import re
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest
from koppel.catalog import Catalog
from koppel.cli import main
from koppel.site import Site
from koppel.testing.fakes import fake_system
from support.pair import furnish_pair
from support.sentences import is_one_sentence

DOCUMENTED = Path(__file__).parents[3] / "docs" / "reference" / "commands.md"


@dataclass(frozen=True)
class Said:
    """What a command printed and the code it ended with."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        """Standard output as JSON."""
        return json.loads(self.out)

    def refused(self, code, *words):
        """It ended with this code and one clear sentence on standard error that holds these words."""
        assert self.code == code, (self.code, self.out, self.err)
        sentence, *rest = [line for line in self.err.strip().splitlines() if line]
        assert is_one_sentence(sentence)
        assert "Traceback" not in self.out + self.err
        assert code == 2 or any(line.startswith("→ ") for line in rest), self.err
        for word in words:
            assert word in self.err, (word, self.err)
        return self


@pytest.fixture
def koppel(capsys, monkeypatch):
    """Run `koppel …` here; every exit code must be one of the documented ones."""
    for name in [name for name in os.environ if name.startswith("KOPPEL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "200")
    known = set(map(int, re.findall(r"^\| (\d) \|", DOCUMENTED.read_text(encoding="utf-8"), re.M)))

    def run(*words):
        capsys.readouterr()
        before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            main([str(word) for word in words])
            code = 0
        except SystemExit as ended:
            code = ended.code or 0
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        assert code in known
        told = capsys.readouterr()
        return Said(code, told.out, told.err)

    return run


@pytest.fixture
def catalog(monkeypatch):
    """The fakes in the place of what is installed."""
    made = Catalog()
    for key in ("shop", "ledger"):
        made.add(key, fake_system(key))
    monkeypatch.setattr(Catalog, "load", classmethod(lambda cls: made))
    return made


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder to be in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def pair(folder, catalog, koppel):
    """An installation in this folder, between a shop and a ledger."""
    assert koppel("init", "--email", "a@example.nl").code == 0
    made = furnish_pair(Site.open())
    yield made
    made.site.close()
