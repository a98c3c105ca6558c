//! The keyword `format`: which formats hold others, and which only describe.

use serde_json::Value;

use super::different;
use crate::{comparison::Comparison, context::Context, node::Pair, schema::parts::PartsPair};

pub(super) fn format<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parts: &PartsPair<'a>,
) {
    for field in different(comparison, parts, "format") {
        let (base, revision) = field.values();
        let text = |value: Option<&'a Value>| value.and_then(Value::as_str);
        match (text(base), text(revision)) {
            (from, to) if from == to && base.is_some() == revision.is_some() => {}
            (None, None) => comparison.differs(context, "unclassified", &field),
            (from, to) => change(comparison, context, &field, (from, to)),
        }
    }
}

fn change<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    field: &Pair<'a>,
    (from, to): (Option<&str>, Option<&str>),
) {
    let event = match (kind(from), kind(to)) {
        (Kind::Number(from), Kind::Number(to)) if from < to => "format-generalized",
        (Kind::Number(from), Kind::Number(to)) if from > to => "format-specialized",
        // Without a format, readers take the widest type they have.
        (Kind::None, Kind::Number(1 | 3)) => "format-hint-added",
        (Kind::Number(1 | 3), Kind::None) => "format-hint-removed",
        // Every text is some bytes, and not all bytes are a text.
        (Kind::None | Kind::Hint, Kind::Bytes) => "format-generalized",
        (Kind::Bytes, Kind::None | Kind::Hint) => "format-specialized",
        (Kind::None, Kind::Checked | Kind::Number(_)) => "format-added",
        (Kind::Checked | Kind::Number(_), Kind::None) => "format-removed",
        (Kind::None, Kind::Hint) => "format-hint-added",
        (Kind::Hint, Kind::None) => "format-hint-removed",
        (Kind::Hint, Kind::Hint) => "format-hint-changed",
        (Kind::Hint, _) => "format-added",
        (_, Kind::Hint) => "format-removed",
        _ => "format-changed",
    };
    let shown = |format: Option<&str>| format.unwrap_or("none").to_owned();
    let detail = format!(": {} → {}", shown(from), shown(to));
    comparison.event(context, event, field, &detail);
}

enum Kind {
    None,
    /// How many numbers it holds, from the fewest.
    Number(u8),
    /// Any bytes.
    Bytes,
    /// Readers check it, or read the value into a type of its own.
    Checked,
    /// Nobody checks it.
    Hint,
}

fn kind(format: Option<&str>) -> Kind {
    match format {
        None => Kind::None,
        Some("int32") => Kind::Number(0),
        Some("int64") => Kind::Number(1),
        Some("float") => Kind::Number(2),
        Some("double") => Kind::Number(3),
        Some("binary") => Kind::Bytes,
        Some(
            "byte" | "date" | "date-time" | "time" | "duration" | "uuid" | "uri" | "url"
            | "uri-reference" | "email" | "hostname" | "ipv4" | "ipv6" | "ip" | "decimal",
        ) => Kind::Checked,
        Some(_) => Kind::Hint,
    }
}
