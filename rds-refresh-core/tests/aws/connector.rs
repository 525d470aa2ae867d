//! An HTTP client without a network: it keeps what was sent and answers what it was told.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;
use aws_types::region::Region;
use rds_refresh_core::aws::{AwsDestination, AwsReads, AwsSource};
use serde_json::Value;

/// A request as it reached the network.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) uri: String,
    target: Option<String>,
    body: String,
}

impl Sent {
    /// The parameters of a call of the AWS Query protocol, which RDS speaks.
    pub(crate) fn form(&self) -> BTreeMap<String, String> {
        form_urlencoded::parse(self.body.as_bytes()).into_owned().collect()
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        self.form().remove(name)
    }

    /// Operation and parameters of a call of the JSON protocol, which KMS speaks.
    pub(crate) fn json(&self) -> (String, Value) {
        let target = self.target.as_deref().expect("a target");
        let operation = target.strip_prefix("TrentService.").expect("a target of KMS");
        (operation.to_owned(), serde_json::from_str(&self.body).expect("a JSON body"))
    }
}

/// What the network does with a request.
pub(crate) enum Reply {
    Answers(u16, String),
    AnswersAfter(Duration, String),
    Breaks(ConnectorError),
    NeverAnswers,
}

type Script = dyn Fn(&Sent) -> Reply + Send + Sync;

#[derive(Clone)]
pub(crate) struct Connector {
    script: Arc<Script>,
    sent: Arc<Mutex<Vec<Sent>>>,
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connector")
    }
}

impl Connector {
    pub(crate) fn new(script: impl Fn(&Sent) -> Reply + Send + Sync + 'static) -> Self {
        Self { script: Arc::new(script), sent: Arc::default() }
    }

    /// Answers every call of RDS with the body of a result.
    pub(crate) fn answering(result: impl Into<String>) -> Self {
        let result = result.into();
        Self::new(move |sent| {
            let action = sent.parameter("Action").expect("an action");
            Reply::Answers(200, rds_result(&action, &result))
        })
    }

    /// Answers every call of KMS with a JSON document.
    pub(crate) fn answering_json(answer: &Value) -> Self {
        let answer = answer.to_string();
        Self::new(move |_| Reply::Answers(200, answer.clone()))
    }

    /// Refuses every call of RDS with an error document.
    pub(crate) fn refusing(status: u16, code: &str, message: &str) -> Self {
        let document = rds_error(code, message);
        Self::new(move |_| Reply::Answers(status, document.clone()))
    }

    /// Refuses every call of KMS with an error document.
    pub(crate) fn refusing_json(status: u16, code: &str, message: &str) -> Self {
        let document = serde_json::json!({ "__type": code, "message": message }).to_string();
        Self::new(move |_| Reply::Answers(status, document.clone()))
    }

    pub(crate) fn source(&self) -> AwsSource {
        AwsSource::new(&self.config())
    }

    pub(crate) fn reads(&self) -> AwsReads {
        AwsReads::new(&self.config())
    }

    pub(crate) fn destination(&self) -> AwsDestination {
        AwsDestination::new(&self.config())
    }

    pub(crate) fn config(&self) -> SdkConfig {
        let credentials = Credentials::from_keys("AKIDEXAMPLE", "example", Some("token-example".to_owned()));
        SdkConfig::builder()
            .region(Region::from_static("eu-west-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(self.clone())
            .build()
    }

    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }

    /// The form of the only request that was sent.
    pub(crate) fn form(&self) -> BTreeMap<String, String> {
        self.only().form()
    }

    /// The operation and the parameters of the only request that was sent.
    pub(crate) fn json(&self) -> (String, Value) {
        self.only().json()
    }

    fn only(&self) -> Sent {
        let sent = self.sent();
        assert_eq!(sent.len(), 1, "{sent:?}");
        sent[0].clone()
    }
}

impl HttpClient for Connector {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let sent = Sent {
            uri: request.uri().to_owned(),
            target: request.headers().get("x-amz-target").map(str::to_owned),
            body: String::from_utf8(request.body().bytes().expect("a body in memory").to_vec()).unwrap(),
        };
        let reply = (self.script)(&sent);
        self.sent.lock().unwrap().push(sent);
        HttpConnectorFuture::new(async move {
            match reply {
                Reply::Answers(status, body) => Ok(response(status, body)),
                Reply::AnswersAfter(delay, body) => {
                    tokio::time::timeout(delay, std::future::pending::<()>()).await.unwrap_err();
                    Ok(response(200, body))
                }
                Reply::Breaks(error) => Err(error),
                Reply::NeverAnswers => std::future::pending().await,
            }
        })
    }
}

/// The date of every answer.
pub(crate) const DATE: &str = "Mon, 23 Nov 2026 08:00:00 GMT";

fn response(status: u16, body: String) -> HttpResponse {
    let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
    response.headers_mut().insert("date", DATE);
    response
}

/// A success of RDS, as its API reference shows it.
pub(crate) fn rds_result(action: &str, result: &str) -> String {
    format!(
        r#"<{action}Response xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><{action}Result>{result}</{action}Result><ResponseMetadata><RequestId>523e3218-afc7-11c3-90f5-f90431260ab4</RequestId></ResponseMetadata></{action}Response>"#
    )
}

/// An error of RDS, as its API reference shows it.
pub(crate) fn rds_error(code: &str, message: &str) -> String {
    format!(
        r#"<ErrorResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>523e3218-afc7-11c3-90f5-f90431260ab4</RequestId></ErrorResponse>"#
    )
}

/// The form of a call: its action, the version of the API, its parameters and nothing else.
pub(crate) fn call(action: &str, parameters: &[(&str, &str)]) -> BTreeMap<String, String> {
    [("Action", action), ("Version", "2014-10-31")]
        .iter()
        .chain(parameters)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}
