//! Annotations of a workflow run on GitHub.

use std::fmt::Write as _;

use crate::{finding::Finding, rules::Level};

pub(super) fn write(findings: &[Finding]) -> String {
    let mut out = String::new();
    for finding in findings {
        let command = match finding.level {
            _ if finding.accepted.is_some() => "notice",
            Level::Err => "error",
            Level::Warn => "warning",
            Level::Info => "notice",
        };
        let side = &finding.revision;
        let place = format!(
            "file={},line={},col={}",
            property(&side.file),
            side.line,
            side.column
        );
        let operation = finding.operation.as_deref().map(|name| format!("{name}: "));
        let message = format!("{}{}", operation.unwrap_or_default(), finding.message);
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "::{command} {place},title={}::{}",
            property(&finding.id),
            data(&message)
        );
    }
    out
}

/// The text of an annotation, as workflow commands escape it.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property of an annotation, as workflow commands escape it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
