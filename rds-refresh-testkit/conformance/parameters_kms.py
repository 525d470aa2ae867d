"""A legal request of every operation of KMS, and values for its parameters that should change what it does."""

LOCKED_OUT = '{"Version": "2012-10-17", "Statement": []}'

# Operation: (who asks, a request that succeeds in the scene).
REQUESTS = {
    "CancelKeyDeletion": ("source", lambda s: {"KeyId": s.leaving_key}),
    "CreateAlias": ("source", lambda s: {"AliasName": "alias/new", "TargetKeyId": s.source.kms_key_arn}),
    "CreateGrant": (
        "source", lambda s: {"KeyId": s.source.kms_key_arn, "GranteePrincipal": s.grantee, "Operations": ["Decrypt"]}),
    "CreateKey": ("source", lambda s: {}),
    "DeleteAlias": ("source", lambda s: {"AliasName": "alias/movable"}),
    "DescribeKey": ("source", lambda s: {"KeyId": s.source.kms_key_arn}),
    "DisableKey": ("source", lambda s: {"KeyId": s.source.kms_key_arn}),
    "EnableKey": ("source", lambda s: {"KeyId": s.disabled_key}),
    "GenerateDataKey": ("source", lambda s: {"KeyId": s.source.kms_key_arn, "KeySpec": "AES_256", "DryRun": True}),
    "GenerateDataKeyWithoutPlaintext": (
        "source", lambda s: {"KeyId": s.source.kms_key_arn, "KeySpec": "AES_256", "DryRun": True}),
    "GetKeyPolicy": ("source", lambda s: {"KeyId": s.source.kms_key_arn}),
    "GetKeyRotationStatus": ("source", lambda s: {"KeyId": s.source.kms_key_arn}),
    "ListAliases": ("source", lambda s: {}),
    "ListGrants": ("source", lambda s: {"KeyId": s.source.kms_key_arn}),
    "ListKeyPolicies": ("source", lambda s: {"KeyId": s.source.kms_key_arn}),
    "ListKeys": ("source", lambda s: {}),
    "ListResourceTags": ("source", lambda s: {"KeyId": s.crowded_key}),
    "ListRetirableGrants": ("source", lambda s: {"RetiringPrincipal": s.retirer}),
    "PutKeyPolicy": ("source", lambda s: {"KeyId": s.signing_key, "Policy": s.policy}),
    "RetireGrant": ("source", lambda s: {"GrantToken": s.grant["GrantToken"]}),
    "RevokeGrant": ("source", lambda s: {"KeyId": s.source.kms_key_arn, "GrantId": s.grant["GrantId"]}),
    "ScheduleKeyDeletion": ("source", lambda s: {"KeyId": s.signing_key}),
    "TagResource": ("source", lambda s: {"KeyId": s.signing_key, "Tags": [{"TagKey": "new", "TagValue": "one"}]}),
    "UntagResource": ("source", lambda s: {"KeyId": s.crowded_key, "TagKeys": ["purpose"]}),
    "UpdateAlias": ("source", lambda s: {"AliasName": "alias/movable", "TargetKeyId": s.source.kms_key_private_arn}),
    "UpdateKeyDescription": ("source", lambda s: {"KeyId": s.signing_key, "Description": "new"}),
}

# What is tried for a parameter of this name, in any operation; one value that makes a difference is enough.
VALUES = {
    "Constraints": [{"EncryptionContextSubset": {"table": "orders"}}],
    "GrantTokens": [["nobody"]],
    "GranteePrincipal": ["arn:aws:iam::222222222222:role/other"],
    "KeySpec": ["RSA_2048"],
    "KeyUsage": ["SIGN_VERIFY"],
    "Limit": [1, 0],
    "Operations": [["Encrypt"]],
    "Policy": [LOCKED_OUT],
    "RetiringPrincipal": ["arn:aws:iam::111111111111:role/other"],
    "Tags": [[{"TagKey": "other", "TagValue": "one"}]],
}

# What else a request must hold for a parameter to matter, in any operation or in one.
BESIDE = {
    "BypassPolicyLockoutSafetyCheck": {"Policy": LOCKED_OUT},
}

# Operations that are refused whatever the parameters are, and why.
REFUSED = {
    "GenerateDataKey": "nothing is encrypted: it takes dry runs only, which end with an error",
    "GenerateDataKeyWithoutPlaintext": "as above",
}

# Parameters that are accepted and change nothing, on purpose. The same list stands in docs/fake-rds.md.
WITHOUT_EFFECT = {}
