//! The comparison of two documents.

use bigcommerce_spec::Document;

use crate::{
    comparison::Comparison, context::Context, dangling::dangling, document::document,
    finding::Finding, outside::references_outside, remainder::remainder,
};

/// Compares two OpenAPI 3.0 documents, and reports what a client of the base feels of the
/// revision: what belongs to the whole document first, then operation by operation.
///
/// A document that is not valid OpenAPI is compared as far as it can be understood; what
/// cannot be is reported as `unclassified` where it differs.
pub fn diff(base: &Document, revision: &Document) -> Vec<Finding> {
    let mut comparison = Comparison::new(base, revision);
    let both = comparison.document();
    let context = Context::document();
    document(&mut comparison, &both);
    dangling(&mut comparison, &context, &both);
    remainder(&mut comparison, &context, &both);
    let differences = comparison.into_differences();
    let mut findings: Vec<_> = differences
        .map(|(difference, operations)| Finding::new(difference, &operations, base, revision))
        .collect();
    findings.extend(references_outside(base, revision));
    findings.sort_by(|a, b| order(a).cmp(&order(b)));
    findings
}

type Order<'f> = (&'f Option<String>, usize, usize, usize, &'f str, &'f str);

fn order(finding: &Finding) -> Order<'_> {
    let (base, revision) = (&finding.base, &finding.revision);
    (
        &finding.operation,
        revision.line,
        base.line,
        revision.column,
        &finding.path,
        &finding.id,
    )
}
