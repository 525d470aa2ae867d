//! The XML of responses.

use std::fmt::{self, Display, Write};

use quick_xml::escape::escape;

use crate::world::ApiError;

/// The namespace of all RDS documents; its date is the API's version.
pub(crate) const NAMESPACE: &str = "http://rds.amazonaws.com/doc/2014-10-31/";

/// An XML document in the making: elements and text, as that is all that RDS writes.
#[derive(Debug, Default)]
pub(crate) struct Xml(String);

impl Xml {
    /// An element with what `content` writes into it.
    pub(crate) fn element(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.open(name);
        content(self);
        self.close(name);
    }

    /// An element with a text.
    pub(crate) fn text(&mut self, name: &str, value: impl Display) {
        self.open(name);
        // Writing to a text in memory cannot fail, and no value of the model does.
        let _ = write!(Escaped(&mut self.0), "{value}");
        self.close(name);
    }

    /// An element with a text, or nothing: to an AWS client, absent means null.
    pub(crate) fn maybe(&mut self, name: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    /// A list of structures, each an element `member`. An empty list is an empty element.
    pub(crate) fn list<T>(
        &mut self,
        name: &str,
        member: &str,
        items: impl IntoIterator<Item = T>,
        content: impl Fn(&mut Self, T),
    ) {
        self.element(name, |xml| {
            for item in items {
                xml.element(member, |xml| content(xml, item));
            }
        });
    }

    /// A list of texts.
    pub(crate) fn texts(&mut self, name: &str, member: &str, items: impl IntoIterator<Item = impl Display>) {
        self.element(name, |xml| {
            for item in items {
                xml.text(member, item);
            }
        });
    }

    fn open(&mut self, name: &str) {
        self.0.push('<');
        self.0.push_str(name);
        self.0.push('>');
    }

    fn close(&mut self, name: &str) {
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
    }
}

/// `<root xmlns=…>` with what `content` writes, for RDS.
pub(crate) fn document(root: &str, content: impl FnOnce(&mut Xml)) -> String {
    document_of(NAMESPACE, root, content)
}

/// The document that tells of an error, in the namespace of a service.
pub(crate) fn error_of(namespace: &str, error: &ApiError, request_id: &str) -> String {
    document_of(namespace, "ErrorResponse", |xml| {
        xml.element("Error", |xml| {
            xml.text("Type", if error.status < 500 { "Sender" } else { "Receiver" });
            xml.text("Code", error.code);
            xml.text("Message", &error.message);
        });
        xml.text("RequestId", request_id);
    })
}

/// The document that tells of an error of EC2, which has a form of its own (EC2 API reference, error response structure).
pub(crate) fn error_of_ec2(error: &ApiError, request_id: &str) -> String {
    let mut xml = Xml::default();
    xml.element("Response", |xml| {
        xml.list("Errors", "Error", [error], |xml, error| {
            xml.text("Code", error.code);
            xml.text("Message", &error.message);
        });
        xml.text("RequestID", request_id);
    });
    xml.0
}

/// `<root xmlns=…>` with what `content` writes, in the namespace of a service.
pub(crate) fn document_of(namespace: &str, root: &str, content: impl FnOnce(&mut Xml)) -> String {
    let mut xml = Xml::default();
    xml.open(&format!("{root} xmlns=\"{namespace}\""));
    content(&mut xml);
    xml.close(root);
    xml.0
}

/// Text on its way into a document.
struct Escaped<'x>(&'x mut String);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if text.contains(illegal) {
            self.0.push_str(&escape(text.replace(illegal, "\u{fffd}")));
        } else {
            self.0.push_str(&escape(text));
        }
        Ok(())
    }
}

/// XML 1.0 has no way to write most control characters, not even escaped: they are replaced.
fn illegal(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n')) || matches!(c, '\u{fffe}' | '\u{ffff}')
}
