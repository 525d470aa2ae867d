"""Refused calls: the code and HTTP status on the wire, the exception that boto3 raises, and that nothing has changed."""

import pathlib
import unittest

from botocore import xform_name

import refusals_kms
import refusals_rds
import refusals_sts
from fake_rds import FakeRds
from scene import Scene

TABLES = {"rds": refusals_rds, "kms": refusals_kms, "sts": refusals_sts}


class Refusals(unittest.TestCase):
    """All of them in one scene: they change nothing."""

    @classmethod
    def setUpClass(cls):
        cls.fake = FakeRds("--stage", str(pathlib.Path(__file__).with_name("stage.toml")))
        cls.addClassCleanup(cls.fake.stop)
        cls.scene = Scene(cls.fake).play().use_up().keys().stir()
        cls.models = {service: getattr(cls.fake.source, service).meta.service_model for service in TABLES}

    def test_modelled(self):
        """By the service model: a shape has a code and a status, and boto3 an exception class of its name."""
        for service, table in TABLES.items():
            for operation, cases in table.MODELLED.items():
                for shape, what, account, parameters in cases:
                    with self.subTest(f"{operation}: {what}"):
                        error = self.models[service].shape_for(shape).metadata.get("error", {})
                        code = error.get("code", shape)
                        status = error.get("httpStatusCode", table.STATUS.get(shape, 400))
                        self.refused((service, operation, account, parameters), code, status, shape)

    def test_common(self):
        """Those that the service model does not list."""
        for service, table in TABLES.items():
            for operation, code, status, what, account, parameters in table.COMMON:
                with self.subTest(f"{operation}: {what}"):
                    self.refused((service, operation, account, parameters), code, status, "ClientError")

    def refused(self, call, code, status, exception):
        """One call that must be refused so."""
        service, operation, account, parameters = call
        client = getattr(getattr(self.fake, account), service)
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
        for service, table in TABLES.items():
            for operation in self.fake.control("operations")[service]:
                modelled = {shape.name for shape in self.models[service].operation_model(operation).error_shapes}
                shown = {shape for shape, *_ in table.MODELLED.get(operation, [])}
                self.assertLessEqual(shown, modelled, operation)
                never = table.NEVER.get(operation, {}).keys()
                self.assertFalse(shown & never, f"{operation}: said never to come, and shown")
                missing += [f"{operation}: {shape}" for shape in sorted(modelled - shown - never - table.NOT_MODELLED.keys())]
        self.assertEqual(missing, [])

    def test_there_are_enough(self):
        self.assertGreaterEqual(sum(len(cases) for cases in refusals_rds.MODELLED.values()), 60)


if __name__ == "__main__":
    unittest.main()
