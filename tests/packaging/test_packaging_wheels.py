"""The six wheels hold everything their source trees hold, and nothing else."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = {
    "koppel": (".", "core/koppel"),
    "koppel_accountview": ("plugins/accountview", "plugins/accountview/koppel_accountview"),
    "koppel_exactonline": ("plugins/exactonline", "plugins/exactonline/koppel_exactonline"),
    "koppel_shopify": ("plugins/shopify", "plugins/shopify/koppel_shopify"),
    "koppel_admin": ("admin", "admin/koppel_admin"),
    "koppel_migrations": ("migrations", "migrations/koppel_migrations"),
}


def tracked(folder):
    """The files of a package as a checkout has them."""
    listed = subprocess.run(["git", "ls-files", folder], cwd=ROOT, capture_output=True, text=True, check=True)
    return {Path(line).relative_to(Path(folder).parent).as_posix() for line in listed.stdout.splitlines()}


@pytest.fixture(scope="session")
def wheels(tmp_path_factory):
    """All six, built from a copy so that the checkout stays clean."""
    copy, out = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("wheels")
    archive = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    subprocess.run(["tar", "-cf", str(copy / "all.tar"), "--null", "-T", "-"], cwd=ROOT, input=archive, check=True)
    subprocess.run(["tar", "-xf", "all.tar"], cwd=copy, check=True)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(out)]
    for folder, _ in ROOMS.values():
        subprocess.run([*command, f"./{folder}"], cwd=copy, check=True, capture_output=True)
    return {wheel.name.partition("-")[0]: wheel for wheel in out.glob("*.whl")}


@pytest.mark.parametrize("name", ROOMS)
def test_a_wheel_holds_its_code_data_migrations_and_templates(wheels, name):
    names = {one for one in zipfile.ZipFile(wheels[name]).namelist() if ".dist-info/" not in one}
    assert names == tracked(ROOMS[name][1])


def test_the_core_with_any_subset_of_plugins_works(wheels, tmp_path):
    target = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target)]
    subprocess.run([*pip, str(wheels["koppel"]), str(wheels["koppel_shopify"])], check=True, capture_output=True)
    code = (
        "import sys; sys.path = [p for p in sys.path if '/core' not in p and '/plugins' not in p and '/admin' not in p];"
        f"sys.path.insert(0, {str(target)!r});"
        "import importlib.metadata as m; from koppel.catalog import Catalog, GROUP; import koppel;"
        f"points = [p for d in m.distributions(path=[{str(target)!r}]) for p in d.entry_points if p.group == GROUP];"
        "c = Catalog.load(points); print(koppel.__file__); print(sorted(c.plugins), c.problems)"
    )
    answer = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert str(target) in answer.stdout
    assert "['shopify'] []" in answer.stdout
