//! The workflow: its key is the run, and its `run` is the run.

use rds_refresh_core::machine::Outcome;
use rds_refresh_core::request::{DestinationRequest, Request as RefreshRequest, SourceRequest};
use rds_refresh_core::{Facts, OnFailure, RunId, StoredState};
use restate_sdk::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tracing::{Instrument, info, info_span};

use crate::Planner;
use crate::accounts::Accounts;
use crate::flow::{self, CANCEL, Flow, STATE};
use crate::halt::Halt;
use crate::pace::Pace;
use crate::turns::{Ask, TurnsClient};

/// What a run waits for that has not begun.
const WAITS: &str = "waits";

/// What a refresh answers with.
#[derive(Debug, Serialize, Deserialize)]
struct Ended {
    #[serde(flatten)]
    outcome: Outcome,
    /// What a person does next.
    next: Vec<String>,
}

/// One refresh.
#[derive(Debug)]
pub(crate) struct Refresh {
    pub(crate) accounts: Accounts,
    pub(crate) plan: Planner,
    pub(crate) pace: Pace,
    pub(crate) at_once: u32,
}

#[restate_sdk::workflow(
    client_visibility = "pub(crate)",
    workflow_completion_retention = "30 days",
    journal_retention = "7 days",
    invocation_retry_policy(initial_interval = "200ms", factor = 2.0, max_interval = "10s")
)]
impl Refresh {
    /// Refreshes: takes a request, the same document as everywhere, and answers with the outcome, and with what to do next.
    #[handler]
    async fn run(&self, ctx: WorkflowContext<'_>, request: Json<Value>) -> Result<Json<Ended>, HandlerError> {
        let run: RunId = ctx.key().parse().map_err(Halt::refused)?;
        let span = info_span!("refresh", %run);
        async {
            let request = RefreshRequest::try_from(request.into_inner()).map_err(Halt::refused)?;
            let on_failure = request.on_failure();
            let facts = request.into_facts().map_err(Halt::refused)?;
            let turns = turns(&facts)?;
            let outcome = match self.wait_for_turns(&ctx, &run, &turns).await {
                Ok(()) => self.refresh(&ctx, run.clone(), facts, on_failure).await,
                Err(error) => Err(Halt::Terminal(error)),
            };
            // A run that this program cannot go on with keeps its turns.
            if !matches!(outcome, Err(Halt::Retryable(_))) {
                for turn in &turns {
                    ctx.object_client::<TurnsClient<'_>>(turn.as_str()).leave(run.to_string()).send();
                }
            }
            let outcome = outcome?;
            let next = outcome.advice().into_iter().map(str::to_owned).collect();
            Ok(Json(Ended { outcome, next }))
        }
        .instrument(span)
        .await
    }

    /// The run as it is now.
    #[handler]
    async fn status(&self, ctx: SharedWorkflowContext<'_>) -> Result<Json<Value>, HandlerError> {
        if let Some(Json(state)) = ctx.get::<Json<StoredState>>(STATE).await? {
            return Ok(Json(serde_json::to_value(state.report())?));
        }
        match ctx.get::<String>(WAITS).await? {
            Some(turn) => Ok(Json(json!({ "run": ctx.key(), "doing": "queued", "for": turn }))),
            None => Err(unknown(&ctx)),
        }
    }

    /// Has the run undone: what it made is removed as after a failure.
    #[handler]
    async fn cancel(&self, ctx: SharedWorkflowContext<'_>) -> Result<(), HandlerError> {
        // Else it would meet a run of this name that somebody starts later.
        ctx.get::<String>(WAITS).await?.ok_or_else(|| unknown(&ctx))?;
        info!(run = ctx.key(), "cancel");
        ctx.resolve_promise(CANCEL, true);
        Ok(())
    }

    /// Has the run look now, as after an RDS event. It never looks sooner than the step's shortest interval.
    #[handler]
    async fn nudge(&self, ctx: SharedWorkflowContext<'_>) -> Result<(), HandlerError> {
        let seq = seq(&ctx).await?;
        ctx.resolve_promise(&flow::nudge(seq), true);
        Ok(())
    }

    /// Goes on with a parked run, once what it was parked for is mended.
    #[handler]
    async fn resume(&self, ctx: SharedWorkflowContext<'_>) -> Result<(), HandlerError> {
        let seq = seq(&ctx).await?;
        ctx.resolve_promise(&flow::resume(seq), true);
        Ok(())
    }
}

impl Refresh {
    /// One refresh of a cluster at a time, and so many of an account. Every run asks in the same order, so no two wait for each other.
    async fn wait_for_turns(&self, ctx: &WorkflowContext<'_>, run: &RunId, turns: &[String]) -> Result<(), TerminalError> {
        for turn in turns {
            let at_once = if turn.starts_with("cluster") { 1 } else { self.at_once };
            let (awakeable, admitted) = ctx.awakeable::<bool>();
            let ask = Ask { run: run.to_string(), awakeable, at_once };
            ctx.set(WAITS, turn.clone());
            ctx.object_client::<TurnsClient<'_>>(turn.as_str()).ask(Json(ask)).send();
            restate_sdk::select! {
                admitted = admitted => { admitted?; },
                cancelled = ctx.promise::<bool>(CANCEL) => {
                    cancelled?;
                    return Err(cancelled_before_it_began());
                },
                on_cancel => { return Err(cancelled_before_it_began()); }
            }
        }
        Ok(())
    }

    async fn refresh(&self, ctx: &WorkflowContext<'_>, run: RunId, facts: Facts, on_failure: OnFailure) -> Result<Outcome, Halt> {
        let source = facts.read::<SourceRequest>().map_err(Halt::refused)?;
        let destination = facts.read::<DestinationRequest>().map_err(Halt::refused)?;
        let (source, destination) =
            (self.accounts.source(source.region.as_ref()), self.accounts.destination(destination.region.as_ref()));
        let (machine, worker) = (self.plan)(&source, &destination)?;
        Flow::new(ctx, &machine, &worker, self.pace).drive(run, facts, on_failure).await
    }
}

/// The queues in which a refresh waits: that of its cluster first, so that nobody holds an account and waits for a cluster.
fn turns(facts: &Facts) -> Result<Vec<String>, Halt> {
    let source = facts.read::<SourceRequest>().map_err(Halt::refused)?;
    let destination = facts.read::<DestinationRequest>().map_err(Halt::refused)?;
    let mut accounts = [&source.account, &destination.account];
    accounts.sort_unstable();
    let cluster = format!("cluster {}/{}/{}", source.account, source.region, source.cluster);
    Ok([cluster].into_iter().chain(accounts.map(|account| format!("account {account}"))).collect())
}

async fn seq(ctx: &SharedWorkflowContext<'_>) -> Result<u64, HandlerError> {
    let state = ctx.get::<Json<Value>>(STATE).await?;
    state.and_then(|Json(state)| state["seq"].as_u64()).ok_or_else(|| unknown(ctx))
}

fn unknown(ctx: &SharedWorkflowContext<'_>) -> HandlerError {
    TerminalError::new_with_code(404, format!("no run {} has begun", ctx.key())).into()
}

fn cancelled_before_it_began() -> TerminalError {
    TerminalError::new_with_code(409, "cancelled before it began: nothing was made")
}
