//! A schema as it holds: the object itself and all that its `allOf` adds.
//!
//! `{$ref: X}`, `{allOf: [{$ref: X}]}` and `{oneOf: [{$ref: X}]}` mean the same, and so does a
//! schema whose members are written into it. Comparing the parts keyword by keyword makes the
//! spelling disappear, while every value keeps its place in the document.

use std::collections::{HashMap, HashSet};

use crate::{
    comparison::Comparison,
    context::Context,
    node::{Node, Pair},
    resolve::{Resolver, Target},
};

/// More parts than these are not a schema that anybody wrote.
const MOST: usize = 200;

/// The objects that must all hold, of one document, the outermost first.
#[derive(Clone, Default)]
pub(crate) struct Parts<'a> {
    pub(crate) nodes: Vec<Node<'a>>,
    /// The references that were followed to find them, each with what is passed on its way.
    ways: Vec<Vec<Node<'a>>>,
    /// The lists and members that were taken apart.
    containers: Vec<Node<'a>>,
    /// References that lead to nothing.
    lost: Vec<Node<'a>>,
}

impl<'a> Parts<'a> {
    pub(crate) fn of(resolver: &Resolver<'a>, sources: &[Node<'a>]) -> Self {
        Self::taken_apart(resolver, sources, true)
    }

    /// As [`of`](Self::of); an alternative that is the only one is left in its list, unless it
    /// is taken out.
    fn taken_apart(resolver: &Resolver<'a>, sources: &[Node<'a>], take_out: bool) -> Self {
        let mut parts = Self::default();
        let mut seen = HashSet::new();
        let mut waiting: Vec<_> = sources.iter().rev().cloned().collect();
        while let Some(source) = waiting.pop() {
            let node = match resolver.target(&source) {
                Target::Here => source,
                Target::There(passed) => {
                    let Some(end) = passed.last().cloned() else {
                        continue;
                    };
                    parts.ways.push([vec![source], passed].concat());
                    end
                }
                Target::Outside | Target::Nowhere => {
                    parts.lost.push(source);
                    continue;
                }
            };
            if parts.nodes.len() == MOST || !seen.insert(node.address()) {
                continue;
            }
            for keyword in ["allOf", "anyOf", "oneOf"] {
                if let Some(members) = members(&node, keyword)
                    && (take_out || keyword == "allOf")
                {
                    parts.containers.push(node.get(keyword));
                    waiting.extend(members.into_iter().rev());
                }
            }
            parts.nodes.push(node);
        }
        parts
    }

    /// These parts, and those of one of the alternatives that stand in them.
    pub(crate) fn with_member(
        &self,
        resolver: &Resolver<'a>,
        list: &Node<'a>,
        member: &Node<'a>,
    ) -> Self {
        let member = Self::of(resolver, std::slice::from_ref(member));
        Self {
            nodes: [&self.nodes[..], &member.nodes].concat(),
            ways: [&self.ways[..], &member.ways].concat(),
            containers: [
                &self.containers[..],
                &member.containers,
                std::slice::from_ref(list),
            ]
            .concat(),
            lost: [&self.lost[..], &member.lost].concat(),
        }
    }

    /// Whether there is an alternative that is the only one, or whether there are several.
    fn alternatives(&self) -> (bool, bool) {
        let lists = self
            .nodes
            .iter()
            .flat_map(|node| [node.get("anyOf"), node.get("oneOf")]);
        let lengths: Vec<_> = lists.filter_map(|list| Some(list.array()?.len())).collect();
        (
            lengths.contains(&1),
            lengths.iter().any(|length| *length > 1),
        )
    }

    /// The reference that leads to the outermost part that is behind one.
    pub(crate) fn reference(&self) -> Option<&'a str> {
        self.ways.first()?.first()?.str("$ref")
    }

    /// What tells these parts from others.
    pub(crate) fn addresses(&self) -> Box<[usize]> {
        self.nodes.iter().map(Node::address).collect()
    }

    /// Whether there is only what stands at the source, and nothing else was looked at.
    pub(crate) fn is_plain(&self) -> bool {
        self.nodes.len() == 1 && self.ways.is_empty() && self.lost.is_empty()
    }

    pub(crate) fn is_lost(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The values of a keyword, one for each part that has it.
    pub(crate) fn having(&self, keyword: &'a str) -> Vec<Node<'a>> {
        self.nodes
            .iter()
            .map(|node| node.get(keyword))
            .filter(|node| node.value.is_some())
            .filter(|node| !self.is_container(node))
            .collect()
    }

    /// The value of the outermost part that has this keyword.
    pub(crate) fn first(&self, keyword: &'a str) -> Option<Node<'a>> {
        self.nodes
            .iter()
            .map(|node| node.get(keyword))
            .find(|node| node.value.is_some())
    }

    pub(crate) fn is_true(&self, keyword: &str) -> bool {
        self.nodes.iter().any(|node| node.is_true(keyword))
    }

    /// Everything that was passed: references, what they lead to, and the parts.
    fn passed(&self) -> Vec<&Node<'a>> {
        let ways = self.ways.iter().flatten();
        ways.chain(&self.lost).chain(&self.nodes).collect()
    }

    fn is_container(&self, node: &Node<'a>) -> bool {
        self.containers
            .iter()
            .any(|container| container.address() == node.address())
    }

    /// Where a keyword would be in these parts that stands in a part of the other document.
    pub(crate) fn place_of(&self, keyword: &'a str, other: Option<&Node<'a>>) -> Node<'a> {
        let at = |node: &Node<'a>| node.get(keyword).emptied();
        let Some(first) = self.nodes.first() else {
            return other.map(Node::emptied).unwrap_or_default();
        };
        if self.nodes.len() == 1 {
            return at(first);
        }
        let pointer = other.map(|node| node.pointer.to_string());
        let same = self.nodes.iter().map(at).find(|node| {
            pointer
                .as_deref()
                .is_some_and(|pointer| node.pointer.to_string() == pointer)
        });
        same.unwrap_or_else(|| at(first))
    }
}

/// The members of an `allOf`, or of alternatives that are only one.
fn members<'a>(node: &Node<'a>, keyword: &'static str) -> Option<Vec<Node<'a>>> {
    let list = node.get(keyword);
    let length = list.array()?.len();
    (keyword == "allOf" || length == 1).then(|| list.items().collect())
}

/// The parts of the same schema in the base and in the revision.
#[derive(Clone)]
pub(crate) struct PartsPair<'a> {
    pub(crate) base: Parts<'a>,
    pub(crate) revision: Parts<'a>,
}

impl<'a> PartsPair<'a> {
    pub(crate) fn of(
        comparison: &Comparison<'a>,
        base: &[Node<'a>],
        revision: &[Node<'a>],
    ) -> Self {
        let of = |take_out| Self {
            base: Parts::taken_apart(&comparison.base, base, take_out),
            revision: Parts::taken_apart(&comparison.revision, revision, take_out),
        };
        let parts = of(true);
        // One alternative beside several is one of them.
        match (parts.base.alternatives(), parts.revision.alternatives()) {
            ((true, _), (_, true)) | ((_, true), (true, _)) => of(false),
            _ => parts,
        }
    }

    /// The pair of two values of a keyword, where one may be missing.
    pub(crate) fn field(
        &self,
        keyword: &'a str,
        base: Option<Node<'a>>,
        revision: Option<Node<'a>>,
    ) -> Pair<'a> {
        let (base, revision) = match (base, revision) {
            (Some(base), Some(revision)) => (base, revision),
            (Some(base), None) => {
                let revision = self.revision.place_of(keyword, Some(&base));
                (base, revision)
            }
            (None, Some(revision)) => (self.base.place_of(keyword, Some(&revision)), revision),
            (None, None) => (
                self.base.place_of(keyword, None),
                self.revision.place_of(keyword, None),
            ),
        };
        Pair { base, revision }
    }

    /// The outermost values of a keyword.
    pub(crate) fn first(&self, keyword: &'a str) -> Pair<'a> {
        self.field(
            keyword,
            self.base.first(keyword),
            self.revision.first(keyword),
        )
    }

    pub(crate) fn is_true(&self, keyword: &str) -> (bool, bool) {
        (self.base.is_true(keyword), self.revision.is_true(keyword))
    }
}

/// Compares the references that lead to the parts, and notes what was taken apart for them.
pub(super) fn references<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    sources: (&[Node<'a>], &[Node<'a>]),
    parts: &PartsPair<'a>,
) {
    let base = parts.base.passed();
    let revision = parts.revision.passed();
    for node in parts.base.containers.iter().chain(&parts.base.nodes) {
        comparison.consider_base(node);
    }
    for node in parts
        .revision
        .containers
        .iter()
        .chain(&parts.revision.nodes)
    {
        comparison.consider_revision(node);
    }
    for node in &base {
        comparison.consider_base(node);
    }
    for node in &revision {
        comparison.consider_revision(node);
    }
    if let ([base], [revision]) = sources {
        compared(comparison, context, base, revision);
    }
    if parts.base.is_plain() && parts.revision.is_plain() {
        return;
    }
    let at: HashMap<_, _> = revision
        .iter()
        .map(|node| (node.pointer.to_string(), *node))
        .collect();
    for node in base {
        if let Some(other) = at.get(&node.pointer.to_string()) {
            compared(comparison, context, node, other);
        }
    }
}

fn compared<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    base: &Node<'a>,
    revision: &Node<'a>,
) {
    comparison.mark_compared(base, revision);
    let (base, revision) = (base.clone(), revision.clone());
    comparison.hop(context, &Pair { base, revision });
}
