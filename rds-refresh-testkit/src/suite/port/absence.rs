//! What is not there, what cannot be seen, and what nobody knows.

use rds_refresh_core::ErrorKind;

use super::script::{LOOKS, Told, look, make};
use super::{ABSENCE, ERRORS, ONE_REQUEST, Ports, UNKNOWN_OUTCOME};
use crate::TwoAccounts;
use crate::fault::{Calls, Effect, Failure, Fault, FaultScript, Strike};
use crate::suite::Broken;

pub(super) async fn nothing(stage: &TwoAccounts, ports: &impl Fn(&TwoAccounts) -> Ports) -> Result<(), Broken> {
    let ports = ports(stage);
    for number in 0..LOOKS {
        let Told { call, answer } = once(stage, look(stage, &ports, number)).await?;
        ABSENCE.holds_if(answer == Ok(None), || format!("nothing of that name exists, and {call} answers {answer:?}"))?;
    }
    Ok(())
}

pub(super) async fn errors(stage: &TwoAccounts, ports: &impl Fn(&TwoAccounts) -> Ports) -> Result<(), Broken> {
    let unanswered = |failure| Strike::Unanswered { failure, effect: Effect::None };
    let cases = [
        (Strike::Denied, ErrorKind::Denied),
        (Strike::Expired, ErrorKind::Credentials),
        (Strike::Throttled, ErrorKind::Throttled),
        (unanswered(Failure::InternalFailure), ErrorKind::Transient),
        (unanswered(Failure::ServiceUnavailable), ErrorKind::Transient),
        (unanswered(Failure::Timeout), ErrorKind::Transient),
    ];
    let ports = ports(stage);
    for (strike, expected) in cases {
        for number in 0..LOOKS {
            strike_next(stage, strike.clone());
            let Told { call, answer } = once(stage, look(stage, &ports, number)).await?;
            let kind = answer.as_ref().err().map(rds_refresh_core::StepError::kind);
            ERRORS.holds_if(kind == Some(expected), || {
                format!("RDS or KMS answered {strike:?}, and {call} says {answer:?}, which is no error of the kind {expected}")
            })?;
        }
    }
    Ok(())
}

pub(super) async fn unknown_outcomes(stage: &TwoAccounts, ports: &impl Fn(&TwoAccounts) -> Ports) -> Result<(), Broken> {
    let unanswered = |failure| Strike::Unanswered { failure, effect: Effect::None };
    let cases = [
        (unanswered(Failure::InternalFailure), ErrorKind::UnknownOutcome),
        (unanswered(Failure::ServiceUnavailable), ErrorKind::UnknownOutcome),
        (unanswered(Failure::Timeout), ErrorKind::UnknownOutcome),
        (Strike::Throttled, ErrorKind::Throttled),
        (Strike::Denied, ErrorKind::Denied),
        (Strike::Expired, ErrorKind::Credentials),
        (Strike::SnapshotQuota, ErrorKind::Quota),
    ];
    let ports = ports(stage);
    for (strike, expected) in cases {
        strike_next(stage, strike.clone());
        let Told { call, answer } = once(stage, make(stage, &ports)).await?;
        let kind = answer.as_ref().err().map(rds_refresh_core::StepError::kind);
        UNKNOWN_OUTCOME.holds_if(kind == Some(expected), || {
            format!("RDS answered {strike:?}, and {call} says {answer:?}, which is no error of the kind {expected}")
        })?;
    }
    Ok(())
}

/// The next call is struck, and no other: a second request of the same method would succeed.
fn strike_next(stage: &TwoAccounts, strike: Strike) {
    stage.fake.world().arm(FaultScript::new().with(Fault::new(Calls::default(), strike)));
}

/// The answer of a method that may make one call.
async fn once(stage: &TwoAccounts, told: impl Future<Output = Told>) -> Result<Told, Broken> {
    let before = stage.fake.world().journal().len();
    let told = told.await;
    let made = stage.fake.world().journal().len() - before;
    ONE_REQUEST.holds_if(made == 1, || format!("{} made {made} requests, and answered {:?}", told.call, told.answer))?;
    Ok(told)
}
