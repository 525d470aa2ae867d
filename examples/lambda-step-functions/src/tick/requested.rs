use rds_refresh_core::request::{DestinationRequest, Request, SourceRequest};
use rds_refresh_core::steps::Handover;
use rds_refresh_core::{Facts, OnFailure, RunId};
use serde_json::Value;

use crate::refusal::Refusal;
use crate::{Mode, Start};

/// What the deployed request, a hand-over and the input of an execution ask for.
#[derive(Debug)]
pub(super) struct Requested {
    pub(super) facts: Facts,
    pub(super) on_failure: OnFailure,
    /// The run that the other account gave its name to.
    pub(super) run: Option<RunId>,
}

impl Requested {
    pub(super) fn read(mode: Mode, deployed: &Value, input: &Start) -> Result<Self, Refusal> {
        let mut document = deployed.clone();
        // The whole request, or the half of it that is this account's.
        let is_whole = document.get("source").is_some_and(Value::is_object);
        let mut facts = Facts::new();
        match mode {
            Mode::Source => {
                if input.handover.is_some() {
                    return Err(Refusal::refused(
                        "a source half takes no `handover`: start the destination's state machine with it",
                    ));
                }
                if let Some(cluster) = &input.source_cluster_id {
                    let half = if is_whole { &mut document["source"] } else { &mut document };
                    half["cluster"] = cluster.as_str().into();
                }
                let (half, on_failure) = if is_whole {
                    let request = Request::try_from(document)?;
                    (request.source().clone(), request.on_failure())
                } else {
                    (SourceRequest::try_from(document)?, OnFailure::default())
                };
                facts.insert(&half)?;
                Ok(Self { facts, on_failure, run: None })
            }
            Mode::Destination => {
                if input.source_cluster_id.is_some() {
                    return Err(Refusal::refused(
                        "a destination half takes no `source_cluster_id`: the hand-over says what there is",
                    ));
                }
                let Some(handover) = &input.handover else {
                    return Err(Refusal::refused("a destination half needs the source's `handover` in its input"));
                };
                let handover = Handover::parse(&handover.to_string()).map_err(Refusal::refused)?;
                let (half, on_failure) = if is_whole {
                    let request = Request::try_from(document)?;
                    (request.destination().clone(), request.on_failure())
                } else {
                    (DestinationRequest::try_from(document)?, OnFailure::default())
                };
                let run = Some(handover.run.clone());
                facts.insert(&half)?;
                facts.insert(&handover)?;
                Ok(Self { facts, on_failure, run })
            }
            Mode::Settle => {
                Err(Refusal::refused("a settlement needs the `state` with which a source half succeeded in its input"))
            }
        }
    }
}
