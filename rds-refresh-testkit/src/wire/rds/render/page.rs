use crate::wire::xml::Xml;
use crate::world::Page;

/// A page of a listing: the marker of the next page, unless this is the last, and the items.
pub(in crate::wire::rds) fn page<T>(xml: &mut Xml, list: &str, member: &str, page: &Page<T>, content: impl Fn(&mut Xml, &T)) {
    xml.maybe("Marker", page.marker.as_ref());
    xml.list(list, member, &page.items, content);
}
