//! An array of findings, for programs.

use crate::finding::Finding;

pub(super) fn write(findings: &[Finding]) -> String {
    // Findings are maps of strings, numbers and JSON values, which are always JSON.
    let mut text = serde_json::to_string_pretty(findings).unwrap_or_default();
    text.push('\n');
    text
}
