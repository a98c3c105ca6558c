//! Whether two schemas mean the same, however they are spelled.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::Value;

use super::parts::{Parts, PartsPair};
use crate::{comparison::Comparison, node::Node, resolve::Resolver};

/// How many schemas are looked at before two are taken to be different.
const MOST: usize = 2_000;

/// Keywords whose values are numbers, texts or truth values.
const VALUES: &[&str] = &[
    "type",
    "format",
    "pattern",
    "multipleOf",
    "maximum",
    "minimum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "maxItems",
    "minItems",
    "maxProperties",
    "minProperties",
    "uniqueItems",
    "nullable",
    "readOnly",
    "writeOnly",
    "default",
];

/// Keywords that only describe.
const ANNOTATIONS: &[&str] = &[
    "title",
    "description",
    "externalDocs",
    "example",
    "deprecated",
    "xml",
    "discriminator",
];

/// Whether a keyword says nothing of values.
pub(super) fn only_describes(keyword: &str) -> bool {
    ANNOTATIONS.contains(&keyword) || keyword.starts_with("x-")
}

/// Whether the schemas of the base allow what those of the revision allow.
pub(super) fn same_meaning<'a>(
    comparison: &Comparison<'a>,
    base: &[Node<'a>],
    revision: &[Node<'a>],
) -> bool {
    Equivalence {
        comparison,
        met: HashSet::new(),
    }
    .schemas(base, revision)
}

/// Whether parts say nothing but what describes.
pub(super) fn says_nothing_else(parts: &Parts<'_>, but: &[&str]) -> bool {
    let is_silent = |name: &str| only_describes(name) || but.contains(&name);
    let objects = parts.nodes.iter().filter_map(Node::object);
    objects.into_iter().all(|object| {
        object.iter().all(|(name, value)| {
            let is_open = name == "additionalProperties" && *value == Value::Bool(true);
            is_silent(name) || name == "allOf" || is_open || *value == Value::Bool(false)
        })
    })
}

/// Whether one schema allows all that another one allows, as far as that is easily told. It is
/// assumed that what the inner one does not list does not come, unless it
/// [says that it does](names_others).
pub(super) fn allows_all<'a>(
    comparison: &Comparison<'a>,
    outer: &Parts<'a>,
    inner: &Parts<'a>,
    outer_is_base: bool,
) -> bool {
    let known = ["type", "required", "properties", "anyOf", "oneOf"];
    if !says_nothing_else(outer, &known[..3]) || !says_nothing_else(inner, &known) {
        return false;
    }
    let stated = |parts: &Parts<'a>| parts.first("type").and_then(|node| node.value);
    let is_same_type = stated(outer).is_none() || stated(outer) == stated(inner);
    let (listed, inside) = (properties(outer), properties(inner));
    let others_come = names_others(inner);
    let may_come = |name: &str| others_come || inside.contains_key(name);
    let is_open = !forbids_others(outer)
        || (!others_come && inside.keys().all(|name| listed.contains_key(name)));
    is_same_type
        && is_open
        && required(outer).is_subset(&required(inner))
        && listed
            .iter()
            .filter(|it| may_come(it.0))
            .all(|(name, own)| {
                let other = inside.get(name).map(Vec::as_slice).unwrap_or_default();
                let (base, revision) = if outer_is_base {
                    (&own[..], other)
                } else {
                    (other, &own[..])
                };
                same_meaning(comparison, base, revision)
            })
}

struct Equivalence<'c, 'a> {
    comparison: &'c Comparison<'a>,
    /// What is being compared already is taken to be the same.
    met: HashSet<[Box<[usize]>; 2]>,
}

impl<'a> Equivalence<'_, 'a> {
    fn schemas(&mut self, base: &[Node<'a>], revision: &[Node<'a>]) -> bool {
        let parts = PartsPair::of(self.comparison, base, revision);
        if parts.base.is_lost() || parts.revision.is_lost() || self.met.len() > MOST {
            return false;
        }
        if !self
            .met
            .insert([parts.base.addresses(), parts.revision.addresses()])
        {
            return true;
        }
        VALUES.iter().all(|name| self.values(&parts, name))
            && self.sets(&parts, "enum")
            && self.sets(&parts, "required")
            && self.properties(&parts)
            && self.inner(&parts, "items")
            && self.additional(&parts)
            && ["anyOf", "oneOf", "not"]
                .iter()
                .all(|name| self.alternatives(&parts, name))
    }

    fn values(&self, parts: &PartsPair<'a>, name: &'static str) -> bool {
        let texts = |parts: &Parts<'a>| -> BTreeSet<u64> {
            let values = parts.having(name).into_iter().filter_map(|node| node.value);
            let stated = values.filter(|value| **value != Value::Bool(false));
            stated
                .map(|value| self.comparison.values.fingerprint(value))
                .collect()
        };
        texts(&parts.base) == texts(&parts.revision)
    }

    fn sets(&self, parts: &PartsPair<'a>, name: &'static str) -> bool {
        let entries = |parts: &Parts<'a>| -> BTreeSet<u64> {
            let lists = parts.having(name);
            let items = lists
                .iter()
                .flat_map(Node::items)
                .filter_map(|item| item.value);
            items
                .map(|value| self.comparison.values.fingerprint(value))
                .collect()
        };
        entries(&parts.base) == entries(&parts.revision)
    }

    fn properties(&mut self, parts: &PartsPair<'a>) -> bool {
        let (base, revision) = (properties(&parts.base), properties(&parts.revision));
        base.len() == revision.len()
            && base.iter().all(|(name, base)| {
                revision
                    .get(name)
                    .is_some_and(|revision| self.schemas(base, revision))
            })
    }

    fn inner(&mut self, parts: &PartsPair<'a>, name: &'static str) -> bool {
        let (base, revision) = (parts.base.having(name), parts.revision.having(name));
        match (base.is_empty(), revision.is_empty()) {
            (true, true) => true,
            (false, false) => self.schemas(&base, &revision),
            _ => false,
        }
    }

    fn additional(&mut self, parts: &PartsPair<'a>) -> bool {
        let limits = |parts: &Parts<'a>| -> Vec<Node<'a>> {
            let is_limit = |node: &Node<'a>| match node.value {
                Some(Value::Object(schema)) => !schema.is_empty(),
                Some(Value::Bool(allowed)) => !allowed,
                _ => false,
            };
            let all = parts.having("additionalProperties").into_iter();
            all.filter(is_limit).collect()
        };
        let (base, revision) = (limits(&parts.base), limits(&parts.revision));
        let closed = |list: &[Node<'a>]| list.iter().any(|node| node.object().is_none());
        match (base.is_empty(), revision.is_empty()) {
            (true, true) => true,
            (false, false) if closed(&base) || closed(&revision) => {
                closed(&base) == closed(&revision)
            }
            (false, false) => self.schemas(&base, &revision),
            _ => false,
        }
    }

    /// Alternatives are compared in their order, since readers take the first that fits.
    fn alternatives(&mut self, parts: &PartsPair<'a>, name: &'static str) -> bool {
        let members = |parts: &Parts<'a>| -> Vec<Node<'a>> {
            let lists = parts.having(name);
            let list = |node: &Node<'a>| -> Vec<Node<'a>> {
                if node.array().is_some() {
                    node.items().collect()
                } else {
                    vec![node.clone()]
                }
            };
            lists.iter().flat_map(list).collect()
        };
        let (base, revision) = (members(&parts.base), members(&parts.revision));
        base.len() == revision.len()
            && base.iter().zip(&revision).all(|(base, revision)| {
                self.schemas(std::slice::from_ref(base), std::slice::from_ref(revision))
            })
    }
}

/// Whether an object must have a property that is not among those of another one, and so does
/// not come where that one is meant. By its keywords an object that says nothing of other
/// properties may have any; it is assumed that nobody sends those, unless it
/// [says that it has some](names_others).
pub(super) fn requires_another(parts: &Parts<'_>, than: &Parts<'_>) -> bool {
    let known = properties(than);
    let is_listed = !known.is_empty() && !names_others(than);
    is_listed && required(parts).iter().any(|name| !known.contains_key(name))
}

/// Whether an object says that it has properties that it does not list: `additionalProperties` is
/// a schema or `true`.
fn names_others(parts: &Parts<'_>) -> bool {
    !parts.having("additionalProperties").is_empty() && !forbids_others(parts)
}

fn forbids_others(parts: &Parts<'_>) -> bool {
    let said = parts.having("additionalProperties");
    said.iter()
        .any(|node| node.value == Some(&Value::Bool(false)))
}

/// The names of required properties.
fn required<'a>(parts: &Parts<'a>) -> HashSet<&'a str> {
    let lists = parts.having("required");
    let names = lists.iter().filter_map(Node::array).flatten();
    names.filter_map(Value::as_str).collect()
}

/// The schemas of each property in all parts.
fn properties<'a>(parts: &Parts<'a>) -> BTreeMap<&'a str, Vec<Node<'a>>> {
    let mut named: BTreeMap<&'a str, Vec<Node<'a>>> = BTreeMap::new();
    for list in parts.having("properties") {
        for (name, property) in list.entries() {
            named.entry(name).or_default().push(property);
        }
    }
    named
}

/// Whether nothing can match two schemas of one document.
pub(super) fn exclude_each_other<'a>(resolver: &Resolver<'a>, a: &Node<'a>, b: &Node<'a>) -> bool {
    let parts = |node: &Node<'a>| Parts::of(resolver, std::slice::from_ref(node));
    let (a, b) = (parts(a), parts(b));
    have_other_types(&a, &b) || have_other_values(&a, &b) || have_other_tags(resolver, &a, &b)
}

fn have_other_types(a: &Parts<'_>, b: &Parts<'_>) -> bool {
    let of = |parts: &Parts<'_>| {
        let node = parts.first("type")?;
        node.value?.as_str().map(str::to_owned)
    };
    let is_number = |name: &str| matches!(name, "integer" | "number");
    match (of(a), of(b)) {
        (Some(a), Some(b)) => a != b && !(is_number(&a) && is_number(&b)),
        _ => false,
    }
}

fn have_other_values(a: &Parts<'_>, b: &Parts<'_>) -> bool {
    let (Some(a), Some(b)) = (a.first("enum"), b.first("enum")) else {
        return false;
    };
    let (Some(a), Some(b)) = (a.array(), b.array()) else {
        return false;
    };
    !a.iter().any(|value| b.contains(value))
}

/// Whether both require a property that can have no value in common.
fn have_other_tags<'a>(resolver: &Resolver<'a>, a: &Parts<'a>, b: &Parts<'a>) -> bool {
    let property = |parts: &Parts<'a>, name: &'a str| {
        let nodes: Vec<_> = parts
            .having("properties")
            .iter()
            .map(|it| it.get(name))
            .collect();
        let there: Vec<_> = nodes.into_iter().filter(|it| it.value.is_some()).collect();
        Parts::of(resolver, &there)
    };
    let (in_a, in_b) = (required(a), required(b));
    in_a.intersection(&in_b).any(|name| {
        let (a, b) = (property(a, name), property(b, name));
        have_other_types(&a, &b) || have_other_values(&a, &b)
    })
}
