//! What is on the stage when a server begins, and begins anew.

use std::collections::BTreeMap;

use rds_refresh_core::Timestamp;
use rds_refresh_core::ids::Region;

use super::StageFile;
use crate::wire::AccessKey;
use crate::world::{Place, World};
use crate::{SourceCluster, Stage, VirtualClock};

/// Where the beginning of a world comes from.
#[derive(Clone, Debug, Default)]
pub enum Scenery {
    /// The two accounts of [`Stage::two_accounts`], `source` and `destination`.
    #[default]
    TwoAccounts,
    /// What a file says.
    File(Box<StageFile>),
}

impl From<StageFile> for Scenery {
    fn from(file: StageFile) -> Self {
        Self::File(Box::new(file))
    }
}

impl Scenery {
    /// When it begins, if nothing else is said.
    pub(super) fn opening(&self) -> Timestamp {
        match self {
            Self::TwoAccounts => Stage::opening(),
            Self::File(file) => file.start().unwrap_or_else(Stage::opening),
        }
    }

    /// The seed, if nothing else is said.
    pub(super) fn seed(&self) -> u64 {
        match self {
            Self::TwoAccounts => 1,
            Self::File(file) => file.seed().unwrap_or(1),
        }
    }

    /// Sets the stage.
    pub(super) fn set(&self, seed: u64, clock: VirtualClock) -> Scene {
        match self {
            Self::TwoAccounts => two_accounts(Stage::new(seed, clock)),
            Self::File(file) => file.set(seed, clock),
        }
    }
}

/// A world at its beginning, and what a client must know to play in it.
pub(super) struct Scene {
    pub(super) world: World,
    /// The Region that a client uses if nothing says another.
    pub(super) region: Region,
    /// By the names that tests call them by.
    pub(super) accounts: BTreeMap<String, StagedAccount>,
}

/// An account, and what it has in each Region.
pub(super) struct StagedAccount {
    pub(super) access_key: AccessKey,
    /// What it has in its first Region.
    pub(super) home: StagedRegion,
    /// What it has in the others.
    pub(super) elsewhere: Vec<StagedRegion>,
}

/// What an account has in a Region for a client to name.
pub(super) struct StagedRegion {
    pub(super) place: Place,
    /// The ARN of the key that is meant to be used; if the account has a key that others may use, such a one.
    pub(super) key: Option<String>,
    /// The ARN of a key that nobody else may use.
    pub(super) private_key: Option<String>,
    pub(super) subnet_group: Option<String>,
    pub(super) cluster: Option<String>,
}

fn two_accounts(mut stage: Stage) -> Scene {
    let usual = Stage::two_accounts(0);
    let place = usual.destination.place();
    let destination_private_key = stage.customer_key(&place, "alias/private", &Stage::own_key_policy(&place));
    let cluster = SourceCluster { preferred_backup_window: quiet_backup_window(stage.now()), ..SourceCluster::default() };
    let staged = Stage::two_accounts_with(stage, &cluster);
    let region = |place, key, private_key, cluster| StagedRegion {
        place,
        key: Some(key),
        private_key: Some(private_key),
        subnet_group: Some(staged.subnet_group.clone()),
        cluster,
    };
    let source = StagedAccount {
        access_key: AccessKey::of(&staged.source),
        home: region(staged.source.place(), staged.source_key.clone(), staged.private_key.clone(), Some(staged.cluster.clone())),
        elsewhere: Vec::new(),
    };
    let destination = StagedAccount {
        access_key: AccessKey::of(&staged.destination),
        home: region(staged.destination.place(), staged.destination_key.clone(), destination_private_key, None),
        elsewhere: Vec::new(),
    };
    Scene {
        world: staged.fake.world().clone(),
        region: staged.source.region.clone(),
        accounts: [("source", source), ("destination", destination)].map(|(name, it)| (name.to_owned(), it)).into(),
    }
}

/// The usual window, but for a world that begins about that time: its cluster would not be `available`.
fn quiet_backup_window(start: Timestamp) -> String {
    let hour = start.as_millis() / (60 * 60 * 1000) % 24;
    if (2..6).contains(&hour) { "15:00-15:30".to_owned() } else { SourceCluster::default().preferred_backup_window }
}
