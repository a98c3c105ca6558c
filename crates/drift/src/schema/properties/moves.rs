//! Properties that moved into a new property, or out of a removed one.

use std::collections::HashSet;

use serde_json::Value;

use super::{Properties, visit_property};
use crate::{
    comparison::Comparison,
    context::Context,
    node::Pair,
    schema::{
        equivalence::same_meaning,
        parts::{Parts, PartsPair},
        required::{requiredness, requires},
    },
    values::excerpt,
};

/// Finds properties that moved into a new property or out of a removed one, and compares
/// them where they are now. Returns their names.
pub(super) fn moves<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parts: &PartsPair<'a>,
    base: &Properties<'a>,
    revision: &Properties<'a>,
) -> HashSet<&'a str> {
    let missing = |from: &Properties<'a>, in_: &Properties<'a>| -> Vec<&'a str> {
        let is_missing = |name: &&&'a str| !in_.by_name.contains_key(**name);
        from.names.iter().filter(is_missing).copied().collect()
    };
    let (gone, new) = (missing(base, revision), missing(revision, base));
    for &name in &new {
        let envelope = Parts::of(&comparison.revision, revision.get(name));
        let inside = Properties::of(&envelope);
        if let Some(moved) = same_ones(comparison, &gone, base, &inside, false) {
            let pair = PartsPair {
                base: parts.base.clone(),
                revision: envelope,
            };
            return report_moved(
                comparison,
                context,
                &pair,
                name,
                "wrapped-in-property",
                moved,
            );
        }
    }
    for &name in &gone {
        let envelope = Parts::of(&comparison.base, base.get(name));
        let inside = Properties::of(&envelope);
        if let Some(moved) = same_ones(comparison, &new, revision, &inside, true) {
            let pair = PartsPair {
                base: envelope,
                revision: parts.revision.clone(),
            };
            let event = "unwrapped-from-property";
            return report_moved(comparison, context, &pair, name, event, moved);
        }
    }
    HashSet::new()
}

/// Those of the names that the envelope has too. An object that merely shares a name with
/// what is gone is no envelope: at least two properties moved, they are most of what is gone
/// and most of what is inside, and most of them are what they were.
fn same_ones<'a>(
    comparison: &Comparison<'a>,
    names: &[&'a str],
    outside: &Properties<'a>,
    inside: &Properties<'a>,
    inside_is_base: bool,
) -> Option<HashSet<&'a str>> {
    let is_inside = |name: &&&'a str| inside.by_name.contains_key(**name);
    let moved: HashSet<_> = names.iter().filter(is_inside).copied().collect();
    let enough =
        moved.len() >= 2 && moved.len() * 2 >= names.len() && moved.len() * 2 >= inside.names.len();
    if !enough {
        return None;
    }
    let is_same = |name: &&&'a str| {
        let (outside, inside) = (outside.get(name), inside.get(name));
        let (base, revision) = if inside_is_base {
            (inside, outside)
        } else {
            (outside, inside)
        };
        same_meaning(comparison, base, revision)
    };
    let same = moved.iter().filter(is_same).count();
    (same * 2 >= moved.len()).then_some(moved)
}

/// Reports the move at the properties on both sides, and what else changed in them.
fn report_moved<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    pair: &PartsPair<'a>,
    envelope: &str,
    event: &str,
    moved: HashSet<&'a str>,
) -> HashSet<&'a str> {
    let mut names: Vec<_> = moved.iter().copied().collect();
    names.sort_unstable();
    let detail = format!(
        ", `{envelope}`: {}",
        excerpt(&Value::from(names.clone()).to_string())
    );
    comparison.event(context, event, &pair.first("properties"), &detail);
    let (base, revision) = (Properties::of(&pair.base), Properties::of(&pair.revision));
    for name in names {
        let property = (base.get(name), revision.get(name));
        for (base, revision) in property.0.iter().zip(property.1) {
            let (base, revision) = (base.clone(), revision.clone());
            comparison.mark_all_reported(&Pair { base, revision });
        }
        visit_property(comparison, context, pair, name, property);
        let was_required = match (requires(&pair.base, name), requires(&pair.revision, name)) {
            (false, true) => false,
            (true, false) => true,
            _ => continue,
        };
        if let (Some(base), Some(revision)) = (property.0.first(), property.1.first()) {
            let entry = Pair {
                base: base.clone(),
                revision: revision.clone(),
            };
            requiredness(comparison, context, name, property, &entry, was_required);
        }
    }
    moved
}
