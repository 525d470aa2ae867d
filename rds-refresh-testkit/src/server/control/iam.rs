//! Who may do what: the policies of users and roles, and the keys of users.

use std::collections::{BTreeMap, BTreeSet};

use hyper::StatusCode;
use rds_refresh_core::ids::AccountId;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Asked, Refusal};
use crate::server::backend::Backend;
use crate::wire::AccessKey;
use crate::world::{Caller, Identity, World};

/// The accounts that enforce IAM, and every policy by principal and name.
#[expect(clippy::unnecessary_wraps, reason = "it is one of the handlers, of which others refuse")]
pub(super) fn show(backend: &Backend, _: &Asked<'_>) -> Result<Value, Refusal> {
    Ok(shown(&backend.fake().world()))
}

/// Gives a user or a role a policy, or takes it away.
pub(super) fn put_policy(backend: &Backend, asked: &Asked<'_>) -> Result<Value, Refusal> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Put {
        principal: String,
        #[serde(default = "default_name")]
        name: String,
        policy: Value,
    }
    let example = r#"{"principal": "arn:aws:iam::111111111111:role/refresh", "name": "refresh", "policy": {"Statement": []}}"#;
    let Put { principal, name, policy } = read(asked, example)?;
    let mut world = backend.fake().world();
    if let Some(account) = principal.split(':').nth(4).and_then(|account| account.parse().ok()) {
        check_account(&world, &account, example)?;
    }
    match policy {
        Value::Null => drop(world.delete_identity_policy(&principal, &name)),
        policy => world
            .put_identity_policy(&principal, &name, &policy.to_string())
            .map_err(|error| wrong(&error.to_string(), example))?,
    }
    Ok(shown(&world))
}

/// Lets those of an account who have no policy do nothing, or everything again.
pub(super) fn enforce(backend: &Backend, asked: &Asked<'_>) -> Result<Value, Refusal> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Enforce {
        account: AccountId,
        enforced: bool,
    }
    let example = r#"{"account": "111111111111", "enforced": true}"#;
    let Enforce { account, enforced } = read(asked, example)?;
    let mut world = backend.fake().world();
    check_account(&world, &account, example)?;
    world.enforce_iam(&account, enforced);
    Ok(shown(&world))
}

/// What a user signs with. It is the same whenever it is asked for, and good until a reset.
pub(super) fn access_key(backend: &Backend, asked: &Asked<'_>) -> Result<Value, Refusal> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Of {
        principal: String,
    }
    let example = r#"{"principal": "arn:aws:iam::111111111111:user/refresh"}"#;
    let Of { principal } = read(asked, example)?;
    let user = match principal.splitn(6, ':').collect::<Vec<_>>()[..] {
        ["arn", _, "iam", "", account, user] => account.parse::<AccountId>().ok().zip(user.strip_prefix("user/")),
        _ => None,
    };
    let service = backend.service();
    let world = backend.fake().world();
    // Any Region of the account will do: a key is good in all of them.
    let caller = user.and_then(|(account, user)| {
        let place = world.places().map(|(place, _)| place).find(|place| place.account == account)?;
        Some(Caller::new(account, place.region.clone()).acting_as(Identity::User(user.to_owned())))
    });
    let caller = caller.ok_or_else(|| {
        wrong(&format!("{principal:?} is no user of an account of this world; a role is assumed, with sts assume-role"), example)
    })?;
    let key = AccessKey::of(&caller);
    let answer = json!({ "access_key_id": key.id, "secret_access_key": key.secret.reveal() });
    service.add_access_key(key);
    Ok(answer)
}

/// Refuses an account that holds nothing anywhere: it is mistyped.
fn check_account(world: &World, account: &AccountId, example: &str) -> Result<(), Refusal> {
    let accounts: BTreeSet<&str> = world.places().map(|(place, _)| place.account.as_str()).collect();
    if accounts.contains(account.as_str()) {
        return Ok(());
    }
    let there = accounts.into_iter().collect::<Vec<_>>().join(", ");
    Err(wrong(&format!("{account} is no account of this world: it has {there}"), example))
}

fn default_name() -> String {
    "policy".to_owned()
}

fn read<'a, T: Deserialize<'a>>(asked: &Asked<'a>, example: &str) -> Result<T, Refusal> {
    serde_json::from_slice(asked.body).map_err(|error| wrong(&format!("The body is wrong: {error}"), example))
}

fn wrong(why: &str, example: &str) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, format!("{why}. Send a body as {example}."))
}

fn shown(world: &World) -> Value {
    let mut policies: BTreeMap<&str, BTreeMap<&str, Value>> = BTreeMap::new();
    for (principal, name, document) in world.identity_policies() {
        // A policy that was put is JSON.
        policies.entry(principal).or_default().insert(name, serde_json::from_str(document).unwrap_or_default());
    }
    json!({ "enforced": world.accounts_enforcing_iam().collect::<Vec<_>>(), "policies": policies })
}
