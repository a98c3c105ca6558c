//! Finding out which entries of two lists are the same entry.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
};

use crate::{
    node::{Node, Pair},
    values::Values,
};

/// The entries of two lists, matched.
pub(crate) struct Matched<'a> {
    pub(crate) both: Vec<Pair<'a>>,
    pub(crate) removed: Vec<Node<'a>>,
    pub(crate) added: Vec<Node<'a>>,
}

/// Matches entries of equal keys, the first with the first, the second with the second.
pub(crate) fn by_key<'a, K: Eq + Hash>(
    base: impl IntoIterator<Item = (K, Node<'a>)>,
    revision: impl IntoIterator<Item = (K, Node<'a>)>,
) -> Matched<'a> {
    let mut added: Vec<Option<Node<'a>>> = Vec::new();
    let mut places: HashMap<K, Vec<usize>> = HashMap::new();
    for (key, node) in revision {
        places.entry(key).or_default().push(added.len());
        added.push(Some(node));
    }
    for indices in places.values_mut() {
        indices.reverse();
    }
    let mut matched = Matched {
        both: Vec::new(),
        removed: Vec::new(),
        added: Vec::new(),
    };
    for (key, base) in base {
        let place = places.get_mut(&key).and_then(Vec::pop);
        match place.and_then(|index| added[index].take()) {
            Some(revision) => matched.both.push(Pair { base, revision }),
            None => matched.removed.push(base),
        }
    }
    matched.added = added.into_iter().flatten().collect();
    matched
}

/// Matches the only entry that went with the only one that came.
pub(crate) fn match_single_leftovers(matched: &mut Matched<'_>) {
    if let ([_], [_]) = (&matched.removed[..], &matched.added[..]) {
        by_score(matched, |_, _| 1);
    }
}

/// Takes the pairs that score best, as long as they score at all, out of what is unmatched.
pub(crate) fn by_score<'a>(
    matched: &mut Matched<'a>,
    score: impl Fn(&Node<'a>, &Node<'a>) -> usize,
) {
    /// Beyond so many comparisons, entries are matched in their order.
    const LIMIT: usize = 40_000;
    let (removed, added) = (&matched.removed, &matched.added);
    let mut scores: Vec<(usize, usize, usize)> = Vec::new();
    if removed.len() * added.len() <= LIMIT {
        for (i, base) in removed.iter().enumerate() {
            scores.extend(
                added
                    .iter()
                    .enumerate()
                    .map(|(j, to)| (score(base, to), i, j)),
            );
        }
    } else {
        scores.extend((0..removed.len().min(added.len())).map(|i| (1, i, i)));
    }
    scores.retain(|(score, ..)| *score > 0);
    // The best first; among equals, those that kept their order.
    scores.sort_by_key(|&(score, i, j)| (std::cmp::Reverse(score), i, j));
    let mut removed: Vec<_> = matched.removed.drain(..).map(Some).collect();
    let mut added: Vec<_> = matched.added.drain(..).map(Some).collect();
    for (_, i, j) in scores {
        if removed[i].is_none() || added[j].is_none() {
            continue;
        }
        if let Some((base, revision)) = removed[i].take().zip(added[j].take()) {
            matched.both.push(Pair { base, revision });
        }
    }
    matched.removed = removed.into_iter().flatten().collect();
    matched.added = added.into_iter().flatten().collect();
}

/// Matches the items of two lists whose order matters: what both start and end with is the
/// same, and between that the first is matched with the first.
pub(crate) fn by_position<'a>(pair: &Pair<'a>, values: &Values) -> Vec<Pair<'a>> {
    let base: Vec<_> = pair.base.items().collect();
    let revision: Vec<_> = pair.revision.items().collect();
    let alike = |(a, b): &(&Node<'a>, &Node<'a>)| {
        a.value.zip(b.value).is_some_and(|(a, b)| values.same(a, b))
    };
    let start = base.iter().zip(&revision).take_while(alike).count();
    let end = base[start..]
        .iter()
        .rev()
        .zip(revision[start..].iter().rev())
        .take_while(alike)
        .count();
    let base = &base[start..base.len() - end];
    let revision = &revision[start..revision.len() - end];
    (0..base.len().max(revision.len()))
        .filter_map(|i| match (base.get(i), revision.get(i)) {
            (Some(base), Some(revision)) => Some(Pair {
                base: base.clone(),
                revision: revision.clone(),
            }),
            (Some(base), None) => Some(pair.only_base(base.clone())),
            (None, Some(revision)) => Some(pair.only_revision(revision.clone())),
            (None, None) => None,
        })
        .collect()
}

/// Compares two lists as sets: the entries that only the base has, and those that only the
/// revision has, each once.
pub(crate) fn as_sets<'a>(field: &Pair<'a>, values: &Values) -> (Vec<Pair<'a>>, Vec<Pair<'a>>) {
    let keyed = |node: &Node<'a>| -> Vec<(u64, Node<'a>)> {
        node.items()
            .filter_map(|item| Some((values.fingerprint(item.value?), item)))
            .collect()
    };
    let (base, revision) = (keyed(&field.base), keyed(&field.revision));
    let only = |list: &[(u64, Node<'a>)], others: &[(u64, Node<'a>)]| -> Vec<Node<'a>> {
        let mut known: HashSet<u64> = others.iter().map(|(key, _)| *key).collect();
        let new = list.iter().filter(|(key, _)| known.insert(*key));
        new.map(|(_, node)| node.clone()).collect()
    };
    let removed = only(&base, &revision).into_iter();
    let added = only(&revision, &base).into_iter();
    (
        removed.map(|node| field.only_base(node)).collect(),
        added.map(|node| field.only_revision(node)).collect(),
    )
}

/// Whether the items of two lists that were matched stand in the same order in both.
pub(crate) fn is_in_order(matched: &[Pair<'_>]) -> bool {
    let mut places: Vec<_> = matched
        .iter()
        .map(|pair| (pair.base.index(), pair.revision.index()))
        .collect();
    places.sort_unstable();
    places.is_sorted_by_key(|(_, revision)| *revision)
}
