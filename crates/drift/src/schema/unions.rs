//! `anyOf` and `oneOf`: lists of alternatives, of which a schema without any has one, itself.

use super::{
    compare,
    equivalence::{
        allows_all, exclude_each_other, requires_another, same_meaning, says_nothing_else,
    },
    identity::{MemberIdentity, similarity},
    parts::{self, Parts, PartsPair},
    schema,
};
use crate::{
    comparison::{Comparison, keys},
    context::Context,
    fields::{Comparator, Field},
    matching,
    node::{Node, Pair},
    resolve::Resolver,
    rules::Direction,
};

pub(super) const DISCRIMINATOR: &[Field] = &[
    (
        "propertyName",
        Comparator::AnyChange("discriminator-property-name-changed"),
    ),
    ("mapping", Comparator::Object(mapping)),
];

/// Reports an `allOf` that is no list; any other was taken apart.
pub(super) fn all_of<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parts: &PartsPair<'a>,
) {
    let odd = |parts: &Parts<'a>| parts.having("allOf").into_iter().next();
    let field = parts.field("allOf", odd(&parts.base), odd(&parts.revision));
    comparison.differs(context, "unclassified", &field);
}

pub(super) fn any_of<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parts: &PartsPair<'a>,
) {
    alternatives(comparison, context, parts);
}

pub(super) fn one_of<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parts: &PartsPair<'a>,
) {
    // Both kinds are compared together.
    if parts.base.first("anyOf").is_none() && parts.revision.first("anyOf").is_none() {
        alternatives(comparison, context, parts);
    }
}

/// A list of alternatives: its keyword and where it stands.
type Group<'a> = (&'static str, Node<'a>);

fn groups<'a>(parts: &Parts<'a>) -> Vec<Group<'a>> {
    let of = |keyword| {
        parts
            .having(keyword)
            .into_iter()
            .map(move |node| (keyword, node))
    };
    of("anyOf").chain(of("oneOf")).collect()
}

fn alternatives<'a>(comparison: &mut Comparison<'a>, context: &Context, parts: &PartsPair<'a>) {
    let (base, revision) = (groups(&parts.base), groups(&parts.revision));
    for (keyword, list) in base.iter().chain(&revision) {
        if list.array().is_none() {
            let field = parts.first(keyword);
            return comparison.differs(context, "unclassified", &field);
        }
    }
    let mut matched = matching::by_key(base, revision);
    matching::by_score(&mut matched, |_, _| 1);
    for pair in &matched.both {
        let event = match (pair.base.name(), pair.revision.name()) {
            ("oneOf", "anyOf") => Some("one-of-became-any-of"),
            ("anyOf", "oneOf") => Some("any-of-became-one-of"),
            _ => None,
        };
        if let Some(event) = event {
            comparison.event(context, event, pair, "");
        }
        members(comparison, context, pair);
    }
    for node in matched.removed {
        let field = parts.field(node.name(), Some(node), None);
        comparison.event(context, "alternatives-lifted", &field, "");
    }
    for node in matched.added {
        // Who sends what was required before, sends one that is still taken.
        let allows = |member: Node<'a>| {
            let member = Parts::of(&comparison.revision, &[member]);
            allows_all(comparison, &member, &parts.base, false)
        };
        let event = if node.name() == "anyOf" && node.items().any(allows) {
            "alternatives-introduced-as-before"
        } else {
            "alternatives-introduced"
        };
        let field = parts.field(node.name(), None, Some(node));
        comparison.event(context, event, &field, "");
    }
}

fn members<'a>(comparison: &mut Comparison<'a>, context: &Context, lists: &Pair<'a>) {
    let values = &comparison.values;
    let keyed = |node: &Node<'a>| -> Vec<(u64, Node<'a>)> {
        node.items()
            .filter_map(|item| Some((values.fingerprint(item.value?), item)))
            .collect()
    };
    // What is spelled alike is the same member; the rest is told by what it resolves to.
    let mut matched = matching::by_key(keyed(&lists.base), keyed(&lists.revision));
    let (base, revision) = (&comparison.base, &comparison.revision);
    let identities = |resolver: &Resolver<'a>, nodes: &[Node<'a>]| -> Vec<_> {
        nodes
            .iter()
            .map(|node| MemberIdentity::of_node(resolver, node))
            .collect()
    };
    let removed = identities(base, &matched.removed);
    let added = identities(revision, &matched.added);
    let place = |nodes: &[Node<'a>], node: &Node<'a>| {
        nodes
            .iter()
            .position(|other| other.address() == node.address())
    };
    let (all_removed, all_added) = (matched.removed.clone(), matched.added.clone());
    matching::by_score(&mut matched, |from, to| {
        let from = place(&all_removed, from).map(|index| &removed[index]);
        let to = place(&all_added, to).map(|index| &added[index]);
        from.zip(to).map_or(0, |(from, to)| similarity(from, to))
    });
    if let ([base], [revision]) = (&matched.removed[..], &matched.added[..]) {
        let (base, revision) = (base.clone(), revision.clone());
        comparison.hop(context, &Pair { base, revision });
    }
    let kind = if lists.revision.name() == "oneOf" {
        "one-of"
    } else {
        "any-of"
    };
    comparison.order(&matched.both, |comparison| {
        comparison.event(context, &format!("{kind}-reordered"), lists, "");
    });
    for pair in matched.both {
        let name = MemberIdentity::of_node(&comparison.base, &pair.base).name();
        schema(comparison, &context.member(name), &pair);
    }
    for node in matched.removed {
        let name = MemberIdentity::of_node(&comparison.base, &node).name();
        let event = format!("{kind}-removed");
        comparison.event(&context.member(name), &event, &lists.only_base(node), "");
    }
    for node in matched.added {
        let name = MemberIdentity::of_node(&comparison.revision, &node).name();
        let event = format!("{kind}-added");
        comparison.event(
            &context.member(name),
            &event,
            &lists.only_revision(node),
            "",
        );
    }
}

/// Compares a schema with alternatives of which it is one: that is a widening, or the reverse
/// of it. Says whether this was one.
pub(super) fn alternatives_around<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parts: &PartsPair<'a>,
) -> bool {
    let (base, revision) = (groups(&parts.base), groups(&parts.revision));
    match (&base[..], &revision[..]) {
        ([], [group]) => around(comparison, context, parts, group, false),
        ([group], []) => around(comparison, context, parts, group, true),
        _ => false,
    }
}

fn around<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parts: &PartsPair<'a>,
    (keyword, list): &Group<'a>,
    in_base: bool,
) -> bool {
    let (with, alone) = if in_base {
        (&parts.base, &parts.revision)
    } else {
        (&parts.revision, &parts.base)
    };
    let members: Vec<_> = list.items().collect();
    let Some(index) = counterpart(comparison, context, with, alone, list, &members, in_base) else {
        return false;
    };
    let resolver = if in_base {
        &comparison.base
    } else {
        &comparison.revision
    };
    let chosen = with.with_member(resolver, list, &members[index]);
    let is_request = context.usage.direction() == Direction::Request;
    let is_exclusive = |other: &Node<'a>| {
        let own = Parts::of(resolver, std::slice::from_ref(other));
        let is_unsent = is_request && requires_another(&own, alone);
        is_unsent || exclude_each_other(resolver, &members[index], other)
    };
    let others = members
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != index);
    let others: Vec<_> = others
        .map(|(_, member)| {
            let own = Parts::of(resolver, std::slice::from_ref(member));
            let is_narrower = !in_base && allows_all(comparison, alone, &own, true);
            let event = match (*keyword, in_base) {
                ("anyOf", false) if is_narrower => "any-of-narrower-added",
                ("anyOf", false) => "any-of-added",
                ("anyOf", true) => "any-of-removed",
                (_, false) if !is_exclusive(member) && is_narrower => "one-of-narrower-added",
                (_, false) if !is_exclusive(member) => "one-of-overlapping-added",
                (_, false) => "one-of-added",
                (_, true) => "one-of-removed",
            };
            let name = MemberIdentity::of_node(resolver, member).name();
            (member.clone(), event, name)
        })
        .collect();
    let there = alone.place_of(keyword, Some(list));
    for (member, event, name) in others {
        let pair = if in_base {
            Pair {
                base: member,
                revision: there.clone(),
            }
        } else {
            Pair {
                base: there.clone(),
                revision: member,
            }
        };
        comparison.event(&context.member(name), event, &pair, "");
    }
    let pair = if in_base {
        PartsPair {
            base: chosen,
            revision: alone.clone(),
        }
    } else {
        PartsPair {
            base: alone.clone(),
            revision: chosen,
        }
    };
    parts::references(comparison, context, (&[], &[]), &pair);
    let (base, revision) = (pair.base.addresses(), pair.revision.addresses());
    comparison.later(context, base, revision, move |comparison, context| {
        compare(comparison, context, &pair);
    });
    true
}

/// Which of the alternatives the schema is that stands alone on the other side.
fn counterpart<'a>(
    comparison: &Comparison<'a>,
    context: &Context,
    with: &Parts<'a>,
    alone: &Parts<'a>,
    list: &Node<'a>,
    members: &[Node<'a>],
    in_base: bool,
) -> Option<usize> {
    let resolver = if in_base {
        &comparison.base
    } else {
        &comparison.revision
    };
    let same = members.iter().position(|member| {
        let member = with.with_member(resolver, list, member).nodes;
        // Whatever is written beside the alternatives holds for each of them.
        let member: Vec<_> = member.into_iter().skip(with.nodes.len()).collect();
        let is_bare = says_nothing_else(with, &["anyOf", "oneOf", "nullable", "type"]);
        is_bare
            && if in_base {
                same_meaning(comparison, &member, &alone.nodes)
            } else {
                same_meaning(comparison, &alone.nodes, &member)
            }
    });
    if same.is_some() || !says_nothing_else(with, &["anyOf", "oneOf", "nullable", "type"]) {
        return same;
    }
    let own = MemberIdentity::of(alone);
    let scores: Vec<_> = members
        .iter()
        .map(|member| similarity(&MemberIdentity::of_node(resolver, member), &own))
        .collect();
    // What was split into several is none of them.
    let is_request = context.usage.direction() == Direction::Request;
    let alike = scores
        .iter()
        .filter(|score| (10..80).contains(*score))
        .count();
    if is_request && alike > 1 && scores.iter().all(|score| *score < 80) {
        return None;
    }
    let best = scores
        .into_iter()
        .enumerate()
        .max_by_key(|(index, score)| (*score, usize::MAX - index));
    best.filter(|(_, score)| *score >= 10)
        .map(|(index, _)| index)
}

fn mapping<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    for name in keys(field) {
        let entry = field.get(name);
        let event = match entry.values() {
            (None, _) => "discriminator-mapping-added",
            (_, None) => "discriminator-mapping-deleted",
            (base, revision) if base != revision => "discriminator-mapping-changed",
            _ => continue,
        };
        comparison.event(context, event, &entry, &format!(": {name:?}"));
    }
}
