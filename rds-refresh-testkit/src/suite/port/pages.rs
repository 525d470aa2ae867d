//! More than fits on one page.

use std::time::Duration;

use rds_refresh_core::ports::CreateGrant;

use super::script::{id, key};
use super::{PAGES, Ports};
use crate::TwoAccounts;
use crate::suite::Broken;

/// RDS and KMS give 100 a page at most, if nobody asks for fewer.
const MANY: usize = 230;

pub(super) async fn all(stage: &TwoAccounts, ports: &impl Fn(&TwoAccounts) -> Ports) -> Result<(), Broken> {
    let ports = ports(stage);
    let place = stage.source.place();
    let had = {
        let mut world = stage.fake.world();
        let snapshots = &mut world.at_mut(&place).cluster_snapshots;
        let had = snapshots.len();
        let Some(one) = snapshots.values().next().cloned() else { return Ok(()) };
        for number in 0..MANY {
            let mut copy = one.clone();
            copy.identifier = format!("{}-{number:04}", one.identifier);
            copy.arn = format!("{}-{number:04}", one.arn);
            snapshots.insert(copy.identifier.clone(), copy);
        }
        had
    };
    let listed = ports.source.automated_db_cluster_snapshots(&id(&stage.cluster)).await;
    let count = listed.as_ref().map(Vec::len);
    PAGES.holds_if(count == Ok(had + MANY), || {
        format!("of {} automated snapshots `automated_db_cluster_snapshots` gives {count:?}", had + MANY)
    })?;

    for number in 0..MANY {
        let request = CreateGrant {
            key: key(stage),
            grantee: stage.destination.account.clone(),
            name: if number == 200 { "wanted".to_owned() } else { format!("other-{number}") },
        };
        let made = super::Ports::of_the_model(stage).source.create_grant(&request).await;
        made.map_err(|error| PAGES.broken(format!("this suite cannot make so many grants: {error}")))?;
    }
    stage.advance(Duration::from_mins(10));
    let found = ports.source.grants_named(&key(stage), "wanted").await;
    let count = found.as_ref().map(Vec::len);
    PAGES.holds_if(count == Ok(1), || format!("of {MANY} grants one has the name that `grants_named` gives {found:?} for"))
}
