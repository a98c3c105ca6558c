//! Tables of an object's keys, and how each is compared.

use serde_json::Value;

use crate::context::Context;
use crate::node::Pair;
use crate::values::{brief, same};
use crate::walk::{Visitor, Walker, common, keys};

/// A key of an object of OpenAPI, and how it is compared.
pub(crate) type Field = (&'static str, Treat);

pub(crate) enum Treat {
    /// Each difference in the value is reported under this rule.
    Note(&'static str),
    /// A truth value that is false where it is left out: the events of setting and unsetting.
    Flag(&'static str, &'static str),
    /// One value: the event's name, to which `-added`, `-removed` or `-changed` is appended.
    Scalar(&'static str),
    /// As `Scalar`, where there is but one event, whatever happened.
    Change(&'static str),
    /// A number that bounds from above or from below: its name.
    Bound(&'static str),
    /// An object (or a reference to one), present or absent on either side.
    Object(Visitor),
    /// An array, present or absent on either side.
    Array(Visitor),
    /// Anything; the visitor gets the object that has the key.
    Within(Visitor),
    /// Compared while another key is.
    Elsewhere,
}

impl<'a> Walker<'a> {
    /// Walks two objects by the table of their keys, in the order of the table.
    pub(crate) fn object(&mut self, cx: &Context, pair: &Pair<'a>, table: &[Field]) {
        let (base, revision) = pair.values();
        if [base, revision]
            .into_iter()
            .flatten()
            .any(|value| !value.is_object())
        {
            return self.differs(cx, "unclassified", pair);
        }
        let row = |name: &&str| {
            table
                .iter()
                .position(|(key, _)| key == name)
                .unwrap_or(table.len())
        };
        let mut names = keys(pair);
        names.sort_by_cached_key(row);
        for name in names {
            let field = pair.get(name);
            match table.get(row(&name)) {
                Some((_, treat)) => self.treat(cx, pair, &field, treat),
                None => self.differs(cx, common(name), &field),
            }
            self.catch(cx, &field);
        }
    }

    fn treat(&mut self, cx: &Context, parent: &Pair<'a>, field: &Pair<'a>, treat: &Treat) {
        match treat {
            Treat::Note(rule) => self.differs(cx, rule, field),
            Treat::Flag(on, off) => self.flag(cx, field, on, off),
            Treat::Scalar(name) => self.scalar(cx, field, name),
            Treat::Change(event) => self.change(cx, field, event),
            Treat::Bound(name) => self.bound(cx, field, name),
            Treat::Object(visitor) => self.shaped(cx, field, Value::is_object, *visitor),
            Treat::Array(visitor) => self.shaped(cx, field, Value::is_array, *visitor),
            Treat::Within(visitor) => visitor(self, cx, parent),
            Treat::Elsewhere => {}
        }
    }

    fn flag(&mut self, cx: &Context, field: &Pair<'a>, on: &str, off: &str) {
        let read = |value: Option<&Value>| value.map_or(Some(false), Value::as_bool);
        let (base, revision) = field.values();
        match (read(base), read(revision)) {
            (Some(false), Some(true)) => self.event(cx, on, field, ""),
            (Some(true), Some(false)) => self.event(cx, off, field, ""),
            (Some(_), Some(_)) => {}
            _ => self.differs(cx, "unclassified", field),
        }
    }

    fn scalar(&mut self, cx: &Context, field: &Pair<'a>, name: &str) {
        let (suffix, detail) = match field.values() {
            (None, Some(to)) => ("added", format!(": {}", brief(to))),
            (Some(from), None) => ("removed", format!(" {}", brief(from))),
            (Some(from), Some(to)) if !same(from, to) => ("changed", from_to(from, to)),
            _ => return,
        };
        self.event(cx, &format!("{name}-{suffix}"), field, &detail);
    }

    fn change(&mut self, cx: &Context, field: &Pair<'a>, event: &str) {
        match field.values() {
            (Some(from), Some(to)) if same(from, to) => {}
            (None, None) => {}
            (Some(from), Some(to)) => self.event(cx, event, field, &from_to(from, to)),
            (None, Some(to)) => self.event(cx, event, field, &format!(": {}", brief(to))),
            (Some(from), None) => {
                self.event(cx, event, field, &format!(": no longer {}", brief(from)));
            }
        }
    }

    fn bound(&mut self, cx: &Context, field: &Pair<'a>, name: &str) {
        let (base, revision) = field.values();
        if [base, revision]
            .into_iter()
            .flatten()
            .any(|value| !value.is_number())
        {
            return self.differs(cx, "unclassified", field);
        }
        let (suffix, detail) = match (base, revision) {
            (None, Some(to)) => ("set", format!(" of {to}")),
            (Some(from), None) => ("unset", format!(" of {from}")),
            (Some(from), Some(to)) if !same(from, to) => {
                let raised = from.as_f64() < to.as_f64();
                let suffix = if raised { "increased" } else { "decreased" };
                (suffix, from_to(from, to))
            }
            _ => return,
        };
        self.event(cx, &format!("{name}-{suffix}"), field, &detail);
    }

    fn shaped(
        &mut self,
        cx: &Context,
        field: &Pair<'a>,
        expected: impl Fn(&Value) -> bool,
        visitor: Visitor,
    ) {
        let (base, revision) = field.values();
        if [base, revision].into_iter().flatten().all(expected) {
            visitor(self, cx, field);
        } else {
            self.differs(cx, "unclassified", field);
        }
    }
}

/// The values of a change, as they follow its message.
fn from_to(from: &Value, to: &Value) -> String {
    format!(": {} → {}", brief(from), brief(to))
}
