"""The Python and shell examples of the documentation run as they are printed."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from botocore import xform_name

import fake_rds
import parameters_kms
import parameters_rds
import parameters_sts
from scene import Scene

ROOT = pathlib.Path(__file__).parents[2]
TABLES = {"rds": parameters_rds, "kms": parameters_kms, "sts": parameters_sts}
PAGES = [ROOT / "rds-refresh-testkit/README.md", ROOT / "rds-refresh-testkit/src/lib.rs", ROOT / "docs/fake-rds.md"]


def examples(language):
    """Every code block of a language, with where it stands."""
    for page in PAGES:
        if not page.exists():
            continue
        text = re.sub(r"(?m)^//! ?", "", page.read_text())
        for number, block in enumerate(re.findall(rf"(?ms)^```{language}\n(.*?)^```", text)):
            yield f"{page.relative_to(ROOT)} #{number}", block


class Guide(unittest.TestCase):
    """What the guide says of operations and parameters is what the tables here and the sources say, and the server does."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        text = (ROOT / "docs/fake-rds.md").read_text()
        cls.section = re.search(r"(?ms)^## What it answers\n(.*?)^## ", text)[1]

    def rows(self, columns):
        """The cells of the table that has so many columns, without its head."""
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in self.section.splitlines() if line.startswith("|")]
        return [[cell.strip("`") for cell in row] for row in rows if len(row) == columns][2:]

    def test_operations(self):
        for service, table in TABLES.items():
            listed = re.search(rf"(?ms)^{service.upper()}: (.*?)\.$", self.section)[1]
            self.assertEqual(set(re.findall(r"\w+", listed)), set(table.REQUESTS))

    def test_parameters_without_effect(self):
        expected = [
            [service.upper(), operation, name, why]
            for service, table in TABLES.items()
            for operation, names in table.WITHOUT_EFFECT.items()
            for name, why in names.items()
        ]
        self.assertEqual(self.rows(4), expected)

    def test_parameters_with_a_single_value(self):
        sources = (ROOT / "rds-refresh-testkit/src/wire/rds").rglob("*.rs")
        read = {pair for source in sources for pair in re.findall(r'\.only\("(\w+)", "(\w+)"\)', source.read_text())}
        self.assertEqual({(name, value) for name, value, _ in self.rows(3)}, read)

    def test_that_value_alone_is_accepted(self):
        fake = fake_rds.FakeRds()
        self.addCleanup(fake.stop)
        scene = Scene(fake).play().keys()
        scene.stir()
        fake.control("checkpoint", {})
        for name, value, operations in self.rows(3):
            right, wrong = (False, True) if value == "false" else (value, "other")
            for operation in re.findall(r"\w+", operations):
                with self.subTest(f"{operation}: {name}"):
                    fake.restore()
                    account, request = parameters_rds.REQUESTS[operation]
                    rds = getattr(fake, account).rds
                    call = getattr(rds, xform_name(operation))
                    with self.assertRaisesRegex(rds.exceptions.ClientError, name):
                        call(**request(scene) | {name: wrong})
                    call(**request(scene) | {name: right})


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

    def test_the_seven_steps_are_those_of_the_script(self):
        """Which is run by itself."""
        script = pathlib.Path(__file__).with_name("seven_steps.sh").read_text()
        shown = [block for _, block in examples("bash")]
        self.assertTrue(shown)
        for block in shown:
            self.assertIn(block, script)

    def test_python(self):
        self.run_with([sys.executable, "-c"], "python")


if __name__ == "__main__":
    unittest.main()
