use super::Params;
use crate::world::ops::TagList;
use crate::world::{ApiError, Filter, Paging};

/// The groups of parameters that many operations share.
impl Params {
    /// `Tags`. A tag without a value has an empty one.
    pub(crate) fn tags(&mut self) -> Result<TagList, ApiError> {
        self.list("Tags", |tag| Ok((tag.required("Key")?, tag.string("Value").unwrap_or_default())))
    }

    /// `Filters`.
    pub(crate) fn filters(&mut self) -> Result<Vec<Filter>, ApiError> {
        self.list("Filters", |filter| Ok(Filter { name: filter.required("Name")?, values: filter.strings("Values")? }))
    }

    /// `Marker` and `MaxRecords`.
    pub(crate) fn paging(&mut self) -> Result<Paging, ApiError> {
        Ok(Paging { marker: self.string("Marker"), max_records: self.number("MaxRecords")? })
    }
}
