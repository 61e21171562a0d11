import subprocess
import sys

FOREIGN = ("django", "polars", "openpyxl", "regin.files", "regin.cli", "regin.apps", "regin.web")


def test_the_engine_brings_numpy_and_nothing_of_the_platform():
    code = (
        "import sys, regin.engine.run\n"
        f"print([n for n in {FOREIGN!r} if n in sys.modules], 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] True"
