use serde_json::Value;

/// Why a text is not a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the policy is malformed: {0}")]
pub struct MalformedPolicy(pub(super) &'static str);

/// A text or a list of texts. Policies write booleans either way.
pub(super) fn texts(value: &Value) -> Result<Vec<String>, MalformedPolicy> {
    let text = |value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(flag) => Ok(flag.to_string()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(MalformedPolicy("a list must hold texts")),
    };
    match value {
        Value::Array(values) => values.iter().map(text).collect(),
        value => Ok(vec![text(value)?]),
    }
}
