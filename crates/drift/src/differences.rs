//! What was found so far, and which places of the documents it speaks for.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::{
    node::{Node, Pair},
    reach::VisitId,
    rules::Level,
};

/// A difference, before places are looked up.
pub(crate) struct Difference {
    pub(crate) id: String,
    pub(crate) level: Level,
    pub(crate) message: String,
    pub(crate) base: DifferenceSide,
    pub(crate) revision: DifferenceSide,
    /// What it is about in detail, where that is a list: the values of an enum.
    pub(crate) entries: Vec<DifferenceSide>,
    /// Other places of the same side that changed with it.
    pub(crate) also: Vec<DifferenceSide>,
    /// The visits that came by it.
    pub(crate) visits: Vec<VisitId>,
}

/// One side of a difference.
pub(crate) struct DifferenceSide {
    pub(crate) pointer: String,
    pub(crate) value: Option<Value>,
    /// The JSON text of the value where the value itself rounds a number.
    pub(crate) exact: Option<String>,
}

#[derive(Default)]
pub(crate) struct Differences {
    found: Vec<Difference>,
    /// What is reached twice is reported once.
    known: HashMap<(String, String, String), usize>,
    base: Spoken,
    revision: Spoken,
}

/// The pointers of one document that a difference speaks for.
#[derive(Default)]
struct Spoken {
    /// Those at or under which something was reported.
    above: HashSet<String>,
    /// Those under which nothing is left to be reported.
    whole: HashSet<String>,
}

impl Differences {
    /// Adds a difference. One that is known keeps the higher of both levels.
    pub(crate) fn add(&mut self, difference: Difference) {
        let key = (
            difference.id.clone(),
            difference.base.pointer.clone(),
            difference.revision.pointer.clone(),
        );
        let Some(&index) = self.known.get(&key) else {
            self.known.insert(key, self.found.len());
            self.found.push(difference);
            return;
        };
        let known = &mut self.found[index];
        for visit in difference.visits {
            if !known.visits.contains(&visit) {
                known.visits.push(visit);
            }
        }
        if difference.level > known.level {
            known.level = difference.level;
            known.message = difference.message;
        }
    }

    /// Notes that what differs here is reported, be it here or elsewhere. Where one side has
    /// nothing, or no container, nothing under it is left to be reported.
    pub(crate) fn speak_for(&mut self, pair: &Pair<'_>) {
        let is_container = |node: &Node<'_>| {
            node.value
                .is_some_and(|value| value.is_object() || value.is_array())
        };
        let whole = !(is_container(&pair.base) && is_container(&pair.revision));
        self.base.add(&pair.base, whole);
        self.revision.add(&pair.revision, whole);
    }

    /// Notes that nothing under a node of either side is left to be reported.
    pub(crate) fn speak_for_all_of(&mut self, pair: &Pair<'_>) {
        self.base.add(&pair.base, true);
        self.revision.add(&pair.revision, true);
    }

    pub(crate) fn speak_for_pair(&self, pair: &Pair<'_>) -> bool {
        self.base.speaks_for(&pair.base) || self.revision.speaks_for(&pair.revision)
    }

    /// Whether all that is in a pair is spoken for, and not only something of it.
    pub(crate) fn speak_for_whole(&self, pair: &Pair<'_>) -> bool {
        self.base.speaks_for_whole(&pair.base) || self.revision.speaks_for_whole(&pair.revision)
    }

    pub(crate) fn into_found(self) -> Vec<Difference> {
        self.found
    }
}

impl Spoken {
    fn add(&mut self, node: &Node<'_>, whole: bool) {
        let pointer = node.pointer.to_string();
        if whole && node.value.is_some() {
            self.whole.insert(pointer.clone());
        }
        let mut above = &*pointer;
        while self.above.insert(above.to_owned()) {
            above = parent(above);
        }
    }

    fn speaks_for(&self, node: &Node<'_>) -> bool {
        if node.value.is_none() {
            return false;
        }
        self.above.contains(&node.pointer.to_string()) || self.speaks_for_whole(node)
    }

    fn speaks_for_whole(&self, node: &Node<'_>) -> bool {
        if node.value.is_none() {
            return false;
        }
        let pointer = node.pointer.to_string();
        let mut at = &*pointer;
        loop {
            if self.whole.contains(at) {
                return true;
            }
            if at.is_empty() {
                return false;
            }
            at = parent(at);
        }
    }
}

fn parent(pointer: &str) -> &str {
    pointer.rsplit_once('/').map_or("", |(above, _)| above)
}
