//! Filters and pages of the describe operations.

use super::ApiError;
use super::check::number;

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
    /// `Marker`, from the page before.
    pub marker: Option<String>,
    /// `MaxRecords`: 20–100, by default 100. (`Limit` of KMS: from 1 on, by default 50 or 100.)
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

impl Paging {
    /// One page of what an RDS describe operation found (RDS API reference, `MaxRecords` and `Marker`).
    pub fn rds<T>(&self, all: Vec<T>) -> Result<Page<T>, ApiError> {
        self.rds_up_to(100, all)
    }

    /// The same where pages may be longer.
    pub fn rds_up_to<T>(&self, longest: u32, all: Vec<T>) -> Result<Page<T>, ApiError> {
        let asked = number("MaxRecords", self.max_records, 20, longest)?;
        let length = asked.and_then(|asked| usize::try_from(asked).ok()).unwrap_or(100);
        self.cut(all, length).ok_or_else(|| ApiError::invalid_value("The marker is not valid."))
    }

    /// One page of what a KMS list operation found. `default` is the length of a page if none is asked for, `longest` the longest
    /// there is (KMS API reference, `Limit` of each operation).
    pub fn kms<T>(&self, all: Vec<T>, default: usize, longest: usize) -> Result<Page<T>, ApiError> {
        let asked = self.max_records.map(|n| usize::try_from(n).ok().filter(|n| (1..=longest).contains(n)).ok_or(n));
        let length = asked.unwrap_or(Ok(default)).map_err(|n| {
            ApiError::refused("ValidationException", format!("Value '{n}' at 'limit' must be between 1 and {longest}"))
        })?;
        self.cut(all, length).ok_or_else(|| ApiError::refused("InvalidMarkerException", "The marker is not valid."))
    }

    fn cut<T>(&self, all: Vec<T>, length: usize) -> Option<Page<T>> {
        let start = match &self.marker {
            None => 0,
            // Opaque to the caller, and refused unless it looks like one of ours.
            Some(marker) => {
                let hex = |digits: &&str| digits.len() == 8 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
                usize::from_str_radix(marker.strip_prefix("bWFya2Vy").filter(hex)?, 16).ok()?
            }
        };
        // What was listed may be gone by now.
        let start = start.min(all.len());
        let end = (start + length).min(all.len());
        let marker = (end < all.len()).then(|| format!("bWFya2Vy{end:08x}"));
        let items = all.into_iter().skip(start).take(end - start).collect();
        Some(Page { items, marker })
    }
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
