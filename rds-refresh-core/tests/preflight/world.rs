//! Two accounts in plain data, healthy until a test breaks something.

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use rds_refresh_core::ids::{DbIdentifier, KeyArn, KeyRef};
use rds_refresh_core::ports::{CreateGrant, DbCluster, DbClusterSnapshot, DbInstance, Key, KeyManager};
use rds_refresh_core::preflight::{
    ClusterReads, EngineVersion, KeyReads, Offers, Options, OrderableOption, ParameterGroup, Quota, Reads, Report, SecurityGroup,
    SecurityGroupReads, ServiceTime, SubnetGroup, both,
};
use rds_refresh_core::request::Request;
use rds_refresh_core::{StepError, Timestamp};
use serde_json::{Value, json};

pub(super) const SOURCE_KEY: &str = "arn:aws:kms:eu-west-1:111111111111:key/production";
pub(super) const DESTINATION_KEY: &str = "arn:aws:kms:eu-west-1:222222222222:key/staging";

type Answer<T> = Result<T, StepError>;

/// What one account answers to each read.
#[derive(Debug)]
pub(super) struct World {
    pub(super) cluster: Answer<Option<DbCluster>>,
    pub(super) members: Vec<DbInstance>,
    pub(super) named_snapshot: Answer<Option<DbClusterSnapshot>>,
    pub(super) automated: Answer<Vec<DbClusterSnapshot>>,
    pub(super) subnet_group: Answer<Option<SubnetGroup>>,
    pub(super) parameter_group: Answer<Option<ParameterGroup>>,
    pub(super) options: Answer<Vec<OrderableOption>>,
    pub(super) version: Answer<Option<EngineVersion>>,
    pub(super) quotas: Answer<Vec<Quota>>,
    pub(super) key: Answer<Option<Key>>,
    pub(super) key_policy: Answer<String>,
    pub(super) may_grant: Answer<bool>,
    pub(super) may_encrypt: Answer<bool>,
    pub(super) security_groups: Option<Answer<Vec<SecurityGroup>>>,
    pub(super) time: Answer<Option<Timestamp>>,
    pub(super) reads: AtomicUsize,
}

/// Two accounts, a request, and what else a preflight takes into account.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) source: World,
    pub(super) destination: World,
    pub(super) request: Value,
    pub(super) options: Options,
}

pub(super) fn now() -> Timestamp {
    "2026-11-23T08:00:00Z".parse().unwrap()
}

impl Case {
    pub(super) fn healthy() -> Self {
        let source = World::of("111111111111", SOURCE_KEY);
        let mut destination = World::of("222222222222", DESTINATION_KEY);
        destination.cluster = Ok(None);
        let request = json!({
            "tags": { "cost-centre": "1234" },
            "source": {
                "account": "111111111111", "region": "eu-west-1", "cluster": "orders",
                "temporary": {
                    "subnet_group": "private", "security_groups": ["sg-0001"], "class": "db.r6gd.large",
                    "parameter_group": "orders-pg16",
                },
            },
            "destination": {
                "account": "222222222222", "region": "eu-west-1", "kms_key": DESTINATION_KEY,
                "cluster": {
                    "identifier": "staging", "class": "db.r6gd.large", "subnet_group": "private",
                    "security_groups": ["sg-0001"], "parameter_group": "orders-pg16", "log_exports": ["postgresql"],
                    "storage_type": "io1", "iops": 3000,
                },
            },
        });
        let options = Options { demanded_tags: vec!["cost-centre".into()], ..Options::default() };
        Self { source, destination, request, options }
    }

    pub(super) fn request(&self) -> Request {
        self.request.clone().try_into().unwrap()
    }

    pub(super) async fn report(&self) -> Report {
        let (from, to) = self.request().into_halves();
        both(&self.source, &self.destination, (&from, &to), &self.options, now()).await
    }
}

impl World {
    fn of(account: &str, key: &str) -> Self {
        let arn = |resource: &str| format!("arn:aws:rds:eu-west-1:{account}:{resource}");
        let zones: Vec<String> = ["a", "b", "c"].iter().map(|zone| format!("eu-west-1{zone}")).collect();
        let root = format!("arn:aws:iam::{account}:root");
        let policy =
            json!({ "Statement": { "Effect": "Allow", "Principal": { "AWS": root }, "Action": "kms:*", "Resource": "*" } });
        let option = |storage: &str| OrderableOption {
            supports_clusters: true,
            storage_type: storage.into(),
            zones: zones.clone(),
            min_storage: Some(100),
            max_storage: Some(65_536),
            min_iops: Some(1_000),
            max_iops: Some(64_000),
            min_iops_per_gib: Some(0.5),
            max_iops_per_gib: Some(50.0),
        };
        let quota = |name: &str, max| Quota { name: name.into(), used: 5, max };
        Self {
            cluster: Ok(Some(DbCluster {
                identifier: "orders".into(),
                arn: arn("cluster:orders"),
                status: "available".into(),
                engine: "postgres".into(),
                engine_version: "16.4".into(),
                encrypted: true,
                kms_key: Some(key.into()),
                class: Some("db.r6gd.large".into()),
                allocated_storage: Some(500),
                ..DbCluster::default()
            })),
            members: Vec::new(),
            named_snapshot: Ok(None),
            automated: Ok(Vec::new()),
            subnet_group: Ok(Some(SubnetGroup {
                name: "private".into(),
                arn: arn("subgrp:private"),
                status: "Complete".into(),
                vpc: "vpc-1".into(),
                zones: zones.clone(),
            })),
            parameter_group: Ok(Some(ParameterGroup {
                name: "orders-pg16".into(),
                arn: arn("pg:orders-pg16"),
                family: "postgres16".into(),
            })),
            options: Ok(vec![option("gp3"), option("io1")]),
            version: Ok(Some(EngineVersion {
                status: "available".into(),
                family: "postgres16".into(),
                log_types: vec!["postgresql".into(), "upgrade".into()],
            })),
            quotas: Ok(vec![
                quota("DBInstances", 40),
                quota("DBClusters", 40),
                quota("ManualSnapshots", 100),
                quota("ManualClusterSnapshots", 100),
                quota("AllocatedStorage", 100_000),
            ]),
            key: Ok(Some(Key {
                arn: key.parse().unwrap(),
                state: "Enabled".into(),
                manager: KeyManager::Customer,
                spec: "SYMMETRIC_DEFAULT".into(),
            })),
            key_policy: Ok(policy.to_string()),
            may_grant: Ok(true),
            may_encrypt: Ok(true),
            security_groups: Some(Ok(vec![SecurityGroup { id: "sg-0001".into(), vpc: "vpc-1".into() }])),
            time: Ok(Some(now())),
            reads: AtomicUsize::new(0),
        }
    }

    // What tests change.

    pub(super) fn cluster(&mut self) -> &mut DbCluster {
        self.cluster.as_mut().unwrap().as_mut().unwrap()
    }

    pub(super) fn subnet_group(&mut self) -> &mut SubnetGroup {
        self.subnet_group.as_mut().unwrap().as_mut().unwrap()
    }

    pub(super) fn key(&mut self) -> &mut Key {
        self.key.as_mut().unwrap().as_mut().unwrap()
    }

    pub(super) fn version(&mut self) -> &mut EngineVersion {
        self.version.as_mut().unwrap().as_mut().unwrap()
    }

    pub(super) fn options(&mut self) -> &mut Vec<OrderableOption> {
        self.options.as_mut().unwrap()
    }

    pub(super) fn fill(&mut self, quota: &str) {
        let quotas = self.quotas.as_mut().unwrap();
        let quota = quotas.iter_mut().find(|known| known.name == quota).unwrap();
        quota.used = quota.max;
    }

    /// Adds a statement to the key's policy.
    pub(super) fn state(&mut self, statement: &Value) {
        let policy: Value = serde_json::from_str(self.key_policy.as_ref().unwrap()).unwrap();
        self.key_policy = Ok(json!({ "Statement": [policy["Statement"], statement] }).to_string());
    }

    fn seen<T: Clone>(&self, answer: &Answer<T>) -> Answer<T> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        answer.clone()
    }
}

impl Reads for World {
    fn security_groups(&self) -> Option<&dyn SecurityGroupReads> {
        self.security_groups.is_some().then_some(self)
    }
}

#[async_trait]
impl SecurityGroupReads for World {
    async fn security_groups(&self, _: &[String]) -> Answer<Vec<SecurityGroup>> {
        self.seen(self.security_groups.as_ref().unwrap())
    }
}

#[async_trait]
impl ServiceTime for World {
    async fn service_time(&self) -> Answer<Option<Timestamp>> {
        // Only an answer can tell it.
        assert!(self.reads.load(Ordering::Relaxed) > 0);
        self.time.clone()
    }
}

#[async_trait]
impl ClusterReads for World {
    async fn describe_db_cluster(&self, _: &DbIdentifier) -> Answer<Option<DbCluster>> {
        self.seen(&self.cluster)
    }

    async fn describe_db_instance(&self, instance: &DbIdentifier) -> Answer<Option<DbInstance>> {
        self.seen(&Ok(self.members.iter().find(|member| member.identifier == instance.as_str()).cloned()))
    }

    async fn describe_db_cluster_snapshot(&self, _: &DbIdentifier) -> Answer<Option<DbClusterSnapshot>> {
        self.seen(&self.named_snapshot)
    }

    async fn automated_db_cluster_snapshots(&self, _: &DbIdentifier) -> Answer<Vec<DbClusterSnapshot>> {
        self.seen(&self.automated)
    }
}

#[async_trait]
impl Offers for World {
    async fn db_subnet_group(&self, _: &str) -> Answer<Option<SubnetGroup>> {
        self.seen(&self.subnet_group)
    }

    async fn db_parameter_group(&self, _: &str) -> Answer<Option<ParameterGroup>> {
        self.seen(&self.parameter_group)
    }

    async fn db_cluster_parameter_group(&self, _: &str) -> Answer<Option<ParameterGroup>> {
        self.seen(&self.parameter_group)
    }

    async fn orderable_options(&self, engine: &str, version: &str, class: &str) -> Answer<Vec<OrderableOption>> {
        assert_eq!((engine, version, class), ("postgres", "16.4", "db.r6gd.large"));
        self.seen(&self.options)
    }

    async fn db_engine_version(&self, _: &str, _: &str) -> Answer<Option<EngineVersion>> {
        self.seen(&self.version)
    }

    async fn account_quotas(&self) -> Answer<Vec<Quota>> {
        self.seen(&self.quotas)
    }
}

#[async_trait]
impl KeyReads for World {
    async fn describe_key(&self, _: &KeyRef) -> Answer<Option<Key>> {
        self.seen(&self.key)
    }

    async fn key_policy(&self, _: &KeyArn) -> Answer<String> {
        self.seen(&self.key_policy)
    }

    async fn may_create_grant(&self, _: &CreateGrant) -> Answer<bool> {
        self.seen(&self.may_grant)
    }

    async fn may_generate_data_key(&self, _: &KeyArn) -> Answer<bool> {
        self.seen(&self.may_encrypt)
    }
}
