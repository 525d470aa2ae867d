//! Filters and pages of the describe operations.

use super::ApiError;
use super::check::number;
use super::naming::hex;

/// A filter of a describe operation: `Filters.Filter.N`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// `Name`, as `db-cluster-id`.
    pub name: String,
    /// `Values`: any of them matches.
    pub values: Vec<String>,
}

/// Where a page of a listing begins and how long it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paging {
    /// `Marker`, or `NextToken` of EC2, from the page before.
    pub marker: Option<String>,
    /// `MaxRecords`: 20–100, by default 100. (`Limit` of KMS: from 1 on, by default 50 or 100. `MaxResults` of EC2: 5–1000, by default
    /// all.)
    pub max_records: Option<i64>,
}

/// One page of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins; `None` on the last one.
    pub marker: Option<String>,
}

/// What the markers of ours begin with.
const MARKER: &str = "bWFya2Vy";

impl Paging {
    /// One page of what an RDS describe operation found (RDS API reference, `MaxRecords` and `Marker`), in the order of its keys. Each
    /// item has a key of its own that it keeps: what is deleted between two pages then moves nothing else out of them.
    pub fn rds<T>(&self, all: Vec<T>, key: impl Fn(&T) -> String) -> Result<Page<T>, ApiError> {
        self.rds_up_to(100, keyed(all, key))
    }

    /// One page of a table, whose rows stay where they are. `longest` is the longest page there is.
    pub fn rds_table<T>(&self, longest: u32, rows: Vec<T>) -> Result<Page<T>, ApiError> {
        self.rds_up_to(longest, rows.into_iter().enumerate().map(|(number, row)| (format!("{number:08}"), row)).collect())
    }

    /// One page of what a KMS list operation found, as for [`rds`](Self::rds). `default` is the length of a page if none is asked for,
    /// `longest` the longest there is (KMS API reference, `Limit` of each operation).
    pub fn kms<T>(&self, all: Vec<T>, default: usize, longest: usize, key: impl Fn(&T) -> String) -> Result<Page<T>, ApiError> {
        let asked = self.max_records.map(|n| usize::try_from(n).ok().filter(|n| (1..=longest).contains(n)).ok_or(n));
        let length = asked.unwrap_or(Ok(default)).map_err(|n| {
            ApiError::refused("ValidationException", format!("Value '{n}' at 'limit' must be between 1 and {longest}"))
        })?;
        self.cut(keyed(all, key), length).ok_or_else(|| ApiError::refused("InvalidMarkerException", "The marker is not valid."))
    }

    /// One page of what an EC2 describe operation found, as for [`rds`](Self::rds) (EC2 API reference, pagination).
    pub fn ec2<T>(&self, all: Vec<T>, key: impl Fn(&T) -> String) -> Result<Page<T>, ApiError> {
        let asked = number("MaxResults", self.max_records, 5, 1000)?;
        let length = asked.and_then(|asked| usize::try_from(asked).ok()).unwrap_or(all.len());
        self.cut(keyed(all, key), length)
            .ok_or_else(|| ApiError::refused("InvalidPaginationToken", "The specified pagination token is not valid."))
    }

    fn rds_up_to<T>(&self, longest: u32, all: Vec<(String, T)>) -> Result<Page<T>, ApiError> {
        let asked = number("MaxRecords", self.max_records, 20, longest)?;
        let length = asked.and_then(|asked| usize::try_from(asked).ok()).unwrap_or(100);
        self.cut(all, length).ok_or_else(|| ApiError::invalid_value("The marker is not valid."))
    }

    /// `None` if the marker is not valid.
    fn cut<T>(&self, mut all: Vec<(String, T)>, length: usize) -> Option<Page<T>> {
        all.sort_by(|(a, _), (b, _)| a.cmp(b));
        let start = match &self.marker {
            None => 0,
            Some(marker) => {
                let last = last_of(marker)?;
                all.partition_point(|(key, _)| *key <= last)
            }
        };
        let end = (start + length).min(all.len());
        let marker = (end < all.len()).then(|| format!("{MARKER}{}", hex(all[end - 1].0.as_bytes())));
        let items = all.into_iter().skip(start).take(length).map(|(_, item)| item).collect();
        Some(Page { items, marker })
    }
}

/// The key of the last item on the page before. Markers are opaque to the caller, and refused unless they look like ours.
fn last_of(marker: &str) -> Option<String> {
    let digits = marker.strip_prefix(MARKER)?.as_bytes();
    let (pairs, rest) = digits.as_chunks::<2>();
    let value = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let bytes: Option<Vec<u8>> = pairs.iter().map(|[high, low]| Some(value(*high)? << 4 | value(*low)?)).collect();
    String::from_utf8(bytes?).ok().filter(|key| rest.is_empty() && !key.is_empty())
}

fn keyed<T>(all: Vec<T>, key: impl Fn(&T) -> String) -> Vec<(String, T)> {
    all.into_iter().map(|item| (key(&item), item)).collect()
}

/// The key of a snapshot in a listing: the caller's own come first. Those of others show their ARN as their identifier.
pub(crate) fn own_first(identifier: &str) -> String {
    format!("{}{identifier}", u8::from(identifier.starts_with("arn:")))
}

/// Keeps what all filters match. `value` answers an item's value for a filter's name, or `None` if the operation does not know
/// that filter.
pub(crate) fn filtered<T>(
    items: Vec<T>,
    filters: &[Filter],
    value: impl Fn(&T, &str) -> Vec<String>,
    known: &[&str],
) -> Result<Vec<T>, ApiError> {
    if let Some(unknown) = filters.iter().find(|filter| !known.contains(&filter.name.as_str())) {
        return Err(ApiError::invalid_value(format!("Unrecognized filter name: {}", unknown.name)));
    }
    let matches = |item: &T, filter: &Filter| {
        let has = value(item, &filter.name);
        filter.values.iter().any(|wanted| has.iter().any(|value| value.eq_ignore_ascii_case(wanted)))
    };
    Ok(items.into_iter().filter(|item| filters.iter().all(|filter| matches(item, filter))).collect())
}
