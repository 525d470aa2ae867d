use std::time::Duration;

use rds_refresh_core::Timestamp;

use super::Rejection;
use crate::wire::message::WireRequest;
use crate::wire::query::Params;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The longest time that a presigned URL can hold, in seconds.
const WEEK: u64 = 604_800;

/// What a signature says of itself.
pub(crate) struct Claim {
    pub(super) access_key_id: String,
    pub(super) region: String,
    pub(super) service: String,
    /// The day of the scope, as `20260102`.
    pub(super) day: String,
    /// When the request was signed, as `20260102T030405Z`.
    pub(super) time: String,
    pub(super) date: Timestamp,
    /// The names of the headers that are signed, as `host;x-amz-date`.
    pub(super) signed_headers: String,
    pub(super) signature: String,
    /// The token of a session.
    pub(super) token: Option<String>,
    /// How long a presigned URL holds; `None` if the signature is in a header.
    pub(super) valid_for: Option<Duration>,
}

impl Claim {
    /// Whose signature it is said to be.
    pub(crate) fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The claim in the `Authorization` header.
    pub(crate) fn of_header(request: &WireRequest) -> Result<Self, Rejection> {
        let header = request.header("authorization").ok_or(Rejection::Missing)?;
        let fields = header.strip_prefix(ALGORITHM).ok_or_else(|| incomplete("its algorithm must be AWS4-HMAC-SHA256"))?;
        let field = |name: &str| {
            let mut fields = fields.split(',').filter_map(|field| field.trim().split_once('='));
            let found = fields.find(|(given, value)| *given == name && !value.is_empty());
            found.map(|(_, value)| value).ok_or_else(|| incomplete(&format!("it requires '{name}'")))
        };
        let date = request.header("x-amz-date").ok_or_else(|| incomplete("it requires the header X-Amz-Date"))?;
        Ok(Self {
            signed_headers: field("SignedHeaders")?.to_owned(),
            signature: field("Signature")?.to_owned(),
            token: request.header("x-amz-security-token").map(str::to_owned),
            ..Self::scoped(field("Credential")?, date)?
        })
    }

    /// The service that a request is signed for, as far as it can be read from a header or a presigned URL.
    pub(crate) fn service_of(request: &WireRequest) -> Option<String> {
        let header = request.header("authorization").and_then(|header| header.split_once("Credential="));
        let query = request.query().split_once("X-Amz-Credential=");
        let (_, credential) = header.or(query)?;
        credential.replace("%2F", "/").split('/').nth(3).map(str::to_owned)
    }

    /// The claim in the parameters of a presigned URL, if they hold one. They are taken, as they are no operation's.
    pub(crate) fn of_presigned(params: &mut Params) -> Result<Option<Self>, Rejection> {
        let Some(credential) = params.string("X-Amz-Credential") else { return Ok(None) };
        let mut field = |name: &str| params.string(name).ok_or_else(|| incomplete(&format!("it requires '{name}'")));
        let (signature, signed_headers) = (field("X-Amz-Signature")?, field("X-Amz-SignedHeaders")?);
        if field("X-Amz-Algorithm")? != ALGORITHM {
            return Err(incomplete("its algorithm must be AWS4-HMAC-SHA256"));
        }
        let date = field("X-Amz-Date")?;
        let seconds = field("X-Amz-Expires")?.parse().ok().filter(|seconds| *seconds <= WEEK);
        let seconds = seconds.ok_or_else(|| incomplete("X-Amz-Expires must be a number of seconds, and less than a week"))?;
        let token = params.string("X-Amz-Security-Token");
        let valid_for = Some(Duration::from_secs(seconds));
        Ok(Some(Self { signed_headers, signature, token, valid_for, ..Self::scoped(&credential, &date)? }))
    }

    /// What the scope and the date say; nothing is signed yet.
    fn scoped(credential: &str, date: &str) -> Result<Self, Rejection> {
        let parts: Vec<&str> = credential.split('/').collect();
        let [access_key_id, day, region, service, "aws4_request"] = parts.as_slice() else {
            return Err(incomplete("its credential must be <access key id>/<date>/<Region>/<service>/aws4_request"));
        };
        if !date.starts_with(day) || day.len() != 8 {
            return Err(Rejection::Scope(format!("Date in Credential scope does not match the date of the request: {day}.")));
        }
        Ok(Self {
            access_key_id: (*access_key_id).to_owned(),
            region: (*region).to_owned(),
            service: (*service).to_owned(),
            date: basic_time(date).ok_or_else(|| incomplete("its date must be in the form 20260102T030405Z"))?,
            day: (*day).to_owned(),
            time: date.to_owned(),
            signed_headers: String::new(),
            signature: String::new(),
            token: None,
            valid_for: None,
        })
    }
}

/// A time in the basic form of ISO 8601, without hyphens and colons.
fn basic_time(text: &str) -> Option<Timestamp> {
    if text.len() != 16 || !text.is_ascii() {
        return None;
    }
    let (day, time) = text.split_at(8);
    let ([year, month, day], [hour, minute, second]) =
        ([&day[..4], &day[4..6], &day[6..]], [&time[1..3], &time[3..5], &time[5..7]]);
    let extended = format!("{year}-{month}-{day}{}{hour}:{minute}:{second}{}", &time[..1], &time[7..]);
    extended.parse().ok()
}

fn incomplete(what: &str) -> Rejection {
    Rejection::Incomplete(format!("The request signature does not conform to AWS standards: {what}."))
}
