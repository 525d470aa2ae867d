//! Enhanced Monitoring, Performance Insights and Database Insights.

use super::ApiError;
use super::resource::Monitoring;

/// Whom the role of Enhanced Monitoring is given to.
pub(crate) const MONITORING: &str = "monitoring.rds.amazonaws.com";

/// What a request says about them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct MonitoringSettings<'a> {
    pub(crate) interval: Option<i64>,
    pub(crate) role_arn: Option<&'a str>,
    pub(crate) performance_insights: Option<bool>,
    pub(crate) performance_insights_key: Option<&'a str>,
    pub(crate) performance_insights_retention: Option<i64>,
    pub(crate) database_insights_mode: Option<&'a str>,
}

impl MonitoringSettings<'_> {
    /// How something is watched that was watched as `before`. Enhanced Monitoring needs a role, Performance Insights keeps data for
    /// certain periods only, and the advanced mode needs the longest but one (RDS API reference).
    pub(crate) fn change(&self, before: &Monitoring) -> Result<Monitoring, ApiError> {
        let interval = match self.interval {
            None => before.interval,
            Some(known @ (0 | 1 | 5 | 10 | 15 | 30 | 60)) => u32::try_from(known).unwrap_or(0),
            Some(odd) => return Err(ApiError::invalid_value(format!("Invalid value {odd} for MonitoringInterval."))),
        };
        // Monitoring that is turned off needs its role no more.
        let former = before.role_arn.as_deref().filter(|_| interval != 0);
        let role_arn = self.role_arn.or(former).map(str::to_owned);
        if (interval == 0) != role_arn.is_none() {
            return Err(ApiError::invalid_combination(
                "MonitoringRoleArn and a MonitoringInterval other than 0 need each other.",
            ));
        }
        let performance_insights = self.performance_insights.unwrap_or(before.performance_insights);
        let retention = match self.performance_insights_retention {
            None => before.performance_insights_retention,
            Some(days) if days == 7 || days == 731 || (31..=713).contains(&days) && days % 31 == 0 => u32::try_from(days).ok(),
            Some(odd) => return Err(ApiError::invalid_value(format!("Invalid Performance Insights retention period: {odd}"))),
        };
        let insights_key = self.performance_insights_key.or(before.performance_insights_key.as_deref());
        let mode = self.database_insights_mode.unwrap_or(&before.database_insights_mode);
        match mode {
            "standard" => {}
            "advanced" if performance_insights && retention == Some(465) => {}
            "advanced" => {
                return Err(ApiError::invalid_combination(
                    "To enable the Advanced mode of Database Insights, turn on Performance Insights with a retention of 465 days.",
                ));
            }
            odd => return Err(ApiError::invalid_value(format!("Invalid DatabaseInsightsMode: {odd}"))),
        }
        Ok(Monitoring {
            interval,
            role_arn,
            performance_insights,
            performance_insights_key: insights_key.filter(|_| performance_insights).map(str::to_owned),
            performance_insights_retention: performance_insights.then_some(retention.unwrap_or(7)),
            database_insights_mode: mode.to_owned(),
        })
    }
}
