"""Every parameter of every operation is either honoured or refused: none is ignored in silence.

Honoured means: a request with it differs from the same request without it, in the answer or in the world some minutes later.
"""

import unittest

import botocore.exceptions
from botocore import xform_name

import parameters
from fake_rds import FakeRds
from scene import Scene


class Parameters(unittest.TestCase):
    """One scene; each request starts from it."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.fake = FakeRds()
        cls.addClassCleanup(cls.fake.stop)
        cls.scene = Scene(cls.fake).play()
        cls.scene.stir()
        cls.fake.control("checkpoint", {})
        cls.model = cls.fake.source.rds.meta.service_model

    def test_every_operation_has_a_request(self):
        implemented = set(self.fake.control("operations")["rds"])
        self.assertEqual(implemented, set(parameters.REQUESTS))

    def test_none_is_ignored(self):
        ignored = {}
        for operation, (account, request) in parameters.REQUESTS.items():
            if operation in parameters.REFUSED:
                continue
            shape = self.model.operation_model(operation).input_shape
            for name, member in (shape.members if shape else {}).items():
                base = request(self.scene) | parameters.beside(operation, name)
                without = self.outcome(operation, account, base)
                tried = ({**base, name: value} for value in parameters.values(member, name))
                if all(self.outcome(operation, account, one) == without for one in tried):
                    ignored.setdefault(operation, set()).add(name)
        self.assertEqual(ignored, {operation: set(names) for operation, names in parameters.WITHOUT_EFFECT.items()})

    def test_requests_succeed(self):
        """Else they would prove nothing."""
        for operation, (account, request) in parameters.REQUESTS.items():
            with self.subTest(operation):
                answer = self.outcome(operation, account, request(self.scene))
                self.assertEqual("Code" in answer, operation in parameters.REFUSED, answer)

    def test_a_parameter_that_is_not_there_is_refused(self):
        """A misspelt one, which botocore itself would not send."""
        def misspell(params, **_):
            params["body"]["Colour"] = "blue"

        for operation, (account, request) in parameters.REQUESTS.items():
            with self.subTest(operation):
                client = getattr(self.fake, account).client("rds")
                client.meta.events.register(f"before-call.rds.{operation}", misspell)
                with self.assertRaisesRegex(client.exceptions.ClientError, "Colour"):
                    getattr(client, xform_name(operation))(**request(self.scene))

    def outcome(self, operation, account, request):
        """What a request does: the answer, and the world some minutes later."""
        self.fake.restore()
        call = getattr(getattr(self.fake, account).rds, xform_name(operation))
        try:
            answer = call(**request)
            del answer["ResponseMetadata"]
        except botocore.exceptions.ClientError as error:
            return error.response["Error"]
        self.fake.advance(600)
        return answer, self.fake.world()


if __name__ == "__main__":
    unittest.main()
