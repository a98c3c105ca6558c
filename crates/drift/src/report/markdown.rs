//! Findings for a pull request.

use std::fmt::Write as _;

use super::{by_operation, felt_by, shown, summary, visible};
use crate::{
    finding::{Finding, Side},
    rules::Level,
    values::excerpt,
};

pub(super) fn write(findings: &[Finding], from: Level) -> String {
    let mut out = format!("## API drift: {}\n", summary(findings));
    for (operation, group) in by_operation(shown(findings, from)) {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "\n### {}\n", cell(operation));
        out.push_str("| level | rule | what changed | before | after |\n|---|---|---|---|---|\n");
        for finding in group {
            let _ = writeln!(
                out,
                "| {} | `{}` | {} | {} | {} |",
                finding.level,
                finding.id,
                what(finding),
                side(&finding.base),
                side(&finding.revision),
            );
        }
    }
    out
}

fn what(finding: &Finding) -> String {
    let accepted = finding.accepted.as_ref().map(|accepted| {
        format!(
            "<br>accepted until {}: {}",
            accepted.expires,
            cell(&accepted.reason)
        )
    });
    let others = felt_by(finding).map(|others| format!("<br>{}", cell(&others)));
    format!(
        "{}<br>{}{}{}",
        cell(&finding.message),
        code(&finding.path),
        others.unwrap_or_default(),
        accepted.unwrap_or_default()
    )
}

fn side(side: &Side) -> String {
    let value = side
        .text()
        .map_or_else(|| "–".to_owned(), |text| code(&excerpt(&text)));
    format!(
        "{value}<br>{}:{}:{}",
        cell(&side.file),
        side.line,
        side.column
    )
}

/// Text that cannot end its cell or start markup.
fn cell(text: &str) -> String {
    let mut cell = String::with_capacity(text.len());
    for c in visible(text, true).chars() {
        match c {
            '\n' => cell.push_str("<br>"),
            '<' => cell.push_str("&lt;"),
            '|' | '*' | '_' | '[' | ']' | '\\' => cell.extend(['\\', c]),
            _ => cell.push(c),
        }
    }
    cell
}

/// Code that cannot end its cell or itself.
fn code(text: &str) -> String {
    let text = visible(text, false).replace('|', "\\|").replace('`', "'");
    format!("`{text}`")
}
