//! Reporting: how a difference becomes a finding's place, level and message.

use serde_json::Value;

use super::{Comparison, keys};
use crate::{
    context::Context,
    differences::{Difference, DifferenceSide},
    matching,
    node::{Node, Pair},
    rules::{self, Level},
};

/// What a difference is about beside its two sides.
#[derive(Default)]
struct Details {
    entries: Vec<DifferenceSide>,
    also: Vec<DifferenceSide>,
}

impl<'a> Comparison<'a> {
    /// Reports a difference under a rule of its own.
    pub(crate) fn report(&mut self, context: &Context, id: &str, pair: &Pair<'a>, message: String) {
        self.report_with(context, id, pair, message, &[]);
    }

    /// Reports what happened to the schema, parameter or header at hand.
    pub(crate) fn event(&mut self, context: &Context, event: &str, pair: &Pair<'a>, detail: &str) {
        let (id, level, message) = Self::of_event(context, event, detail);
        self.add(context, id, level, pair, message);
    }

    /// As [`event`](Self::event), for a list of values that came or went together.
    pub(crate) fn event_of_list(
        &mut self,
        context: &Context,
        event: &str,
        list: &Pair<'a>,
        entries: &[Pair<'a>],
        detail: &str,
    ) {
        let (id, level, message) = Self::of_event(context, event, detail);
        for entry in entries {
            self.differences.speak_for(entry);
        }
        let values = |of: for<'p> fn(&'p Pair<'a>) -> &'p Node<'a>| {
            let values: Vec<_> = entries.iter().filter_map(|entry| of(entry).value).collect();
            (!values.is_empty()).then(|| values.into_iter().cloned().collect())
        };
        let of_list = |node: &Node<'a>, value| DifferenceSide {
            pointer: node.pointer.to_string(),
            value,
            exact: None,
        };
        let base = of_list(&list.base, values(|entry| &entry.base));
        let revision = of_list(&list.revision, values(|entry| &entry.revision));
        let sides = entries.iter().map(|entry| {
            let there = if entry.revision.value.is_some() {
                &entry.revision
            } else {
                &entry.base
            };
            self.side(there)
        });
        let entries = sides.collect();
        let details = Details {
            entries,
            also: Vec::new(),
        };
        self.push(context, (id, level, message), (base, revision), details);
    }

    /// As [`report`](Self::report), with other places that changed with it.
    pub(crate) fn report_with(
        &mut self,
        context: &Context,
        id: &str,
        pair: &Pair<'a>,
        message: String,
        also: &[Node<'a>],
    ) {
        let level = rules::rule(id).map_or(Level::Warn, |rule| rule.level);
        let level = context.relevance.of_rule(id, level);
        self.differences.speak_for(pair);
        let (base, revision) = (self.side(&pair.base), self.side(&pair.revision));
        for node in also {
            let (mut base, mut revision) = (node.emptied(), node.emptied());
            if pair.revision.value.is_some() {
                revision = node.clone();
            } else {
                base = node.clone();
            }
            self.differences.speak_for(&Pair { base, revision });
        }
        let details = Details {
            entries: Vec::new(),
            also: also.iter().map(|node| self.side(node)).collect(),
        };
        self.push(
            context,
            (id.to_owned(), level, message),
            (base, revision),
            details,
        );
    }

    fn of_event(context: &Context, event: &str, detail: &str) -> (String, Level, String) {
        let id = format!("{}-{event}", context.usage.prefix());
        let level = rules::rule(&id).map_or(Level::Warn, |rule| rule.level);
        let message = format!("{} {}{detail}", context.describe(), rules::phrase(event));
        (id, context.relevance.of_event(level), message)
    }

    fn add(
        &mut self,
        context: &Context,
        id: String,
        level: Level,
        pair: &Pair<'a>,
        message: String,
    ) {
        self.differences.speak_for(pair);
        let (base, revision) = (self.side(&pair.base), self.side(&pair.revision));
        self.push(
            context,
            (id, level, message),
            (base, revision),
            Details::default(),
        );
    }

    fn push(
        &mut self,
        context: &Context,
        (id, level, message): (String, Level, String),
        (base, revision): (DifferenceSide, DifferenceSide),
        details: Details,
    ) {
        self.differences.add(Difference {
            id: context.relevance.id(id),
            level,
            message,
            base,
            revision,
            entries: details.entries,
            also: details.also,
            visits: vec![context.visit],
        });
    }

    fn side(&self, node: &Node<'a>) -> DifferenceSide {
        DifferenceSide {
            pointer: node.pointer.to_string(),
            value: node.value.cloned(),
            exact: node.value.and_then(|value| self.values.exact_text(value)),
        }
    }

    /// Reports every leaf in which two values differ, under one rule.
    pub(crate) fn differs(&mut self, context: &Context, id: &str, pair: &Pair<'a>) {
        match pair.values() {
            (None, None) => {}
            (Some(Value::Object(_)), Some(Value::Object(_))) => {
                for name in keys(pair) {
                    self.differs(context, id, &pair.get(name));
                }
            }
            (Some(Value::Array(_)), Some(Value::Array(_))) => {
                for item in matching::by_position(pair, &self.values) {
                    self.differs(context, id, &item);
                }
            }
            (Some(base), Some(revision)) if self.values.same(base, revision) => {}
            (base, revision) => {
                let what = rules::rule(id).map_or(id, |rule| &rule.meaning);
                let how = match (base.is_some(), revision.is_some()) {
                    (false, _) => "added",
                    (_, false) => "removed",
                    _ => "changed",
                };
                self.report(context, id, pair, format!("{what} ({how})"));
            }
        }
    }

    /// Reports the list at hand if entries of it that were matched changed their order.
    pub(crate) fn order(&mut self, matched: &[Pair<'a>], mut report: impl FnMut(&mut Self)) {
        if !matching::is_in_order(matched) {
            report(self);
        }
    }
}
