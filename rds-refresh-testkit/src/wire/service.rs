//! The endpoints of RDS and KMS.

use std::sync::{Arc, PoisonError, RwLock};

use rds_refresh_core::Clock;

use super::auth::{self, AccessKey, AccessKeys, Claim, Rejection};
use super::kms;
use super::message::{WireRequest, WireResponse};
use super::query::{self, Params};
use super::rds;
use super::refusal;
use super::request_id::RequestIds;
use crate::Fake;
use crate::world::{ApiError, Caller};

/// RDS and KMS as HTTP services, for all accounts and Regions of a world. Clones share everything.
///
/// A caller is known by the access key it signs with ([`add_access_key`](Self::add_access_key)) and acts in the Region it signs
/// for. Which of the services a request is for, its headers say: all requests to KMS carry `X-Amz-Target`.
///
/// The dates of signatures are checked against the world's own clock. A client that signs by another one needs
/// [`with_wall_clock`](Self::with_wall_clock).
///
/// ```
/// use rds_refresh_testkit::Stage;
/// use rds_refresh_testkit::wire::{WireRequest, WireService};
///
/// let service = WireService::new(Stage::two_accounts(1).fake);
/// let unsigned = WireRequest {
///     method: "POST".to_owned(),
///     target: "/".to_owned(),
///     body: b"Action=DescribeDBClusters&Version=2014-10-31".to_vec(),
///     ..WireRequest::default()
/// };
/// let response = service.answer(&unsigned);
/// assert_eq!(response.status, 403);
/// assert!(response.body.contains("<Code>MissingAuthenticationToken</Code>"));
/// ```
#[derive(Clone)]
pub struct WireService {
    fake: Fake,
    keys: Arc<RwLock<AccessKeys>>,
    wall_clock: Arc<dyn Clock>,
    request_ids: Arc<RequestIds>,
}

impl WireService {
    /// The services of a world. No access key is known yet.
    #[must_use]
    pub fn new(fake: Fake) -> Self {
        let wall_clock = Arc::new(fake.clock().clone());
        Self { fake, keys: Arc::default(), wall_clock, request_ids: Arc::new(RequestIds::new(0)) }
    }

    /// Checks the dates of signatures against `clock`: the clock that the clients sign by.
    #[must_use]
    pub fn with_wall_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { wall_clock: clock, ..self }
    }

    /// Starts another sequence of request ids. The sequence follows from the seed alone; that of a new service is of seed 0.
    #[must_use]
    pub fn with_request_id_seed(self, seed: u64) -> Self {
        Self { request_ids: Arc::new(RequestIds::new(seed)), ..self }
    }

    /// Lets in calls that are signed with this key. It replaces one of the same id.
    pub fn add_access_key(&self, key: AccessKey) {
        self.keys.write().unwrap_or_else(PoisonError::into_inner).add(key);
    }

    /// The world behind the services.
    #[must_use]
    pub fn fake(&self) -> &Fake {
        &self.fake
    }

    /// Answers one HTTP request. Whatever is wrong with it, the answer says so as AWS would.
    #[must_use]
    pub fn answer(&self, request: &WireRequest) -> WireResponse {
        let request_id = self.request_ids.next();
        match request.header("x-amz-target") {
            Some(target) => respond(JSON, self.answer_kms(request, target), request_id),
            None => respond(XML, self.answer_rds(request, &request_id), request_id),
        }
    }

    /// Refuses one HTTP request in the words of the service that it is for, without a look at what it asks: for what only the
    /// carrier sees, as a body that never ends.
    #[must_use]
    pub fn refuse(&self, request: &WireRequest, error: &ApiError) -> WireResponse {
        let request_id = self.request_ids.next();
        match request.header("x-amz-target") {
            Some(_) => respond(JSON, (error.status, kms::error(error)), request_id),
            None => respond(XML, (error.status, rds::error(error, &request_id)), request_id),
        }
    }

    fn answer_rds(&self, request: &WireRequest, request_id: &str) -> (u16, String) {
        match self.call_rds(request, request_id) {
            Ok(body) => (200, body),
            Err(error) => (error.status, rds::error(&error, request_id)),
        }
    }

    fn answer_kms(&self, request: &WireRequest, target: &str) -> (u16, String) {
        match self.call_kms(request, target) {
            Ok(body) => (200, body),
            Err(error) => (error.status, kms::error(&error)),
        }
    }

    fn call_rds(&self, request: &WireRequest, request_id: &str) -> Result<String, ApiError> {
        let mut params = params(request)?;
        let claim = match Claim::of_presigned(&mut params).map_err(Rejection::in_query)? {
            Some(claim) => claim,
            None => Claim::of_header(request).map_err(Rejection::in_query)?,
        };
        let caller = self.caller(request, &claim, "rds").map_err(Rejection::in_query)?;
        rds::answer(params, &mut self.fake.world(), &caller, request_id)
    }

    fn call_kms(&self, request: &WireRequest, target: &str) -> Result<String, ApiError> {
        let claim = Claim::of_header(request).map_err(Rejection::in_json)?;
        let caller = self.caller(request, &claim, "kms").map_err(Rejection::in_json)?;
        kms::answer(target, &request.body, &mut self.fake.world(), &caller)
    }

    fn caller(&self, request: &WireRequest, claim: &Claim, service: &str) -> Result<Caller, Rejection> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        auth::check(claim, &keys, service, request.header("host"), self.wall_clock.now())
    }
}

impl std::fmt::Debug for WireService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WireService").field("keys", &self.keys).finish_non_exhaustive()
    }
}

/// The content type of the JSON protocol.
const JSON: &str = "application/x-amz-json-1.1";
/// The content type of the Query protocol's answers.
const XML: &str = "text/xml";

fn respond(content_type: &str, (status, body): (u16, String), request_id: String) -> WireResponse {
    WireResponse { status, headers: vec![("content-type", content_type.to_owned()), ("x-amzn-requestid", request_id)], body }
}

/// The parameters of a Query request: with `GET` they are in the URL, with `POST` in the body.
fn params(request: &WireRequest) -> Result<Params, ApiError> {
    match (request.method.as_str(), request.query()) {
        ("GET", query) => query::decode(query.as_bytes()),
        ("POST", "") => query::decode(&request.body),
        ("POST", _) => Err(refusal::malformed("the parameters of a POST request belong into its body")),
        (method, _) => Err(refusal::malformed(&format!("the method must be GET or POST, not {method}"))),
    }
}
