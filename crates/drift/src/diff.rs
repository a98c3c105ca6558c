//! The comparison of two documents.

use bigcommerce_spec::Document;

use crate::context::Context;
use crate::dangling::dangling;
use crate::document::document;
use crate::finding::Finding;
use crate::walk::Walker;

/// Compares two OpenAPI 3.0 documents, and reports what a client of the base feels of the
/// revision: what belongs to the whole document first, then operation by operation.
///
/// A document that is not valid OpenAPI is compared as far as it can be understood; what
/// cannot be is reported as `unclassified` where it differs.
pub fn diff(base: &Document, revision: &Document) -> Vec<Finding> {
    let mut walker = Walker::new(base.value(), revision.value());
    let both = walker.document();
    document(&mut walker, &both);
    dangling(&mut walker, &Context::document(), &both);
    let differences = walker.into_differences();
    let mut findings: Vec<_> = differences
        .into_iter()
        .map(|difference| Finding::new(difference, base, revision))
        .collect();
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
