use serde::Serialize;

/// How a cluster or an instance is watched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Monitoring {
    /// `MonitoringInterval`, in seconds. 0: none.
    pub interval: u32,
    /// `MonitoringRoleArn`.
    pub role_arn: Option<String>,
    /// `PerformanceInsightsEnabled`.
    pub performance_insights: bool,
    /// `PerformanceInsightsKMSKeyId`.
    pub performance_insights_key: Option<String>,
    /// `PerformanceInsightsRetentionPeriod`, in days.
    pub performance_insights_retention: Option<u32>,
    /// `DatabaseInsightsMode`: `standard` or `advanced`.
    pub database_insights_mode: String,
}

impl Default for Monitoring {
    fn default() -> Self {
        Self {
            interval: 0,
            role_arn: None,
            performance_insights: false,
            performance_insights_key: None,
            performance_insights_retention: None,
            database_insights_mode: "standard".to_owned(),
        }
    }
}
