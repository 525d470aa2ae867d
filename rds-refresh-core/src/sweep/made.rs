use crate::ids::{DbIdentifier, SnapshotArn};
use crate::ports::{CLOCK_SKEW, Claim, DbSnapshot, Ownable, Owned, Tags};
use crate::request::MOST_EXPIRES_AFTER;
use crate::resource::{OWNER_TAG, Role};
use crate::{ResourceKind, RunId, Timestamp};

/// All that runs make for the way: what it is, what it is to its run, and the letter in its name.
const FOR_THE_WAY: [(ResourceKind, Role, char); 5] = [
    (ResourceKind::DbClusterSnapshot, Role::Scratch, 'c'),
    (ResourceKind::DbInstance, Role::Scratch, TEMPORARY),
    (ResourceKind::DbSnapshot, Role::Handover, TAKEN),
    (ResourceKind::DbSnapshot, Role::Handover, ENCRYPTED),
    (ResourceKind::DbSnapshot, Role::Handover, 'd'),
];

const TEMPORARY: char = 't';
const TAKEN: char = 's';
const ENCRYPTED: char = 'k';

/// By which run, and as what, something says that it was made: its tag and its name agree.
///
/// Whoever may tag can forge the tag. The name cannot be given afterwards without a change of the resource itself.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) run: RunId,
    pub(super) role: Role,
    letter: char,
    attempt: u32,
}

impl Made {
    /// `None` if nothing of this kind, role and name is made for the way by the run that the tag names. That the tag names this very
    /// resource, [`prove`](Self::prove) shows.
    pub(super) fn read(kind: ResourceKind, identifier: &str, tags: &Tags) -> Option<Self> {
        let mut parts = tags.get(OWNER_TAG)?.splitn(3, '/');
        let (run, role) = (parts.next()?.parse().ok()?, parts.next()?);
        FOR_THE_WAY.into_iter().filter(|made| made.0 == kind && made.1.as_str() == role).find_map(|(_, role, letter)| {
            let attempt = DbIdentifier::attempt_of(identifier, &run, letter).filter(|attempt| *attempt > 0)?;
            Some(Self { run: run.clone(), role, letter, attempt })
        })
    }

    /// The resource as an owned one, if it shows all that can be seen without the run's state.
    pub(super) fn prove<T: Ownable>(&self, identifier: &str, it: T) -> Option<Owned<T>> {
        let began = self.run.named_at().unwrap_or(Timestamp::from_millis(0));
        Claim { run: &self.run, role: self.role, identifier, began, source: None, kms_key: None }.prove(it).ok()
    }

    /// Whether the name is what the run derives from this cluster's.
    pub(super) fn is_derived_from(&self, cluster: &str, identifier: &str) -> bool {
        let cluster = cluster.parse::<DbIdentifier>();
        cluster.is_ok_and(|cluster| DbIdentifier::derived(&cluster, &self.run, self.letter, self.attempt).as_str() == identifier)
    }

    /// Whether the snapshot was taken of the run's temporary instance, or copied from the run's snapshot.
    pub(super) fn is_on_the_way_of(&self, snapshot: &DbSnapshot) -> bool {
        let is_made = |name: &str, letter| DbIdentifier::attempt_of(name, &self.run, letter).is_some();
        match snapshot.copied_from.as_deref() {
            None => is_made(&snapshot.instance, TEMPORARY),
            Some(original) => original.parse::<SnapshotArn>().is_ok_and(|original| {
                [TAKEN, ENCRYPTED].into_iter().any(|letter| is_made(original.identifier().as_str(), letter))
            }),
        }
    }

    /// Whether it is a snapshot that another account copies.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self.letter, TAKEN | ENCRYPTED)
    }
}

/// What does not fit in the time at which something was made that expires at `until`: a run gives what it makes between no time and the
/// longest `expires_after`.
pub(super) fn doubt_of_age(made: Option<Timestamp>, until: Timestamp) -> Option<String> {
    // What is being made, or has failed, has no time.
    let made = made?;
    if made >= until {
        return Some(format!("it was made at {made}, after its expiry {until}"));
    }
    let is_older = made < until.before(MOST_EXPIRES_AFTER).before(CLOCK_SKEW);
    is_older.then(|| format!("it was made at {made}, and its expiry {until} is later than a run sets it"))
}
