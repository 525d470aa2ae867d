//! Filters and pages of the describe operations.

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
    /// `MaxRecords`: 20–100, by default 100. (`Limit` of KMS: 1–100, by default 50.)
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
