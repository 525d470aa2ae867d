//! How the two accounts are reached.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::args::ConnectionArgs;

/// How the two accounts are reached. Secrets have no place here: profiles and roles name them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Connection {
    /// The source account.
    pub(crate) source: Reached,
    /// The destination account.
    pub(crate) destination: Reached,
}

/// How one account is reached. Without any of it: by the standard AWS environment and files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Reached {
    /// A profile of the AWS configuration files. Default: `AWS_PROFILE`, else `default`.
    pub(crate) profile: Option<String>,
    /// A role to assume, with the credentials of the profile, as `arn:aws:iam::111111111111:role/rds-refresh`.
    #[schemars(regex(pattern = r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$"))]
    pub(crate) role_arn: Option<String>,
    /// The external id that the role's trust policy asks for.
    pub(crate) external_id: Option<String>,
    /// An endpoint for RDS, KMS, EC2 and STS instead of AWS's own, as `http://127.0.0.1:4566`.
    #[schemars(regex(pattern = r"^https?://.+$"))]
    pub(crate) endpoint_url: Option<String>,
}

impl Connection {
    /// Reads the table, and says what is wrong with it: pairs of a field's path and a sentence.
    pub(super) fn read(given: Option<Value>, problems: &mut Vec<(String, String)>) -> Self {
        let mut connection = Self::default();
        let Some(mut sides) = table(given, "connection", problems) else { return connection };
        for (name, side) in [("source", &mut connection.source), ("destination", &mut connection.destination)] {
            let path = format!("connection.{name}");
            let Some(mut fields) = table(sides.remove(name), &path, problems) else { continue };
            *side = Reached {
                profile: text(
                    &mut fields,
                    &path,
                    "profile",
                    "the name of a profile of the AWS configuration files",
                    |_| true,
                    problems,
                ),
                role_arn: text(&mut fields, &path, "role_arn", ROLE, is_role, problems),
                external_id: text(
                    &mut fields,
                    &path,
                    "external_id",
                    "the external id of the role's trust policy",
                    |_| true,
                    problems,
                ),
                endpoint_url: text(&mut fields, &path, "endpoint_url", URL, is_url, problems),
            };
            refuse_rest(&fields, &path, "profile, role_arn, external_id, endpoint_url", problems);
        }
        refuse_rest(&sides, "connection", "source, destination", problems);
        connection
    }

    /// With the flags put over it.
    ///
    /// # Errors
    /// A text that says which flag is wrong.
    pub(crate) fn with(mut self, flags: &ConnectionArgs) -> Result<Self, String> {
        let ConnectionArgs {
            source_profile,
            destination_profile,
            source_role,
            destination_role,
            source_endpoint_url,
            destination_endpoint_url,
            clock: _,
        } = flags;
        check("--source-role", source_role.as_ref(), ROLE, is_role)?;
        check("--destination-role", destination_role.as_ref(), ROLE, is_role)?;
        check("--source-endpoint-url", source_endpoint_url.as_ref(), URL, is_url)?;
        check("--destination-endpoint-url", destination_endpoint_url.as_ref(), URL, is_url)?;
        for (field, flag) in [
            (&mut self.source.profile, source_profile),
            (&mut self.destination.profile, destination_profile),
            (&mut self.source.role_arn, source_role),
            (&mut self.destination.role_arn, destination_role),
            (&mut self.source.endpoint_url, source_endpoint_url),
            (&mut self.destination.endpoint_url, destination_endpoint_url),
        ] {
            if flag.is_some() {
                field.clone_from(flag);
            }
        }
        Ok(self)
    }
}

const ROLE: &str = "the ARN of an IAM role, as arn:aws:iam::111111111111:role/rds-refresh";
const URL: &str = "a URL that begins with http:// or https://";

fn is_role(text: &str) -> bool {
    matches!(text.splitn(6, ':').collect::<Vec<_>>().as_slice(),
        ["arn", partition, "iam", "", account, role]
            if partition.starts_with("aws") && account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit())
                && role.strip_prefix("role/").is_some_and(|name| !name.is_empty()))
}

fn is_url(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.starts_with('/') && !host.contains(char::is_whitespace))
}

fn check(flag: &str, given: Option<&String>, rule: &str, legal: fn(&str) -> bool) -> Result<(), String> {
    match given {
        Some(given) if !legal(given) => Err(format!("{flag} {given:?}: it must be {rule}")),
        _ => Ok(()),
    }
}

fn table(given: Option<Value>, path: &str, problems: &mut Vec<(String, String)>) -> Option<Map<String, Value>> {
    let given = given?;
    if let Value::Object(table) = given {
        return Some(table);
    }
    problems.push((path.to_owned(), format!("{path} is no table: it must be written as [{path}]")));
    None
}

fn text(
    fields: &mut Map<String, Value>,
    path: &str,
    name: &str,
    rule: &str,
    legal: fn(&str) -> bool,
    problems: &mut Vec<(String, String)>,
) -> Option<String> {
    match fields.remove(name)? {
        Value::String(text) if !text.is_empty() && legal(&text) => Some(text),
        other => {
            problems.push((format!("{path}.{name}"), format!("{path}.{name} is {other}: it must be {rule}, in quotes")));
            None
        }
    }
}

/// What an unknown field holds is not shown: it may be a secret that has no place in the file.
fn refuse_rest(fields: &Map<String, Value>, path: &str, known: &str, problems: &mut Vec<(String, String)>) {
    for name in fields.keys() {
        let problem = format!("{path}.{name} is unknown: it must be left out; the fields here are {known}");
        problems.push((format!("{path}.{name}"), problem));
    }
}
