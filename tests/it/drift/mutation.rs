//! Whatever changes in a document is found, at or under where it changed.

use bigcommerce_drift::{Finding, diff, rule};
use bigcommerce_spec::Document;

use super::{chains, document, is_within, mutations, spec};

#[test]
fn every_mutation_of_the_tokens_document_is_found_where_it_is() {
    all_are_found("tokens", &spec("tokens"), 1_000);
}

#[test]
fn every_mutation_of_the_processing_document_is_found_where_it_is() {
    all_are_found("processing", &spec("processing"), 1_000);
}

#[test]
fn every_mutation_of_chains_of_components_is_found_where_it_is() {
    all_are_found("chains", &chains(), 500);
}

/// So few mutations as `least` cover nothing.
fn all_are_found(name: &str, base: &Document, least: usize) {
    assert_eq!(
        diff(base, base),
        [],
        "a document does not differ from itself"
    );
    let mutations = mutations::all(base.value());
    let mut missed = Vec::new();
    for mutation in &mutations {
        let findings = diff(base, &document("mutated.json", &mutation.changed));
        for finding in &findings {
            assert!(rule(&finding.id).is_some(), "{} is no rule", finding.id);
        }
        let speaks = |finding: &Finding| {
            let sides = finding.entries.iter().chain(&finding.also);
            is_within(&finding.path, &mutation.node)
                || sides
                    .into_iter()
                    .any(|side| is_within(&side.pointer, &mutation.node))
        };
        if !findings.iter().any(speaks) {
            let at: Vec<_> = findings
                .iter()
                .map(|f| format!("{} {}", f.id, f.path))
                .collect();
            missed.push(format!("{} {}: {at:?}", mutation.what, mutation.node));
        }
    }
    println!(
        "{name}: {} mutations, {} missed",
        mutations.len(),
        missed.len()
    );
    assert!(mutations.len() > least);
    assert!(
        missed.is_empty(),
        "missed in {name}:\n{}",
        missed.join("\n")
    );
}
