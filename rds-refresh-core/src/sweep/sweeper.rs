use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::account::{Account, DestinationSweep, Side, SourceSweep};
use super::decide::{Known, decide};
use super::finding::Finding;
use super::listing::{Listing, Unseen};
use super::retrying::Retrying;
use crate::clock::Clock;
use crate::ids::{AccountId, Region};
use crate::request::SourceRequest;
use crate::{ErrorKind, RetryPolicy, StepError};

/// Looks through accounts, and removes what has expired.
///
/// Calls that are throttled, fail for the moment, or meet something busy are tried again. What fails in the end is reported, and the rest
/// goes on.
pub struct Sweeper {
    accounts: Vec<Account>,
    requests: Vec<SourceRequest>,
    clock: Arc<dyn Clock>,
    retry: RetryPolicy,
}

/// What a sweep found, and what it could not look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// What runs left, as [`decide`] says.
    pub findings: Vec<Finding>,
    /// Where there may be more.
    pub unseen: Vec<Unseen>,
}

impl fmt::Debug for Sweeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.accounts.iter().map(|account| (&account.id, &account.region))).finish()
    }
}

impl Sweeper {
    /// Looks nowhere. The clock says what has expired, and when to try again.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        // A person waits for it, or a function that has a minute or two; and there is another sweep tomorrow. Five times in 15 s.
        let retry = RetryPolicy { max_elapsed: Some(Duration::from_secs(10)), ..RetryPolicy::default() };
        Self { accounts: Vec::new(), requests: Vec::new(), clock, retry }
    }

    /// How calls are tried again. Default: five times in about 15 s, each call by itself.
    #[must_use]
    pub fn with_retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Looks through a source account as well.
    #[must_use]
    pub fn source(mut self, id: AccountId, region: Region, ports: Arc<dyn SourceSweep>) -> Self {
        self.add(id, region, Side::Source(ports));
        self
    }

    /// Looks through a destination account as well: for snapshots, since a refresh leaves nothing else there but its result.
    #[must_use]
    pub fn destination(mut self, id: AccountId, region: Region, ports: Arc<dyn DestinationSweep>) -> Self {
        self.add(id, region, Side::Destination(ports));
        self
    }

    /// Looks for grants as well on the keys that this request leads to: its `share_key`, if that is an ARN, and the key that its cluster
    /// is encrypted with. KMS lists grants key by key, so those on other keys are not seen.
    #[must_use]
    pub fn grants_of(mut self, request: &SourceRequest) -> Self {
        self.requests.push(request.clone());
        self
    }

    /// One account in one Region is looked through once, whatever it is to whom.
    fn add(&mut self, id: AccountId, region: Region, side: Side) {
        if !self.accounts.iter().any(|account| account.id == id && account.region == region) {
            self.accounts.push(Account { id, region, side });
        }
    }

    /// What runs left, and what becomes of it. Nothing is changed.
    pub async fn look(&self, known: &Known) -> Looked {
        let (mut all, mut unseen) = (Vec::new(), Vec::new());
        for account in &self.accounts {
            let (holdings, missing) = Listing::new(account, self.retrying()).list(&self.requests).await;
            all.push(holdings);
            unseen.extend(missing);
        }
        Looked { findings: decide(&all, known, self.clock.now()), unseen }
    }

    /// Removes something that has expired; answers whether it was that. RDS takes its time to delete, and that is not waited for.
    ///
    /// # Errors
    /// What failed. With the kind [`ErrorKind::UnknownOutcome`] it may be removed, as the next sweep shows: the answer was lost, and what
    /// became of it could not be looked at.
    pub async fn remove(&self, finding: &Finding) -> Result<bool, StepError> {
        let at = |account: &&Account| account.id == finding.resource.account && account.region == finding.resource.region;
        let Some(account) = self.accounts.iter().find(at).filter(|_| finding.is_expired()) else { return Ok(false) };
        let (side, proof) = (&account.side, &finding.proof);
        let ask = async || match self.retrying().call(|| side.remove(proof)).await {
            // Somebody else was faster.
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
            answered => answered.map(|()| true),
        };
        match ask().await {
            Err(lost) if lost.kind() == ErrorKind::UnknownOutcome => {
                match self.retrying().call(|| side.is_removed(proof)).await {
                    Ok(true) => Ok(true),
                    Ok(false) => ask().await,
                    Err(_) => Err(lost),
                }
            }
            answered => answered,
        }
    }

    fn retrying(&self) -> Retrying<'_> {
        Retrying { clock: &*self.clock, policy: &self.retry }
    }
}
