use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::DateTime;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::date_time::Format;
use aws_types::SdkConfig;

use super::call::Call;
#[cfg(feature = "ec2")]
use super::security_groups::SecurityGroups;
use super::{convert, kms_sent_once, rds_sent_once, sent_once, shared};
use crate::ids::DbIdentifier;
use crate::ports::{DbCluster, DbClusterSnapshot, DbInstance};
#[cfg(feature = "ec2")]
use crate::preflight::SecurityGroupReads;
use crate::preflight::{ClusterReads, Reads, ServiceTime};
use crate::{StepError, Timestamp};

/// What a [preflight](crate::preflight) reads, in one account. Cheap to clone. It asks RDS and KMS, and with the feature `ec2` EC2 for
/// security groups, which are not seen without.
#[derive(Clone, Debug)]
pub struct AwsReads {
    pub(super) rds: aws_sdk_rds::Client,
    pub(super) kms: aws_sdk_kms::Client,
    #[cfg(feature = "ec2")]
    ec2: Option<SecurityGroups>,
    seen: DateSeen,
}

impl AwsReads {
    /// The account that these credentials lead to, in this Region.
    #[must_use]
    pub fn new(config: &SdkConfig) -> Self {
        let config = sent_once(config);
        let reads = Self::from_clients(&aws_sdk_rds::Client::new(&config), &aws_sdk_kms::Client::new(&config));
        #[cfg(feature = "ec2")]
        let reads = Self { ec2: Some(SecurityGroups::new(config)), ..reads };
        reads
    }

    /// The same, with everything that clients can be told and an `SdkConfig` cannot (see
    /// [`AwsSource::from_clients`](super::AwsSource::from_clients)). It asks EC2 nothing.
    #[must_use]
    pub fn from_clients(rds: &aws_sdk_rds::Client, kms: &aws_sdk_kms::Client) -> Self {
        let seen = DateSeen::default();
        let watched = rds_sent_once(rds).config().to_builder().interceptor(seen.clone()).build();
        Self {
            rds: aws_sdk_rds::Client::from_conf(watched),
            kms: kms_sent_once(kms),
            #[cfg(feature = "ec2")]
            ec2: None,
            seen,
        }
    }
}

impl Reads for AwsReads {
    #[cfg(feature = "ec2")]
    fn security_groups(&self) -> Option<&dyn SecurityGroupReads> {
        self.ec2.as_ref().map(|groups| groups as &dyn SecurityGroupReads)
    }
}

#[async_trait]
impl ClusterReads for AwsReads {
    async fn describe_db_cluster(&self, cluster: &DbIdentifier) -> Result<Option<DbCluster>, StepError> {
        shared::describe_db_cluster(&self.rds, cluster).await
    }

    async fn describe_db_instance(&self, instance: &DbIdentifier) -> Result<Option<DbInstance>, StepError> {
        let call = Call::read("DescribeDBInstances", instance);
        let request = self.rds.describe_db_instances().db_instance_identifier(instance.as_str());
        match call.find("DBInstanceNotFound", request.send()).await? {
            Some(answer) => Ok(Some(convert::db_instance(call.only(answer.db_instances, "DBInstance")?))),
            None => Ok(None),
        }
    }

    async fn describe_db_cluster_snapshot(&self, snapshot: &DbIdentifier) -> Result<Option<DbClusterSnapshot>, StepError> {
        shared::describe_db_cluster_snapshot(&self.rds, snapshot).await
    }

    async fn automated_db_cluster_snapshots(&self, cluster: &DbIdentifier) -> Result<Vec<DbClusterSnapshot>, StepError> {
        shared::automated_db_cluster_snapshots(&self.rds, cluster).await
    }
}

#[async_trait]
impl ServiceTime for AwsReads {
    async fn service_time(&self) -> Result<Option<Timestamp>, StepError> {
        // A date cannot be left half written.
        Ok(*self.seen.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Remembers the `Date` of the last answer, refusals included: a request that is signed with a wrong time is refused.
#[derive(Clone, Debug, Default)]
struct DateSeen(Arc<Mutex<Option<Timestamp>>>);

impl Intercept for DateSeen {
    fn name(&self) -> &'static str {
        "DateSeen"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context.response().headers().get("date").and_then(|date| DateTime::from_str(date, Format::HttpDate).ok());
        let millis = date.and_then(|date| date.to_millis().ok()).and_then(|millis| u64::try_from(millis).ok());
        if let Some(millis) = millis {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Timestamp::from_millis(millis));
        }
        Ok(())
    }
}
