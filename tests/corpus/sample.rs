//! A sample of findings to be judged by hand, the same for the same seed.

use std::collections::BTreeMap;

use bigcommerce_drift::Finding;

/// The verdicts that were given: `right` or `false` for the start of a sampled line, and why.
const VERDICTS: &str = include_str!("verdicts.tsv");

/// Prints so many findings as lines of `versions, rule, operation, path in the base, path in the
/// revision`, each with its verdict and the reason, or with the message where it has none. They
/// are taken from each pair of document and rule in turn, so that no frequent rule hides the
/// others.
pub(crate) fn print(findings: Vec<(&str, &Finding)>, count: usize, seed: u64) {
    let mut strata: BTreeMap<(String, &str), Vec<(&str, &Finding)>> = BTreeMap::new();
    for (name, finding) in findings {
        let document = name.split(' ').next().unwrap_or(name);
        let key = (document.to_owned(), finding.id.as_str());
        strata.entry(key).or_default().push((name, finding));
    }
    let mut random = Random(seed);
    let mut strata: Vec<_> = strata.into_values().collect();
    random.shuffle(&mut strata);
    for stratum in &mut strata {
        random.shuffle(stratum);
    }
    let mut sample = Vec::new();
    while sample.len() < count && strata.iter().any(|stratum| !stratum.is_empty()) {
        sample.extend(strata.iter_mut().filter_map(Vec::pop));
    }
    sample.truncate(count);
    let (mut right, mut wrong) = (0, 0);
    for (name, finding) in &sample {
        let line = line(name, finding);
        let verdict = VERDICTS.lines().find_map(|row| row.strip_prefix(&line));
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

/// A linear congruential generator: the same numbers everywhere, for ever.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let high = usize::try_from(self.0 >> 33).unwrap_or(0);
        high % bound.max(1)
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            let other = self.below(last + 1);
            list.swap(last, other);
        }
    }
}
