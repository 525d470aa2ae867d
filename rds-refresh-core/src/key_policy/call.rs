use std::collections::BTreeMap;

use crate::ids::{AccountId, KeyArn, Partition};

/// One call of KMS, as a key policy sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyCall {
    pub(super) action: String,
    pub(super) key: KeyArn,
    pub(super) account: AccountId,
    /// `None`: somebody of the account.
    pub(super) principal: Option<String>,
    known: BTreeMap<&'static str, Vec<String>>,
}

/// What is known of a condition key in the context of a call.
pub(super) enum InContext<'a> {
    Is(&'a [String]),
    /// The key is never in the context of such a call.
    Never,
    /// It may be there; its value cannot be known from here.
    Unknown,
}

impl KeyCall {
    /// A call that RDS makes in the name of somebody of the account, as `Decrypt`: `kms:ViaService` is RDS in the key's Region, and
    /// grants are for an AWS service.
    #[must_use]
    pub fn by_rds(operation: &str, key: &KeyArn, account: &AccountId) -> Self {
        let mut call = Self::direct(operation, key, account);
        let suffix = if key.region().partition() == Partition::China { "amazonaws.com.cn" } else { "amazonaws.com" };
        call.known.insert("kms:viaservice", vec![format!("rds.{}.{suffix}", key.region())]);
        call.known.insert("aws:viaawsservice", vec!["true".into()]);
        if call.is_about_grants() {
            call.known.insert("kms:grantisforawsresource", vec!["true".into()]);
        }
        call
    }

    /// A call that somebody of the account makes, as `PutKeyPolicy`.
    #[must_use]
    pub fn direct(operation: &str, key: &KeyArn, account: &AccountId) -> Self {
        let action = format!("kms:{operation}");
        let of = |value: &AccountId| vec![value.to_string()];
        let known = BTreeMap::from([("kms:calleraccount", of(account)), ("aws:principalaccount", of(account))]);
        let mut call = Self { action, key: key.clone(), account: account.clone(), principal: None, known };
        call.known.insert("aws:viaawsservice", vec!["false".into()]);
        if call.is_about_grants() {
            call.known.insert("kms:grantisforawsresource", vec!["false".into()]);
        }
        call
    }

    /// The same by this principal, as `arn:aws:iam::222222222222:role/refresh`.
    #[must_use]
    pub fn by(mut self, principal: impl Into<String>) -> Self {
        let principal = principal.into();
        self.known.insert("aws:principalarn", vec![principal.clone()]);
        self.principal = Some(principal);
        self
    }

    /// The same with a condition key of this value in its context.
    #[must_use]
    pub fn with(mut self, key: &'static str, values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        // Condition keys are compared without regard to case: all that are known are written in lower case.
        let key = KNOWN_KEYS.iter().find(|known| known.eq_ignore_ascii_case(key)).copied().unwrap_or(key);
        self.known.insert(key, values.into_iter().map(Into::into).collect());
        self
    }

    pub(super) fn context(&self, key: &str) -> InContext<'_> {
        let key = key.to_ascii_lowercase();
        if let Some((_, values)) = self.known.iter().find(|(known, _)| known.eq_ignore_ascii_case(&key)) {
            return InContext::Is(values);
        }
        if self.can_have(&key) { InContext::Unknown } else { InContext::Never }
    }

    fn is_about_grants(&self) -> bool {
        ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"].contains(&self.action.as_str())
    }

    /// Whether the context of this operation can hold the key at all (service authorization reference, actions of KMS).
    fn can_have(&self, key: &str) -> bool {
        let crypto = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"];
        let re_encrypts = self.action.starts_with("kms:ReEncrypt");
        let is_crypto = re_encrypts || crypto.contains(&self.action.as_str());
        let creates_grant = self.action == "kms:CreateGrant";
        match key {
            // A direct call passes through no service.
            "kms:viaservice" => false,
            "kms:grantisforawsresource" => self.is_about_grants(),
            "kms:grantoperations" | "kms:granteeprincipal" | "kms:grantconstrainttype" | "kms:retiringprincipal" => creates_grant,
            "kms:encryptionalgorithm" => is_crypto,
            "kms:reencryptonsamekey" => re_encrypts,
            "kms:requestalias" => is_crypto || self.action == "kms:DescribeKey",
            "kms:bypasspolicylockoutsafetycheck" => self.action == "kms:PutKeyPolicy",
            _ if key.starts_with("kms:encryptioncontext") => is_crypto || creates_grant,
            // Principals' tags, organisations, networks, aliases and tags of the key: in every context, and not to be seen from here.
            _ => key.starts_with("aws:") || key.starts_with("kms:resource") || key.starts_with("kms:key"),
        }
    }
}

const KNOWN_KEYS: [&str; 6] = [
    "kms:viaservice",
    "kms:grantisforawsresource",
    "kms:calleraccount",
    "aws:principalaccount",
    "aws:principalarn",
    "aws:viaawsservice",
];
