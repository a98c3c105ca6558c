//! The leaves in which two documents differ, found without the diff's own code.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
};

use bigcommerce_drift::Finding;
use serde_json::{Map, Value};

/// How many leaves two documents differ in. What one side has alone is one leaf, whatever is in
/// it. The items of lists are matched by their whole content first, then by what they call
/// themselves, then by how much they have in common. What only moved is none.
pub(crate) fn changed(base: &Value, revision: &Value, renamed: &Renamed) -> usize {
    match (base, revision) {
        (Value::Object(from), Value::Object(into)) => {
            let pairs = entries(from, into, renamed).into_iter();
            let leaves = pairs.map(|pair| match pair {
                (Some((_, base)), Some((_, revision))) => changed(base, revision, renamed),
                _ => 1,
            });
            leaves.sum()
        }
        (Value::Array(from), Value::Array(into)) => {
            let leaves = pairs(from, into, Leftovers::MostAlike).into_iter();
            let leaves = leaves.map(|pair| match pair {
                (Some(i), Some(j)) => changed(&from[i], &into[j], renamed),
                _ => 1,
            });
            leaves.sum()
        }
        _ => usize::from(base != revision),
    }
}

/// The leaves of which no finding speaks, at their place or for the whole of something above
/// it. Of what one side has alone, each value in it needs one. Which items of two lists are the
/// same cannot be known; the findings speak for a list if they do under one way to match it.
pub(crate) fn silent(
    base: &Value,
    revision: &Value,
    renamed: &Renamed,
    findings: &[Finding],
) -> Vec<String> {
    Spoken::of(findings, renamed).unspoken((base, ""), (revision, ""))
}

/// The paths that have another name in the revision and are called at the same URL, apart from its
/// host and from what parameters are called, under the name that the base has.
pub(crate) struct Renamed(HashMap<String, String>);

impl Renamed {
    pub(crate) fn between(base: &Value, revision: &Value) -> Self {
        let (from, into) = (urls(base), urls(revision));
        let known: HashSet<_> = from.iter().collect();
        let mut new: HashMap<&str, Vec<&str>> = HashMap::new();
        for path in into.iter().rev().filter(|path| !known.contains(path)) {
            new.entry(&path.0).or_default().push(&path.1);
        }
        let known: HashSet<_> = into.iter().collect();
        let gone = from.iter().filter(|path| !known.contains(path));
        let renamed = gone.filter_map(|(url, name)| {
            let other = new.get_mut(url.as_str())?.pop()?;
            Some((name.clone(), other.to_owned()))
        });
        Self(renamed.collect())
    }
}

/// The paths of a document by the URL at which they are called, from behind its host, without the
/// names of parameters.
fn urls(document: &Value) -> Vec<(String, String)> {
    let server = |holder: &Value| {
        let url = holder.pointer("/servers/0/url")?.as_str()?;
        let behind = url.split_once("//").map_or(url, |(_, behind)| behind);
        let path = behind.find('/').map_or("", |at| &behind[at..]);
        Some(path.trim_end_matches('/').to_owned())
    };
    let paths = document.get("paths").and_then(Value::as_object);
    let url = |(name, item): (&String, &Value)| {
        let server = server(item).or_else(|| server(document));
        let parts = name.split('{').map(|part| match part.split_once('}') {
            Some((_, behind)) => format!("{{}}{behind}"),
            None => part.to_owned(),
        });
        let path: String = parts.collect();
        (server.unwrap_or_default() + &path, name.clone())
    };
    paths.into_iter().flatten().map(url).collect()
}

/// What the findings speak for in both documents.
struct Spoken<'r> {
    base: Places,
    revision: Places,
    renamed: &'r Renamed,
}

impl<'r> Spoken<'r> {
    fn of(findings: &[Finding], renamed: &'r Renamed) -> Self {
        let mut spoken = Self {
            base: Places::default(),
            revision: Places::default(),
            renamed,
        };
        for finding in findings {
            spoken.add(finding);
        }
        spoken
    }

    fn add(&mut self, finding: &Finding) {
        let one_sided = finding.base.value.is_none() || finding.revision.value.is_none();
        // What moved as a whole is one finding.
        let is_move = finding.message.contains(" moved into a property of itself")
            || finding.message.contains(" moved out of a property");
        for (places, side) in [
            (&mut self.base, &finding.base),
            (&mut self.revision, &finding.revision),
        ] {
            places.add(&side.pointer, is_move || one_sided && side.value.is_some());
            // So is what is spelled out where it was referred to.
            if one_sided && finding.id.starts_with("reference-") {
                let above = side.pointer.rsplit_once('/').map_or("", |(above, _)| above);
                places.whole.insert(above.to_owned());
            }
            for entry in finding.entries.iter().chain(&finding.also) {
                places.add(&entry.pointer, true);
            }
        }
    }

    fn unspoken(&self, (base, at): (&Value, &str), (revision, to): (&Value, &str)) -> Vec<String> {
        match (base, revision) {
            (Value::Object(from), Value::Object(into)) => {
                let mut silent = Vec::new();
                for pair in entries(from, into, self.renamed) {
                    let at = |(key, value)| (value, below(at, key));
                    let to = |(key, value)| (value, below(to, key));
                    match (pair.0.map(at), pair.1.map(to)) {
                        (Some((base, at)), Some((revision, to))) => {
                            silent.extend(self.unspoken((base, &at), (revision, &to)));
                        }
                        (Some((base, at)), None) => self.base.unspoken(&at, base, &mut silent),
                        (None, Some((revision, to))) => {
                            self.revision.unspoken(&to, revision, &mut silent);
                        }
                        (None, None) => {}
                    }
                }
                silent
            }
            (Value::Array(from), Value::Array(into)) => {
                let ways = [Leftovers::MostAlike, Leftovers::InOrder];
                let silent = ways.map(|way| self.unspoken_in_lists((from, at), (into, to), way));
                silent.into_iter().min_by_key(Vec::len).unwrap_or_default()
            }
            _ if base == revision || self.base.speak_for(at) || self.revision.speak_for(to) => {
                Vec::new()
            }
            _ => vec![to.to_owned()],
        }
    }

    fn unspoken_in_lists(
        &self,
        (from, at): (&[Value], &str),
        (into, to): (&[Value], &str),
        leftovers: Leftovers,
    ) -> Vec<String> {
        let mut silent = Vec::new();
        for pair in pairs(from, into, leftovers) {
            let at = |i: usize| (&from[i], format!("{at}/{i}"));
            let to = |j: usize| (&into[j], format!("{to}/{j}"));
            match (pair.0.map(at), pair.1.map(to)) {
                (Some((base, at)), Some((revision, to))) => {
                    silent.extend(self.unspoken((base, &at), (revision, &to)));
                }
                (Some((base, at)), None) => self.base.unspoken(&at, base, &mut silent),
                (None, Some((revision, to))) => self.revision.unspoken(&to, revision, &mut silent),
                (None, None) => {}
            }
        }
        silent
    }
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

    /// Adds what is in a value that one side has alone and that nothing speaks for.
    fn unspoken(&self, at: &str, value: &Value, silent: &mut Vec<String>) {
        if self.is_whole(at) {
            return;
        }
        match value {
            Value::Object(object) if self.at_or_above.contains(at) => {
                for (key, value) in object {
                    self.unspoken(&below(at, key), value, silent);
                }
            }
            Value::Array(items) if self.at_or_above.contains(at) => {
                for (index, item) in items.iter().enumerate() {
                    self.unspoken(&format!("{at}/{index}"), item, silent);
                }
            }
            _ if self.at_or_above.contains(at) => {}
            _ => silent.push(at.to_owned()),
        }
    }

    fn speak_for(&self, pointer: &str) -> bool {
        self.at_or_above.contains(pointer) || self.is_whole(pointer)
    }

    fn is_whole(&self, pointer: &str) -> bool {
        let mut at = pointer;
        loop {
            if self.whole.contains(at) {
                return true;
            }
            match at.rsplit_once('/') {
                Some((above, _)) => at = above,
                None => return false,
            }
        }
    }
}

/// A key with its value.
type Entry<'v> = (&'v str, &'v Value);

/// The same entry in two objects, or one that only one of them has.
fn entries<'v>(
    from: &'v Map<String, Value>,
    into: &'v Map<String, Value>,
    renamed: &Renamed,
) -> Vec<(Option<Entry<'v>>, Option<Entry<'v>>)> {
    let entry = |(key, value): (&'v String, &'v Value)| (key.as_str(), value);
    let other = |key: &String| {
        let name = renamed.0.get(key).filter(|name| into.contains_key(*name));
        into.get_key_value(name.unwrap_or(key)).map(entry)
    };
    let left: Vec<_> = from
        .iter()
        .map(|it| (Some(entry(it)), other(it.0)))
        .collect();
    let taken: HashSet<_> = left
        .iter()
        .filter_map(|(_, other)| other.map(|(key, _)| key))
        .collect();
    let right = into.iter().filter(|(key, _)| !taken.contains(key.as_str()));
    let right: Vec<_> = right.map(|it| (None, Some(entry(it)))).collect();
    left.into_iter().chain(right).collect()
}

/// How items are matched that have neither content nor name in common.
#[derive(Clone, Copy)]
enum Leftovers {
    MostAlike,
    InOrder,
}

/// The places of the same item in two lists, or of one that only one of them has.
type ItemPair = (Option<usize>, Option<usize>);

fn pairs(from: &[Value], into: &[Value], leftovers: Leftovers) -> Vec<ItemPair> {
    let mut left: Vec<_> = (0..from.len()).collect();
    let mut right: Vec<_> = (0..into.len()).collect();
    let mut found = Vec::new();
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
                found.push((Some(i), Some(j)));
            }
            partner.is_none()
        });
        right.retain(|j| !taken.contains(j));
    }
    let rest: Vec<_> = match leftovers {
        Leftovers::MostAlike => most_alike(from, into, &left, &right),
        Leftovers::InOrder => left.iter().copied().zip(right.iter().copied()).collect(),
    };
    for (i, j) in rest {
        left.retain(|other| *other != i);
        right.retain(|other| *other != j);
        found.push((Some(i), Some(j)));
    }
    found.extend(left.into_iter().map(|i| (Some(i), None)));
    found.extend(right.into_iter().map(|j| (None, Some(j))));
    found
}

/// Pairs of items that are left, those first that share the most keys and values; the first
/// with the first where nothing speaks for one of them.
fn most_alike(
    from: &[Value],
    into: &[Value],
    left: &[usize],
    right: &[usize],
) -> Vec<(usize, usize)> {
    /// Beyond so many comparisons the order alone counts.
    const MOST: usize = 10_000;
    let texts = |value: &Value| {
        let mut texts = HashSet::new();
        gather(value, "", &mut texts);
        texts
    };
    let mut scores = Vec::new();
    if left.len() * right.len() <= MOST {
        let others: Vec<_> = right.iter().map(|&j| (j, texts(&into[j]))).collect();
        for &i in left {
            let own = texts(&from[i]);
            let score = |other: &HashSet<String>| own.intersection(other).count();
            scores.extend(
                others
                    .iter()
                    .map(|(j, other)| (Reverse(score(other)), i, *j)),
            );
        }
    } else {
        scores.extend(left.iter().zip(right).map(|(&i, &j)| (Reverse(0), i, j)));
    }
    scores.sort_unstable();
    let (mut taken, mut pairs) = ((HashSet::new(), HashSet::new()), Vec::new());
    for (_, i, j) in scores {
        if !taken.0.contains(&i) && !taken.1.contains(&j) {
            taken.0.insert(i);
            taken.1.insert(j);
            pairs.push((i, j));
        }
    }
    pairs
}

/// The ways to all that is in a value, and its texts and numbers.
fn gather(value: &Value, at: &str, found: &mut HashSet<String>) {
    found.insert(at.to_owned());
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                gather(value, &below(at, key), found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, at, found)),
        scalar => {
            found.insert(format!("{at}={scalar}"));
        }
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
