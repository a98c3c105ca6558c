//! What a target may select.

use std::collections::{HashMap, HashSet};

use crate::pointer;

/// Refuses selections whose outcome would depend on the order the nodes are visited in.
pub(super) fn check(pointers: &[String], remove: bool) -> Result<(), String> {
    let mut seen = HashSet::new();
    let mut last_index = HashMap::new();
    for pointer in pointers {
        if !seen.insert(pointer) {
            return Err("the target selects one node twice".to_owned());
        }
        if !remove {
            continue;
        }
        let Some((parent, token)) = pointer::split_last(pointer) else {
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
