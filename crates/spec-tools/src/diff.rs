//! Unified diffs for the terminal.

use std::{io, io::Write};

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

const REMOVED: Style = AnsiColor::Red.on_default();
const ADDED: Style = AnsiColor::Green.on_default();
const HUNK: Style = AnsiColor::Cyan.on_default();

/// Writes the difference between two versions of a file. The colours are for a writer that
/// removes them where there is no terminal, as those of `anstream` do.
pub(crate) fn unified(
    out: &mut impl Write,
    name: &str,
    before: &str,
    after: &str,
) -> io::Result<()> {
    let diff = TextDiff::from_lines(before, after);
    writeln!(out, "{REMOVED}--- {name}{REMOVED:#}")?;
    writeln!(out, "{ADDED}+++ {name}{ADDED:#}")?;
    for hunk in diff.unified_diff().iter_hunks() {
        writeln!(out, "{HUNK}{}{HUNK:#}", hunk.header())?;
        for change in hunk.iter_changes() {
            let line = change.value();
            let text = line.strip_suffix('\n').unwrap_or(line);
            match change.tag() {
                ChangeTag::Equal => writeln!(out, " {text}")?,
                ChangeTag::Delete => writeln!(out, "{REMOVED}-{text}{REMOVED:#}")?,
                ChangeTag::Insert => writeln!(out, "{ADDED}+{text}{ADDED:#}")?,
            }
            if !line.ends_with('\n') {
                writeln!(out, "\\ No newline at end of file")?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::unified;

    #[test]
    fn only_the_changed_lines_and_their_surroundings_are_shown() {
        let before: String = (1..20)
            .map(|n| format!("line {n}\n"))
            .collect::<Vec<_>>()
            .concat();
        let after = before.replace("line 9\n", "line nine\n") + "end";
        let mut out = anstream::StripStream::new(Vec::new());

        unified(&mut out, "a.txt", &before, &after).unwrap();

        let text = String::from_utf8(out.into_inner()).unwrap();
        assert!(
            text.starts_with("--- a.txt\n+++ a.txt\n@@ -6,7 +6,7 @@\n line 6\n"),
            "{text}"
        );
        assert!(text.contains("\n-line 9\n+line nine\n"), "{text}");
        assert!(
            text.ends_with(" line 19\n+end\n\\ No newline at end of file\n"),
            "{text}"
        );
    }
}
