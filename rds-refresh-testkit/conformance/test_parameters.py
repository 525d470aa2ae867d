"""Every parameter of every operation is either honoured or refused: none is ignored in silence.

Honoured means: a request with it differs from the same request without it, in the answer or in the world some minutes later.
"""

import json
import pathlib
import re
import unittest
from datetime import datetime, timezone

import botocore.exceptions
from botocore import xform_name

import answers
import parameters_kms
import parameters_rds
import parameters_sts
from fake_rds import FakeRds
from scene import Scene

TABLES = {"rds": parameters_rds, "kms": parameters_kms, "sts": parameters_sts}
SOURCES = pathlib.Path(__file__).parents[1] / "src/wire"
# How its sources read a parameter: by a getter, or in a list of those that are refused or ignored.
GETTER = re.compile(r'\.(?:string|required|flag|number|time|strings|list|texts|structure|given|only)\(\s*"(\w+)"')
LIST = re.compile(r"\.(?:ignore|refuse)\(\s*&\[([^]]*)\]")
# Where: in `read` of an operation, and in functions that it calls.
READER = re.compile(r"(?ms)^impl (?:Query|Json) for (\w+) \{.*?^    fn read\((.*?)^    \}")
FUNCTION = re.compile(r"(?ms)^( *)(?:pub\(\w+\) )?fn (\w+)[(<](.*?)^\1\}")

# What is tried for a parameter whose name is in no table.
BY_TYPE = {
    "boolean": [True, False],
    "integer": [7],
    "long": [7],
    "string": ["something"],
    "list": [["something"]],
    "timestamp": ["2026-01-05T08:00:00Z"],
}


class Parameters(unittest.TestCase):
    """One scene; each request starts from it."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.fake = FakeRds()
        cls.addClassCleanup(cls.fake.stop)
        cls.scene = Scene(cls.fake).play().keys()
        cls.scene.stir()
        cls.fake.control("checkpoint", {})
        every = cls.fake.control("operations")
        cls.operations = {service: every[service] for service in TABLES}
        cls.models = {service: getattr(cls.fake.source, service).meta.service_model for service in TABLES}

    def requests(self):
        """Service, operation, who asks, and a request that succeeds, of all there are."""
        for service, table in TABLES.items():
            for operation, (account, request) in table.REQUESTS.items():
                yield service, operation, account, request(self.scene)

    def members(self, service, operation):
        """The parameters of an operation, by name."""
        shape = self.models[service].operation_model(operation).input_shape
        return shape.members if shape else {}

    def test_every_operation_has_a_request(self):
        for service, table in TABLES.items():
            self.assertEqual(set(self.operations[service]), set(table.REQUESTS))

    def test_none_is_ignored(self):
        ignored = {service: {} for service in TABLES}
        for service, operation, account, request in self.requests():
            table = TABLES[service]
            if operation in table.REFUSED:
                continue
            for name, member in self.members(service, operation).items():
                base = request | (table.BESIDE.get(f"{operation}.{name}") or table.BESIDE.get(name, {}))
                without = self.outcome(service, operation, account, base)
                values = table.VALUES.get(name) or BY_TYPE[member.type_name]
                if all(self.outcome(service, operation, account, {**base, name: value}) == without for value in values):
                    ignored[service].setdefault(operation, set()).add(name)
        for service, table in TABLES.items():
            expected = {operation: set(names) for operation, names in table.WITHOUT_EFFECT.items()}
            self.assertEqual(ignored[service], expected)

    def test_requests_succeed(self):
        """Else they would prove nothing."""
        for service, operation, account, request in self.requests():
            with self.subTest(operation):
                answer = self.outcome(service, operation, account, request)
                self.assertEqual("Code" in answer, operation in TABLES[service].REFUSED, answer)

    def test_a_parameter_that_is_not_there_is_refused(self):
        """A misspelt one, which botocore itself would not send."""
        def misspell(params, **_):
            if isinstance(params["body"], dict):
                params["body"]["Colour"] = "blue"
            else:
                params["body"] = json.dumps(json.loads(params["body"]) | {"Colour": "blue"}).encode()

        for service, operation, account, request in self.requests():
            with self.subTest(operation):
                client = getattr(self.fake, account).client(service)
                client.meta.events.register(f"before-call.{service}.{operation}", misspell)
                with self.assertRaisesRegex(client.exceptions.ClientError, "Colour"):
                    getattr(client, xform_name(operation))(**request)

    def test_successes_and_refusals_of_every_operation_are_checked(self):
        """By answers.py, in what the two tests above do."""
        self.test_requests_succeed()
        self.test_a_parameter_that_is_not_there_is_refused()
        for service, operations in self.operations.items():
            for operation in operations:
                seen = answers.seen[f"{service}.{operation}"]
                self.assertTrue(seen.refusals, operation)
                self.assertTrue(seen.successes or operation in TABLES[service].REFUSED, operation)
                output = self.models[service].operation_model(operation).output_shape
                self.assertTrue(seen.members or not output or operation in TABLES[service].REFUSED, f"{operation}: an empty success")

    def test_what_the_fake_reads_is_in_the_service_model(self):
        """By its sources: what a getter misspells is refused when it is spelt right, and honoured when it is not."""
        for service, operations in self.operations.items():
            read = names_read(service)
            for operation in operations:
                members = self.members(service, operation)
                known = set(members).union(*map(names_in, members.values()))
                found = read.get(operation.lower(), set())
                self.assertEqual((found - known, bool(found)), (set(), bool(members)), operation)

    def outcome(self, service, operation, account, request):
        """What a request does: the answer, and the world some minutes later."""
        self.fake.restore()
        call = getattr(getattr(getattr(self.fake, account), service), xform_name(operation))
        try:
            answer = call(**request)
            del answer["ResponseMetadata"]
        except botocore.exceptions.ClientError as error:
            return error.response["Error"]
        if "Credentials" in answer:
            # They expire by the clock of the wall, which goes on between two calls.
            lasting = answer["Credentials"]["Expiration"] - datetime.now(timezone.utc)
            answer["Credentials"]["Expiration"] = round(lasting.total_seconds() / 60)
        self.fake.advance(600)
        return answer, self.fake.world()


def names_read(service):
    """The names of parameters that the sources read, by operation in lower case."""
    sources = [*(SOURCES / service).rglob("*.rs")]
    if service != "kms":
        sources.append(SOURCES / "query/common.rs")
    texts = [re.sub(r"(?m)//.*$", "", source.read_text()) for source in sources]
    functions = {name: body for text in texts for _, name, body in FUNCTION.findall(text) if name not in ("read", "write")}
    readers = {name.lower(): body for text in texts for name, body in READER.findall(text)}
    # STS has but one operation with parameters, which a function reads.
    readers |= {name.replace("_", ""): body for name, body in functions.items() if service == "sts" and name == "assume_role"}

    def names(body, entered=frozenset()):
        found = set(GETTER.findall(body)).union(*(re.findall(r'"(\w+)"', names) for names in LIST.findall(body)))
        called = {name for name in functions if re.search(rf"\b{name}\(", body)} - entered
        return found.union(*(names(functions[name], entered | called) for name in called))

    return {operation: names(body) for operation, body in readers.items()}


def names_in(shape):
    """The names of all members of a shape, at any depth."""
    if shape.type_name == "structure":
        return set(shape.members).union(*(names_in(member) for member in shape.members.values()))
    if shape.type_name == "list":
        return names_in(shape.member)
    return set()


if __name__ == "__main__":
    unittest.main()
