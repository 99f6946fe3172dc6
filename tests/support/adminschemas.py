"""The published Admin schemas per version, fetched once with npm and kept outside the tree; without npm their tests skip."""

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from functools import cache
from pathlib import Path

import pytest

PACKAGE = "@shopify/dev-mcp@1.16.0"
TARBALL = "4663c79229028e98f825a09d5f04ec6c3736331b740ce50260f9ffac10709474"
VERSIONS = ("2026-04", "2026-07", "2026-10")
HOME = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "koppel-tests" / "shopify-dev-mcp-1.16.0"


@cache
def admin_schema(version):
    """The schema of one version; skips the test that asks where it cannot be had."""
    graphql = pytest.importorskip("graphql")
    file = HOME / f"admin_{version}.json.gz"
    if not file.is_file():
        _fetch()
    told = json.loads(gzip.decompress(file.read_bytes()))
    return graphql.build_client_schema(told.get("data") or told, assume_valid=True)


def _fetch():
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("the published Admin schemas are fetched with npm, which is not here")
    with tempfile.TemporaryDirectory() as folder:
        try:
            subprocess.run([npm, "pack", PACKAGE, "--silent"], cwd=folder, check=True, timeout=120, capture_output=True)
        except (subprocess.SubprocessError, OSError) as error:
            pytest.skip(f"npm does not give {PACKAGE}: {error}")
        tarball = next(Path(folder).glob("*.tgz"))
        assert hashlib.sha256(tarball.read_bytes()).hexdigest() == TARBALL, f"{PACKAGE} is not what it was"
        _keep(tarball)


def _keep(tarball):
    """Put the wanted members in place, each whole or not at all: several test processes may come here at once."""
    HOME.mkdir(parents=True, exist_ok=True)
    with tarfile.open(tarball) as packed:
        for version in VERSIONS:
            member = packed.extractfile(f"package/dist/data/admin_{version}.json.gz")
            handle, partial = tempfile.mkstemp(dir=HOME)
            with os.fdopen(handle, "wb") as out:
                out.write(member.read())
            Path(partial).replace(HOME / f"admin_{version}.json.gz")
