use super::document::Conditions;
use crate::ids::{AccountId, DbIdentifier, KeyArn, KeyRef, Partition, Region};
use crate::permission::{Condition, Target};
use crate::ports::CreateGrant;
use crate::request::{DestinationRequest, SnapshotChoice, SourceRequest};
use crate::resource::OWNER_TAG;
use crate::step::Side;

/// What the words of [`Permission`](crate::permission::Permission)s mean on one side of one request.
#[derive(Clone, Debug)]
pub struct Scope(Half);

#[derive(Clone, Debug)]
enum Half {
    Source { request: Box<SourceRequest>, key: Option<KeyArn> },
    Destination { request: Box<DestinationRequest>, source_cluster: Option<DbIdentifier> },
}

/// The ARNs that a target stands for, and the condition that narrows them further where ARNs cannot.
pub(super) struct Resolved {
    pub(super) arns: Vec<String>,
    pub(super) conditions: Conditions,
}

impl Resolved {
    fn arns(arns: Vec<String>) -> Self {
        Self { arns, conditions: Conditions::new() }
    }
}

impl Scope {
    /// The source account's side of a request.
    #[must_use]
    pub fn source(request: &SourceRequest) -> Self {
        Self(Half::Source { request: Box::new(request.clone()), key: None })
    }

    /// The destination account's side of a request.
    #[must_use]
    pub fn destination(request: &DestinationRequest) -> Self {
        Self(Half::Destination { request: Box::new(request.clone()), source_cluster: None })
    }

    /// The source side with the key that the source cluster is encrypted with, instead of every key of the account in its Region.
    #[must_use]
    pub fn with_source_key(mut self, known: &KeyArn) -> Self {
        if let Half::Source { key, .. } = &mut self.0 {
            *key = Some(known.clone());
        }
        self
    }

    /// The destination side with the source cluster, instead of every snapshot that the source account shares.
    #[must_use]
    pub fn with_source_cluster(mut self, known: &DbIdentifier) -> Self {
        if let Half::Destination { source_cluster, .. } = &mut self.0 {
            *source_cluster = Some(known.clone());
        }
        self
    }

    /// The side.
    #[must_use]
    pub fn side(&self) -> Side {
        match self.0 {
            Half::Source { .. } => Side::Source,
            Half::Destination { .. } => Side::Destination,
        }
    }

    fn place(&self) -> (&AccountId, &Region) {
        match &self.0 {
            Half::Source { request, .. } => (&request.account, &request.region),
            Half::Destination { request, .. } => (&request.account, &request.region),
        }
    }

    /// What a target stands for on this side; no ARN where the request names nothing.
    pub(super) fn resolve(&self, target: &Target, service: &str) -> Resolved {
        if let Target::Named(resource) = target {
            return Resolved::arns(vec![self.named(resource, service)]);
        }
        let everything = |resource: &str| Resolved::arns(vec![self.named(resource, service)]);
        match target {
            Target::Any => return Resolved::arns(vec!["*".into()]),
            Target::AnyInstance => return everything("db:*"),
            Target::AnySnapshot => return everything("snapshot:*"),
            Target::AnyClusterSnapshot => return everything("cluster-snapshot:*"),
            _ => {}
        }
        match &self.0 {
            Half::Source { request, key } => Resolved::arns(source_arns(request, key.as_ref(), target)),
            Half::Destination { request, source_cluster } => match target {
                Target::DestinationKey => key_of(request, &request.kms_key),
                Target::InsightsKey => request
                    .cluster
                    .performance_insights
                    .as_ref()
                    .and_then(|insights| insights.kms_key.as_ref())
                    .map_or_else(|| Resolved::arns(Vec::new()), |key| key_of(request, key)),
                _ => Resolved::arns(destination_arns(request, source_cluster.as_ref(), target)),
            },
        }
    }

    fn named(&self, resource: &str, service: &str) -> String {
        if resource == "*" || resource.starts_with("arn:") {
            return resource.to_owned();
        }
        let (account, region) = self.place();
        format!("arn:{}:{service}:{region}:{account}:{resource}", region.partition())
    }

    /// Adds the condition as policies write it.
    pub(super) fn write(&self, condition: &Condition, of_source_key: bool, into: &mut Conditions) {
        let mut put = |operator: &str, key: String, values: Vec<String>| {
            into.entry(operator.to_owned()).or_default().insert(key, values);
        };
        match condition {
            Condition::Tags(role) => {
                put("StringLike", format!("aws:RequestTag/{OWNER_TAG}"), vec![format!("*/{}/*", role.as_str())]);
            }
            Condition::Owned(role) => {
                put("StringLike", format!("aws:ResourceTag/{OWNER_TAG}"), vec![format!("*/{}/*", role.as_str())]);
            }
            Condition::NotPublic => put("Bool", "rds:PubliclyAccessible".into(), vec!["false".into()]),
            Condition::ThroughRds => put("StringEquals", "kms:ViaService".into(), vec![self.rds_service(of_source_key)]),
            Condition::GrantForAws => put("Bool", "kms:GrantIsForAWSResource".into(), vec!["true".into()]),
            Condition::GrantToDestination => {
                if let Half::Source { request, .. } = &self.0 {
                    let root = format!("arn:{}:iam::{}:root", request.region.partition(), request.share_with);
                    put("StringEquals", "kms:GranteePrincipal".into(), vec![root]);
                }
                let operations = CreateGrant::OPERATIONS.map(str::to_owned).to_vec();
                put("ForAllValues:StringEquals", "kms:GrantOperations".into(), operations);
            }
            Condition::PassedTo(service) => put("StringEquals", "iam:PassedToService".into(), vec![(*service).to_owned()]),
            Condition::Other { operator, key, values } => {
                put(operator, key.to_string(), values.iter().map(ToString::to_string).collect());
            }
        }
    }

    /// RDS as `kms:ViaService` names it: in the Region of the key, which for a copy across Regions is not the caller's.
    fn rds_service(&self, of_source_key: bool) -> String {
        let region = match &self.0 {
            Half::Destination { request, .. } if of_source_key => &request.source_region,
            _ => self.place().1,
        };
        let suffix = if region.partition() == Partition::China { "amazonaws.com.cn" } else { "amazonaws.com" };
        format!("rds.{region}.{suffix}")
    }
}

fn rds(region: &Region, account: &AccountId, resource: &str) -> String {
    format!("arn:{}:rds:{region}:{account}:{resource}", region.partition())
}

fn source_arns(request: &SourceRequest, key: Option<&KeyArn>, target: &Target) -> Vec<String> {
    let SourceRequest { account, region, cluster, temporary, .. } = request;
    let arn = |resource: String| rds(region, account, &resource);
    let made = || DbIdentifier::derived_pattern(cluster, 'c');
    let snapshots = |letter| arn(format!("snapshot:{}", DbIdentifier::derived_pattern(cluster, letter)));
    let taken = || std::iter::once(snapshots('s'));
    let encrypted = || request.share_key.iter().map(|_| snapshots('k'));
    let keys = |id: &str| format!("arn:{}:kms:{region}:{account}:key/{id}", region.partition());
    let source_key = || std::iter::once(key.map_or_else(|| keys("*"), ToString::to_string));
    let share_key = || {
        request.share_key.iter().map(|key| {
            let named = key.arn().map_or_else(|| key.as_str().to_owned(), |arn| arn.resource);
            // KMS knows no aliases in resources.
            if named.starts_with("alias/") { keys("*") } else { keys(named.strip_prefix("key/").unwrap_or(&named)) }
        })
    };
    match target {
        Target::SnapshottedCluster if matches!(request.snapshot, SnapshotChoice::Named(_)) => Vec::new(),
        Target::SourceCluster | Target::SnapshottedCluster => vec![arn(format!("cluster:{cluster}"))],
        Target::MadeClusterSnapshots => match request.snapshot {
            SnapshotChoice::Create => vec![arn(format!("cluster-snapshot:{}", made()))],
            SnapshotChoice::Named(_) | SnapshotChoice::AutomatedWithin(_) => Vec::new(),
        },
        Target::StartingSnapshot | Target::ListedClusterSnapshots => vec![arn(match &request.snapshot {
            SnapshotChoice::Create => format!("cluster-snapshot:{}", made()),
            SnapshotChoice::Named(name) => format!("cluster-snapshot:{name}"),
            SnapshotChoice::AutomatedWithin(_) if *target == Target::ListedClusterSnapshots => "cluster-snapshot:*".into(),
            SnapshotChoice::AutomatedWithin(_) => format!("cluster-snapshot:rds:{cluster}-*"),
        })],
        Target::TemporaryInstance => vec![arn(format!("db:{}", DbIdentifier::derived_pattern(cluster, 't')))],
        Target::InstanceSnapshots => taken().collect(),
        Target::TemporarySubnetGroup => vec![arn(format!("subgrp:{}", temporary.subnet_group))],
        Target::TemporaryParameterGroup => {
            vec![arn(format!("pg:{}", temporary.parameter_group.as_deref().unwrap_or("default.*")))]
        }
        Target::DefaultOptionGroups => vec![arn("og:default:*".into())],
        Target::EncryptedSnapshots => encrypted().collect(),
        Target::SharableSnapshots => taken().chain(encrypted()).collect(),
        Target::SourceKey => source_key().collect(),
        Target::ShareKey => share_key().collect(),
        Target::SharedKey => source_key().chain(share_key()).collect(),
        _ => Vec::new(),
    }
}

fn destination_arns(request: &DestinationRequest, source_cluster: Option<&DbIdentifier>, target: &Target) -> Vec<String> {
    let DestinationRequest { account, region, source_account, source_region, cluster, .. } = request;
    let arn = |resource: String| rds(region, account, &resource);
    let identifier = &cluster.identifier;
    match target {
        Target::SharedSnapshots => {
            // What is shared is the taken snapshot, or a copy of it under another key.
            let names = source_cluster.map_or_else(
                || vec!["*".to_owned()],
                |cluster| ['s', 'k'].map(|letter| DbIdentifier::derived_pattern(cluster, letter)).into(),
            );
            names.iter().map(|names| rds(source_region, source_account, &format!("snapshot:{names}"))).collect()
        }
        Target::SourceKey if request.source_keys.is_empty() => {
            vec![format!("arn:{}:kms:{source_region}:{source_account}:key/*", source_region.partition())]
        }
        Target::SourceKey => request.source_keys.iter().map(ToString::to_string).collect(),
        Target::SnapshotCopies => vec![arn(format!("snapshot:{}", DbIdentifier::derived_pattern(identifier, 'd')))],
        Target::Cluster => vec![arn(format!("cluster:{identifier}"))],
        Target::ClusterMembers => vec![arn(format!("db:{identifier}-instance-*"))],
        Target::ClusterSubnetGroup => vec![arn(format!("subgrp:{}", cluster.subnet_group))],
        Target::ClusterParameterGroup => {
            vec![arn(format!("cluster-pg:{}", cluster.parameter_group.as_deref().unwrap_or("default.*")))]
        }
        Target::DefaultOptionGroups => vec![arn("og:default:*".into())],
        Target::MonitoringRole => cluster.monitoring.iter().map(|monitoring| monitoring.role_arn.clone()).collect(),
        _ => Vec::new(),
    }
}

/// A key of the destination's account as the request names it: by id, ARN or alias.
fn key_of(request: &DestinationRequest, key: &KeyRef) -> Resolved {
    let keys = |id: &str| {
        let DestinationRequest { account, region, .. } = request;
        format!("arn:{}:kms:{region}:{account}:key/{id}", region.partition())
    };
    let named = key.arn().map_or_else(|| key.as_str().to_owned(), |arn| arn.resource);
    if named.starts_with("alias/") {
        let aliases = ("kms:ResourceAliases".to_owned(), vec![named]);
        let conditions = Conditions::from([("ForAnyValue:StringEquals".to_owned(), [aliases].into())]);
        return Resolved { arns: vec![keys("*")], conditions };
    }
    Resolved::arns(vec![keys(named.strip_prefix("key/").unwrap_or(&named))])
}
