"""The pictures of README and docs, taken from a new demonstration with a real Chromium."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import services  # noqa: E402 - a module of this repository, found through the line above

PICTURES = {"home": "/en/", "region": "/en/regions/find/?q=ES51", "map": "/en/regions/"}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        regin = Path(sys.executable).parent / "regin"
        process = subprocess.Popen(
            [str(regin), "demo", "--dir", f"{folder}/demo"],
            stdout=subprocess.PIPE,
            text=True,
            env={k: v for k, v in os.environ.items() if k not in {"REGIN_DIR", "DATABASE_URL"}},
        )
        try:
            assert process.stdout
            said = iter(process.stdout)
            url = next(m[0] for line in said if (m := re.search(r"http://\S+:\d+", line)))
            wait_for(url)
            take(url)
        finally:
            process.terminate()
            process.wait(30)


def wait_for(url: str) -> None:
    for _ in range(100):
        try:
            urlopen(f"{url}/health/", timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the demonstration does not answer")


def take(url: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=services.chromium(), args=services.CHROMIUM_FLAGS
        )
        page = browser.new_page(viewport={"width": 1280, "height": 1100})
        for name, address in PICTURES.items():
            page.goto(url + address)
            if name == "region":
                page.get_by_role("link", name="Catalonia").first.click()
                page.wait_for_load_state()
            page.screenshot(path=ROOT / "docs" / "images" / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
