"""Checks every answer of the server, as bytes, against the shapes of botocore's own service model.

botocore is a lenient reader: a misspelt element is dropped and a missing one is absent. This one is strict, and sees every
answer that any test of this directory gets.
"""

import base64
import json
import re
import xml.etree.ElementTree as ElementTree

TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z")
SCALARS = {
    "boolean": re.compile("true|false"),
    "integer": re.compile(r"-?\d+"),
    "long": re.compile(r"-?\d+"),
    "double": re.compile(r"-?\d+(\.\d+)?"),
    "timestamp": TIMESTAMP,
}

# What was checked of each operation: `{"rds.DescribeDBClusters": Seen(…)}`.
seen = {}


class Seen:
    """How many successes and refusals, and the members that some success had: `{"DBClusters.Status", …}`."""

    def __init__(self):
        self.successes, self.refusals, self.members = 0, 0, set()


class WrongAnswer(AssertionError):
    """What the server sent is not what the service model says."""


def check_all(session):
    """From now on every answer to a client of this boto3 session is checked."""
    session.events.register("before-parse", check)


def check(operation_model, response_dict, **_):
    """One answer: a success by the output's shape, an error by the errors of the protocol."""
    service = operation_model.service_model
    headers = {name.lower(): value for name, value in response_dict["headers"].items()}
    if "x-amzn-requestid" not in headers:
        raise WrongAnswer(f"{operation_model.name}: no x-amzn-RequestId")
    found = seen.setdefault(f"{service.service_name}.{operation_model.name}", Seen())
    status = response_dict["status_code"]
    read = {"query": query, "json": json_1_1}[service.resolved_protocol]
    read(operation_model, status, response_dict["body"], headers, found.members)
    if status < 300:
        found.successes += 1
    else:
        found.refusals += 1


def query(operation_model, status, body, headers, found):
    """The AWS Query protocol: XML."""
    name, service = operation_model.name, operation_model.service_model
    require(headers["content-type"].startswith("text/xml"), name, f"content type {headers['content-type']}")
    root = ElementTree.fromstring(body)
    namespace = "{" + service.metadata["xmlNamespace"] + "}"
    for element in root.iter():
        require(element.tag.startswith(namespace), name, f"{element.tag} is not in {namespace}")
        element.tag = element.tag.removeprefix(namespace)
    if status >= 300:
        require(root.tag == "ErrorResponse", name, f"an error in <{root.tag}>")
        require([child.tag for child in root] == ["Error", "RequestId"], name, "the members of ErrorResponse")
        require([child.tag for child in root[0]] == ["Type", "Code", "Message"], name, "the members of Error")
        require(root[0][0].text == ("Receiver" if status >= 500 else "Sender"), name, f"{status} of type {root[0][0].text}")
        return
    require(root.tag == f"{name}Response", name, f"root <{root.tag}>")
    shape = operation_model.output_shape
    tags = [child.tag for child in root]
    if shape is None:
        require(tags == ["ResponseMetadata"], name, f"no output, but {tags}")
        return
    require(tags == [shape.serialization["resultWrapper"], "ResponseMetadata"], name, f"in the root: {tags}")
    element_is(root[0], shape, name, "", found)


def element_is(element, shape, where, path, found):
    """Whether an XML element is a value of a shape."""
    if shape.type_name == "structure":
        members = {serialized(member, key): (key, member) for key, member in shape.members.items()}
        tags = [child.tag for child in element]
        require(len(tags) == len(set(tags)), where, f"{path} holds a member twice: {tags}")
        for child in element:
            require(child.tag in members, where, f"{path or 'the result'} has no member {child.tag}")
            key, member = members[child.tag]
            found.add(f"{path}.{key}".lstrip("."))
            element_is(child, member, where, f"{path}.{key}".lstrip("."), found)
    elif shape.type_name == "list":
        member = shape.member.serialization.get("name", "member")
        for child in element:
            require(child.tag == member, where, f"{path} is a list of {member}, not of {child.tag}")
            element_is(child, shape.member, where, path, found)
    else:
        require(len(element) == 0, where, f"{path} is a {shape.type_name} and has children")
        scalar_is(element.text or "", shape, where, path)


def serialized(shape, key):
    """How a member is called on the wire."""
    return shape.serialization.get("name", key)


def scalar_is(text, shape, where, path):
    """Whether a text is written as a shape's type is."""
    grammar = SCALARS.get(shape.type_name)
    require(grammar is None or grammar.fullmatch(text), where, f"{path} is a {shape.type_name}, and not {text!r}")
    one_of(text, shape, where, path)


def json_1_1(operation_model, status, body, headers, found):
    """The AWS JSON protocol."""
    name = operation_model.name
    require(headers["content-type"] == "application/x-amz-json-1.1", name, f"content type {headers['content-type']}")
    if status >= 300:
        error = json.loads(body)
        require(isinstance(error.get("__type"), str), name, "an error without __type")
        require(set(error) <= {"__type", "message", "Message"}, name, f"an error with {sorted(error)}")
    elif operation_model.output_shape is None:
        require(body in (b"", b"{}"), name, f"no output, but {body[:40]}")
    else:
        value_is(json.loads(body), operation_model.output_shape, name, "", found)


JSON_TYPES = {"boolean": bool, "integer": int, "long": int, "timestamp": (int, float), "string": str, "blob": str}


def value_is(value, shape, where, path, found):
    """Whether a JSON value is a value of a shape."""
    if shape.type_name == "structure":
        for key, inner in value.items():
            require(key in shape.members, where, f"{path or 'the result'} has no member {key}")
            found.add(f"{path}.{key}".lstrip("."))
            value_is(inner, shape.members[key], where, f"{path}.{key}".lstrip("."), found)
    elif shape.type_name == "list":
        for inner in value:
            value_is(inner, shape.member, where, path, found)
    elif shape.type_name == "map":
        for key, inner in value.items():
            require(isinstance(key, str), where, f"{path} has the key {key!r}")
            value_is(inner, shape.value, where, path, found)
    else:
        kind = JSON_TYPES[shape.type_name]
        right = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
        require(right, where, f"{path} is a {shape.type_name}, and not {value!r}")
        one_of(value, shape, where, path)
        if shape.type_name == "blob":
            base64.b64decode(value, validate=True)


def one_of(value, shape, where, path):
    """Whether a value is among those that the model lists, if it lists any."""
    known = getattr(shape, "enum", [])
    require(not known or value in known, where, f"{path} is one of {known}, and not {value!r}")


def require(holds, where, what):
    """Raises what is wrong."""
    if not holds:
        raise WrongAnswer(f"{where}: {what}")
