//! Writing findings for people and machines.

mod github;
mod json;
mod markdown;
mod text;

use std::str::FromStr;

use crate::finding::Finding;

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

    /// Writes the findings.
    pub fn write(self, findings: &[Finding]) -> String {
        match self {
            Self::Text => text::write(findings),
            Self::Json => json::write(findings),
            Self::Markdown => markdown::write(findings),
            Self::Github => github::write(findings),
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
fn by_operation(findings: &[Finding]) -> Vec<(&str, Vec<&Finding>)> {
    let mut groups: Vec<(&str, Vec<&Finding>)> = Vec::new();
    let mut ordered: Vec<_> = findings.iter().collect();
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

/// One line that counts the findings by level, and those that are accepted.
fn summary(findings: &[Finding]) -> String {
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
