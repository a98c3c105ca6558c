//! Annotations of a workflow run on GitHub.

use std::fmt::Write as _;

use super::{felt_by, shown, summary, visible};
use crate::{finding::Finding, rules::Level};

pub(super) fn write(findings: &[Finding], from: Level) -> String {
    let mut out = String::new();
    for finding in shown(findings, from) {
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
        let others = felt_by(finding).map(|others| format!(" ({others})"));
        let message = format!(
            "{}{}{}",
            operation.unwrap_or_default(),
            finding.message,
            others.unwrap_or_default()
        );
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "::{command} {place},title={}::{}",
            property(&finding.id),
            data(&message)
        );
    }
    let _ = writeln!(
        out,
        "::notice title=API drift::{}",
        data(&summary(findings))
    );
    out
}

/// The text of an annotation, as workflow commands escape it.
fn data(text: &str) -> String {
    visible(text, true).replace('%', "%25").replace('\n', "%0A")
}

/// The value of a property of an annotation, as workflow commands escape it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
