//! Findings for a terminal.

use std::fmt::{self, Write as _};

use anstyle::{AnsiColor, Style};

use super::{by_operation, felt_by, shown, summary, visible};
use crate::{
    finding::{Finding, Side},
    rules::Level,
    values::excerpt,
};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const BEFORE: Style = AnsiColor::Red.on_default();
const AFTER: Style = AnsiColor::Green.on_default();

pub(super) fn write(findings: &[Finding], from: Level) -> String {
    let mut out = String::new();
    for (operation, group) in by_operation(shown(findings, from)) {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{BOLD}{}{BOLD:#}", visible(operation, false));
        for finding in group {
            let _ = one(&mut out, finding);
        }
        out.push('\n');
    }
    let hidden = findings.len() - shown(findings, from).count();
    let note = match hidden {
        0 => String::new(),
        _ => format!(" ({hidden} below {from} are not shown)"),
    };
    let _ = writeln!(out, "{}{note}", summary(findings));
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
        visible(&finding.message, true).replace('\n', "\n       "),
        finding.id
    )?;
    if let Some(others) = felt_by(finding) {
        writeln!(out, "       {}", visible(&others, false))?;
    }
    if let Some(accepted) = &finding.accepted {
        writeln!(
            out,
            "       accepted until {}: {}",
            accepted.expires,
            visible(&accepted.reason, false)
        )?;
    }
    if finding.base == finding.revision {
        return writeln!(out, "       {DIM}{}{DIM:#}", place(&finding.base));
    }
    writeln!(
        out,
        "       {DIM}at{DIM:#} {}",
        visible(&finding.path, false)
    )?;
    side(out, '-', BEFORE, &finding.base)?;
    side(out, '+', AFTER, &finding.revision)
}

fn side(out: &mut String, sign: char, style: Style, side: &Side) -> fmt::Result {
    let value = side.text().map_or_else(
        || "(nothing)".to_owned(),
        |text| visible(&excerpt(&text), false).into_owned(),
    );
    writeln!(
        out,
        "       {style}{sign} {value}{style:#}  {DIM}{}{DIM:#}",
        place(side)
    )
}

fn place(side: &Side) -> String {
    format!(
        "{}:{}:{}",
        visible(&side.file, false),
        side.line,
        side.column
    )
}
