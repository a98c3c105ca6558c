//! The way through both documents: what is compared, what waits to be, and what was found.
//!
//! Every object is compared by a table that names its keys. A key that the table does not
//! name and a value of a shape that it does not expect are reported all the same; what a
//! comparison passed without a finding is left to [`crate::remainder`].

use std::{
    collections::{HashMap, HashSet, VecDeque},
    rc::Rc,
};

use bigcommerce_spec::Document;
use serde_json::Value;

use crate::{
    context::{Context, Relevance},
    differences::{Difference, DifferenceSide, Differences},
    matching,
    node::{Node, Pair},
    reach::{VisitId, Visits},
    resolve::{Resolver, Target},
    rules::{self, Level, Usage},
    values::Values,
};

pub(crate) type Visitor = for<'a> fn(&mut Comparison<'a>, &Context, &Pair<'a>);

type Waiting<'a> = Box<dyn FnOnce(&mut Comparison<'a>) + 'a>;

/// What is compared with what behind references, and how it is used.
type VisitKey = (Box<[usize]>, Box<[usize]>, Usage, Relevance);

pub(crate) struct Comparison<'a> {
    pub(crate) base: Resolver<'a>,
    pub(crate) revision: Resolver<'a>,
    pub(crate) values: Rc<Values>,
    differences: Differences,
    /// The addresses of values that were compared for what they mean, in the base and the
    /// revision: where nothing was reported, nothing changed.
    considered: (HashSet<usize>, HashSet<usize>),
    /// The addresses of what was compared with each other.
    compared: HashSet<(usize, usize)>,
    /// What is behind references waits here, so that no chain of them exhausts the stack.
    queue: VecDeque<Waiting<'a>>,
    /// The pairs behind references that were met: recursive schemas end here.
    met: HashMap<VisitKey, VisitId>,
    visits: Visits,
}

/// What a difference is about beside its two sides.
#[derive(Default)]
struct Details {
    entries: Vec<DifferenceSide>,
    also: Vec<DifferenceSide>,
}

impl<'a> Comparison<'a> {
    pub(crate) fn new(base: &'a Document, revision: &'a Document) -> Self {
        Self {
            base: Resolver::new(base.value()),
            revision: Resolver::new(revision.value()),
            values: Rc::new(Values::of([base, revision])),
            differences: Differences::default(),
            considered: Default::default(),
            compared: HashSet::new(),
            queue: VecDeque::new(),
            met: HashMap::new(),
            visits: Visits::new(),
        }
    }

    /// What was found, each with the operations that feel it.
    pub(crate) fn into_differences(self) -> impl Iterator<Item = (Difference, Vec<Rc<str>>)> {
        let found = self.differences.into_found();
        let sets: Vec<_> = found.iter().map(|it| it.visits.as_slice()).collect();
        let operations = self.visits.operations_of(&sets);
        found.into_iter().zip(operations)
    }

    /// The context of an operation; within a callback, of the operation that calls back.
    pub(crate) fn operation(&mut self, context: &Context, name: String) -> Context {
        let name: Rc<str> = name.into();
        let visit = match context.visit {
            visit if visit == Visits::document() => self.visits.operation(&name),
            visit => visit,
        };
        context.operation(name, visit)
    }

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

    /// Notes that all that differs under here is reported.
    pub(crate) fn mark_all_reported(&mut self, pair: &Pair<'a>) {
        self.differences.speak_for_all_of(pair);
    }

    pub(crate) fn is_reported(&self, pair: &Pair<'a>) -> bool {
        self.differences.speak_for_pair(pair)
    }

    /// Notes that the values were compared for what they mean, and whatever is to be said of
    /// them is said.
    pub(crate) fn consider(&mut self, pair: &Pair<'a>) {
        self.considered.0.insert(pair.base.address());
        self.considered.1.insert(pair.revision.address());
    }

    pub(crate) fn consider_values(&mut self, base: Vec<&'a Value>, revision: Vec<&'a Value>) {
        let address = |value| std::ptr::from_ref::<Value>(value).addr();
        self.considered.0.extend(base.into_iter().map(address));
        self.considered.1.extend(revision.into_iter().map(address));
    }

    pub(crate) fn consider_base(&mut self, node: &Node<'a>) {
        self.considered.0.insert(node.address());
    }

    pub(crate) fn consider_revision(&mut self, node: &Node<'a>) {
        self.considered.1.insert(node.address());
    }

    pub(crate) fn is_considered(&self, pair: &Pair<'a>) -> bool {
        let known = |node: &Node<'a>, known: &HashSet<usize>| {
            node.value.is_none() || known.contains(&node.address())
        };
        known(&pair.base, &self.considered.0) && known(&pair.revision, &self.considered.1)
    }

    /// Notes that two values were compared with each other.
    pub(crate) fn mark_compared(&mut self, base: &Node<'a>, revision: &Node<'a>) {
        self.compared.insert((base.address(), revision.address()));
    }

    pub(crate) fn was_compared(&self, pair: &Pair<'a>) -> bool {
        self.compared
            .contains(&(pair.base.address(), pair.revision.address()))
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
        let is_here = |node: &Node<'a>, end: &Node<'a>| node.address() == end.address();
        if is_here(&pair.base, &followed.base) && is_here(&pair.revision, &followed.revision) {
            visitor(self, context, &followed);
        } else {
            let (base, revision) = (followed.base.address(), followed.revision.address());
            self.later(
                context,
                [base].into(),
                [revision].into(),
                move |comparison, context| {
                    visitor(comparison, context, &followed);
                },
            );
        }
    }

    /// Compares what these addresses stand for later, and once for each use.
    pub(crate) fn later(
        &mut self,
        context: &Context,
        base: Box<[usize]>,
        revision: Box<[usize]>,
        visitor: impl FnOnce(&mut Self, &Context) + 'a,
    ) {
        let key = (base, revision, context.usage, context.relevance);
        if let Some(visit) = self.met.get(&key) {
            return self.visits.ask(context.visit, *visit);
        }
        let visit = self.visits.add();
        self.visits.ask(context.visit, visit);
        self.met.insert(key, visit);
        let context = context.visited(visit);
        self.queue
            .push_back(Box::new(move |comparison| visitor(comparison, &context)));
    }

    /// What two nodes are or refer to; nothing where a reference leads nowhere, which is
    /// reported.
    pub(crate) fn follow(&mut self, context: &Context, pair: &Pair<'a>) -> Option<Pair<'a>> {
        let base = self.base.target(&pair.base);
        let revision = self.revision.target(&pair.revision);
        let passed = |node: &Node<'a>, target: Target<'a>| match target {
            Target::Here => Some(vec![node.clone()]),
            Target::There(mut passed) => {
                passed.insert(0, node.clone());
                Some(passed)
            }
            Target::Outside | Target::Nowhere => None,
        };
        let base = passed(&pair.base, base);
        let revision = passed(&pair.revision, revision);
        let (Some(mut base), Some(mut revision)) = (base, revision) else {
            self.hop(context, pair);
            return None;
        };
        self.hops(context, &base, &revision);
        let (base, revision) = (base.pop()?, revision.pop()?);
        self.mark_compared(&base, &revision);
        Some(Pair { base, revision })
    }

    /// Compares the references on two ways: the first with the first, and then those that
    /// stand at the same place in both documents.
    pub(crate) fn hops(&mut self, context: &Context, base: &[Node<'a>], revision: &[Node<'a>]) {
        if let ([base], [revision]) = (base, revision)
            && base.str("$ref").is_none()
            && revision.str("$ref").is_none()
        {
            return;
        }
        let at: HashMap<_, _> = revision
            .iter()
            .skip(1)
            .map(|node| (node.pointer.to_string(), node))
            .collect();
        let same = base.iter().skip(1).filter_map(|base| {
            let revision = *at.get(&base.pointer.to_string())?;
            Some(Pair {
                base: base.clone(),
                revision: revision.clone(),
            })
        });
        let first = base
            .first()
            .zip(revision.first())
            .map(|(base, revision)| Pair {
                base: base.clone(),
                revision: revision.clone(),
            });
        for pair in first.into_iter().chain(same) {
            self.mark_compared(&pair.base, &pair.revision);
            self.hop(context, &pair);
        }
    }

    /// Compares what everything behind references that was met so far stands for.
    pub(crate) fn compare_queued(&mut self) {
        while let Some(visitor) = self.queue.pop_front() {
            visitor(self);
        }
    }

    /// Reports what changed in a reference itself and beside it.
    pub(crate) fn hop(&mut self, context: &Context, pair: &Pair<'a>) {
        let texts = (pair.base.str("$ref"), pair.revision.str("$ref"));
        if texts == (None, None) {
            return;
        }
        self.beside_reference(context, pair);
        let field = pair.get("$ref");
        self.consider(&field);
        let (led, leads) = (
            self.base.target(&pair.base),
            self.revision.target(&pair.revision),
        );
        let is_outside = matches!(led, Target::Outside) || matches!(leads, Target::Outside);
        let (id, message) = match texts {
            (from, to) if from == to && led.is_reached() == leads.is_reached() => return,
            (from, to) if is_outside => (
                "reference-outside-changed",
                match (from, to) {
                    (Some(from), Some(to)) => format!("refers to {to}, no longer to {from}"),
                    (Some(from), None) => format!("spells out what {from} was"),
                    (None, to) => {
                        format!("refers to {} for what was spelled out", to.unwrap_or("?"))
                    }
                } + "; another file is not read",
            ),
            (_, Some(to)) if !leads.is_reached() => (
                "reference-unresolvable",
                format!("{to:?} leads to nothing in this document"),
            ),
            (Some(from), _) if !led.is_reached() => (
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
        self.report(context, id, &field, message);
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
            let id = match common(name) {
                "unclassified" => "reference-sibling-changed",
                id => id,
            };
            self.differs(context, id, &sides.get(name));
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
