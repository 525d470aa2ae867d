use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ops::DescribeEvents;
use crate::world::{ApiError, Event, Page};

use super::{Query, render};

impl Query for DescribeEvents {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self {
            source: params.string("SourceIdentifier"),
            source_type: params.string("SourceType"),
            start: params.time("StartTime")?,
            end: params.time("EndTime")?,
            minutes: params.number("Duration")?,
            categories: params.strings("EventCategories")?,
            filters: params.filters()?,
            paging: params.paging()?,
        })
    }

    fn write(xml: &mut Xml, answer: &Page<Event>) {
        render::page(xml, "Events", "Event", answer, |xml, event| {
            xml.text("SourceIdentifier", &event.source);
            xml.text("SourceType", event.source_type);
            xml.text("Message", &event.message);
            xml.texts("EventCategories", "EventCategory", &event.categories);
            xml.text("Date", event.date);
            xml.text("SourceArn", &event.arn);
        });
    }
}
