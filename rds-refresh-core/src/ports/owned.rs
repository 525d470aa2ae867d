use std::time::Duration;

use super::{DbCluster, DbClusterSnapshot, DbInstance, DbSnapshot, Tags};
use crate::Timestamp;
use crate::ids::RunId;
use crate::resource::{OWNER_TAG, Role, owner_tag};

/// How far the clocks of RDS and of the caller may differ: AWS refuses requests that are signed further off (Signature Version 4).
pub const CLOCK_SKEW: Duration = Duration::from_mins(15);

/// A resource that this run made, proved by an observation. Whatever deletes or shares takes one.
///
/// Ownership is a conjunction (see [`Claim`]): nothing constructs this but [`Claim::prove`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owned<T>(T);

impl<T> Owned<T> {
    /// What was observed.
    #[must_use]
    pub fn observed(&self) -> &T {
        &self.0
    }
}

/// What a resource must show to be this run's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim<'a> {
    /// The run.
    pub run: &'a RunId,
    /// What the resource is to the run.
    pub role: Role,
    /// The identifier that the run derived, or that the request named.
    pub identifier: &'a str,
    /// When the run began: nothing older is its own.
    pub began: Timestamp,
    /// What it was made from: for a snapshot its cluster or instance, for a copy the ARN of the original, else `None`.
    pub source: Option<&'a str>,
    /// The ARN of the key it must be encrypted with; `None` where the key was named by alias or the source is not encrypted.
    pub kms_key: Option<&'a str>,
}

/// The mark of ownership that a resource lacks. Its text finishes the sentence "it is not this run's: …".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotOwned {
    /// Another identifier.
    #[error("its identifier is {0}")]
    Identifier(String),
    /// An owner tag that names another run, role or resource.
    #[error("its tag {OWNER_TAG} is {0}")]
    Tag(String),
    /// Every other mark and no owner tag, which should be this one: somebody may have removed it.
    #[error("its tag {OWNER_TAG} is missing")]
    Untagged(String),
    /// Made before the run began.
    #[error("it was made at {0}, before the run began")]
    Age(Timestamp),
    /// Made from something else.
    #[error("it was made from {0}")]
    Source(String),
    /// Encrypted with another key.
    #[error("it is encrypted with {0}")]
    Key(String),
    /// A member of a DB cluster, which no refresh makes by itself.
    #[error("it is a member of the DB cluster {0}")]
    Member(String),
}

impl Claim<'_> {
    /// The resource as an owned one, if it shows every mark.
    pub fn prove<T: Ownable>(&self, observed: T) -> Result<Owned<T>, NotOwned> {
        let marks = observed.marks();
        if marks.identifier != self.identifier {
            return Err(NotOwned::Identifier(marks.identifier.to_owned()));
        }
        if let Some(cluster) = marks.member_of {
            return Err(NotOwned::Member(cluster.to_owned()));
        }
        let (expected, tag) = (owner_tag(self.run, self.role, self.identifier), marks.tags.get(OWNER_TAG));
        if let Some(tag) = tag.filter(|tag| **tag != expected) {
            return Err(NotOwned::Tag(tag.clone()));
        }
        // What is still being made has no creation time yet, and is not old.
        if let Some(made) = marks.created_at.filter(|made| *made < self.began.before(CLOCK_SKEW)) {
            return Err(NotOwned::Age(made));
        }
        match (self.source, marks.source) {
            (Some(expected), Some(found)) if expected != found => return Err(NotOwned::Source(found.to_owned())),
            _ => {}
        }
        // What is still being made may not show its key yet.
        match (self.kms_key, marks.kms_key) {
            (Some(expected), Some(found)) if expected != found => return Err(NotOwned::Key(found.to_owned())),
            (Some(_), None) if marks.status == "available" => return Err(NotOwned::Key("no key".to_owned())),
            _ => {}
        }
        // Last: what lacks nothing but the tag may have lost it.
        if tag.is_none() {
            return Err(NotOwned::Untagged(expected));
        }
        Ok(Owned(observed))
    }
}

/// A resource that shows marks of ownership. Implemented for what the ports observe, and for nothing else.
pub trait Ownable: sealed::Marked {}

impl<T: sealed::Marked> Ownable for T {}

mod sealed {
    use super::{DbCluster, DbClusterSnapshot, DbInstance, DbSnapshot, Tags, Timestamp};

    #[derive(Debug)]
    pub struct Marks<'a> {
        pub identifier: &'a str,
        pub status: &'a str,
        pub tags: &'a Tags,
        pub created_at: Option<Timestamp>,
        pub source: Option<&'a str>,
        pub kms_key: Option<&'a str>,
        pub member_of: Option<&'a str>,
    }

    pub trait Marked {
        fn marks(&self) -> Marks<'_>;
    }

    impl Marked for DbClusterSnapshot {
        fn marks(&self) -> Marks<'_> {
            Marks {
                identifier: &self.identifier,
                status: &self.status,
                tags: &self.tags,
                created_at: self.created_at,
                source: Some(&self.cluster),
                kms_key: self.kms_key.as_deref(),
                member_of: None,
            }
        }
    }

    impl Marked for DbInstance {
        fn marks(&self) -> Marks<'_> {
            Marks {
                identifier: &self.identifier,
                status: &self.status,
                tags: &self.tags,
                created_at: self.created_at,
                source: None,
                kms_key: self.kms_key.as_deref(),
                member_of: self.cluster.as_deref(),
            }
        }
    }

    impl Marked for DbSnapshot {
        fn marks(&self) -> Marks<'_> {
            Marks {
                identifier: &self.identifier,
                status: &self.status,
                tags: &self.tags,
                created_at: self.created_at,
                source: Some(self.copied_from.as_deref().unwrap_or(&self.instance)),
                kms_key: self.kms_key.as_deref(),
                member_of: None,
            }
        }
    }

    impl Marked for DbCluster {
        fn marks(&self) -> Marks<'_> {
            Marks {
                identifier: &self.identifier,
                status: &self.status,
                tags: &self.tags,
                created_at: self.created_at,
                source: None,
                kms_key: self.kms_key.as_deref(),
                member_of: None,
            }
        }
    }
}
