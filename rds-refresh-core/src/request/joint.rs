use serde::ser::Error;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use super::destination::Origin;
use super::fields::Fields;
use super::place::Place;
use super::shared::Shared;
use super::{DestinationRequest, SourceRequest, rules};
use crate::OnFailure;
use crate::fact::{Facts, UnreadableFact};

/// What a refresh is asked to do, in one document for both accounts.
///
/// It is for one process that has credentials of both. What the halves share is written once: `tags` and `expires_after` at the top,
/// each account and Region in its own half. See the [module](super) for the fields.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Value")]
pub struct Request {
    source: SourceRequest,
    destination: DestinationRequest,
    on_failure: OnFailure,
}

/// The fields of a half that a joint request derives or says at the top.
const NOT_IN_SOURCE: [(&str, &str); 3] =
    [("share_with", "it is the account of the destination"), ("expires_after", AT_THE_TOP), ("tags", AT_THE_TOP)];
const NOT_IN_DESTINATION: [(&str, &str); 4] = [
    ("source_account", "it is the account of the source"),
    ("source_region", "it is the region of the source"),
    ("expires_after", AT_THE_TOP),
    ("tags", AT_THE_TOP),
];
const AT_THE_TOP: &str = "it stands once, at the top, for both halves";

impl Request {
    /// The source account's half.
    #[must_use]
    pub fn source(&self) -> &SourceRequest {
        &self.source
    }

    /// The destination account's half.
    #[must_use]
    pub fn destination(&self) -> &DestinationRequest {
        &self.destination
    }

    /// What a failed run removes of what it made. Default [`OnFailure::RemoveCostly`].
    #[must_use]
    pub fn on_failure(&self) -> OnFailure {
        self.on_failure
    }

    /// The two halves, each complete in itself.
    #[must_use]
    pub fn into_halves(self) -> (SourceRequest, DestinationRequest) {
        (self.source, self.destination)
    }

    /// Both halves as the facts that [`steps::refresh`](crate::steps::refresh) is given.
    pub fn into_facts(self) -> Result<Facts, UnreadableFact> {
        let mut facts = Facts::new();
        facts.insert(&self.source)?;
        facts.insert(&self.destination)?;
        Ok(facts)
    }

    pub(super) fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let on_failure =
            fields.or("on_failure", OnFailure::default(), rules::one_of("\"remove-costly\", \"remove-all\" or \"keep-all\""));
        let shared = Shared::read(fields);
        // Each half needs to know the other. What is wrong there is said when that half is read.
        let share_with = fields.glimpse_in("destination", "account", rules::id);
        let origin = Origin {
            place: Place {
                account: fields.glimpse_in("source", "account", rules::id),
                region: fields.glimpse_in("source", "region", rules::id),
            },
            account_field: "account",
            region_field: "region",
        };
        let source = fields.table("source", |fields| {
            for (name, place) in NOT_IN_SOURCE {
                fields.elsewhere(name, place);
            }
            SourceRequest::read(fields, share_with, shared.clone())
        });
        let destination = fields.table("destination", |fields| {
            for (name, place) in NOT_IN_DESTINATION {
                fields.elsewhere(name, place);
            }
            DestinationRequest::read(fields, origin, shared)
        });
        Some(Self { source: source?, destination: destination?, on_failure: on_failure? })
    }
}

impl Serialize for Request {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut source = table(&self.source).map_err(S::Error::custom)?;
        let mut destination = table(&self.destination).map_err(S::Error::custom)?;
        let mut request = Map::new();
        if self.on_failure != OnFailure::default() {
            request.insert("on_failure".into(), name(self.on_failure).into());
        }
        // Both halves say the same.
        for name in ["expires_after", "tags"] {
            request.extend(source.get(name).map(|value| (name.to_owned(), value.clone())));
        }
        source.retain(|name, _| NOT_IN_SOURCE.iter().all(|(left_out, _)| left_out != name));
        destination.retain(|name, _| NOT_IN_DESTINATION.iter().all(|(left_out, _)| left_out != name));
        request.insert("source".into(), source.into());
        request.insert("destination".into(), destination.into());
        request.serialize(serializer)
    }
}

fn table(half: &impl Serialize) -> Result<Map<String, Value>, serde_json::Error> {
    serde_json::to_value(half).and_then(Map::deserialize)
}

/// The name as a request spells it.
pub(super) fn name(on_failure: OnFailure) -> &'static str {
    match on_failure {
        OnFailure::RemoveCostly => "remove-costly",
        OnFailure::RemoveAll => "remove-all",
        OnFailure::KeepAll => "keep-all",
    }
}
