//! The leaves in which two documents differ, found without the diff's own code.

use std::collections::{HashMap, HashSet};

use bigcommerce_drift::Finding;
use serde_json::Value;

/// A place that differs, in the base, in the revision or in both.
pub(crate) struct Leaf {
    base: Option<String>,
    revision: Option<String>,
}

/// All leaves in which two values differ. Lists are matched by their items' whole content
/// first, then by what the items call themselves, then by position. What only moved is none.
pub(crate) fn changed(base: &Value, revision: &Value) -> Vec<Leaf> {
    let mut found = Vec::new();
    compare((base, ""), (revision, ""), &mut found);
    found
}

/// The leaves at, under or above which no finding has a place.
pub(crate) fn silent(leaves: &[Leaf], findings: &[Finding]) -> Vec<String> {
    let mut base = Places::default();
    let mut revision = Places::default();
    for finding in findings {
        let one_sided = finding.base.value.is_none() || finding.revision.value.is_none();
        base.add(
            &finding.base.pointer,
            one_sided && finding.base.value.is_some(),
        );
        revision.add(
            &finding.revision.pointer,
            one_sided && finding.revision.value.is_some(),
        );
        for entry in finding.entries.iter().chain(&finding.also) {
            base.add(&entry.pointer, true);
            revision.add(&entry.pointer, true);
        }
        // What moved as a whole, or is spelled out where it was referred to, is one finding.
        if finding.id.ends_with("-in-property") || finding.id.ends_with("-from-property") {
            base.add(&finding.base.pointer, true);
            revision.add(&finding.revision.pointer, true);
        }
        if finding.id.starts_with("reference-") {
            for (places, side) in [
                (&mut base, &finding.base),
                (&mut revision, &finding.revision),
            ] {
                let parent = side
                    .pointer
                    .rsplit_once('/')
                    .map_or("", |(parent, _)| parent);
                if one_sided {
                    places.whole.insert(parent.to_owned());
                }
            }
        }
    }
    let is_silent = |leaf: &&Leaf| {
        !leaf.base.as_ref().is_some_and(|at| base.speak_for(at))
            && !leaf
                .revision
                .as_ref()
                .is_some_and(|at| revision.speak_for(at))
    };
    let name = |leaf: &Leaf| {
        leaf.revision
            .clone()
            .or(leaf.base.clone())
            .unwrap_or_default()
    };
    leaves.iter().filter(is_silent).map(name).collect()
}

#[derive(Default)]
struct Places {
    at_or_above: HashSet<String>,
    whole: HashSet<String>,
}

impl Places {
    fn add(&mut self, pointer: &str, whole: bool) {
        if whole {
            self.whole.insert(pointer.to_owned());
        }
        let mut at = pointer;
        while self.at_or_above.insert(at.to_owned()) {
            at = at.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }

    fn speak_for(&self, pointer: &str) -> bool {
        if self.at_or_above.contains(pointer) {
            return true;
        }
        let mut at = pointer;
        while let Some((above, _)) = at.rsplit_once('/') {
            at = above;
            if self.whole.contains(at) {
                return true;
            }
        }
        false
    }
}

fn compare((base, at): (&Value, &str), (revision, to): (&Value, &str), found: &mut Vec<Leaf>) {
    match (base, revision) {
        (Value::Object(from), Value::Object(into)) => {
            for (key, value) in from {
                match into.get(key) {
                    Some(other) => {
                        compare((value, &below(at, key)), (other, &below(to, key)), found);
                    }
                    None => found.push(Leaf {
                        base: Some(below(at, key)),
                        revision: None,
                    }),
                }
            }
            for key in into.keys().filter(|key| !from.contains_key(*key)) {
                found.push(Leaf {
                    base: None,
                    revision: Some(below(to, key)),
                });
            }
        }
        (Value::Array(from), Value::Array(into)) => lists((from, at), (into, to), found),
        _ if base == revision => {}
        _ => found.push(Leaf {
            base: Some(at.to_owned()),
            revision: Some(to.to_owned()),
        }),
    }
}

fn lists((from, at): (&[Value], &str), (into, to): (&[Value], &str), found: &mut Vec<Leaf>) {
    let index = |i: usize, at: &str| format!("{at}/{i}");
    let mut left: Vec<_> = (0..from.len()).collect();
    let mut right: Vec<_> = (0..into.len()).collect();
    for key in [whole, name] {
        let mut by_key: HashMap<String, Vec<usize>> = HashMap::new();
        for &j in right.iter().rev() {
            if let Some(key) = key(&into[j]) {
                by_key.entry(key).or_default().push(j);
            }
        }
        let mut taken = HashSet::new();
        left.retain(|&i| {
            let partner = key(&from[i]).and_then(|key| by_key.get_mut(&key)?.pop());
            if let Some(j) = partner {
                taken.insert(j);
                compare((&from[i], &index(i, at)), (&into[j], &index(j, to)), found);
            }
            partner.is_none()
        });
        right.retain(|j| !taken.contains(j));
    }
    let pairs = left.len().min(right.len());
    for (&i, &j) in left.iter().zip(&right) {
        compare((&from[i], &index(i, at)), (&into[j], &index(j, to)), found);
    }
    for &i in &left[pairs..] {
        found.push(Leaf {
            base: Some(index(i, at)),
            revision: None,
        });
    }
    for &j in &right[pairs..] {
        found.push(Leaf {
            base: None,
            revision: Some(index(j, to)),
        });
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the same signature as `name`")]
fn whole(item: &Value) -> Option<String> {
    Some(item.to_string())
}

fn name(item: &Value) -> Option<String> {
    let keys = ["$ref", "in", "name", "title", "url"];
    let texts: Vec<_> = keys
        .into_iter()
        .filter_map(|key| item.get(key)?.as_str())
        .collect();
    (!texts.is_empty()).then(|| texts.join(" "))
}

fn below(at: &str, key: &str) -> String {
    format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"))
}
