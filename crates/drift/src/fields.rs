//! Tables of an object's keys, and how each is compared.

use serde_json::Value;

use crate::{
    comparison::{Comparison, Visitor, common, keys},
    context::Context,
    node::Pair,
};

/// A key of an object of OpenAPI, and how it is compared.
pub(crate) type Field = (&'static str, Comparator);

pub(crate) enum Comparator {
    /// Each difference in the value is reported under this rule.
    EachLeaf(&'static str),
    /// A truth value that is false where it is left out: the events of setting and unsetting.
    Flag(&'static str, &'static str),
    /// One value, whatever happened to it.
    AnyChange(&'static str),
    /// An object (or a reference to one), present or absent on either side.
    Object(Visitor),
    /// An array, present or absent on either side.
    Array(Visitor),
    /// Anything; the visitor gets the object that has the key.
    Parent(Visitor),
    /// Compared while another key is.
    Elsewhere,
}

impl<'a> Comparison<'a> {
    /// Walks two objects by the table of their keys, in the order of the table.
    pub(crate) fn object(&mut self, context: &Context, pair: &Pair<'a>, table: &[Field]) {
        let (base, revision) = pair.values();
        if [base, revision]
            .into_iter()
            .flatten()
            .any(|value| !value.is_object())
        {
            return self.differs(context, "unclassified", pair);
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
            self.consider(&field);
            match table.get(row(&name)) {
                Some((_, comparator)) => self.compare(context, pair, &field, comparator),
                None => self.differs(context, common(name), &field),
            }
        }
    }

    fn compare(
        &mut self,
        context: &Context,
        parent: &Pair<'a>,
        field: &Pair<'a>,
        comparator: &Comparator,
    ) {
        match comparator {
            Comparator::EachLeaf(rule) => self.differs(context, rule, field),
            Comparator::Flag(on, off) => self.flag(context, field, on, off),
            Comparator::AnyChange(event) => self.change(context, field, event),
            Comparator::Object(visitor) => self.shaped(context, field, Value::is_object, *visitor),
            Comparator::Array(visitor) => self.shaped(context, field, Value::is_array, *visitor),
            Comparator::Parent(visitor) => visitor(self, context, parent),
            Comparator::Elsewhere => {}
        }
    }

    pub(crate) fn flag(&mut self, context: &Context, field: &Pair<'a>, on: &str, off: &str) {
        let read = |value: Option<&Value>| value.map_or(Some(false), Value::as_bool);
        let (base, revision) = field.values();
        match (read(base), read(revision)) {
            (Some(false), Some(true)) => self.event(context, on, field, ""),
            (Some(true), Some(false)) => self.event(context, off, field, ""),
            (Some(_), Some(_)) => {}
            _ => self.differs(context, "unclassified", field),
        }
    }

    pub(crate) fn scalar(&mut self, context: &Context, field: &Pair<'a>, name: &str) {
        let (suffix, detail) = match field.values() {
            (None, Some(to)) => ("added", format!(": {}", self.values.excerpt(to))),
            (Some(from), None) => ("removed", format!(" {}", self.values.excerpt(from))),
            (Some(from), Some(to)) if !self.values.same(from, to) => {
                ("changed", self.before_and_after(from, to))
            }
            _ => return,
        };
        self.event(context, &format!("{name}-{suffix}"), field, &detail);
    }

    pub(crate) fn change(&mut self, context: &Context, field: &Pair<'a>, event: &str) {
        match field.values() {
            (Some(from), Some(to)) if self.values.same(from, to) => {}
            (None, None) => {}
            (Some(from), Some(to)) => {
                self.event(context, event, field, &self.before_and_after(from, to));
            }
            (None, Some(to)) => self.event(
                context,
                event,
                field,
                &format!(": {}", self.values.excerpt(to)),
            ),
            (Some(from), None) => {
                self.event(
                    context,
                    event,
                    field,
                    &format!(": no longer {}", self.values.excerpt(from)),
                );
            }
        }
    }

    pub(crate) fn bound(&mut self, context: &Context, field: &Pair<'a>, name: &str) {
        // Nothing is shorter than nothing.
        let is_implied = |value: &Value| name.starts_with("min-") && value.as_f64() == Some(0.0);
        let (base, revision) = field.values();
        if [base, revision]
            .into_iter()
            .flatten()
            .any(|value| !value.is_number())
        {
            return self.differs(context, "unclassified", field);
        }
        let (suffix, detail) = match (base, revision) {
            (None, Some(to)) if is_implied(to) => return,
            (Some(from), None) if is_implied(from) => return,
            (None, Some(to)) => ("set", format!(" of {}", self.values.excerpt(to))),
            (Some(from), None) => ("unset", format!(" of {}", self.values.excerpt(from))),
            (Some(from), Some(to)) if !self.values.same(from, to) => {
                let raised = from.as_f64() < to.as_f64();
                let suffix = if raised { "increased" } else { "decreased" };
                (suffix, self.before_and_after(from, to))
            }
            _ => return,
        };
        self.event(context, &format!("{name}-{suffix}"), field, &detail);
    }

    fn shaped(
        &mut self,
        context: &Context,
        field: &Pair<'a>,
        expected: impl Fn(&Value) -> bool,
        visitor: Visitor,
    ) {
        let (base, revision) = field.values();
        if [base, revision].into_iter().flatten().all(expected) {
            visitor(self, context, field);
        } else {
            self.differs(context, "unclassified", field);
        }
    }

    /// The values of a change, as they follow its message.
    pub(crate) fn before_and_after(&self, from: &Value, to: &Value) -> String {
        format!(
            ": {} → {}",
            self.values.excerpt(from),
            self.values.excerpt(to)
        )
    }
}
