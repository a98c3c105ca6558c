//! The way through both documents: what is compared, what waits to be, and what was found.
//!
//! Every object is compared by a table that names its keys. A key that the table does not
//! name and a value of a shape that it does not expect are reported all the same; what a
//! comparison passed without a finding is left to [`crate::remainder`].

mod references;
mod reporting;

use std::{
    collections::{HashMap, HashSet, VecDeque},
    rc::Rc,
};

use bigcommerce_spec::Document;
use serde_json::Value;

use crate::{
    context::{Context, Relevance},
    differences::{Difference, Differences},
    moved_prefix::MovedPrefix,
    node::{Node, Pair},
    reach::{VisitId, Visits},
    resolve::Resolver,
    rules::Usage,
    serialization::Serialization,
    values::Values,
};

pub(crate) type Visitor = for<'a> fn(&mut Comparison<'a>, &Context, &Pair<'a>);

type Waiting<'a> = Box<dyn FnOnce(&mut Comparison<'a>) + 'a>;

/// What is compared with what behind references, and how it is used.
type VisitKey = (Box<[usize]>, Box<[usize]>, Usage, Relevance, Serialization);

pub(crate) struct Comparison<'a> {
    pub(crate) base: Resolver<'a>,
    pub(crate) revision: Resolver<'a>,
    pub(crate) values: Rc<Values>,
    /// What moved between the servers' URLs and the paths.
    pub(crate) moved_prefix: MovedPrefix<'a>,
    differences: Differences,
    /// The addresses of values that were compared for what they mean, in the base and the
    /// revision: where nothing was reported, nothing changed.
    considered: (HashSet<usize>, HashSet<usize>),
    /// The addresses of what was compared with each other.
    compared: HashSet<(usize, usize)>,
    /// What has another name in the revision, by the address in the base.
    renamed: HashMap<usize, &'a str>,
    /// What is behind references waits here, so that no chain of them exhausts the stack.
    queue: VecDeque<Waiting<'a>>,
    /// The pairs behind references that were met: recursive schemas end here.
    met: HashMap<VisitKey, VisitId>,
    visits: Visits,
}

impl<'a> Comparison<'a> {
    pub(crate) fn new(base: &'a Document, revision: &'a Document) -> Self {
        let values = Rc::new(Values::of([base, revision]));
        let (base, revision) = (Resolver::new(base.value()), Resolver::new(revision.value()));
        Self {
            moved_prefix: MovedPrefix::between(&base, &revision),
            base,
            revision,
            values,
            differences: Differences::default(),
            considered: Default::default(),
            compared: HashSet::new(),
            renamed: HashMap::new(),
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

    /// Notes that all that differs under here is reported.
    pub(crate) fn mark_all_reported(&mut self, pair: &Pair<'a>) {
        self.differences.speak_for_all_of(pair);
    }

    pub(crate) fn is_reported(&self, pair: &Pair<'a>) -> bool {
        self.differences.speak_for_pair(pair)
    }

    pub(crate) fn is_reported_as_whole(&self, pair: &Pair<'a>) -> bool {
        self.differences.speak_for_whole(pair)
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

    /// Notes that something has another name in the revision, where it is compared.
    pub(crate) fn mark_renamed(&mut self, pair: &Pair<'a>) {
        let name = pair.revision.name();
        self.renamed.insert(pair.base.address(), name);
    }

    pub(crate) fn new_name(&self, base: &Value) -> Option<&'a str> {
        self.renamed.get(&std::ptr::from_ref(base).addr()).copied()
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
        let (usage, relevance) = (context.usage, context.relevance);
        let serialization = context.serialization.clone();
        let key = (base, revision, usage, relevance, serialization);
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

    /// Compares what everything behind references that was met so far stands for.
    pub(crate) fn compare_queued(&mut self) {
        while let Some(visitor) = self.queue.pop_front() {
            visitor(self);
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
