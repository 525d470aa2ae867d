use rds_refresh_core::request::{ClusterRequest, DestinationRequest, Request, RequestBuilder, SourceRequest, TemporaryRequest};

use super::TwoAccounts;

impl TwoAccounts {
    /// The least request that refreshes this stage's cluster to `identifier` in the destination account. Settings can be added to it.
    ///
    /// ```
    /// use rds_refresh_testkit::Stage;
    ///
    /// let request = Stage::two_accounts(1).request("orders-staging").with_tag("cost-centre", "1234").build()?;
    /// assert_eq!(request.source().cluster.as_str(), "orders-production");
    /// # Ok::<(), rds_refresh_core::request::InvalidRequest>(())
    /// ```
    pub fn request(&self, identifier: &str) -> RequestBuilder {
        let temporary = TemporaryRequest::builder()
            .with_subnet_group(&self.subnet_group)
            .with_security_groups([&self.security_group])
            .with_class(&self.instance_class);
        let source = SourceRequest::builder()
            .with_account(self.source.account.as_str())
            .with_region(self.source.region.as_str())
            .with_cluster(&self.cluster)
            .with_temporary(temporary);
        let cluster = ClusterRequest::builder()
            .with_identifier(identifier)
            .with_class(&self.cluster_class)
            .with_subnet_group(&self.subnet_group)
            .with_security_groups([&self.security_group]);
        let destination = DestinationRequest::builder()
            .with_account(self.destination.account.as_str())
            .with_region(self.destination.region.as_str())
            .with_kms_key(&self.destination_key)
            .with_cluster(cluster);
        Request::builder().with_source(source).with_destination(destination)
    }
}
