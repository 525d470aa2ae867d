use std::ops::Range;

use serde::de::IgnoredAny;
use serde_json::{Deserializer, Value};

use super::statement::MalformedPolicy;

/// A policy's text, cut at its statements, to be put together again with others: whatever stays keeps its bytes. Reading and writing
/// the document instead would sort names, round numbers and lay out anew what people have written.
#[derive(Debug)]
pub(super) struct Pieces<'a> {
    before: &'a str,
    /// Each statement, behind what parts it from the one before.
    statements: Vec<(&'a str, &'a str)>,
    after: &'a str,
    /// A single statement need not be in a list.
    in_list: bool,
}

impl<'a> Pieces<'a> {
    pub(super) fn cut(text: &'a str) -> Result<Self, MalformedPolicy> {
        let slot = Cursor { text, at: 0 }.find("Statement").ok_or(MalformedPolicy("it has no Statement, or more than one"))?;
        let in_list = text[slot.clone()].starts_with('[');
        let ranges = if in_list {
            Cursor { text, at: slot.start }.elements().ok_or(MalformedPolicy("its list of statements cannot be read"))?
        } else {
            vec![slot.clone()]
        };
        let inside = slot.start + usize::from(in_list);
        let start = ranges.first().map_or(inside, |first| first.start);
        let mut end = start;
        let mut statements = Vec::with_capacity(ranges.len());
        for range in ranges {
            statements.push((&text[end..range.start], &text[range.clone()]));
            end = range.end;
        }
        Ok(Self { before: &text[..start], statements, after: &text[end..], in_list })
    }

    pub(super) fn statements(&self) -> impl Iterator<Item = &'a str> {
        self.statements.iter().map(|(_, statement)| *statement)
    }

    /// The text with the statements whose places are in `kept`, and behind them the added ones, laid out like the others.
    pub(super) fn join(&self, kept: &[usize], added: &[Value]) -> String {
        let blank = if self.in_list { &self.before[self.before.trim_end().len()..] } else { "" };
        let parting = format!(",{blank}");
        let indentation = self.statements.last().and_then(|(_, statement)| indentation(statement));
        let added: Vec<String> = added.iter().map(|statement| written(statement, indentation)).collect();
        let kept = kept.iter().filter_map(|&index| self.statements.get(index)).copied();
        let all = kept.chain(added.iter().map(|statement| (parting.as_str(), statement.as_str())));

        let mut text = self.before.to_owned();
        text.push_str(if self.in_list { "" } else { "[" });
        for (number, (parting, statement)) in all.enumerate() {
            text.push_str(if number == 0 { "" } else { parting });
            text.push_str(statement);
        }
        text.push_str(if self.in_list { "" } else { "]" });
        text.push_str(self.after);
        text
    }
}

/// What is before the last line of a text of several lines; `None` of a text of one.
pub(super) fn indentation(statement: &str) -> Option<&str> {
    let (_, last) = statement.rsplit_once('\n')?;
    Some(&last[..last.len() - last.trim_start().len()])
}

/// A statement of ours as it is written into a policy: on one line, or on several behind an indentation. The order of its elements is
/// the usual one, and not that of a map, which depends on a feature of `serde_json`.
pub(super) fn written(statement: &Value, indentation: Option<&str>) -> String {
    const ELEMENTS: [&str; 6] = ["Sid", "Effect", "Principal", "Action", "Resource", "Condition"];
    let elements = ELEMENTS.into_iter().filter_map(|name| Some((name, statement.get(name)?)));
    match indentation {
        None => format!("{{{}}}", elements.map(|(name, value)| format!("\"{name}\":{value}")).collect::<Vec<_>>().join(",")),
        Some(indentation) => {
            let line = format!("\n{indentation}  ");
            // `{:#}` of a JSON value is indented JSON.
            let elements =
                elements.map(|(name, value)| format!("{line}\"{name}\": {}", format!("{value:#}").replace('\n', &line)));
            format!("{{{}\n{indentation}}}", elements.collect::<Vec<_>>().join(","))
        }
    }
}

/// A place in a text that is known to be JSON. Values are passed over by `serde_json`; here is only what is between them.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// Where the value of a name is, in the object that begins here, if the name is there once.
    fn find(mut self, name: &str) -> Option<Range<usize>> {
        let mut found = None;
        self.pass('{')?;
        loop {
            let key = self.value()?;
            self.pass(':')?;
            let value = self.value()?;
            if serde_json::from_str::<String>(&self.text[key]).ok()? == name && found.replace(value).is_some() {
                return None;
            }
            if self.pass(',').is_none() {
                return found;
            }
        }
    }

    /// Where the elements of the list that begins here are.
    fn elements(mut self) -> Option<Vec<Range<usize>>> {
        let mut elements = Vec::new();
        self.pass('[')?;
        if self.rest().starts_with(']') {
            return Some(elements);
        }
        loop {
            elements.push(self.value()?);
            if self.pass(',').is_none() {
                return Some(elements);
            }
        }
    }

    fn value(&mut self) -> Option<Range<usize>> {
        let mut values = Deserializer::from_str(self.rest()).into_iter::<IgnoredAny>();
        values.next()?.ok()?;
        let start = self.at;
        self.at += values.byte_offset();
        Some(start..self.at)
    }

    fn pass(&mut self, sign: char) -> Option<()> {
        self.rest().strip_prefix(sign)?;
        self.at += sign.len_utf8();
        Some(())
    }

    /// What is left, from the next sign that is not blank.
    fn rest(&mut self) -> &'a str {
        let left = &self.text[self.at..];
        let rest = left.trim_start_matches([' ', '\t', '\n', '\r']);
        self.at += left.len() - rest.len();
        rest
    }
}
