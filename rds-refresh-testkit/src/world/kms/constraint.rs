//! What a value of a KMS request must look like (KMS API reference, constraints of the parameters).

use rds_refresh_core::ids::AccountId;

use crate::world::ApiError;
use crate::world::ops::TagList;
use crate::world::resource::Tags;

/// A value that breaks the rule of its parameter.
pub(crate) fn invalid(parameter: &str, value: &str, rule: &str) -> ApiError {
    let message =
        format!("1 validation error detected: Value '{value}' at '{parameter}' failed to satisfy constraint: Member {rule}");
    ApiError::refused("ValidationException", message)
}

/// A text of 1 to `longest` characters.
pub(crate) fn length(parameter: &str, value: &str, longest: usize) -> Result<(), ApiError> {
    if (1..=longest).contains(&value.chars().count()) {
        Ok(())
    } else {
        Err(invalid(parameter, value, &format!("must have length between 1 and {longest}")))
    }
}

/// The name of an alias or of a grant: letters, digits and `:/_-`.
pub(crate) fn name(parameter: &str, value: &str) -> Result<(), ApiError> {
    length(parameter, value, 256)?;
    if value.chars().all(|c| c.is_ascii_alphanumeric() || ":/_-".contains(c)) {
        Ok(())
    } else {
        Err(invalid(parameter, value, "must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$"))
    }
}

/// The ARN of a principal of some account.
pub(crate) fn principal(parameter: &str, value: &str) -> Result<(), ApiError> {
    length(parameter, value, 256)?;
    match value.splitn(6, ':').collect::<Vec<_>>()[..] {
        ["arn", _, "iam" | "sts", "", account, name] if account.parse::<AccountId>().is_ok() && !name.is_empty() => Ok(()),
        _ => Err(ApiError::refused("InvalidArnException", format!("{value} is not the ARN of a principal."))),
    }
}

/// The id of a grant: 64 hexadecimal digits.
pub(crate) fn grant_id(value: &str) -> Result<(), ApiError> {
    if value.len() == 64 && value.bytes().all(|b| b.is_ascii_hexdigit()) {
        Ok(())
    } else {
        Err(ApiError::refused("InvalidGrantIdException", format!("Grant ID {value} is not valid.")))
    }
}

/// What a key is described by, if anything.
pub(crate) fn description(value: &str) -> Result<(), ApiError> {
    if value.chars().count() > 8192 {
        return Err(invalid("description", value, "must have length less than or equal to 8192"));
    }
    Ok(())
}

/// Tags that are not on a key yet.
pub(crate) fn tags(list: &TagList) -> Result<Tags, ApiError> {
    let mut tags = Tags::new();
    for (key, value) in list {
        tag_key(key)?;
        if value.chars().count() > 256 {
            return Err(invalid("tags.member.tagValue", value, "must have length less than or equal to 256"));
        }
        if tags.insert(key.clone(), value.clone()).is_some() {
            return Err(wrong_tag("Duplicate tag keys"));
        }
    }
    few_tags(tags)
}

/// The key of a tag that a user may set and remove.
pub(crate) fn tag_key(key: &str) -> Result<(), ApiError> {
    length("tags.member.tagKey", key, 128)?;
    if key.starts_with("aws:") { Err(wrong_tag("Tags beginning with aws: are reserved")) } else { Ok(()) }
}

/// All tags that a key is going to carry: at most 50 (KMS developer guide, tagging keys).
pub(crate) fn few_tags(tags: Tags) -> Result<Tags, ApiError> {
    if tags.len() > 50 { Err(wrong_tag("Too many tags")) } else { Ok(tags) }
}

fn wrong_tag(why: &str) -> ApiError {
    ApiError::refused("TagException", why)
}
