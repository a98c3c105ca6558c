//! Findings for a terminal.

use std::fmt::{self, Write as _};

use anstyle::{AnsiColor, Style};

use super::{by_operation, summary};
use crate::{
    finding::{Finding, Side},
    rules::Level,
    values::excerpt,
};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const BEFORE: Style = AnsiColor::Red.on_default();
const AFTER: Style = AnsiColor::Green.on_default();

pub(super) fn write(findings: &[Finding]) -> String {
    let mut out = String::new();
    for (operation, group) in by_operation(findings) {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{BOLD}{operation}{BOLD:#}");
        for finding in group {
            let _ = one(&mut out, finding);
        }
        out.push('\n');
    }
    let _ = writeln!(out, "{}", summary(findings));
    out
}

fn one(out: &mut String, finding: &Finding) -> fmt::Result {
    let style = match finding.level {
        Level::Err => AnsiColor::Red.on_default().bold(),
        Level::Warn => AnsiColor::Yellow.on_default().bold(),
        Level::Info => AnsiColor::Cyan.on_default(),
    };
    writeln!(
        out,
        "  {style}{:<4}{style:#} {} {DIM}[{}]{DIM:#}",
        finding.level,
        finding.message.replace('\n', "\n       "),
        finding.id
    )?;
    if let Some(accepted) = &finding.accepted {
        writeln!(
            out,
            "       accepted until {}: {}",
            accepted.expires, accepted.reason
        )?;
    }
    if finding.base == finding.revision {
        return writeln!(out, "       {DIM}{}{DIM:#}", place(&finding.base));
    }
    writeln!(out, "       {DIM}at{DIM:#} {}", finding.path)?;
    side(out, '-', BEFORE, &finding.base)?;
    side(out, '+', AFTER, &finding.revision)
}

fn side(out: &mut String, sign: char, style: Style, side: &Side) -> fmt::Result {
    let value = side
        .value
        .as_ref()
        .map_or_else(|| "(nothing)".to_owned(), excerpt);
    writeln!(
        out,
        "       {style}{sign} {value}{style:#}  {DIM}{}{DIM:#}",
        place(side)
    )
}

fn place(side: &Side) -> String {
    format!("{}:{}:{}", side.file, side.line, side.column)
}
