//! A sample of findings to be judged by hand, the same for the same seed.

use std::{cmp::Reverse, collections::BTreeMap};

use bigcommerce_drift::Finding;

/// The verdicts that were given: `right` or `false` for the start of a sampled line, and why.
const VERDICTS: &str = include_str!("verdicts.tsv");

/// Prints so many findings as lines of `versions, rule, operation, path in the base, path in the
/// revision`, each with its verdict and the reason, or with the message where it has none. They
/// are taken from each pair of document and rule in turn, so that no frequent rule hides the
/// others.
pub(crate) fn print(findings: Vec<(&str, &Finding)>, count: usize, seed: u64) {
    let mut strata: BTreeMap<u64, Vec<(u64, String, &Finding)>> = BTreeMap::new();
    for (name, finding) in findings {
        let document = name.split(' ').next().unwrap_or(name);
        let stratum = drawn(seed, &format!("{document}\t{}", finding.id));
        let line = line(name, finding);
        let entry = (drawn(seed, &line), line, finding);
        strata.entry(stratum).or_default().push(entry);
    }
    for stratum in strata.values_mut() {
        stratum.sort_by_key(|(number, ..)| Reverse(*number));
    }
    let mut sample = Vec::new();
    while sample.len() < count && strata.values().any(|stratum| !stratum.is_empty()) {
        sample.extend(strata.values_mut().filter_map(Vec::pop));
    }
    sample.truncate(count);
    let (mut right, mut wrong) = (0, 0);
    for (_, line, finding) in &sample {
        let verdict = VERDICTS.lines().find_map(|row| row.strip_prefix(&**line));
        match verdict {
            Some(verdict) if verdict.starts_with("\tright\t") => right += 1,
            Some(verdict) if verdict.starts_with("\tfalse\t") => wrong += 1,
            _ => {}
        }
        let message = format!("\t-\t{}", finding.message.replace(['\t', '\n'], " "));
        println!("{line}{}", verdict.unwrap_or(&message));
    }
    let open = sample.len() - right - wrong;
    println!(
        "{} sampled: {right} right, {wrong} false, {open} not judged",
        sample.len()
    );
}

fn line(name: &str, finding: &Finding) -> String {
    let operation = finding.operation.as_deref().unwrap_or("-");
    let (base, revision) = (&finding.base.pointer, &finding.revision.pointer);
    [name, &finding.id, operation, base, revision].join("\t")
}

/// The number that a text draws: it decides alone, so that a finding that comes or goes takes
/// no other one out of the sample. It is the hash FNV-1a, with its bits mixed.
fn drawn(seed: u64, text: &str) -> u64 {
    let start = seed ^ 0xcbf2_9ce4_8422_2325;
    let hash = text.bytes().fold(start, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mixed = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed ^ (mixed >> 33)
}
