"""A legal request of every operation of STS, and values for its parameters that should change what it does."""

# Operation: (who asks, a request that succeeds in the scene).
REQUESTS = {
    "AssumeRole": ("source", lambda s: {"RoleArn": "arn:aws:iam::222222222222:role/refresh", "RoleSessionName": "monday"}),
    "GetCallerIdentity": ("source", lambda s: {}),
}

# What is tried for a parameter of this name, in any operation; one value that makes a difference is enough.
VALUES = {
    "DurationSeconds": [900],
    "PolicyArns": [[{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]],
    "ProvidedContexts": [[{"ProviderArn": "arn:aws:iam::aws:contextProvider/x", "ContextAssertion": "something"}]],
    "RoleArn": ["arn:aws:iam::222222222222:role/other"],
    "Tags": [[{"Key": "team", "Value": "data"}]],
}

# What else a request must hold for a parameter to matter, in any operation or in one.
BESIDE = {}

# Operations that are refused whatever the parameters are, and why.
REFUSED = {}

# Parameters that are accepted and change nothing, on purpose. The same list stands in docs/fake-rds.md.
WITHOUT_EFFECT = {"AssumeRole": {"ExternalId": "the trust of a role is not modelled, and so asks for none"}}
