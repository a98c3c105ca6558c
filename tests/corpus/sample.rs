//! A sample of findings to be judged by hand, the same for the same seed.

use std::collections::BTreeMap;

use bigcommerce_drift::Finding;

/// Prints so many findings as lines of `document, rule, operation, path, message`. They are
/// taken from each pair of document and rule in turn, so that no frequent rule hides the others.
pub(crate) fn print(findings: Vec<(&str, &Finding)>, count: usize, seed: u64) {
    let mut strata: BTreeMap<(String, &str), Vec<&Finding>> = BTreeMap::new();
    for (name, finding) in findings {
        let document = name.split(' ').next().unwrap_or(name);
        let key = (document.to_owned(), finding.id.as_str());
        strata.entry(key).or_default().push(finding);
    }
    let mut random = Random(seed);
    let mut strata: Vec<_> = strata.into_iter().collect();
    random.shuffle(&mut strata);
    for (_, stratum) in &mut strata {
        random.shuffle(stratum);
    }
    let mut printed = 0;
    while printed < count && strata.iter().any(|(_, stratum)| !stratum.is_empty()) {
        for ((document, id), stratum) in &mut strata {
            if printed == count {
                break;
            }
            if let Some(finding) = stratum.pop() {
                printed += 1;
                line(document, id, finding);
            }
        }
    }
}

fn line(document: &str, id: &str, finding: &Finding) {
    let operation = finding.operation.as_deref().unwrap_or("-");
    let message = finding.message.replace(['\t', '\n'], " ");
    println!("{document}\t{id}\t{operation}\t{}\t{message}", finding.path);
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
