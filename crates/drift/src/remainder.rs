//! What is left: every leaf in which the documents differ and of which nothing was said yet.
//!
//! This reads both documents once more, by their structure alone, so that nothing depends on
//! the comparisons having looked everywhere. What one of them weighed and found to mean the
//! same is an equivalent change; what none of them looked at is unclassified.

use std::collections::HashMap;

use serde_json::Value;

use crate::{
    comparison::{Comparison, common, keys},
    context::Context,
    matching,
    node::{Node, Pair},
};

/// Reports what differs and was not reported.
pub(crate) fn remainder<'a>(comparison: &mut Comparison<'a>, context: &Context, pair: &Pair<'a>) {
    match pair.values() {
        (None, None) => {}
        (Some(Value::Object(_)), Some(Value::Object(_))) => {
            // What one side spells out and the other refers to was said of the reference.
            let is_reference = |node: &Node<'a>| node.str("$ref").is_some();
            let is_spelled_out = is_reference(&pair.base) != is_reference(&pair.revision)
                && comparison.was_compared(pair);
            let entries = pair.base.object().into_iter().flatten();
            let new_name =
                |(name, value)| Some((String::as_str(name), comparison.new_name(value)?));
            let renamed: Vec<_> = entries.filter_map(new_name).collect();
            for (from, to) in &renamed {
                let (base, revision) = (pair.base.get(from), pair.revision.get(to));
                remainder(comparison, context, &Pair { base, revision });
            }
            let is_renamed =
                |name: &&str| renamed.iter().any(|(from, to)| from == name || to == name);
            for name in keys(pair).into_iter().filter(|name| !is_renamed(name)) {
                if let (Some(base), Some(revision)) = pair.values_of(name)
                    && comparison.values.same(base, revision)
                {
                    continue;
                }
                let field = pair.get(name);
                if !(is_spelled_out && comparison.is_considered(&field)) {
                    remainder(comparison, context, &field);
                }
            }
        }
        (Some(Value::Array(_)), Some(Value::Array(_))) => {
            for item in items(comparison, pair) {
                remainder(comparison, context, &item);
            }
        }
        (Some(base), Some(revision)) if comparison.values.same(base, revision) => {}
        _ if comparison.is_reported_as_whole(pair) => {}
        (None, _) | (_, None) if comparison.is_reported(pair) => {
            if beside_reported(comparison, context, pair) {
                let message = "what is not reported in here is spelled at another place".to_owned();
                comparison.report(context, "spelled-elsewhere", pair, message);
            }
        }
        _ if comparison.is_reported(pair) => {}
        _ => left_over(comparison, context, pair),
    }
}

/// Reports what is in a container that one side has alone, where something in it was reported
/// and the rest was not compared with what takes its place on the other side. Says whether
/// there is something that was.
fn beside_reported<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    pair: &Pair<'a>,
) -> bool {
    let mut was_compared = false;
    for child in children(pair) {
        if comparison.is_reported_as_whole(&child) {
        } else if comparison.is_reported(&child) {
            was_compared |= beside_reported(comparison, context, &child);
        } else if comparison.is_considered(&child) || is_entry(comparison, pair, &child) {
            was_compared = true;
        } else {
            left_over(comparison, context, &child);
        }
    }
    was_compared
}

/// Whether this is a text or a number in a list that was compared.
fn is_entry<'a>(comparison: &Comparison<'a>, list: &Pair<'a>, entry: &Pair<'a>) -> bool {
    let is_list = list.base.array().or(list.revision.array()).is_some();
    let value = entry.base.value.or(entry.revision.value);
    let is_container = value.is_some_and(|value| value.is_object() || value.is_array());
    is_list && !is_container && comparison.is_considered(list)
}

/// What is in a container that one side has alone.
fn children<'a>(pair: &Pair<'a>) -> Vec<Pair<'a>> {
    let inside = |node: &Node<'a>| -> Vec<_> {
        let entries = node.entries().map(|(_, entry)| entry);
        entries.chain(node.items()).collect()
    };
    let base = inside(&pair.base)
        .into_iter()
        .map(|node| pair.only_base(node));
    let revision = inside(&pair.revision).into_iter();
    base.chain(revision.map(|node| pair.only_revision(node)))
        .collect()
}

fn left_over<'a>(comparison: &mut Comparison<'a>, context: &Context, pair: &Pair<'a>) {
    let name = pair.revision.name();
    let rule = common(name);
    if rule != "unclassified" && !comparison.is_considered(pair) {
        comparison.differs(context, rule, pair);
    } else if comparison.is_considered(pair) {
        let message = "this is spelled in another way, and means the same".to_owned();
        comparison.report(context, "equivalent-change", pair, message);
    } else {
        comparison.differs(context, "unclassified", pair);
    }
}

/// The items of two lists: equal ones left out, then those of the same name matched, then the
/// first with the first.
fn items<'a>(comparison: &Comparison<'a>, pair: &Pair<'a>) -> Vec<Pair<'a>> {
    let values = &comparison.values;
    let fingerprints = |node: &Node<'a>| -> Vec<_> {
        node.items()
            .filter_map(|item| Some((values.fingerprint(item.value?), item)))
            .collect()
    };
    let matched = matching::by_key(fingerprints(&pair.base), fingerprints(&pair.revision));
    let named = |nodes: Vec<Node<'a>>| -> Vec<_> {
        let mut seen = HashMap::new();
        let mut numbered = |node: Node<'a>| {
            let name = label(&node);
            let number = seen.entry(name).or_insert(0);
            *number += 1;
            ((name, *number), node)
        };
        nodes.into_iter().map(&mut numbered).collect()
    };
    let rest = matching::by_key(named(matched.removed), named(matched.added));
    let (mut removed, mut added) = (rest.removed.into_iter(), rest.added.into_iter());
    let mut pairs = rest.both;
    loop {
        match (removed.next(), added.next()) {
            (Some(base), Some(revision)) => pairs.push(Pair { base, revision }),
            (Some(base), None) => pairs.push(pair.only_base(base)),
            (None, Some(revision)) => pairs.push(pair.only_revision(revision)),
            (None, None) => return pairs,
        }
    }
}

/// What an item is called, where it is called anything.
fn label<'a>(node: &Node<'a>) -> [Option<&'a str>; 5] {
    ["$ref", "in", "name", "title", "url"].map(|key| node.str(key))
}
