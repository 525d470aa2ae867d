//! In what form a body may come.

use crate::wire::WireRequest;
use crate::world::ApiError;

/// Refuses a body that neither protocol could read: compressed, or of another type than the protocol's. A type that is not given is
/// taken for the right one.
pub(super) fn check(request: &WireRequest) -> Result<(), ApiError> {
    if let Some(encoding) = request.header("content-encoding").filter(|it| !it.is_empty() && !it.eq_ignore_ascii_case("identity"))
    {
        return Err(unsupported(format!("The content encoding {encoding} is not supported: send the body as it is.")));
    }
    let expected = match request.header("x-amz-target") {
        Some(_) => "application/x-amz-json-1.1",
        None => "application/x-www-form-urlencoded",
    };
    let given = request.header("content-type").filter(|_| request.method == "POST");
    let media_type = |text: &str| text.split(';').next().is_some_and(|it| it.trim().eq_ignore_ascii_case(expected));
    match given {
        Some(given) if !media_type(given) => {
            Err(unsupported(format!("The content type {given} is not supported: it must be {expected}.")))
        }
        _ => Ok(()),
    }
}

fn unsupported(message: String) -> ApiError {
    ApiError::new("UnsupportedMediaType", 415, message)
}
