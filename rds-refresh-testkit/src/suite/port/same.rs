//! A refresh by hand, through these ports and through the model's own.

use std::fmt::Debug;
use std::time::Duration;

use rds_refresh_core::ids::{DbSnapshotIdentifier, SnapshotArn};
use rds_refresh_core::ports::{
    Claim, CopyDbSnapshot, CreateDbSnapshot, CreateGrant, DbSnapshot, ModifyDbCluster, ModifyDbInstance, Ownable, Owned,
    RestoreDbCluster, RestoreTemporaryInstance,
};
use rds_refresh_core::{Role, StepError};
use serde_json::json;

use super::script::{DAY, db_instance, id, key, make, run, tags};
use super::{Ports, REPEATED, SAME_ANSWERS, SAME_WORLD};
use crate::suite::Broken;
use crate::{Stage, TwoAccounts};

/// What was heard so far, in order.
#[derive(Default)]
struct Heard(Vec<String>);

impl Heard {
    /// Writes an answer down. Messages are for people, and may differ.
    fn hear<T: Debug>(&mut self, call: &str, answer: Result<T, StepError>) -> Result<T, Broken> {
        self.0.push(match &answer {
            Ok(answer) => format!("{call}: {answer:?}"),
            Err(error) => format!("{call}: {} {:?}", error.kind(), error.code()),
        });
        answer.map_err(|error| SAME_ANSWERS.broken(format!("{call} failed: {error}")))
    }

    /// The same for something that must be refused.
    fn refuse<T: Debug>(&mut self, call: &str, answer: Result<T, StepError>) -> Result<(), Broken> {
        match answer {
            Err(error) => {
                self.0.push(format!("{call}: {} {:?}", error.kind(), error.code()));
                Ok(())
            }
            Ok(answer) => Err(SAME_ANSWERS.broken(format!("{call} should have been refused, and answered {answer:?}"))),
        }
    }
}

pub(super) async fn refreshes(
    stage: &TwoAccounts,
    twin: &TwoAccounts,
    ports: &impl Fn(&TwoAccounts) -> Ports,
) -> Result<(), Broken> {
    let heard = refresh(stage, &ports(stage)).await?;
    let models = refresh(twin, &Ports::of_the_model(twin)).await?;
    for (these, models) in heard.0.iter().zip(&models.0) {
        SAME_ANSWERS.holds_if(these == models, || format!("these ports: {these}\n  the model: {models}"))?;
    }
    let (world, other) = (stage.fake.world().to_json(), twin.fake.world().to_json());
    SAME_WORLD.holds_if(world == other, || format!("the worlds differ: {}", difference("", &world, &other)))
}

/// The first place where two documents differ.
fn difference(path: &str, one: &serde_json::Value, other: &serde_json::Value) -> String {
    if let (Some(fields), Some(others)) = (one.as_object(), other.as_object()) {
        for (name, value) in fields {
            let against = others.get(name).unwrap_or(&serde_json::Value::Null);
            if value != against {
                return difference(&format!("{path}/{name}"), value, against);
            }
        }
    }
    format!("{path} is {one}, and by the model's ports {other}")
}

/// Looks every half minute until what is seen has the wanted status.
macro_rules! wait {
    ($stage:expr, $heard:expr, $call:literal, $look:expr) => {{
        let mut rest = 2 * 60 * 24 * 3;
        loop {
            let seen = $look.await;
            let found = seen.as_ref().ok().and_then(Option::as_ref);
            if found.is_some_and(|found| found.status == "available") || rest == 0 {
                let seen = $heard.hear($call, seen)?;
                break seen.ok_or_else(|| SAME_ANSWERS.broken(concat!($call, " does not find what was made")))?;
            }
            $stage.advance(Duration::from_secs(30));
            rest -= 1;
        }
    }};
}

fn own<T: Ownable>(stage: &TwoAccounts, role: Role, name: &str, source: Option<&str>, seen: T) -> Result<Owned<T>, Broken> {
    let run = run();
    let key = (role != Role::Result && !name.starts_with("copy")).then_some(stage.source_key.as_str());
    let claim = Claim { run: &run, role, identifier: name, began: Stage::opening(), source, kms_key: key };
    claim
        .prove(seen)
        .map_err(|why| SAME_ANSWERS.broken(format!("{name} was made by this very run, and the ports do not show it: {why}")))
}

async fn refresh(stage: &TwoAccounts, ports: &Ports) -> Result<Heard, Broken> {
    let mut heard = Heard::default();
    let Ports { source, destination } = ports;
    heard.hear("describe_db_cluster", source.describe_db_cluster(&id(&stage.cluster)).await)?;
    let automated = source.automated_db_cluster_snapshots(&id(&stage.cluster)).await;
    let mut automated = automated.map_err(|error| SAME_ANSWERS.broken(error.to_string()))?;
    automated.sort_by(|one, other| one.identifier.cmp(&other.identifier));
    heard.hear("automated_db_cluster_snapshots", Ok(automated))?;

    heard.hear("create_db_cluster_snapshot", make(stage, ports).await.answer)?;
    heard.refuse("create_db_cluster_snapshot again", make(stage, ports).await.answer)?;
    let cluster_snapshot = wait!(stage, heard, "describe_db_cluster_snapshot", source.describe_db_cluster_snapshot(&id("cs")));
    let request = RestoreTemporaryInstance {
        identifier: id("tmp"),
        snapshot: cluster_snapshot.identifier.clone(),
        engine: cluster_snapshot.engine.clone(),
        class: stage.instance_class.clone(),
        subnet_group: stage.subnet_group.clone(),
        security_groups: vec![stage.security_group.clone()],
        parameter_group: None,
        ca: None,
        tags: tags(Role::Scratch, "tmp"),
    };
    heard.hear("restore_temporary_instance", source.restore_temporary_instance(&request).await)?;
    let instance = wait!(stage, heard, "describe_db_instance", source.describe_db_instance(&id("tmp")));
    let instance = own(stage, Role::Scratch, "tmp", None, instance)?;
    let protect = |on| ModifyDbInstance { deletion_protection: Some(on), ..Default::default() };
    heard.hear("modify_db_instance", source.modify_db_instance(&instance, &protect(true)).await)?;
    heard.refuse("delete_db_instance of a protected one", source.delete_db_instance(&instance).await)?;
    heard.hear("modify_db_instance", source.modify_db_instance(&instance, &protect(false)).await)?;

    let (snapshot, arn) = shared_snapshot(stage, ports, &mut heard).await?;
    heard.hear("delete_db_instance", source.delete_db_instance(&instance).await)?;
    let request = CreateGrant { key: key(stage), grantee: stage.destination.account.clone(), name: "run-1".to_owned() };
    heard.hear("describe_key", source.describe_key(&key(stage)).await)?;
    heard.hear("key_policy", source.key_policy(&key(stage)).await)?;
    let grant = heard.hear("create_grant", source.create_grant(&request).await)?;
    stage.advance(Duration::from_mins(6));
    heard.hear("grants_named", source.grants_named(&key(stage), "run-1").await)?;

    let copy = copied(stage, ports, &mut heard, &arn).await?;
    heard.hear("unshare_db_snapshot", source.unshare_db_snapshot(&snapshot, &stage.destination.account).await)?;
    heard.hear("revoke_grant", source.revoke_grant(&key(stage), &grant.id).await)?;
    heard.hear("delete_db_snapshot", source.delete_db_snapshot(&snapshot).await)?;
    let cluster_snapshot = own(stage, Role::Scratch, "cs", Some(&stage.cluster), cluster_snapshot)?;
    heard.hear("delete_db_cluster_snapshot", source.delete_db_cluster_snapshot(&cluster_snapshot).await)?;
    stage.advance(Duration::from_mins(10));
    heard.refuse("delete_db_snapshot of one that is gone", source.delete_db_snapshot(&snapshot).await)?;
    let events = heard.hear("recent_events", source.recent_events(&db_instance(&stage.source, "tmp"), DAY).await)?;
    SAME_ANSWERS.holds_if(!events.is_empty(), || "an instance that was made and deleted has no events".to_owned())?;
    restored(stage, ports, &mut heard, &copy).await?;
    // What the one account holds, the other cannot change: everything has come to rest.
    stage.advance(Duration::from_hours(12));
    stage.fake.world().settle();
    heard.hear("describe_members", destination.describe_members(&id("staging")).await)?;
    Ok(heard)
}

async fn shared_snapshot(
    stage: &TwoAccounts,
    ports: &Ports,
    heard: &mut Heard,
) -> Result<(Owned<DbSnapshot>, SnapshotArn), Broken> {
    let source = &ports.source;
    let name: DbSnapshotIdentifier = id("handover").into();
    let request = CreateDbSnapshot { identifier: name.clone(), instance: id("tmp"), tags: tags(Role::Handover, "handover") };
    heard.hear("create_db_snapshot", source.create_db_snapshot(&request).await)?;
    let snapshot = wait!(stage, heard, "describe_db_snapshot", source.describe_db_snapshot(&name));
    let snapshot = own(stage, Role::Handover, "handover", Some("tmp"), snapshot)?;
    heard.hear("share_db_snapshot", source.share_db_snapshot(&snapshot, &stage.destination.account).await)?;
    heard.hear("restore_attribute", source.restore_attribute(&name).await)?;
    Ok((snapshot, SnapshotArn::new(&stage.source.region, &stage.source.account, name)))
}

async fn copied(stage: &TwoAccounts, ports: &Ports, heard: &mut Heard, arn: &SnapshotArn) -> Result<DbSnapshot, Broken> {
    let destination = &ports.destination;
    let shared = heard.hear("describe_shared_db_snapshot", destination.describe_shared_db_snapshot(arn).await)?;
    SAME_ANSWERS.holds_if(shared.is_some_and(|shared| shared.tags.is_empty()), || {
        "a snapshot that is shared is seen, without its tags, in the account that it is shared with".to_owned()
    })?;
    let copy: DbSnapshotIdentifier = id("copy").into();
    #[expect(clippy::expect_used, reason = "the stage's own key")]
    let kms_key = stage.destination_key.parse().expect("a key");
    let request = CopyDbSnapshot { source: arn.clone(), identifier: copy.clone(), kms_key, tags: tags(Role::Scratch, "copy") };
    heard.hear("copy_db_snapshot", destination.copy_db_snapshot(&request).await)?;
    let seen = wait!(stage, heard, "DestinationSnapshots::describe_db_snapshot", destination.describe_db_snapshot(&copy));
    own(stage, Role::Scratch, "copy", Some(&arn.to_string()), seen.clone())?;
    Ok(seen)
}

async fn restored(stage: &TwoAccounts, ports: &Ports, heard: &mut Heard, copy: &DbSnapshot) -> Result<(), Broken> {
    let destination = &ports.destination;
    let cluster = json!({
        "identifier": "staging",
        "class": stage.cluster_class,
        "storage_type": "gp3",
        "subnet_group": stage.subnet_group,
        "security_groups": [stage.security_group],
        "parameter_group": stage.cluster_parameter_group,
        "backup_retention_days": 1,
    });
    #[expect(clippy::expect_used, reason = "what the model shows is an ARN, and the request is written above")]
    let (snapshot, cluster) = (copy.arn.parse().expect("an ARN"), serde_json::from_value(cluster).expect("a request"));
    let request = RestoreDbCluster {
        snapshot,
        engine: copy.engine.clone(),
        engine_version: copy.engine_version.clone(),
        cluster,
        tags: tags(Role::Result, "staging"),
    };
    heard.hear("restore_db_cluster_from_snapshot", destination.restore_db_cluster_from_snapshot(&request).await)?;
    let cluster = wait!(stage, heard, "describe_db_cluster", destination.describe_db_cluster(&id("staging")));
    let cluster = own(stage, Role::Result, "staging", None, cluster)?;
    let protect = ModifyDbCluster { deletion_protection: Some(true) };
    heard.hear("modify_db_cluster", destination.modify_db_cluster(&cluster, &protect).await)?;
    heard.refuse("delete_db_cluster of a protected one", destination.delete_db_cluster(&cluster).await)
}

pub(super) async fn repeated(stage: &TwoAccounts, ports: &impl Fn(&TwoAccounts) -> Ports) -> Result<(), Broken> {
    let source = ports(stage).source;
    let failed = |what: &str, error: StepError| REPEATED.broken(format!("{what} failed: {error}"));
    let request = CreateGrant { key: key(stage), grantee: stage.destination.account.clone(), name: "run-1".to_owned() };
    let first = source.create_grant(&request).await.map_err(|error| failed("a grant", error))?;
    let second = source.create_grant(&request).await.map_err(|error| failed("the same grant again", error))?;
    REPEATED.holds_if(first.id == second.id, || format!("the same grant was made twice, as {} and {}", first.id, second.id))?;
    for what in ["a revocation", "the same revocation again"] {
        source.revoke_grant(&key(stage), &first.id).await.map_err(|error| failed(what, error))?;
    }
    let left = source.grants_named(&key(stage), "run-1").await.map_err(|error| failed("looking for the grant", error))?;
    REPEATED.holds_if(left.is_empty(), || format!("the grant is revoked, and it is still seen: {left:?}"))
}
