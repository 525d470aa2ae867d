use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_sfn::error::DisplayErrorContext;
use aws_sdk_sfn::types::ExecutionStatus;
use rds_refresh_core::{RunId, Timestamp};
use serde_json::Value;

use crate::refusal::Refusal;
use crate::starter::StateMachineArn;
use crate::tick;

/// Says which runs have not ended.
#[async_trait]
pub trait LiveRuns: Send + Sync {
    /// The runs that have not ended. One too many keeps something for a day; one too few may cost a run its snapshot.
    async fn live(&self) -> Result<BTreeSet<RunId>, Refusal>;
}

/// The executions of state machines: a run is live as long as one of it runs.
#[derive(Clone, Debug)]
pub struct RunningExecutions {
    client: aws_sdk_sfn::Client,
    machines: Vec<String>,
}

impl RunningExecutions {
    /// Those of these state machines.
    #[must_use]
    pub fn new(client: aws_sdk_sfn::Client, machines: &[&StateMachineArn]) -> Self {
        Self { client, machines: machines.iter().map(ToString::to_string).collect() }
    }
}

#[async_trait]
impl LiveRuns for RunningExecutions {
    async fn live(&self) -> Result<BTreeSet<RunId>, Refusal> {
        let mut live = BTreeSet::new();
        for machine in &self.machines {
            for status in [ExecutionStatus::Running, ExecutionStatus::PendingRedrive] {
                let listed = self.client.list_executions().state_machine_arn(machine).status_filter(status);
                let mut pages = listed.into_paginator().items().send();
                while let Some(execution) = pages.next().await {
                    let execution = execution.map_err(|error| Refusal::unable(DisplayErrorContext(error)))?;
                    let described = self.client.describe_execution().execution_arn(execution.execution_arn()).send().await;
                    let described = described.map_err(|error| Refusal::unable(DisplayErrorContext(error)))?;
                    let started =
                        Timestamp::from_millis(u64::try_from(execution.start_date().to_millis().unwrap_or(0)).unwrap_or(0));
                    live.insert(run_of(execution.execution_arn(), started, described.input().unwrap_or_default()));
                }
            }
        }
        Ok(live)
    }
}

/// The run of an execution, as its first tick names it.
fn run_of(execution: &str, started: Timestamp, input: &str) -> RunId {
    let input: Value = serde_json::from_str(input).unwrap_or_default();
    let named = ["/run", "/state/run", "/handover/run"].into_iter().find_map(|at| input.pointer(at)?.as_str()?.parse().ok());
    named.unwrap_or_else(|| tick::name(execution, started))
}
