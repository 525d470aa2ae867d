use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::claim::Claim;
use super::signature::hmac;

/// What a secret becomes for one day, Region and service.
pub(super) type SigningKey = [u8; 32];

/// Signing keys that were derived already: four HMACs saved at every request but the first of a day.
#[derive(Default)]
pub(crate) struct SigningKeys(Mutex<BTreeMap<Scope, SigningKey>>);

/// The secret itself is part of it: an access key that is replaced by another of the same id signs otherwise from then on.
type Scope = (String, String, String, String);

/// How many are kept: far more than a test has callers, days and Regions.
const KEPT: usize = 1000;

impl SigningKeys {
    pub(super) fn derive(&self, claim: &Claim, secret: &str) -> SigningKey {
        let scope = (secret.to_owned(), claim.day.clone(), claim.region.clone(), claim.service.clone());
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = known.get(&scope) {
            return *key;
        }
        if known.len() >= KEPT {
            known.clear();
        }
        let mut key = hmac(format!("AWS4{secret}").as_bytes(), claim.day.as_bytes());
        for part in [&claim.region, &claim.service, "aws4_request"] {
            key = hmac(&key, part.as_bytes());
        }
        known.insert(scope, key);
        key
    }
}

/// Its keys open what the secrets open.
impl std::fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKeys").finish_non_exhaustive()
    }
}
