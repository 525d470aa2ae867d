//! What roles with the generated policies try and may not.

use rds_refresh_core::ports::CreateGrant as Granted;
use rds_refresh_testkit::world::{ApiError, Caller, Identity, Request, ops};
use rds_refresh_testkit::{Fake, Stage, TwoAccounts};

use crate::minimal::policies;
use crate::policies::{Policies, Role};
use crate::settings::{SETTINGS, World};

/// A call that no refresh makes.
struct Foreign {
    what: &'static str,
    by: Role,
    /// The condition that keeps it out, or nothing if no statement is about it at all.
    condition: &'static str,
    action: &'static str,
    call: fn(&Fake, &Caller, &TwoAccounts) -> Result<(), ApiError>,
}

const OWNED: &str = "aws:ResourceTag/rds-refresh:owner";
const TAGGED: &str = "aws:RequestTag/rds-refresh:owner";

const FOREIGN: &[Foreign] = &[
    Foreign {
        what: "deletes a snapshot that only has a name like ours",
        by: Role::Source,
        condition: OWNED,
        action: "rds:DeleteDBSnapshot",
        call: |fake, caller, _| send(fake, caller, &ops::DeleteDbSnapshot { identifier: STRANGE_SNAPSHOT.into() }),
    },
    Foreign {
        what: "shares one",
        by: Role::Source,
        condition: OWNED,
        action: "rds:ModifyDBSnapshotAttribute",
        call: |fake, caller, _| {
            let add = vec!["222222222222".to_owned()];
            let (identifier, attribute) = (STRANGE_SNAPSHOT.into(), "restore".into());
            send(fake, caller, &ops::ModifyDbSnapshotAttribute { identifier, attribute, add, remove: Vec::new() })
        },
    },
    Foreign {
        what: "deletes an instance that only has a name like ours",
        by: Role::Source,
        condition: OWNED,
        action: "rds:DeleteDBInstance",
        call: |fake, caller, _| {
            let identifier = STRANGE_INSTANCE.into();
            send(fake, caller, &ops::DeleteDbInstance { identifier, skip_final_snapshot: Some(true), ..Default::default() })
        },
    },
    Foreign {
        what: "makes a snapshot that nobody can tell whose it is",
        by: Role::Source,
        condition: TAGGED,
        action: "rds:CreateDBSnapshot",
        call: |fake, caller, _| {
            let (identifier, instance) = ("orders-production-x-s2".into(), STRANGE_INSTANCE.into());
            send(fake, caller, &ops::CreateDbSnapshot { identifier, instance, tags: Vec::new() })
        },
    },
    Foreign {
        what: "restores an instance for everybody to reach",
        by: Role::Source,
        condition: "rds:PubliclyAccessible",
        action: "rds:RestoreDBInstanceFromDBSnapshot",
        call: |fake, caller, stage| {
            let tags = vec![("rds-refresh:owner".to_owned(), "x/scratch/orders-production-x-t2".to_owned())];
            let restore = ops::RestoreDbInstanceFromDbSnapshot {
                identifier: "orders-production-x-t2".into(),
                cluster_snapshot: Some(STRANGE_CLUSTER_SNAPSHOT.into()),
                class: Some(stage.instance_class.clone()),
                subnet_group: Some(stage.subnet_group.clone()),
                publicly_accessible: Some(true),
                tags,
                ..Default::default()
            };
            send(fake, caller, &restore)
        },
    },
    Foreign {
        what: "grants the key to a third account",
        by: Role::Source,
        condition: "kms:GranteePrincipal",
        action: "kms:CreateGrant",
        call: |fake, caller, stage| grant(fake, caller, stage, "333333333333", &Granted::OPERATIONS),
    },
    Foreign {
        what: "grants the destination more than a copy needs",
        by: Role::Source,
        condition: "kms:GrantOperations",
        action: "kms:CreateGrant",
        call: |fake, caller, stage| grant(fake, caller, stage, "222222222222", &["Encrypt", "Decrypt"]),
    },
    Foreign {
        what: "writes the policy of the key",
        by: Role::Source,
        condition: "",
        action: "kms:PutKeyPolicy",
        call: |fake, caller, stage| {
            let policy = Stage::own_key_policy(&caller.place());
            send(fake, caller, &ops::PutKeyPolicy { key: stage.source_key.clone(), policy, ..Default::default() })
        },
    },
    Foreign {
        what: "deletes the source cluster",
        by: Role::Source,
        condition: "",
        action: "rds:DeleteDBCluster",
        call: |fake, caller, stage| {
            let identifier = stage.cluster.clone();
            send(fake, caller, &ops::DeleteDbCluster { identifier, skip_final_snapshot: Some(true), ..Default::default() })
        },
    },
    Foreign {
        what: "looks at the source key itself, and not through RDS",
        by: Role::Destination,
        condition: "kms:ViaService",
        action: "kms:DescribeKey",
        call: |fake, caller, stage| send(fake, caller, &ops::DescribeKey { key: stage.source_key.clone(), ..Default::default() }),
    },
    Foreign {
        what: "makes a copy that nobody can tell whose it is",
        by: Role::Destination,
        condition: TAGGED,
        action: "rds:CopyDBSnapshot",
        call: |fake, caller, stage| {
            let copy = ops::CopyDbSnapshot {
                source: stage.source.place().arn("snapshot", STRANGE_SNAPSHOT),
                target: "orders-staging-x-d1".into(),
                kms_key: Some(stage.destination_key.clone()),
                ..Default::default()
            };
            send(fake, caller, &copy)
        },
    },
];

const STRANGE_CLUSTER_SNAPSHOT: &str = "orders-production-x-c1";
const STRANGE_INSTANCE: &str = "orders-production-x-t1";
const STRANGE_SNAPSHOT: &str = "orders-production-x-s1";

#[test]
fn what_is_foreign_is_denied_by_its_condition() {
    let policies = policies(&SETTINGS[0]);
    for Foreign { what, by, condition, action, call } in FOREIGN {
        let denied = attempt(&policies, *by, *call).unwrap_err();
        assert!(denied.code.starts_with("AccessDenied"), "{what}: {denied}");
        let expected = format!("is not authorized to perform: {action} on resource: arn:aws:");
        assert!(
            denied.message.contains(&expected) && denied.message.contains("because no identity-based policy allows"),
            "{denied}"
        );
        if !condition.is_empty() {
            assert_eq!(attempt(&without(&policies, condition), *by, *call), Ok(()), "{what}, without {condition}");
        }
    }
}

fn attempt(
    policies: &Policies,
    by: Role,
    call: fn(&Fake, &Caller, &TwoAccounts) -> Result<(), ApiError>,
) -> Result<(), ApiError> {
    let stage = strangers();
    policies.enforce(&stage);
    let caller = if by == Role::Source { &stage.source } else { &stage.destination };
    call(&stage.fake, caller, &stage)
}

/// A world in which somebody has made things with names as a run would give them.
fn strangers() -> TwoAccounts {
    let stage = World::Shared.stage();
    {
        let mut world = stage.fake.world();
        let holdings = world.at_mut(&stage.source.place());
        let vpc = holdings.subnet_groups[&stage.subnet_group].vpc.clone();
        holdings.internet_gateways.insert(vpc);
    }
    let somebody = stage.source.acting_as(Identity::Root);
    let make = |done: Result<(), ApiError>| {
        done.unwrap();
        stage.advance(std::time::Duration::from_hours(3));
    };
    let (fake, cluster) = (&stage.fake, stage.cluster.clone());
    let tags = Vec::new();
    make(send(fake, &somebody, &ops::CreateDbClusterSnapshot { identifier: STRANGE_CLUSTER_SNAPSHOT.into(), cluster, tags }));
    let restore = ops::RestoreDbInstanceFromDbSnapshot {
        identifier: STRANGE_INSTANCE.into(),
        cluster_snapshot: Some(STRANGE_CLUSTER_SNAPSHOT.into()),
        class: Some(stage.instance_class.clone()),
        subnet_group: Some(stage.subnet_group.clone()),
        backup_retention_period: Some(0),
        ..Default::default()
    };
    make(send(fake, &somebody, &restore));
    let (identifier, instance) = (STRANGE_SNAPSHOT.into(), STRANGE_INSTANCE.into());
    make(send(fake, &somebody, &ops::CreateDbSnapshot { identifier, instance, tags: Vec::new() }));
    let (identifier, attribute) = (STRANGE_SNAPSHOT.into(), "restore".into());
    let add = vec!["222222222222".to_owned()];
    make(send(fake, &somebody, &ops::ModifyDbSnapshotAttribute { identifier, attribute, add, remove: Vec::new() }));
    stage
}

fn without(policies: &Policies, condition: &str) -> Policies {
    let mut less = policies.clone();
    for policy in [&mut less.source, &mut less.destination] {
        let keys = policy.statement.iter_mut().flat_map(|statement| statement.condition.values_mut());
        keys.for_each(|keys| drop(keys.remove(condition)));
    }
    less
}

fn send<R: Request>(fake: &Fake, caller: &Caller, request: &R) -> Result<(), ApiError> {
    fake.call(caller, request).map(drop)
}

fn grant(fake: &Fake, caller: &Caller, stage: &TwoAccounts, to: &str, operations: &[&str]) -> Result<(), ApiError> {
    let request = ops::CreateGrant {
        key: stage.source_key.clone(),
        grantee: format!("arn:aws:iam::{to}:root"),
        operations: operations.iter().map(|operation| (*operation).to_owned()).collect(),
        ..Default::default()
    };
    send(fake, caller, &request)
}
