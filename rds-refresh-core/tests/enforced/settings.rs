//! Requests, each with the worlds and the modes in which all of its policies come to use.

use std::time::Duration;

use rds_refresh_core::request::{
    ClusterRequest, DestinationRequest, Request, SourceRequest, SourceRequestBuilder, TemporaryRequest, TemporaryRequestBuilder,
};
use rds_refresh_testkit::world::ops::{CreateDbClusterSnapshot, CreateKey, PutKeyPolicy};
use rds_refresh_testkit::{Stage, TwoAccounts};

use crate::modes::Mode;

/// What is requested, and how the worlds may be in which that is done.
pub(crate) struct Setting {
    pub(crate) name: &'static str,
    pub(crate) request: fn(&TwoAccounts) -> Request,
    /// Whether it is known which key the source is encrypted with.
    pub(crate) known_key: bool,
    pub(crate) modes: &'static [(World, Mode)],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum World {
    /// The source key's policy lets the destination use it.
    Shared,
    /// It does not, so a run makes a grant.
    Private,
    /// The source is encrypted with `aws/rds`.
    Managed,
}

impl World {
    pub(crate) fn stage(self) -> TwoAccounts {
        let stage = Stage::two_accounts(1);
        match self {
            Self::Shared => {}
            Self::Private => {
                let policy = Stage::own_key_policy(&stage.source.place());
                let put = PutKeyPolicy { key: stage.source_key.clone(), policy, ..PutKeyPolicy::default() };
                stage.fake.call(&stage.source, &put).unwrap();
            }
            Self::Managed => {
                let mut world = stage.fake.world();
                let clusters = &mut world.at_mut(&stage.source.place()).clusters;
                clusters.get_mut(&stage.cluster).unwrap().kms_key = Some(stage.managed_key.clone());
            }
        }
        let insights = CreateKey { description: Some("insights".into()), ..CreateKey::default() };
        stage.fake.call(&stage.destination, &insights).unwrap();
        // Somebody took a snapshot by hand, which a request may name.
        let by_hand = CreateDbClusterSnapshot { identifier: "by-hand".into(), cluster: stage.cluster.clone(), tags: Vec::new() };
        stage.fake.call(&stage.source, &by_hand).unwrap();
        stage.advance(Duration::from_hours(3));
        stage
    }
}

const EVERY_MODE: &[(World, Mode)] = &[
    (World::Private, Mode::Whole),
    (World::Shared, Mode::Whole),
    (World::Private, Mode::Halves),
    (World::Private, Mode::Unacknowledged),
    (World::Private, Mode::ClusterFails),
    (World::Private, Mode::Protected),
    (World::Private, Mode::Cancelled),
    (World::Private, Mode::Resumed),
];

pub(crate) const SETTINGS: &[Setting] = &[
    Setting {
        name: "a new snapshot",
        request: |stage| stage.request("orders-staging").build().unwrap(),
        known_key: false,
        modes: EVERY_MODE,
    },
    Setting {
        name: "an automated snapshot",
        request: |stage| with_source(stage, |source| source.with_automated_snapshot_within(Duration::from_hours(48))),
        known_key: false,
        modes: EVERY_MODE,
    },
    Setting {
        name: "a named snapshot",
        request: |stage| with_source(stage, |source| source.with_named_snapshot("by-hand")),
        known_key: false,
        modes: EVERY_MODE,
    },
    Setting {
        name: "aws/rds and a key to share with",
        request: |stage| with_source(stage, |source| source.with_share_key(&stage.private_key)),
        known_key: false,
        modes: &[
            (World::Managed, Mode::Whole),
            (World::Private, Mode::Whole),
            (World::Managed, Mode::Halves),
            (World::Managed, Mode::ClusterFails),
            (World::Managed, Mode::Protected),
            (World::Managed, Mode::Cancelled),
            (World::Managed, Mode::Resumed),
            (World::Private, Mode::ClusterFails),
        ],
    },
    Setting { name: "all that can be named", request: everything, known_key: true, modes: EVERY_MODE },
];

fn with_source(stage: &TwoAccounts, change: impl FnOnce(SourceRequestBuilder) -> SourceRequestBuilder) -> Request {
    stage.request("orders-staging").with_source(change(source(stage, temporary(stage)))).build().unwrap()
}

fn temporary(stage: &TwoAccounts) -> TemporaryRequestBuilder {
    TemporaryRequest::builder()
        .with_subnet_group(&stage.subnet_group)
        .with_security_groups([&stage.security_group])
        .with_class(&stage.instance_class)
}

fn source(stage: &TwoAccounts, temporary: TemporaryRequestBuilder) -> SourceRequestBuilder {
    SourceRequest::builder()
        .with_account(stage.source.account.as_str())
        .with_region(stage.source.region.as_str())
        .with_cluster(&stage.cluster)
        .with_temporary(temporary)
}

/// A second key of the destination.
fn insights_key(stage: &TwoAccounts) -> String {
    let world = stage.fake.world();
    let mut keys = world.at(&stage.destination.place()).keys.values();
    keys.find(|key| key.description == "insights").unwrap().arn.clone()
}

fn everything(stage: &TwoAccounts) -> Request {
    let cluster = ClusterRequest::builder()
        .with_identifier("orders-staging")
        .with_class(&stage.cluster_class)
        .with_subnet_group(&stage.subnet_group)
        .with_security_groups([&stage.security_group])
        .with_parameter_group(&stage.cluster_parameter_group)
        .with_monitoring(60, "arn:aws:iam::222222222222:role/rds-monitoring")
        .with_performance_insights_key(insights_key(stage))
        .with_deletion_protection(true);
    let destination = DestinationRequest::builder()
        .with_account(stage.destination.account.as_str())
        .with_region(stage.destination.region.as_str())
        .with_kms_key("alias/staging")
        .with_cluster(cluster);
    let source = source(stage, temporary(stage).with_parameter_group("orders-postgres16"));
    Request::builder().with_source(source).with_destination(destination).with_tag("cost-centre", "1234").build().unwrap()
}
