//! The `JSONata` that the definitions use: paths, texts, numbers, `=`, `>`, `and`, `$exists`, `$replace`.

use serde_json::Value;

/// What an expression gives; `None` is `JSONata`'s nothing, which `$states` never has where something is needed.
pub(crate) fn evaluate(text: &str, states: &Value) -> Option<Value> {
    let mut parser = Parser { rest: text.trim(), states };
    let value = parser.conjunction();
    assert!(parser.rest.is_empty(), "the expression {text:?} goes on with {:?}", parser.rest);
    value
}

struct Parser<'t> {
    rest: &'t str,
    states: &'t Value,
}

impl Parser<'_> {
    fn takes(&mut self, token: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(token) else { return false };
        self.rest = rest.trim_start();
        true
    }

    fn expects(&mut self, token: &str) {
        assert!(self.takes(token), "{token:?} expected before {:?}", self.rest);
    }

    fn conjunction(&mut self) -> Option<Value> {
        let mut value = self.comparison();
        while self.takes("and ") {
            let other = self.comparison();
            let is_true = |value: Option<Value>| value == Some(Value::Bool(true));
            value = Some(Value::Bool(is_true(value) && is_true(other)));
        }
        value
    }

    fn comparison(&mut self) -> Option<Value> {
        let value = self.value();
        if self.takes("= ") {
            let other = self.value();
            return Some(Value::Bool(value.is_some() && value == other));
        }
        if self.takes("> ") {
            let number = |value: Option<Value>| value.and_then(|value| value.as_f64());
            let (left, right) = (number(value), number(self.value()));
            return Some(Value::Bool(left.zip(right).is_some_and(|(left, right)| left > right)));
        }
        value
    }

    fn value(&mut self) -> Option<Value> {
        if self.takes("$exists(") {
            let found = self.value().is_some();
            self.expects(")");
            return Some(Value::Bool(found));
        }
        if self.takes("$replace(") {
            let mut texts = [const { String::new() }; 3];
            for (index, text) in texts.iter_mut().enumerate() {
                self.value()?.as_str()?.clone_into(text);
                self.expects(if index == 2 { ")" } else { "," });
            }
            return Some(texts[0].replace(&texts[1], &texts[2]).into());
        }
        if self.takes("$states") {
            let mut found = Some(self.states);
            while self.takes(".") {
                let name = self.word();
                found = found.and_then(|value| value.get(&name));
            }
            return found.cloned();
        }
        if let Some(rest) = self.rest.strip_prefix('\'') {
            let (text, rest) = rest.split_once('\'').expect("the text ends");
            self.rest = rest.trim_start();
            return Some(text.into());
        }
        Some(self.word().parse::<u64>().expect("a number").into())
    }

    fn word(&mut self) -> String {
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        word.to_owned()
    }
}
