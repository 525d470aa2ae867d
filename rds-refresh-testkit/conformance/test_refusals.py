"""Refused calls: the code and HTTP status on the wire, the exception that boto3 raises, and that nothing has changed."""

import pathlib
import unittest

from botocore import xform_name

import refusals
from fake_rds import FakeRds
from scene import Scene


class Refusals(unittest.TestCase):
    """All of them in one scene: they change nothing."""

    @classmethod
    def setUpClass(cls):
        cls.fake = FakeRds("--stage", str(pathlib.Path(__file__).with_name("stage.toml")))
        cls.addClassCleanup(cls.fake.stop)
        cls.scene = Scene(cls.fake).play().use_up().stir()
        cls.model = cls.fake.source.rds.meta.service_model

    def test_modelled(self):
        """By the service model: a shape has a code and a status, and boto3 an exception class of its name."""
        for operation, cases in refusals.MODELLED.items():
            for shape, what, account, parameters in cases:
                with self.subTest(f"{operation}: {what}"):
                    error = self.model.shape_for(shape).metadata["error"]
                    self.refused(operation, account, parameters, error["code"], error["httpStatusCode"], shape)

    def test_common(self):
        """Those that the service model does not list."""
        for operation, code, status, what, account, parameters in refusals.COMMON:
            with self.subTest(f"{operation}: {what}"):
                self.refused(operation, account, parameters, code, status, "ClientError")

    def refused(self, operation, account, parameters, code, status, exception):
        """One call that must be refused so."""
        client = getattr(self.fake, account).rds
        before = self.fake.world()
        with self.assertRaises(client.exceptions.ClientError) as raised:
            getattr(client, xform_name(operation))(**parameters(self.scene))
        answer = raised.exception.response
        self.assertEqual((answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]), (code, status), answer["Error"])
        self.assertEqual(type(raised.exception).__name__, exception)
        self.assertTrue(answer["Error"]["Message"])
        self.assertEqual(self.fake.world(), before, "a refused call must change nothing")

    def test_nothing_is_left_out(self):
        """Every modelled error of every operation is either refused above or said never to come."""
        missing = []
        for operation in self.fake.control("operations")["rds"]:
            modelled = {shape.name for shape in self.model.operation_model(operation).error_shapes}
            shown = {shape for shape, *_ in refusals.MODELLED.get(operation, [])}
            self.assertLessEqual(shown, modelled, operation)
            never = refusals.NEVER.get(operation, {}).keys()
            self.assertFalse(shown & never, f"{operation}: said never to come, and shown")
            missing += [f"{operation}: {shape}" for shape in sorted(modelled - shown - never - refusals.NOT_MODELLED.keys())]
        self.assertEqual(missing, [])

    def test_there_are_enough(self):
        self.assertGreaterEqual(sum(len(cases) for cases in refusals.MODELLED.values()), 60)


if __name__ == "__main__":
    unittest.main()
