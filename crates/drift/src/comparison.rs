//! The walk over both documents, and the net that lets no difference through.
//!
//! Every object is walked by a table that names its keys. A key that the table does not name,
//! a value of a shape that it does not expect, and a difference that its treatment did not
//! report, are reported all the same: that is what makes the walk complete by construction.

use std::collections::{HashSet, VecDeque};

use serde_json::Value;

use crate::{
    context::{Context, Relevance},
    matching::{self, Matched},
    node::{Node, Pair},
    resolve::{Resolver, Target},
    rules::{self, Level, Usage},
    values::same,
};

/// A difference, before places are looked up.
pub(crate) struct Difference {
    pub(crate) id: String,
    pub(crate) level: Level,
    pub(crate) operation: Option<String>,
    pub(crate) message: String,
    pub(crate) base: DifferenceSide,
    pub(crate) revision: DifferenceSide,
}

/// One side of a difference.
pub(crate) struct DifferenceSide {
    pub(crate) pointer: String,
    pub(crate) value: Option<Value>,
}

pub(crate) type Visitor = for<'a> fn(&mut Comparison<'a>, &Context, &Pair<'a>);

pub(crate) struct Comparison<'a> {
    pub(crate) base: Resolver<'a>,
    pub(crate) revision: Resolver<'a>,
    differences: Vec<Difference>,
    /// What was reported, so that what is reached twice is reported once.
    reported: HashSet<(String, String, String)>,
    /// The pointers at or under which something was reported, in the base and the revision.
    covered: (HashSet<String>, HashSet<String>),
    /// What is behind references waits here, so that no chain of them exhausts the stack.
    queue: VecDeque<(Context, Pair<'a>, Visitor)>,
    /// The pairs behind references that were met: recursive schemas end here.
    met: HashSet<(usize, usize, Usage, Relevance)>,
}

impl<'a> Comparison<'a> {
    pub(crate) fn new(base: &'a Value, revision: &'a Value) -> Self {
        Self {
            base: Resolver::new(base),
            revision: Resolver::new(revision),
            differences: Vec::new(),
            reported: HashSet::new(),
            covered: Default::default(),
            queue: VecDeque::new(),
            met: HashSet::new(),
        }
    }

    pub(crate) fn into_differences(self) -> Vec<Difference> {
        self.differences
    }

    /// Reports a difference under a rule of its own.
    pub(crate) fn report(&mut self, context: &Context, id: &str, pair: &Pair<'a>, message: String) {
        let level = rules::rule(id).map_or(Level::Warn, |rule| rule.level);
        self.push(
            context,
            id.to_owned(),
            context.relevance.of_rule(level),
            pair,
            message,
        );
    }

    /// Reports what happened to the schema, parameter or header at hand.
    pub(crate) fn event(&mut self, context: &Context, event: &str, pair: &Pair<'a>, detail: &str) {
        let id = format!("{}-{event}", context.usage.prefix());
        let level = rules::rule(&id).map_or(Level::Warn, |rule| rule.level);
        let message = format!("{} {}{detail}", context.describe(), rules::phrase(event));
        self.push(
            context,
            id,
            context.relevance.of_event(level),
            pair,
            message,
        );
    }

    fn push(
        &mut self,
        context: &Context,
        id: String,
        level: Level,
        pair: &Pair<'a>,
        message: String,
    ) {
        self.mark_reported(pair);
        let base = pair.base.pointer.to_string();
        let revision = pair.revision.pointer.to_string();
        if !self
            .reported
            .insert((id.clone(), base.clone(), revision.clone()))
        {
            return;
        }
        self.differences.push(Difference {
            id,
            level,
            operation: context.operation.as_deref().map(str::to_owned),
            message,
            base: DifferenceSide {
                pointer: base,
                value: pair.base.value.cloned(),
            },
            revision: DifferenceSide {
                pointer: revision,
                value: pair.revision.value.cloned(),
            },
        });
    }

    /// Notes that what differs here is reported, be it here or elsewhere.
    pub(crate) fn mark_reported(&mut self, pair: &Pair<'a>) {
        cover(&mut self.covered.0, &pair.base.pointer.to_string());
        cover(&mut self.covered.1, &pair.revision.pointer.to_string());
    }

    fn is_reported(&self, pair: &Pair<'a>) -> bool {
        let there = |node: &Node<'a>, covered: &HashSet<String>| {
            node.value.is_some() && covered.contains(&node.pointer.to_string())
        };
        there(&pair.base, &self.covered.0) || there(&pair.revision, &self.covered.1)
    }

    /// Both documents.
    pub(crate) fn document(&self) -> Pair<'a> {
        Pair {
            base: self.base.root().clone(),
            revision: self.revision.root().clone(),
        }
    }

    /// Visits what two nodes are or refer to. What is behind a reference is visited later,
    /// and once.
    pub(crate) fn visit(&mut self, context: &Context, pair: &Pair<'a>, visitor: Visitor) {
        let Some(followed) = self.follow(context, pair) else {
            return;
        };
        let addresses = |pair: &Pair<'a>| (pair.base.address(), pair.revision.address());
        let (base, revision) = addresses(&followed);
        if (base, revision) == addresses(pair) {
            visitor(self, context, &followed);
        } else if self
            .met
            .insert((base, revision, context.usage, context.relevance))
        {
            self.queue.push_back((context.clone(), followed, visitor));
        }
    }

    /// What two nodes are or refer to; nothing where a reference leads nowhere, which is
    /// reported.
    pub(crate) fn follow(&mut self, context: &Context, pair: &Pair<'a>) -> Option<Pair<'a>> {
        let base = self.base.visit(&pair.base);
        let revision = self.revision.visit(&pair.revision);
        self.reference(context, pair);
        self.beside_reference(context, pair);
        let end = |target: Target<'a>, node: &Node<'a>| match target {
            Target::Here => Some(node.clone()),
            Target::There(target) => Some(target),
            Target::Nowhere => None,
        };
        end(base, &pair.base)
            .zip(end(revision, &pair.revision))
            .map(|(base, revision)| Pair { base, revision })
    }

    /// Visits everything behind references that was met so far.
    pub(crate) fn compare_queued(&mut self) {
        while let Some((context, pair, visitor)) = self.queue.pop_front() {
            visitor(self, &context, &pair);
        }
    }

    /// Reports what changed in the reference itself.
    fn reference(&mut self, context: &Context, pair: &Pair<'a>) {
        let nowhere = |target: Target<'a>| matches!(target, Target::Nowhere);
        let led = !nowhere(self.base.target(&pair.base));
        let leads = !nowhere(self.revision.target(&pair.revision));
        let (id, message) = match (pair.base.str("$ref"), pair.revision.str("$ref")) {
            (from, to) if from == to && led == leads => return,
            (_, Some(to)) if !leads => (
                "reference-unresolvable",
                format!("{to:?} leads to nothing in this document"),
            ),
            (Some(from), _) if !led => (
                "reference-repaired",
                format!("{from:?} led to nothing in this document"),
            ),
            (Some(from), Some(to)) => (
                "reference-changed",
                format!("refers to {to}, no longer to {from}"),
            ),
            (Some(from), None) => ("reference-changed", format!("spells out what {from} was")),
            (None, to) => {
                let to = to.unwrap_or_default();
                (
                    "reference-changed",
                    format!("refers to {to} for what was spelled out"),
                )
            }
        };
        self.report(context, id, &pair.get("$ref"), message);
    }

    /// Where one entry went and one came, the latter may be the former with its reference
    /// changed.
    pub(crate) fn reference_of_single_leftovers(
        &mut self,
        context: &Context,
        matched: &Matched<'a>,
    ) {
        if let ([base], [revision]) = (&matched.removed[..], &matched.added[..]) {
            let (base, revision) = (base.clone(), revision.clone());
            self.reference(context, &Pair { base, revision });
        }
    }

    /// Reports what changed beside references, where OpenAPI 3.0 gives it no meaning.
    fn beside_reference(&mut self, context: &Context, pair: &Pair<'a>) {
        let beside = |node: &Node<'a>| match node.str("$ref") {
            Some(_) => node.clone(),
            None => node.emptied(),
        };
        let sides = Pair {
            base: beside(&pair.base),
            revision: beside(&pair.revision),
        };
        for name in keys(&sides).into_iter().filter(|name| *name != "$ref") {
            self.differs(context, common(name), &sides.get(name));
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
                for item in matching::by_position(pair) {
                    self.differs(context, id, &item);
                }
            }
            (Some(base), Some(revision)) if same(base, revision) => {}
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

    /// The net: reports a difference that the treatment of a key left unreported.
    pub(crate) fn report_unreported(&mut self, context: &Context, pair: &Pair<'a>) {
        let here = match pair.values() {
            // Two containers are compared by what is in them.
            (Some(Value::Object(_)), Some(Value::Object(_)))
            | (Some(Value::Array(_)), Some(Value::Array(_)))
            | (None, None) => return,
            (Some(base), Some(revision)) if same(base, revision) => return,
            (base, revision) => base.is_some() && revision.is_some(),
        };
        if self.is_reported(pair) {
            return;
        }
        if here {
            self.differs(context, "unclassified", pair);
        } else {
            let message = "this says what holds without it".to_owned();
            self.report(context, "equivalent-change", pair, message);
        }
    }
}

/// Adds a pointer and those above it.
fn cover(covered: &mut HashSet<String>, pointer: &str) {
    let mut pointer = pointer;
    while covered.insert(pointer.to_owned()) {
        pointer = pointer.rsplit_once('/').map_or("", |(above, _)| above);
    }
}

/// The keys of both objects: the base's in its order, then the revision's own.
pub(crate) fn keys<'a>(pair: &Pair<'a>) -> Vec<&'a str> {
    let base = pair.base.object();
    let ours = base.into_iter().flatten();
    let theirs = pair.revision.object().into_iter().flatten();
    ours.chain(theirs.filter(|(name, _)| base.is_none_or(|base| !base.contains_key(*name))))
        .map(|(name, _)| name.as_str())
        .collect()
}

/// The rule for a key that means the same in every object.
pub(crate) fn common(name: &str) -> &'static str {
    match name {
        "description" => "description-changed",
        "summary" => "summary-changed",
        "externalDocs" => "external-docs-changed",
        _ if name.starts_with("x-") => "extension-changed",
        _ => "unclassified",
    }
}
