"""The accessibility rules of axe-core, fetched from npm once and kept outside the tree."""

import os
import shutil
import subprocess
import tarfile
from functools import cache
from pathlib import Path

import pytest

VERSION = "4.14.1"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (only) => {
  const found = await axe.run(document, { runOnly: only, resultTypes: ["violations"] });
  return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).slice(0, 3).join(" | ")}`);
}"""


@cache
def axe_source():
    """The script; the test that asks for it is skipped where npm cannot give it."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "koppel-tests" / f"axe-core-{VERSION}"
    file = folder / "axe.min.js"
    if not file.exists():
        _fetch(folder, file)
    return file.read_text(encoding="utf-8")


def _fetch(folder, file):
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed, so axe-core cannot be fetched")
    folder.mkdir(parents=True, exist_ok=True)
    pack = ["npm", "pack", f"axe-core@{VERSION}", "--silent"]
    try:
        done = subprocess.run(pack, cwd=folder, capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        pytest.skip("npm does not answer, so axe-core cannot be fetched")
    if done.returncode:
        pytest.skip("npm cannot give axe-core")
    with tarfile.open(folder / f"axe-core-{VERSION}.tgz") as archive:
        text = archive.extractfile("package/axe.min.js").read()
    part = file.with_suffix(f".{os.getpid()}")
    part.write_bytes(text)
    part.replace(file)


def violations(page, rules=None):
    """What axe finds in a page into which its script was put: rule and places."""
    return page.evaluate(RUN, {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS})
