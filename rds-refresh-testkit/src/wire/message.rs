use std::fmt;

/// An HTTP request, as any HTTP library can fill it in.
#[derive(Clone, Default)]
pub struct WireRequest {
    /// The method, as `POST`.
    pub method: String,
    /// What stands between the host and the `#`: the path and, after a `?`, the query.
    pub target: String,
    /// Names and values in any order and case. `Host` is among them, also where HTTP/2 carries it elsewhere.
    pub headers: Vec<(String, String)>,
    /// The body, decoded from any transfer encoding.
    pub body: Vec<u8>,
}

impl WireRequest {
    /// The value of the first header of this name, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// What stands behind the `?` of the target.
    pub(crate) fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }
}

/// Only what identifies the request: headers hold signatures, bodies may hold master passwords.
impl fmt::Debug for WireRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("WireRequest")
            .field("method", &self.method)
            .field("headers", &names)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// An HTTP response, for any HTTP library to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireResponse {
    /// The status code; 0 for [no answer](Self::is_silence).
    pub status: u16,
    /// Names, in lower case, and values. `Content-Length` is left to the HTTP library.
    pub headers: Vec<(&'static str, String)>,
    /// The body: XML from RDS, JSON from KMS.
    pub body: String,
}

impl WireResponse {
    /// Whether there is no answer: a fault swallowed it. Whoever carries answers must then send nothing and close the connection.
    #[must_use]
    pub fn is_silence(&self) -> bool {
        self.status == 0
    }
}
