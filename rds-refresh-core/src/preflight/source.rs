use std::time::Duration;

use super::checks::class::Wanted;
use super::checks::key_use::SourceKeyUse;
use super::checks::quota::Needed;
use super::checks::{
    class, encryption, engine_version, key, key_use, other_side, parameter_group, sharing, source_cluster, starting_snapshot,
};
use super::finding::{Check, Level};
use super::gather::Half;
use super::observed::SourceSeen;
use super::ports::Reads;
use super::{Options, Report};
use crate::Timestamp;
use crate::ids::{KeyArn, KeyRef};
use crate::ports::{CreateGrant, DbCluster, KeyManager};
use crate::request::{SnapshotChoice, SourceRequest};
use crate::step::Side;

/// Looks at the source account. The report carries what the destination's half must know of the source.
pub async fn source(reads: &dyn Reads, request: &SourceRequest, options: &Options, now: Timestamp) -> Report {
    let mut half = Half::new(reads, Side::Source, &request.account, &request.region);
    half.findings.push(other_side::decide(Side::Destination, &request.share_with));
    half.findings.push(sharing::decide(std::slice::from_ref(&request.share_with)));

    let cluster = reads.describe_db_cluster(&request.cluster).await;
    half.note(&cluster, |cluster| &cluster.arn);
    half.findings.push(source_cluster::decide(&request.cluster, &cluster));
    let cluster = cluster.ok().flatten();
    let mut shared_key = None;
    if let Some(cluster) = &cluster {
        half.findings.push(source_cluster::decide_status(cluster));
        half.findings.push(encryption::decide(cluster, request.allow_unencrypted));
        shared_key = look_at_key(&mut half, request, cluster).await;
    }
    look_at_snapshot(&mut half, request, cluster.as_ref(), now).await;
    // What is no Multi-AZ DB cluster of a supported engine says nothing of what a refresh needs elsewhere.
    let suitable = cluster.filter(source_cluster::is_suitable);
    let seen = suitable.map(|cluster| SourceSeen {
        engine: cluster.engine,
        engine_version: cluster.engine_version,
        allocated_storage: cluster.allocated_storage,
        unencrypted: !cluster.encrypted && request.allow_unencrypted && request.share_key.is_none(),
        key: shared_key,
    });
    look_at_temporary_instance(&mut half, request, seen.as_ref()).await;
    half.quotas(&needed(request, seen.as_ref())).await;

    let findings = half.finish(&request.tags, options, now).await;
    let report = Report::new(findings);
    let is_the_one = report.wrong().all(|finding| finding.check != Check::Credentials);
    Report { source: seen.filter(|_| is_the_one), ..report }
}

/// The key that what is shared is going to be encrypted with, if it is fit for that.
async fn look_at_key(half: &mut Half<'_>, request: &SourceRequest, cluster: &DbCluster) -> Option<KeyArn> {
    // What is not encrypted is a finding of its own.
    let own = cluster.kms_key.as_ref().filter(|_| cluster.encrypted).and_then(|key| key.parse::<KeyArn>().ok());
    let found = match &own {
        Some(arn) => Some(half.reads.describe_key(&KeyRef::from(arn.clone())).await),
        None => None,
    };
    let sharable = match &found {
        Some(Ok(Some(key))) => key.manager != KeyManager::Aws,
        found => found.is_some(),
    };
    let place = (half.account, half.region);
    let (arn, finding) = match (&request.share_key, own, found) {
        // What is shared is a copy under this one.
        (Some(share_key), ..) if !sharable => {
            let found = half.reads.describe_key(share_key).await;
            let finding = key::decide_source(share_key.as_str(), place, &found);
            (found.ok().flatten().map(|key| key.arn), finding)
        }
        (_, Some(arn), Some(found)) => {
            let finding = key::decide_source(&arn.to_string(), place, &found);
            (Some(arn), finding)
        }
        _ => return None,
    };
    let is_fit = finding.level == Level::Ok;
    half.findings.push(finding);
    let arn = arn?;
    let grant = CreateGrant { key: arn.clone(), grantee: request.share_with.clone(), name: "rds-refresh/preflight".into() };
    let seen = SourceKeyUse { policy: half.reads.key_policy(&arn).await, may_grant: half.reads.may_create_grant(&grant).await };
    half.findings.push(key_use::decide_source(&arn, &request.share_with, &seen));
    is_fit.then_some(arn)
}

async fn look_at_snapshot(half: &mut Half<'_>, request: &SourceRequest, cluster: Option<&DbCluster>, now: Timestamp) {
    match &request.snapshot {
        SnapshotChoice::Create => {}
        SnapshotChoice::Named(name) => {
            let found = half.reads.describe_db_cluster_snapshot(name).await;
            half.findings.push(starting_snapshot::decide_named(name, &request.cluster, &found));
        }
        SnapshotChoice::AutomatedWithin(within) => {
            let found = half.reads.automated_db_cluster_snapshots(&request.cluster).await;
            // RDS names no period of none.
            let retention = cluster.map(|it| Duration::from_hours(24) * it.backup_retention_days.unwrap_or(0));
            half.findings.push(starting_snapshot::decide_automated(&request.cluster, *within, retention, now, &found));
        }
    }
}

async fn look_at_temporary_instance(half: &mut Half<'_>, request: &SourceRequest, seen: Option<&SourceSeen>) {
    let temporary = &request.temporary;
    let group = half.network(&temporary.subnet_group, 1, &temporary.security_groups).await;
    let Some(seen) = seen else {
        half.needs_source(Check::InstanceClass, &temporary.class);
        return;
    };
    let engine = (seen.engine.as_str(), seen.engine_version.as_str());
    let version = half.reads.db_engine_version(engine.0, engine.1).await;
    half.findings.push(engine_version::decide(Side::Source, engine, &version));
    let offered = half.orderable(seen, &temporary.class).await;
    let zones = group.as_ref().map(|group| group.zones.as_slice());
    half.findings.push(class::decide(Side::Source, &temporary.class, engine, Wanted::Instance, &offered, zones));
    if let Some(name) = &temporary.parameter_group {
        let found = half.reads.db_parameter_group(name).await;
        half.findings.push(parameter_group::decide(Side::Source, parameter_group::Kind::Instance, name, &found, &version));
    }
}

/// What a run makes in the source account, at its fullest.
fn needed(request: &SourceRequest, seen: Option<&SourceSeen>) -> Vec<Needed> {
    let size = seen.and_then(|seen| seen.allocated_storage).map(u64::from);
    let mut needed = vec![
        Needed { quota: "DBInstances", more: Some(1) },
        // A copy under another key is one more.
        Needed { quota: "ManualSnapshots", more: Some(1 + u64::from(request.share_key.is_some())) },
        Needed { quota: "AllocatedStorage", more: size },
    ];
    if request.snapshot == SnapshotChoice::Create {
        needed.push(Needed { quota: "ManualClusterSnapshots", more: Some(1) });
    }
    needed
}
