use super::checks::class::Wanted;
use super::checks::key_use::DestinationKeyUse;
use super::checks::quota::Needed;
use super::checks::{
    class, encryption, engine_version, identifier, key, key_use, log_exports, other_side, parameter_group, storage,
};
use super::finding::{Check, Observed};
use super::gather::Half;
use super::observed::SourceSeen;
use super::ports::Reads;
use super::{Options, Report};
use crate::Timestamp;
use crate::ids::DbIdentifier;
use crate::ports::DbInstance;
use crate::request::DestinationRequest;
use crate::step::Side;

/// Looks at the destination account. What depends on the source's engine version and size is decided where they are known: from the
/// source's half of a report, or from a hand-over.
pub async fn destination(
    reads: &dyn Reads,
    request: &DestinationRequest,
    source: Option<&SourceSeen>,
    options: &Options,
    now: Timestamp,
) -> Report {
    let mut half = Half::new(reads, Side::Destination, &request.account, &request.region);
    half.findings.push(other_side::decide(Side::Source, &request.source_account));

    if source.is_some_and(|source| source.unencrypted) {
        half.findings.push(encryption::decide_crossing(&request.source_account, request.allow_unencrypted_source));
    }
    if let Some(key) = source.and_then(|source| source.key.as_ref()) {
        half.findings.push(key::decide_crossing(key, request));
    }
    look_at_key(&mut half, request).await;
    look_at_names(&mut half, request, options).await;
    look_at_cluster(&mut half, request, source).await;
    let size = source.and_then(|source| source.allocated_storage).map(u64::from);
    let needed = [
        Needed { quota: "DBClusters", more: Some(1) },
        // Every member counts, and has the whole storage.
        Needed { quota: "DBInstances", more: Some(3) },
        Needed { quota: "ManualSnapshots", more: Some(1) },
        Needed { quota: "AllocatedStorage", more: size.map(|size| 3 * size) },
    ];
    half.quotas(&needed).await;

    Report::new(half.finish(&request.tags, options, now).await)
}

async fn look_at_key(half: &mut Half<'_>, request: &DestinationRequest) {
    let name = request.kms_key.as_str();
    let found = half.reads.describe_key(&request.kms_key).await;
    half.findings.push(key::decide_destination(name, half.region, &found));
    let Ok(Some(key)) = found else { return };
    let seen = DestinationKeyUse {
        policy: half.reads.key_policy(&key.arn).await,
        may_encrypt: half.reads.may_generate_data_key(&key.arn).await,
    };
    half.findings.push(key_use::decide_destination(&key.arn, half.account, &seen));
}

async fn look_at_names(half: &mut Half<'_>, request: &DestinationRequest, options: &Options) {
    let name = &request.cluster.identifier;
    let found = half.reads.describe_db_cluster(name).await;
    half.note(&found, |cluster| &cluster.arn);
    half.findings.push(identifier::decide(name, options.run.as_ref(), &found));
    let members = members(half.reads, name).await;
    half.findings.push(identifier::decide_members(name, &members));
}

/// The instances that stand under the names of the members.
async fn members(reads: &dyn Reads, cluster: &DbIdentifier) -> Observed<Vec<DbInstance>> {
    let mut found = Vec::new();
    for number in 1..=3 {
        // A cluster's name of 52 characters at most leaves room for this.
        let Ok(name) = format!("{cluster}-instance-{number}").parse() else { continue };
        found.extend(reads.describe_db_instance(&name).await?);
    }
    Ok(found)
}

async fn look_at_cluster(half: &mut Half<'_>, request: &DestinationRequest, source: Option<&SourceSeen>) {
    let cluster = &request.cluster;
    let group = half.network(&cluster.subnet_group, 3, &cluster.security_groups).await;
    let parameters = match &cluster.parameter_group {
        Some(name) => {
            let found = half.reads.db_cluster_parameter_group(name).await;
            half.note(&found, |group| &group.arn);
            Some((name, found))
        }
        None => None,
    };
    let Some(source) = source else {
        half.needs_source(Check::EngineVersion, "the source's engine version");
        half.needs_source(Check::InstanceClass, &cluster.class);
        half.needs_source(Check::Storage, cluster.storage_type.as_str());
        if let Some((name, _)) = parameters {
            half.needs_source(Check::ParameterGroup, name);
        }
        return;
    };
    let engine = (source.engine.as_str(), source.engine_version.as_str());
    let version = half.reads.db_engine_version(engine.0, engine.1).await;
    half.findings.push(engine_version::decide(Side::Destination, engine, &version));
    half.findings.extend(log_exports::decide(&cluster.log_exports, engine, &version));
    let offered = half.orderable(source, &cluster.class).await;
    let wanted = Wanted::Cluster { storage_type: cluster.storage_type.as_str() };
    let zones = group.as_ref().map(|group| group.zones.as_slice());
    half.findings.push(class::decide(Side::Destination, &cluster.class, engine, wanted, &offered, zones));
    half.findings.push(storage::decide(cluster, engine, source.allocated_storage, &offered));
    if let Some((name, found)) = parameters {
        let kind = parameter_group::Kind::Cluster;
        half.findings.push(parameter_group::decide(Side::Destination, kind, name, &found, &version));
    }
}
