"""What STS refuses, and how."""

# Operation: [(the error's shape, what is wrong, who asks, parameters)].
MODELLED = {
    "AssumeRole": [
        ("MalformedPolicyDocumentException", "no JSON", "source", lambda s: role(Policy="{")),
        ("PackedPolicyTooLargeException", "2 kB and a character", "source", lambda s: role(Policy="{}" + " " * 2047)),
    ],
}

# Shapes that no operation of the fake ever gives.
NOT_MODELLED = {"RegionDisabledException": "STS is active in every Region"}

# Modelled errors of single operations that the fake cannot be brought to give.
NEVER = {
    "AssumeRole": {"ExpiredTokenException": "of ProvidedContexts, which is refused; a session that is over is an ExpiredToken"},
}

STATUS = {}

# [(operation, code, HTTP status, what is wrong, who asks, parameters)]
COMMON = [
    ("AssumeRole", "ValidationError", 400, "no role", "source", lambda s: {"RoleSessionName": "monday"}),
    ("AssumeRole", "ValidationError", 400, "the ARN of a user", "source",
     lambda s: role(RoleArn="arn:aws:iam::222222222222:user/refresh")),
    ("AssumeRole", "ValidationError", 400, "too short", "source", lambda s: role(DurationSeconds=899)),
    ("AssumeRole", "ValidationError", 400, "a policy, which is not evaluated", "source", lambda s: role(Policy="{}")),
    ("AssumeRole", "InvalidParameterValue", 400, "a parameter that is not honoured", "source", lambda s: role(SourceIdentity="ann")),
    ("AssumeRole", "AccessDenied", 403, "of an account that nobody has", "source",
     lambda s: role(RoleArn="arn:aws:iam::999999999999:role/refresh")),
]


def role(**other):
    return {"RoleArn": "arn:aws:iam::222222222222:role/refresh", "RoleSessionName": "monday"} | other
