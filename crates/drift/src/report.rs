//! Writing findings for people and machines.

mod github;
mod json;
mod markdown;
mod text;

use std::{borrow::Cow, str::FromStr};

use crate::{finding::Finding, rules::Level};

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// For a terminal: grouped by operation, with both sides and their places, and with ANSI
    /// colours, which the writer strips where they are not wanted.
    Text,
    /// An array of objects.
    Json,
    /// For a pull request.
    Markdown,
    /// Annotations of a workflow run on GitHub.
    Github,
}

impl Format {
    /// The names of the formats, as they are parsed.
    pub const NAMES: [&str; 4] = ["text", "json", "markdown", "github"];

    /// Writes the findings of a level and above, and in all formats but JSON how many there are
    /// of each level. No control character of a document gets through.
    pub fn write(self, findings: &[Finding], from: Level) -> String {
        match self {
            Self::Text => text::write(findings, from),
            Self::Json => json::write(findings, from),
            Self::Markdown => markdown::write(findings, from),
            Self::Github => github::write(findings, from),
        }
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            "markdown" => Ok(Self::Markdown),
            "github" => Ok(Self::Github),
            _ => Err(format!(
                "{name:?} is no format; write {}",
                Self::NAMES.join(", ")
            )),
        }
    }
}

/// The findings in groups of one operation each; those of whole documents first.
fn by_operation<'f>(
    findings: impl Iterator<Item = &'f Finding>,
) -> Vec<(&'f str, Vec<&'f Finding>)> {
    let mut groups: Vec<(&str, Vec<&Finding>)> = Vec::new();
    let mut ordered: Vec<_> = findings.collect();
    ordered.sort_by_key(|finding| &finding.operation);
    for finding in ordered {
        let name = finding
            .operation
            .as_deref()
            .unwrap_or("The documents as a whole");
        match groups.last_mut() {
            Some((last, group)) if *last == name => group.push(finding),
            _ => groups.push((name, vec![finding])),
        }
    }
    groups
}

/// The findings of a level and above.
fn shown(findings: &[Finding], from: Level) -> impl Iterator<Item = &Finding> {
    findings.iter().filter(move |finding| finding.level >= from)
}

/// How many operations feel a finding that more than one feels, and the first few of them.
fn felt_by(finding: &Finding) -> Option<String> {
    const MOST: usize = 4;
    let operations = &finding.operations;
    let first = operations[..operations.len().min(MOST)].join(", ");
    match operations.len() {
        0 | 1 => None,
        count if count <= MOST => Some(format!("felt by {count} operations: {first}")),
        count => Some(format!(
            "felt by {count} operations: {first} and {} more",
            count - MOST
        )),
    }
}

/// A text of a document without anything that steers a terminal or hides what is there.
fn visible(text: &str, keep_lines: bool) -> Cow<'_, str> {
    if !text.chars().any(is_invisible) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' if keep_lines => shown.push('\n'),
            '\n' | '\r' | '\t' => shown.push(' '),
            c if is_invisible(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    shown.into()
}

/// Whether a character steers what shows it: controls of terminals, separators of lines, and
/// marks that turn the direction of text.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// One line that counts the findings by level, and those that are accepted.
pub fn summary(findings: &[Finding]) -> String {
    use crate::rules::Level::{Err, Info, Warn};
    if findings.is_empty() {
        return "no drift".to_owned();
    }
    let open = |level| {
        findings
            .iter()
            .filter(|f| f.level == level && f.accepted.is_none())
            .count()
    };
    let accepted = findings.iter().filter(|f| f.accepted.is_some()).count();
    let counts = format!(
        "{} ERR, {} WARN, {} INFO",
        open(Err),
        open(Warn),
        open(Info)
    );
    match accepted {
        0 => counts,
        _ => format!("{counts}, {accepted} accepted"),
    }
}
