//! Requests signed by the SDK's own signer.
#![allow(dead_code, reason = "every test file uses its own part")]

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use rds_refresh_core::Timestamp;
use rds_refresh_testkit::wire::{AccessKey, WireRequest};

/// Names and values.
type Pairs = Vec<(String, String)>;

/// With what and for what a request is signed.
#[derive(Clone, Debug)]
pub(crate) struct Signer {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) token: Option<String>,
    pub(crate) service: &'static str,
    pub(crate) region: &'static str,
    pub(crate) at: Timestamp,
}

impl Signer {
    /// Signs for a service of eu-west-1 at the opening of the usual stage.
    pub(crate) fn new(key: &AccessKey, service: &'static str) -> Self {
        Self {
            id: key.id.clone(),
            secret: key.secret.reveal().clone(),
            token: None,
            service,
            region: "eu-west-1",
            at: rds_refresh_testkit::Stage::opening(),
        }
    }

    pub(crate) fn at(&self, time: &str) -> Self {
        Self { at: time.parse().unwrap(), ..self.clone() }
    }

    /// Signs a request in its headers. `Host` must be among them.
    pub(crate) fn sign(&self, request: &mut WireRequest) {
        let (headers, _) = self.instructions(request, SigningSettings::default());
        request.headers.extend(headers);
    }

    /// Signs a request in its URL.
    pub(crate) fn presign(&self, request: &mut WireRequest, seconds: u64) {
        let mut settings = SigningSettings::default();
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(Duration::from_secs(seconds));
        let (_, params) = self.instructions(request, settings);
        let params = params.iter().fold(String::new(), |query, (name, value)| {
            let value = value.replace('/', "%2F").replace('+', "%2B").replace('=', "%3D").replace(';', "%3B");
            format!("{query}&{name}={value}")
        });
        request.target.push_str(&params);
    }

    fn instructions(&self, request: &WireRequest, settings: SigningSettings) -> (Pairs, Pairs) {
        let identity = Credentials::new(&self.id, &self.secret, self.token.clone(), None, "test").into();
        let params = SigningParams::builder().identity(&identity).region(self.region).name(self.service);
        let params = params.time(SystemTime::from(self.at)).settings(settings).build().unwrap().into();
        let uri = format!("http://{}{}", request.header("host").unwrap(), request.target);
        let headers = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let signable = SignableRequest::new(&request.method, uri, headers, SignableBody::Bytes(&request.body)).unwrap();
        let (instructions, _) = sign(signable, &params).unwrap().into_parts();
        let (headers, params) = instructions.into_parts();
        (
            headers.iter().map(|header| (header.name().to_owned(), header.value().to_owned())).collect(),
            params.iter().map(|(name, value)| ((*name).to_owned(), value.to_string())).collect(),
        )
    }
}
