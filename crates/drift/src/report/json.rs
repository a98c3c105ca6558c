//! An array of findings, for programs.

use std::fmt::Write as _;

use super::{is_invisible, shown};
use crate::{finding::Finding, rules::Level};

pub(super) fn write(findings: &[Finding], from: Level) -> String {
    // Findings are maps of strings, numbers and JSON values, which are always JSON.
    let shown: Vec<_> = shown(findings, from).collect();
    let text = serde_json::to_string_pretty(&shown).unwrap_or_default();
    // What is invisible can only be in texts, where JSON may escape it.
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\n' && is_invisible(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(c);
        }
    }
    escaped.push('\n');
    escaped
}
