//! Where one way adds something, the other way removes it.

use std::collections::BTreeSet;

use bigcommerce_drift::{Finding, diff};
use bigcommerce_spec::Document;

use super::{chains, document, mutations, spec};

/// What a finding says of a place: that something came, went or changed there.
fn shape(finding: &Finding) -> (String, String, &'static str) {
    let (base, revision) = (&finding.base, &finding.revision);
    let what = match (base.value.is_some(), revision.value.is_some()) {
        (false, true) => "came",
        (true, false) => "went",
        _ => "changed",
    };
    (base.pointer.clone(), revision.pointer.clone(), what)
}

fn mirrored(
    (base, revision, what): (String, String, &'static str),
) -> (String, String, &'static str) {
    let what = match what {
        "came" => "went",
        "went" => "came",
        what => what,
    };
    (revision, base, what)
}

#[test]
fn what_comes_one_way_goes_the_other_way_in_the_tokens_document() {
    both_ways_agree(&spec("tokens"));
}

#[test]
fn what_comes_one_way_goes_the_other_way_in_the_processing_document() {
    both_ways_agree(&spec("processing"));
}

#[test]
fn what_comes_one_way_goes_the_other_way_in_chains_of_components() {
    both_ways_agree(&chains());
}

fn both_ways_agree(base: &Document) {
    let mutations = mutations::all(base.value());
    for mutation in &mutations {
        let changed = document("mutated.json", &mutation.changed);
        let there: BTreeSet<_> = diff(base, &changed).iter().map(shape).collect();
        let back: BTreeSet<_> = diff(&changed, base)
            .iter()
            .map(shape)
            .map(mirrored)
            .collect();
        assert_eq!(there, back, "{} {}", mutation.what, mutation.node);
    }
    println!("{} mutations were compared both ways", mutations.len());
}
