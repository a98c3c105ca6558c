//! Bounds on what an overlay can do, so that a few lines of one cannot exhaust the machine.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::builder::DEEPEST;

/// How much one overlay may add to a document, in bytes of text and nodes.
const MOST_ADDED: usize = 8 << 20;

/// What a node costs beside its text.
const NODE_COST: usize = 64;

/// Refuses paths that take exponential time to read or to follow.
pub(super) fn check_path(path: &str) -> Result<(), String> {
    const LONGEST: usize = 2_000;
    const MOST_NESTED: usize = 8;
    const MOST_DESCENTS: usize = 3;

    let mut depth = 0_usize;
    let mut deepest = 0;
    for byte in path.bytes() {
        match byte {
            b'[' | b'(' => depth += 1,
            b']' | b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    if path.len() > LONGEST {
        return Err(format!("it is longer than {LONGEST} bytes"));
    }
    if deepest > MOST_NESTED {
        return Err(format!("it nests deeper than {MOST_NESTED} brackets"));
    }
    if path.matches("..").count() > MOST_DESCENTS {
        return Err(format!(
            "it descends (`..`) more than {MOST_DESCENTS} times"
        ));
    }
    Ok(())
}

/// Refuses selections whose outcome would depend on the order the nodes are visited in.
pub(super) fn check_selection(pointers: &[String], remove: bool) -> Result<(), String> {
    let mut seen = HashSet::new();
    let mut last_index = HashMap::new();
    for pointer in pointers {
        if !seen.insert(pointer) {
            return Err("the target selects one node twice".to_owned());
        }
        if !remove {
            continue;
        }
        let Some((parent, token)) = pointer.rsplit_once('/') else {
            return Err("the whole document cannot be removed".to_owned());
        };
        // Items are removed from the last to the first, which keeps the indexes true only
        // where the target lists them in ascending order.
        if let Ok(index) = token.parse::<usize>()
            && last_index
                .insert(parent, index)
                .is_some_and(|last| last > index)
        {
            return Err("the target does not select in ascending order".to_owned());
        }
    }
    Ok(())
}

/// Counts what merging `addition` in at these pointers adds to `added`, and says why that
/// would go too far, if it would.
pub(super) fn check_merge(
    pointers: &[String],
    addition: &Value,
    added: &mut usize,
) -> Result<(), String> {
    let (height, cost) = measure(addition);
    *added = added.saturating_add(cost.saturating_mul(pointers.len()));
    if *added > MOST_ADDED {
        return Err("the document would become too large".to_owned());
    }
    let deepest = pointers.iter().map(|p| p.matches('/').count()).max();
    if deepest.unwrap_or(0) + 1 + height > DEEPEST {
        return Err(format!(
            "the document would nest deeper than {DEEPEST} levels"
        ));
    }
    Ok(())
}

/// The height of a value (1 for a scalar), and about how many bytes it takes.
fn measure(value: &Value) -> (usize, usize) {
    let add = |(height, cost): (usize, usize), (own, below): (usize, &Value)| {
        let (h, c) = measure(below);
        (height.max(h + 1), cost + own + c)
    };
    match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, below)| (key.len(), below))
            .fold((1, NODE_COST), add),
        Value::Array(items) => items
            .iter()
            .map(|below| (0, below))
            .fold((1, NODE_COST), add),
        Value::String(text) => (1, NODE_COST + text.len()),
        _ => (1, NODE_COST),
    }
}
