//! What still stands, and what is somebody else's.

use rds_refresh_core::{OnFailure, Resource, ResourceKind, Step};

use super::play::{Ended, Theatre, names};
use super::{ONLY_ITS_OWN, Ports, Scene, VERIFY};
use crate::World;
use crate::fault::{Calls, Fault, FaultScript, Strike};
use crate::suite::Broken;
use crate::world::Place;

pub(super) async fn verified<S: Step, W, A: AsyncFn() -> Scene<W>, M: Fn(&Scene<W>, &Ports) -> S>(
    theatre: &Theatre<'_, S, W, A, M>,
) -> Result<(), Broken> {
    let mut play = theatre.play().await;
    let fact = play.until_ready(VERIFY).await?;
    let cx = play.context();
    let stands = play.step().verify(&fact, &cx).await;
    // What made nothing may be done again whenever somebody asks.
    VERIFY.holds_if(stands == Ok(true) || play.made().is_empty(), || {
        format!("it is ready, and asked whether its fact stands it says {stands:?}")
    })?;
    let gone = play.step().is_gone(&fact, &cx).await;
    VERIFY.holds_if(gone != Ok(true) || play.made().is_empty(), || "it is ready, and says that what it made is gone".into())?;
    for number in 0..play.made().len() {
        let mut play = theatre.play().await;
        let fact = play.until_ready(VERIFY).await?;
        let made = play.made().remove(number);
        remove(&mut play.scene.stage.fake.world(), &made);
        let cx = play.context();
        let stands = play.step().verify(&fact, &cx).await;
        VERIFY.holds_if(stands != Ok(true), || format!("the {made} that it made is gone, and it says that its fact stands"))?;
    }
    Ok(())
}

/// Takes something away behind the services' backs.
fn remove(world: &mut World, resource: &Resource) {
    let holdings = world.at_mut(&Place { account: resource.account.clone(), region: resource.region.clone() });
    match resource.kind {
        ResourceKind::DbClusterSnapshot => drop(holdings.cluster_snapshots.remove(&resource.id)),
        ResourceKind::DbInstance => drop(holdings.instances.remove(&resource.id)),
        ResourceKind::DbSnapshot => drop(holdings.snapshots.remove(&resource.id)),
        ResourceKind::DbCluster => drop(holdings.clusters.remove(&resource.id)),
        ResourceKind::SnapshotShare => {
            let named = resource.id.rsplit_once(':');
            if let Some((snapshot, account)) = named.and_then(|(id, with)| Some((holdings.snapshots.get_mut(id)?, with))) {
                snapshot.restore.retain(|with, _| with != account);
            }
        }
        ResourceKind::KmsGrant => {
            if let Some((_, name)) = resource.id.rsplit_once('#') {
                let keys = holdings.keys.values_mut();
                keys.for_each(|key| key.grants.retain(|grant| grant.name.as_deref() != Some(name)));
            }
        }
        _ => {}
    }
}

/// Somebody makes the same thing under the same name, just before the step does.
pub(super) async fn strangers<S: Step, W, A: AsyncFn() -> Scene<W>, M: Fn(&Scene<W>, &Ports) -> S>(
    theatre: &Theatre<'_, S, W, A, M>,
) -> Result<(), Broken> {
    let mut play = theatre.play().await;
    let script = FaultScript::new().with(Fault::new(Calls::mutations(), Strike::Squatted));
    play.scene.stage.fake.world().arm(script);
    let ended = play.reconcile(None).await?;
    let strange = |entry: &crate::world::Entry| entry.somebody && entry.fault == Some("squatted");
    if !play.scene.stage.fake.world().journal().iter().any(strange) {
        // It makes nothing that has a name.
        return Ok(());
    }
    let strangers = play.made();
    ONLY_ITS_OWN.holds_if(matches!(ended, Ended::Failed(_)), || {
        format!("somebody else made {} under the step's name, and the step goes on with it", names(&strangers))
    })?;
    // It may say that it cannot: the stranger stays in any case.
    let _ = play.compensate(OnFailure::RemoveAll, false, ONLY_ITS_OWN).await;
    let gone: Vec<Resource> = strangers.into_iter().filter(|it| !play.holds().contains(it)).collect();
    ONLY_ITS_OWN.holds_if(gone.is_empty(), || format!("the compensation removed {}, which somebody else made", names(&gone)))
}
