//! Rules about one thing each, read from `fixed.txt`.

use super::{Rule, marked, table};

pub(super) fn rules() -> impl Iterator<Item = Rule> {
    table(include_str!("fixed.txt")).filter_map(|row| {
        let (level, rest) = row.split_once(' ')?;
        let (id, rest) = rest.trim_start().split_once(' ')?;
        let (meaning, reason) = rest.split_once(" | ")?;
        let (id, has_values) = marked(id);
        Some(Rule {
            id: id.to_owned(),
            has_values,
            level: level.parse().ok()?,
            meaning: meaning.trim().to_owned(),
            reason: reason.trim().to_owned(),
        })
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_row_is_read() {
        let rows = super::table(include_str!("fixed.txt")).count();
        assert_eq!(super::rules().count(), rows);
    }
}
