"""What KMS refuses, and how. The service model gives its errors no HTTP status: they are 400 but for those in `STATUS`."""

NO_KEY = "arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-4000-8000-000000000000"
NO_ARN = "arn:aws:rds:eu-west-1:111111111111:db:orders"
NO_GRANT = "0" * 64
LOCKED_OUT = '{"Version": "2012-10-17", "Statement": []}'

# HTTP statuses other than 400 (KMS API reference, errors of each operation).
STATUS = {"DryRunOperationException": 412}


def named(name, **other):
    """Whatever takes a key by name takes no such name, and no ARN of something else."""
    return [
        ("NotFoundException", "no such key", "source", lambda s: {name: NO_KEY} | filled(other, s)),
        ("InvalidArnException", "the ARN of no key", "source", lambda s: {name: NO_ARN} | filled(other, s)),
    ]


def leaving(**other):
    """And not all of them a key that is going to be deleted."""
    return [("KMSInvalidStateException", "pending deletion", "source", lambda s: {"KeyId": s.leaving_key} | filled(other, s))]


def paged(**other):
    """Listings know their own markers."""
    return [("InvalidMarkerException", "a marker of nobody", "source", lambda s: {"Marker": "nobody"} | filled(other, s))]


def filled(parameters, scene):
    return {name: value(scene) if callable(value) else value for name, value in parameters.items()}


def grant(s, **other):
    return {"KeyId": s.source.kms_key_arn, "GranteePrincipal": s.grantee, "Operations": ["Decrypt"]} | other


def data_key(s, **other):
    return {"KeyId": s.source.kms_key_arn, "KeySpec": "AES_256", "DryRun": True} | other


DATA_KEY = [
    ("NotFoundException", "no such key", "source", lambda s: data_key(s, KeyId=NO_KEY)),
    ("DisabledException", "the key is disabled", "source", lambda s: data_key(s, KeyId=s.disabled_key)),
    ("InvalidGrantTokenException", "a token of nobody", "source", lambda s: data_key(s, GrantTokens=["nobody"])),
    ("InvalidKeyUsageException", "a key that signs", "source", lambda s: data_key(s, KeyId=s.signing_key)),
    ("KMSInvalidStateException", "pending deletion", "source", lambda s: data_key(s, KeyId=s.leaving_key)),
    ("DryRunOperationException", "it would succeed", "source", data_key),
]


# Operation: [(the error's shape, what is wrong, who asks, parameters)].
MODELLED = {
    "CancelKeyDeletion": named("KeyId") + [
        ("KMSInvalidStateException", "not pending deletion", "source", lambda s: {"KeyId": s.source.kms_key_arn}),
    ],
    "CreateAlias": [
        ("AlreadyExistsException", "the name is taken", "source", lambda s: alias("alias/crowd-00", s.source.kms_key_arn)),
        ("NotFoundException", "no such key", "source", lambda s: alias("alias/new", NO_KEY)),
        ("InvalidAliasNameException", "a name of AWS", "source", lambda s: alias("alias/aws/new", s.source.kms_key_arn)),
        ("LimitExceededException", "the 51st", "source", lambda s: alias("alias/new", s.crowded_key)),
        ("KMSInvalidStateException", "pending deletion", "source", lambda s: alias("alias/new", s.leaving_key)),
    ],
    "CreateGrant": named("KeyId", GranteePrincipal=lambda s: s.grantee, Operations=["Decrypt"]) + [
        ("DisabledException", "the key is disabled", "source", lambda s: grant(s, KeyId=s.disabled_key)),
        ("InvalidGrantTokenException", "a token of nobody", "source", lambda s: grant(s, GrantTokens=["nobody"])),
        ("KMSInvalidStateException", "pending deletion", "source", lambda s: grant(s, KeyId=s.leaving_key)),
        ("DryRunOperationException", "it would succeed", "source", lambda s: grant(s, DryRun=True)),
    ],
    "CreateKey": [
        ("MalformedPolicyDocumentException", "no JSON", "source", lambda s: {"Policy": "{"}),
        ("UnsupportedOperationException", "a curve", "source", lambda s: {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}),
        ("LimitExceededException", "a policy of 33 kB", "source", lambda s: {"Policy": "{" + " " * 33000 + "}"}),
        ("TagException", "a tag of AWS", "source", lambda s: {"Tags": [{"TagKey": "aws:x", "TagValue": "y"}]}),
    ],
    "DeleteAlias": [("NotFoundException", "no such alias", "source", lambda s: {"AliasName": "alias/nothing"})],
    "DescribeKey": named("KeyId"),
    "DisableKey": named("KeyId") + leaving(),
    "EnableKey": named("KeyId") + leaving(),
    "GenerateDataKey": DATA_KEY,
    "GenerateDataKeyWithoutPlaintext": DATA_KEY,
    "GetKeyPolicy": named("KeyId"),
    "GetKeyRotationStatus": named("KeyId") + [
        ("UnsupportedOperationException", "an asymmetric key", "source", lambda s: {"KeyId": s.signing_key}),
    ],
    "ListAliases": named("KeyId") + paged(),
    "ListGrants": named("KeyId") + paged(KeyId=lambda s: s.source.kms_key_arn) + [
        ("InvalidGrantIdException", "no id", "source", lambda s: {"KeyId": s.source.kms_key_arn, "GrantId": "mine"}),
    ],
    "ListKeyPolicies": named("KeyId"),
    "ListKeys": paged(),
    "ListResourceTags": named("KeyId") + paged(KeyId=lambda s: s.source.kms_key_arn),
    "ListRetirableGrants": paged(RetiringPrincipal=lambda s: s.retirer) + [
        ("InvalidArnException", "no principal", "source", lambda s: {"RetiringPrincipal": "nobody"}),
    ],
    "PutKeyPolicy": named("KeyId", Policy="{}") + [
        ("MalformedPolicyDocumentException", "it locks everybody out", "source",
         lambda s: {"KeyId": s.source.kms_key_arn, "Policy": LOCKED_OUT}),
        ("LimitExceededException", "33 kB", "source", lambda s: {"KeyId": s.source.kms_key_arn, "Policy": "{" + " " * 33000 + "}"}),
    ],
    "RetireGrant": named("KeyId", GrantId=NO_GRANT) + [
        ("InvalidGrantTokenException", "a token of nobody", "source", lambda s: {"GrantToken": "nobody"}),
        ("InvalidGrantIdException", "no id", "source", lambda s: {"KeyId": s.source.kms_key_arn, "GrantId": "mine"}),
        ("DryRunOperationException", "it would succeed", "source", lambda s: {"GrantToken": s.grant["GrantToken"], "DryRun": True}),
    ],
    "RevokeGrant": named("KeyId", GrantId=NO_GRANT) + [
        ("InvalidGrantIdException", "no id", "source", lambda s: {"KeyId": s.source.kms_key_arn, "GrantId": "mine"}),
        ("DryRunOperationException", "it would succeed", "source",
         lambda s: {"KeyId": s.source.kms_key_arn, "GrantId": s.grant["GrantId"], "DryRun": True}),
    ],
    "ScheduleKeyDeletion": named("KeyId") + leaving(),
    "TagResource": named("KeyId", Tags=[]) + leaving(Tags=[]) + [
        ("TagException", "a tag of AWS", "source",
         lambda s: {"KeyId": s.source.kms_key_arn, "Tags": [{"TagKey": "aws:x", "TagValue": "y"}]}),
    ],
    "UntagResource": named("KeyId", TagKeys=[]) + leaving(TagKeys=[]) + [
        ("TagException", "a tag of AWS", "source", lambda s: {"KeyId": s.source.kms_key_arn, "TagKeys": ["aws:x"]}),
    ],
    "UpdateAlias": [
        ("NotFoundException", "no such alias", "source", lambda s: alias("alias/nothing", s.source.kms_key_arn)),
        ("LimitExceededException", "the 51st", "source", lambda s: alias("alias/movable", s.crowded_key)),
        ("KMSInvalidStateException", "to a key that goes away", "source", lambda s: alias("alias/movable", s.leaving_key)),
    ],
    "UpdateKeyDescription": named("KeyId", Description="new") + leaving(Description="new"),
}

# Shapes that no operation of the fake ever gives.
NOT_MODELLED = {
    "CloudHsmClusterInvalidConfigurationException": "custom key stores: refused as a parameter",
    "CustomKeyStoreInvalidStateException": "custom key stores: refused as a parameter",
    "CustomKeyStoreNotFoundException": "custom key stores: refused as a parameter",
    "DependencyTimeoutException": "nothing times out",
    "KMSInternalException": "nothing breaks",
    "KeyUnavailableException": "a key that is unavailable is so for good",
    "XksKeyAlreadyInUseException": "external key stores: refused as a parameter",
    "XksKeyInvalidConfigurationException": "external key stores: refused as a parameter",
    "XksKeyNotFoundException": "external key stores: refused as a parameter",
}

# Modelled errors of single operations that the fake cannot be brought to give.
ANY_STATE = {"KMSInvalidStateException": "legal in every state of the key"}
NEVER = {
    "CreateGrant": {"LimitExceededException": "a key takes 50 000 grants: too many to make here"},
    "CreateKey": {"InvalidArnException": "no parameter is an ARN"},
    "DeleteAlias": ANY_STATE,
    "EnableKey": {"LimitExceededException": "enabled keys are not counted"},
    "GetKeyPolicy": ANY_STATE,
    "GetKeyRotationStatus": ANY_STATE,
    "ListGrants": ANY_STATE,
    "ListKeyPolicies": ANY_STATE,
    "ListRetirableGrants": {"NotFoundException": "a principal that nobody knows has no grants"},
    "PutKeyPolicy": ANY_STATE | {"UnsupportedOperationException": "every key has a policy; that of AWS's own is an AccessDeniedException"},
    "RetireGrant": ANY_STATE,
    "RevokeGrant": ANY_STATE,
    "TagResource": {"LimitExceededException": "too many tags are a TagException"},
}

# [(operation, code, HTTP status, what is wrong, who asks, parameters)]
COMMON = [
    ("DescribeKey", "ValidationException", 400, "no key", "source", lambda s: {}),
    ("DescribeKey", "SerializationException", 400, "a number", "source", lambda s: {"KeyId": 7}),
    ("DescribeKey", "AccessDeniedException", 400, "another account's", "destination", lambda s: {"KeyId": s.source.kms_key_private_arn}),
    ("PutKeyPolicy", "AccessDeniedException", 400, "another account's", "destination",
     lambda s: {"KeyId": s.source.kms_key_arn, "Policy": LOCKED_OUT}),
    ("CreateAlias", "ValidationException", 400, "no prefix", "source", lambda s: alias("orders", s.source.kms_key_arn)),
    ("UpdateAlias", "ValidationException", 400, "to a key of another type", "source", lambda s: alias("alias/movable", s.signing_key)),
    ("CreateKey", "ValidationException", 400, "a parameter that is not honoured", "source", lambda s: {"CustomKeyStoreId": "cks-1"}),
    ("ScheduleKeyDeletion", "ValidationException", 400, "too soon", "source",
     lambda s: {"KeyId": s.source.kms_key_arn, "PendingWindowInDays": 6}),
    ("ListKeys", "ValidationException", 400, "too long a page", "source", lambda s: {"Limit": 1001}),
    ("ListRetirableGrants", "AccessDeniedException", 400, "another account's principal", "destination",
     lambda s: {"RetiringPrincipal": s.retirer}),
    ("RetireGrant", "AccessDeniedException", 400, "by nobody whom it names", "destination",
     lambda s: {"GrantToken": s.grant["GrantToken"]}),
    ("RetireGrant", "ValidationException", 400, "half a name", "source", lambda s: {"KeyId": s.source.kms_key_arn}),
]


def alias(name, key):
    return {"AliasName": name, "TargetKeyId": key}
