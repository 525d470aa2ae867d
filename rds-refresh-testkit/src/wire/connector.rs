//! How the SDK's clients reach the services without a socket.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;

use super::{WireRequest, WireResponse, WireService};

/// The service is its own HTTP client: every request that an SDK client sends through it is answered at once.
impl HttpClient for WireService {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for WireService {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let response = received(&request).and_then(|request| sent(self.answer(&request)));
        HttpConnectorFuture::ready(response)
    }
}

fn received(request: &HttpRequest) -> Result<WireRequest, ConnectorError> {
    // The clients of both services build their bodies in memory; there is nothing that could be read later.
    let body = request.body().bytes().ok_or_else(|| ConnectorError::user("a streaming body".into()))?;
    let (_, after_scheme) = request.uri().split_once("://").unwrap_or_default();
    let (host, target) = after_scheme.split_at(after_scheme.find(['/', '?']).unwrap_or(after_scheme.len()));
    // An HTTP library would add the host; the SDK leaves it in the URI.
    let host = ("host".to_owned(), host.to_owned());
    let headers = request.headers().iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    Ok(WireRequest {
        method: request.method().to_owned(),
        target: target.to_owned(),
        headers: headers.filter(|(name, _)| name != "host").chain([host]).collect(),
        body: body.to_vec(),
    })
}

fn sent(response: WireResponse) -> Result<HttpResponse, ConnectorError> {
    if response.is_silence() {
        return Err(ConnectorError::timeout("no answer came in time".into()));
    }
    let status = response.status.try_into().map_err(|error| ConnectorError::other(Box::new(error), None))?;
    let mut http = HttpResponse::new(status, SdkBody::from(response.body));
    for (name, value) in response.headers {
        http.headers_mut().insert(name, value);
    }
    Ok(http)
}
