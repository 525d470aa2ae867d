//! Reads a table field by field, and gathers every problem on the way instead of ending at the first.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::problem::{FieldProblem, InvalidRequest, quoted, within};

/// What a rule makes of a value: the parsed one, or what it must be. Every rule refuses `null`, and in doing so says itself.
pub(super) type Parsed<T> = Result<T, Cow<'static, str>>;

/// Reads a whole request, or a part of one that can stand alone.
pub(super) fn parse<T>(given: &Value, read: impl FnOnce(&mut Fields<'_, '_>) -> Option<T>) -> Result<T, InvalidRequest> {
    let mut problems = Vec::new();
    let parsed = Fields::read(String::new(), Some(given), &mut problems, read);
    match parsed {
        Some(parsed) if problems.is_empty() => Ok(parsed),
        _ => Err(InvalidRequest { problems }),
    }
}

/// A table that is being read. A method answers `None` if it recorded a problem; reading goes on with the next field all the same.
pub(super) struct Fields<'v, 'p> {
    path: String,
    given: Option<&'v Map<String, Value>>,
    known: Vec<&'v str>,
    problems: &'p mut Vec<FieldProblem>,
}

impl<'v, 'p> Fields<'v, 'p> {
    fn read<T>(
        path: String,
        given: Option<&'v Value>,
        problems: &'p mut Vec<FieldProblem>,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let table = given.and_then(Value::as_object);
        if let (Some(given), None) = (given, table) {
            problems.push(FieldProblem::wrong(path, given, "a table"));
            return None;
        }
        let mut fields = Fields { path, given: table, known: Vec::new(), problems };
        let parsed = read(&mut fields);
        fields.refuse_unknown();
        parsed
    }

    /// The value of a field; `null` is as good as none.
    pub(super) fn get(&self, name: &str) -> Option<&'v Value> {
        self.given?.get(name).filter(|value| !value.is_null())
    }

    /// The value of a field if it is right, without a word if it is not: for a field that is read elsewhere.
    pub(super) fn glimpse<T>(&self, name: &str, rule: impl Fn(&Value) -> Parsed<T>) -> Option<T> {
        rule(self.get(name)?).ok()
    }

    /// As [`Self::glimpse`], for a field of the table `table`.
    pub(super) fn glimpse_in<T>(&self, table: &str, name: &str, rule: impl Fn(&Value) -> Parsed<T>) -> Option<T> {
        rule(self.get(table)?.get(name)?).ok()
    }

    pub(super) fn required<T>(&mut self, name: &'static str, rule: impl Fn(&Value) -> Parsed<T>) -> Option<T> {
        match self.find(name) {
            Some(given) => self.check(name, given, &rule),
            None => self.miss(name, says(&rule)),
        }
    }

    pub(super) fn or<T>(&mut self, name: &'static str, default: T, rule: impl Fn(&Value) -> Parsed<T>) -> Option<T> {
        match self.find(name) {
            Some(given) => self.check(name, given, &rule),
            None => Some(default),
        }
    }

    /// The outer `None` is a problem, the inner one an absent field.
    #[expect(clippy::option_option, reason = "a problem and an absence are not the same")]
    pub(super) fn optional<T>(&mut self, name: &'static str, rule: impl Fn(&Value) -> Parsed<T>) -> Option<Option<T>> {
        match self.find(name) {
            Some(given) => self.check(name, given, &rule).map(Some),
            None => Some(None),
        }
    }

    /// A list without repetitions; an absent one is empty.
    pub(super) fn list<T: PartialEq>(&mut self, name: &'static str, rule: impl Fn(&Value) -> Parsed<T>) -> Option<Vec<T>> {
        match self.find(name) {
            Some(given) => self.elements(name, given, 0, &rule),
            None => Some(Vec::new()),
        }
    }

    /// A list without repetitions that holds something.
    pub(super) fn filled_list<T: PartialEq>(&mut self, name: &'static str, rule: impl Fn(&Value) -> Parsed<T>) -> Option<Vec<T>> {
        match self.find(name) {
            Some(given) => self.elements(name, given, 1, &rule),
            None => self.miss(name, list_of(1, &rule)),
        }
    }

    fn elements<T: PartialEq>(
        &mut self,
        name: &str,
        given: &Value,
        least: usize,
        rule: &impl Fn(&Value) -> Parsed<T>,
    ) -> Option<Vec<T>> {
        let Some(values) = given.as_array().filter(|values| values.len() >= least) else {
            return self.refuse(name, given, list_of(least, rule));
        };
        let mut parsed = Vec::new();
        for (at, given) in values.iter().enumerate() {
            let element = format!("{name}[{at}]");
            match self.check(&element, given, rule) {
                Some(value) if parsed.contains(&value) => {
                    self.problems.push(FieldProblem::wrong(within(&self.path, &element), given, "given once only"));
                }
                value => parsed.extend(value),
            }
        }
        (parsed.len() == values.len()).then_some(parsed)
    }

    /// A table. An absent one is read as an empty one, so that each field which it should hold is listed as missing.
    pub(super) fn table<T>(&mut self, name: &'static str, read: impl FnOnce(&mut Fields<'v, '_>) -> Option<T>) -> Option<T> {
        let given = self.find(name);
        Fields::read(within(&self.path, name), given, self.problems, read)
    }

    /// The outer `None` is a problem, the inner one an absent table.
    #[expect(clippy::option_option, reason = "a problem and an absence are not the same")]
    pub(super) fn optional_table<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Fields<'v, '_>) -> Option<T>,
    ) -> Option<Option<T>> {
        if self.get(name).is_some() {
            self.table(name, read).map(Some)
        } else {
            self.known.push(name);
            Some(None)
        }
    }

    /// Every field that has a value, for a table whose names are the user's own.
    pub(super) fn entries(&mut self) -> impl Iterator<Item = (&'v String, &'v Value)> + use<'v> {
        let entries = self.given.into_iter().flatten();
        self.known.extend(entries.clone().map(|(name, _)| name.as_str()));
        entries.filter(|(_, value)| !value.is_null())
    }

    /// A field that is written in another place. Says so if it is written here.
    pub(super) fn elsewhere(&mut self, name: &'static str, place: &str) {
        if self.find(name).is_some() {
            self.problems.push(FieldProblem::unknown(within(&self.path, name), format!("left out here: {place}")));
        }
    }

    /// Records that the value of a field breaks a rule.
    pub(super) fn object(&mut self, name: &str, rule: impl Into<String>) {
        if let Some(given) = self.get(name) {
            self.problems.push(FieldProblem::wrong(within(&self.path, &quoted(name)), given, rule));
        }
    }

    /// Records that the table breaks a rule as a whole.
    pub(super) fn object_to_all(&mut self, rule: impl Into<String>) {
        if let Some(given) = self.given {
            self.problems.push(FieldProblem::wrong(self.path.clone(), &Value::Object(given.clone()), rule));
        }
    }

    fn find(&mut self, name: &'static str) -> Option<&'v Value> {
        self.known.push(name);
        self.get(name)
    }

    fn check<T>(&mut self, name: &str, given: &Value, rule: &impl Fn(&Value) -> Parsed<T>) -> Option<T> {
        rule(given).map_or_else(|rule| self.refuse(name, given, rule), Some)
    }

    fn refuse<T>(&mut self, name: &str, given: &Value, rule: impl Into<String>) -> Option<T> {
        self.problems.push(FieldProblem::wrong(within(&self.path, name), given, rule));
        None
    }

    fn miss<T>(&mut self, name: &str, rule: impl Into<String>) -> Option<T> {
        self.problems.push(FieldProblem::missing(within(&self.path, name), rule));
        None
    }

    fn refuse_unknown(&mut self) {
        for (name, _) in self.given.into_iter().flatten() {
            if !self.known.contains(&name.as_str()) {
                let rule = format!("left out; the fields here are {}", self.known.join(", "));
                self.problems.push(FieldProblem::unknown(within(&self.path, &quoted(name)), rule));
            }
        }
    }
}

/// What a rule demands.
fn says<T>(rule: &impl Fn(&Value) -> Parsed<T>) -> Cow<'static, str> {
    rule(&Value::Null).err().unwrap_or_default()
}

fn list_of<T>(least: usize, rule: &impl Fn(&Value) -> Parsed<T>) -> String {
    let at_least = if least == 0 { "" } else { " of at least one" };
    format!("a list{at_least}, each value {}", says(rule))
}
