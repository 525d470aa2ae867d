//! The endpoints of RDS, KMS, STS and EC2.

use std::sync::{Arc, PoisonError, RwLock};

use rds_refresh_core::Clock;

use super::auth::{self, AccessKey, AccessKeys, Claim, Credentials, Rejection, SigningKeys};
use super::ec2;
use super::kms;
use super::message::{WireRequest, WireResponse};
use super::query::{self, Params};
use super::rds;
use super::refusal;
use super::request_id::RequestIds;
use super::sts;
use crate::Fake;
use crate::world::{ApiError, Caller, Service};

/// RDS, KMS and STS as HTTP services, for all accounts and Regions of a world. Clones share everything.
///
/// A caller is known by the access key it signs with ([`add_access_key`](Self::add_access_key)) and acts in the Region it signs
/// for. The scope of the signature also says which of the services a request is for, so that one address does for all.
///
/// The dates of signatures are checked against the world's own clock, and the sessions of roles expire by it. A client that signs by
/// another one needs [`with_wall_clock`](Self::with_wall_clock).
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
    request_ids: RequestIds,
    signing_keys: Arc<SigningKeys>,
}

impl WireService {
    /// The services of a world. No access key is known yet.
    #[must_use]
    pub fn new(fake: Fake) -> Self {
        let wall_clock = Arc::new(fake.clock().clone());
        let request_ids = RequestIds::new(0, fake.requests().clone());
        Self { fake, keys: Arc::default(), wall_clock, request_ids, signing_keys: Arc::default() }
    }

    /// Checks the dates of signatures against `clock`, and lets sessions expire by it: the clock that the clients sign by.
    #[must_use]
    pub fn with_wall_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { wall_clock: clock, ..self }
    }

    /// Starts another sequence of request ids. The sequence follows from the seed and from how many requests the services of this
    /// world have answered; that of a new service is of seed 0.
    #[must_use]
    pub fn with_request_id_seed(self, seed: u64) -> Self {
        Self { request_ids: RequestIds::new(seed, self.fake.requests().clone()), ..self }
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
        let service = addressee(request);
        let answer = match service {
            Service::Kms => self.answer_kms(request),
            Service::Rds => self.answer_rds(request, &request_id),
            Service::Sts => self.answer_sts(request, &request_id),
            Service::Ec2 => self.answer_ec2(request, &request_id),
        };
        respond(service, answer, request_id)
    }

    /// Refuses one HTTP request in the words of the service that it is for, without a look at what it asks: for what only the
    /// carrier sees, as a body that never ends.
    #[must_use]
    pub fn refuse(&self, request: &WireRequest, error: &ApiError) -> WireResponse {
        let request_id = self.request_ids.next();
        let service = addressee(request);
        let body = match service {
            Service::Kms => kms::error(error),
            Service::Rds => rds::error(error, &request_id),
            Service::Sts => sts::error(error, &request_id),
            Service::Ec2 => ec2::error(error, &request_id),
        };
        respond(service, (error.status, body), request_id)
    }

    fn answer_rds(&self, request: &WireRequest, request_id: &str) -> (u16, String) {
        match self.call_rds(request, request_id) {
            Ok(body) => (200, body),
            Err(error) => (error.status, rds::error(&error, request_id)),
        }
    }

    fn answer_sts(&self, request: &WireRequest, request_id: &str) -> (u16, String) {
        match self.call_sts(request, request_id) {
            Ok(body) => (200, body),
            Err(error) => (error.status, sts::error(&error, request_id)),
        }
    }

    fn answer_ec2(&self, request: &WireRequest, request_id: &str) -> (u16, String) {
        match self.call_ec2(request, request_id) {
            Ok(body) => (200, body),
            Err(error) => (error.status, ec2::error(&error, request_id)),
        }
    }

    fn answer_kms(&self, request: &WireRequest) -> (u16, String) {
        match self.call_kms(request) {
            Ok(body) => (200, body),
            Err(error) => (error.status, kms::error(&error)),
        }
    }

    fn call_rds(&self, request: &WireRequest, request_id: &str) -> Result<String, ApiError> {
        let (params, caller) = self.query(request, Service::Rds)?;
        rds::answer(params, &mut self.fake.world(), &caller, request_id)
    }

    fn call_sts(&self, request: &WireRequest, request_id: &str) -> Result<String, ApiError> {
        let (params, caller) = self.query(request, Service::Sts)?;
        sts::answer(params, &mut self.fake.world(), &caller, self.wall_clock.now(), request_id)
    }

    fn call_ec2(&self, request: &WireRequest, request_id: &str) -> Result<String, ApiError> {
        let (params, caller) = self.query(request, Service::Ec2)?;
        ec2::answer(params, &mut self.fake.world(), &caller, request_id)
    }

    fn call_kms(&self, request: &WireRequest) -> Result<String, ApiError> {
        let claim = Claim::of_header(request).map_err(Rejection::in_json)?;
        let caller = self.caller(request, &claim, Service::Kms).map_err(Rejection::in_json)?;
        kms::answer(request.header("x-amz-target").unwrap_or_default(), &request.body, &mut self.fake.world(), &caller)
    }

    /// The parameters of a Query request, and who makes it.
    fn query(&self, request: &WireRequest, service: Service) -> Result<(Params, Caller), ApiError> {
        let mut params = params(request)?;
        let refused = if service == Service::Ec2 { Rejection::in_ec2 } else { Rejection::in_query };
        let claim = match Claim::of_presigned(&mut params).map_err(refused)? {
            Some(claim) => claim,
            None => Claim::of_header(request).map_err(refused)?,
        };
        let caller = self.caller(request, &claim, service).map_err(refused)?;
        Ok((params, caller))
    }

    fn caller(&self, request: &WireRequest, claim: &Claim, service: Service) -> Result<Caller, Rejection> {
        let credentials = self.credentials(claim.access_key_id()).ok_or(Rejection::UnknownKey)?;
        auth::check(request, claim, &credentials, service.prefix(), self.wall_clock.now(), &self.signing_keys)
    }

    fn credentials(&self, access_key_id: &str) -> Option<Credentials> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let long_term = keys.find(access_key_id).map(Credentials::from);
        long_term.or_else(|| self.fake.world().session(access_key_id).map(Credentials::from))
    }
}

impl std::fmt::Debug for WireService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WireService").field("keys", &self.keys).finish_non_exhaustive()
    }
}

fn respond(service: Service, (status, body): (u16, String), request_id: String) -> WireResponse {
    let content_type = match service {
        Service::Kms => "application/x-amz-json-1.1",
        Service::Rds | Service::Sts | Service::Ec2 => "text/xml",
    };
    WireResponse { status, headers: vec![("content-type", content_type.to_owned()), ("x-amzn-requestid", request_id)], body }
}

/// The service that a request is for: what it is signed for says so, as clients may send everything to one address. A request that is
/// not signed, or not for one of them, is answered by the service that its host or its form tells of.
fn addressee(request: &WireRequest) -> Service {
    if request.header("x-amz-target").is_some() {
        return Service::Kms;
    }
    let signed_for = Claim::service_of(request);
    let host = request.header("host").and_then(auth::service_of);
    match [signed_for.as_deref(), host].into_iter().flatten().find(|name| ["rds", "kms", "sts", "ec2"].contains(name)) {
        Some("kms") => Service::Kms,
        Some("sts") => Service::Sts,
        Some("ec2") => Service::Ec2,
        Some(_) => Service::Rds,
        None => {
            let form = if request.method == "GET" { request.query().as_bytes() } else { &request.body };
            let version = form_urlencoded::parse(form).find(|(name, _)| name == "Version");
            if version.is_some_and(|(_, version)| version == sts::VERSION) { Service::Sts } else { Service::Rds }
        }
    }
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
