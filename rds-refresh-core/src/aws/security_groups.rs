//! Security groups are EC2's, and this is the one thing that is asked of it.
//!
//! `aws-sdk-ec2` has all of EC2's operations, and takes longer to build than everything else together. So this one request is written and
//! read here; the SDK's own crates sign and send it.

use async_trait::async_trait;
use aws_credential_types::provider::ProvideCredentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::error::metadata::{ErrorMetadata, ProvideErrorMetadata};
use aws_smithy_xml::decode::{Document, XmlDecodeError, try_data};
use aws_types::SdkConfig;

use super::call::Call;
use super::timeouts;
use crate::StepError;
use crate::ids::{Partition, Region};
use crate::preflight::{SecurityGroup, SecurityGroupReads};

/// EC2 in one account and Region.
#[derive(Clone, Debug)]
pub(super) struct SecurityGroups {
    config: SdkConfig,
}

impl SecurityGroups {
    /// As the other clients of this configuration.
    pub(super) fn new(config: SdkConfig) -> Self {
        Self { config }
    }
}

#[async_trait]
impl SecurityGroupReads for SecurityGroups {
    async fn security_groups(&self, ids: &[String]) -> Result<Vec<SecurityGroup>, StepError> {
        Call::read("DescribeSecurityGroups", ids.join(", ")).send(self.describe(ids)).await
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

impl SecurityGroups {
    async fn describe(&self, ids: &[String]) -> Result<Vec<SecurityGroup>, SdkError<Refused, HttpResponse>> {
        let url = self.url().map_err(SdkError::construction_failure)?;
        let request = self.signed(&url, form(ids)).await.map_err(SdkError::construction_failure)?;
        let mut operation = Operation::builder()
            .service_name("EC2")
            .operation_name("DescribeSecurityGroups")
            .endpoint_url(&url)
            // It is signed already.
            .no_auth()
            .no_retry()
            .timeout_config(timeouts());
        if let Some(version) = self.config.behavior_version() {
            operation = operation.behavior_version(version);
        }
        if let Some(http) = self.config.http_client() {
            operation = operation.http_client(http);
        }
        if let Some(sleep) = self.config.sleep_impl() {
            operation = operation.sleep_impl(sleep);
        }
        if let Some(time) = self.config.time_source() {
            operation = operation.time_source(time);
        }
        operation.serializer(Ok).deserializer(read).build().invoke(request).await
    }

    /// Of the Region's endpoint, unless the configuration names one for all services.
    fn url(&self) -> Result<String, BoxError> {
        if let Some(url) = self.config.endpoint_url() {
            return Ok(url.trim_end_matches('/').to_owned());
        }
        let region: Region = self.region()?.parse()?;
        let suffix = if region.partition() == Partition::China { ".cn" } else { "" };
        Ok(format!("https://ec2.{region}.amazonaws.com{suffix}"))
    }

    fn region(&self) -> Result<&str, BoxError> {
        Ok(self.config.region().ok_or("the SdkConfig has no Region")?.as_ref())
    }

    async fn signed(&self, url: &str, body: String) -> Result<HttpRequest, BoxError> {
        let provider = self.config.credentials_provider().ok_or("the SdkConfig has no credentials provider")?;
        let identity = provider.provide_credentials().await?.into();
        let time = self.config.time_source().unwrap_or_default().now();
        let params = SigningParams::builder()
            .identity(&identity)
            .region(self.region()?)
            .name("ec2")
            .time(time)
            .settings(SigningSettings::default())
            .build()?;
        let host = url.split_once("://").map_or(url, |(_, host)| host).split('/').next().unwrap_or_default();
        let headers = [("host", host), ("content-type", FORM)];
        let signable =
            SignableRequest::new("POST", format!("{url}/"), headers.into_iter(), SignableBody::Bytes(body.as_bytes()))?;
        let (instructions, _) = sign(signable, &params.into())?.into_parts();

        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method("POST")?;
        request.set_uri("/")?;
        request.headers_mut().insert("content-type", FORM);
        for (name, value) in instructions.headers() {
            request.headers_mut().insert(name.to_owned(), value.to_owned());
        }
        Ok(request)
    }
}

/// The parameters (EC2 API reference, `DescribeSecurityGroups`). By a filter, because one group that does not exist would have those that do
/// not be shown. Ids are letters, digits and hyphens, which are written as they are.
fn form(ids: &[String]) -> String {
    let values = ids.iter().zip(1..).map(|(id, number)| format!("&Filter.1.Value.{number}={id}"));
    format!("Action=DescribeSecurityGroups&Version=2016-11-15&Filter.1.Name=group-id{}", values.collect::<String>())
}

fn read(response: &HttpResponse) -> Result<Vec<SecurityGroup>, OrchestratorError<Refused>> {
    let text = std::str::from_utf8(response.body().bytes().unwrap_or_default()).map_err(OrchestratorError::other)?;
    if response.status().is_success() {
        groups(text).map_err(OrchestratorError::other)
    } else {
        Err(OrchestratorError::operation(Refused::read(text).unwrap_or_default()))
    }
}

fn groups(text: &str) -> Result<Vec<SecurityGroup>, XmlDecodeError> {
    let mut found = Vec::new();
    let mut document = Document::new(text);
    let mut root = document.root_element()?;
    while let Some(mut list) = root.next_tag() {
        if !list.start_el().matches("securityGroupInfo") {
            continue;
        }
        while let Some(mut item) = list.next_tag() {
            let mut group = SecurityGroup::default();
            while let Some(mut field) = item.next_tag() {
                let into = match field.start_el().local() {
                    "groupId" => &mut group.id,
                    "vpcId" => &mut group.vpc,
                    _ => continue,
                };
                *into = try_data(&mut field)?.into_owned();
            }
            found.push(group);
        }
    }
    Ok(found)
}

/// What EC2 answers instead: `<Response><Errors><Error><Code/><Message/></Error></Errors></Response>`.
#[derive(Debug, Default, thiserror::Error)]
#[error("{0}")]
struct Refused(ErrorMetadata);

impl ProvideErrorMetadata for Refused {
    fn meta(&self) -> &ErrorMetadata {
        &self.0
    }
}

impl Refused {
    fn read(text: &str) -> Result<Self, XmlDecodeError> {
        let mut read = ErrorMetadata::builder();
        let mut document = Document::new(text);
        let mut root = document.root_element()?;
        while let Some(mut errors) = root.next_tag() {
            if !errors.start_el().matches("Errors") {
                continue;
            }
            while let Some(mut error) = errors.next_tag() {
                while let Some(mut field) = error.next_tag() {
                    read = match field.start_el().local() {
                        "Code" => read.code(try_data(&mut field)?),
                        "Message" => read.message(try_data(&mut field)?),
                        _ => read,
                    };
                }
            }
        }
        Ok(Self(read.build()))
    }
}
