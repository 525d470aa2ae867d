"""The Python and shell examples of the documentation run as they are printed."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import fake_rds

ROOT = pathlib.Path(__file__).parents[2]
PAGES = [ROOT / "rds-refresh-testkit/README.md", ROOT / "rds-refresh-testkit/src/lib.rs", ROOT / "docs/fake-rds.md"]


def examples(language):
    """Every code block of a language, with where it stands."""
    for page in PAGES:
        if not page.exists():
            continue
        text = re.sub(r"(?m)^//! ?", "", page.read_text())
        for number, block in enumerate(re.findall(rf"(?ms)^```{language}\n(.*?)^```", text)):
            yield f"{page.relative_to(ROOT)} #{number}", block


class Documentation(unittest.TestCase):
    """Each example runs alone, with `fake-rds` on the path."""

    def run_with(self, interpreter, language):
        path = f"{pathlib.Path(fake_rds.BINARY).resolve().parent}{os.pathsep}{os.environ['PATH']}"
        found = list(examples(language))
        self.assertTrue(found)
        for name, block in found:
            with self.subTest(name), tempfile.TemporaryDirectory() as directory:
                done = subprocess.run(
                    [*interpreter, block], env=os.environ | {"PATH": path}, cwd=directory, capture_output=True, text=True, timeout=120
                )
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_python(self):
        self.run_with([sys.executable, "-c"], "python")


if __name__ == "__main__":
    unittest.main()
