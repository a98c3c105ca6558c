//! What can happen to a schema, a parameter or a header, wherever it is used; read from
//! `events.txt`, but for the bounds, which all behave alike.

use super::{Direction, Level, Rule, Usage, marked, table};
use Level::{Err, Info};

/// An event: where it can happen, its level for what the client sends and for what it
/// receives, its name, and what it says of the thing it happened to.
struct Event {
    usages: &'static [Usage],
    request: Level,
    response: Level,
    name: String,
    has_values: bool,
    phrase: String,
    reason: String,
}

pub(super) fn rules() -> impl Iterator<Item = Rule> {
    events().flat_map(|event| event.usages.iter().map(move |usage| rule(*usage, &event)))
}

/// What an event says of the thing it happened to.
pub(super) fn phrase(name: &str) -> Option<String> {
    let event = events().find(|event| event.name == name)?;
    Some(event.phrase)
}

fn events() -> impl Iterator<Item = Event> {
    table(include_str!("events.txt"))
        .filter_map(read)
        .chain(bounds())
}

fn read(row: &str) -> Option<Event> {
    fn next(rest: &str) -> Option<(&str, &str)> {
        rest.trim_start().split_once(' ')
    }
    let (usages, rest) = next(row)?;
    let (request, rest) = next(rest)?;
    let (response, rest) = next(rest)?;
    let (name, rest) = next(rest)?;
    let (phrase, reason) = rest.split_once(" | ")?;
    let (name, has_values) = marked(name);
    Some(Event {
        usages: usages_called(usages)?,
        request: request.parse().ok()?,
        response: response.parse().ok()?,
        name: name.to_owned(),
        has_values,
        phrase: phrase.trim().to_owned(),
        reason: reason.trim().to_owned(),
    })
}

/// The groups of usages that `events.txt` names.
fn usages_called(name: &str) -> Option<&'static [Usage]> {
    match name {
        "any" => Some(Usage::ALL),
        "named" => Some(&[
            Usage::RequestBody,
            Usage::RequestProperty,
            Usage::RequestParameter,
            Usage::RequestParameterProperty,
            // A body that the API sends when it calls back.
            Usage::ResponseBody,
            Usage::ResponseProperty,
            Usage::ResponseHeader,
            Usage::ResponseHeaderProperty,
        ]),
        "serialized" => Some(&[Usage::RequestParameter, Usage::ResponseHeader]),
        _ => None,
    }
}

/// A bound: its name, what it is called in prose, and whether raising it allows more.
const BOUNDS: &[(&str, &str, bool)] = &[
    ("max", "maximum", true),
    ("max-length", "maximal length", true),
    ("max-items", "maximal number of items", true),
    ("max-properties", "maximal number of properties", true),
    ("min", "minimum", false),
    ("min-length", "minimal length", false),
    ("min-items", "minimal number of items", false),
    ("min-properties", "minimal number of properties", false),
];

fn bounds() -> impl Iterator<Item = Event> {
    BOUNDS.iter().flat_map(|&(bound, words, is_ceiling)| {
        let (raised, lowered) = if is_ceiling {
            ((Info, Err), (Err, Info))
        } else {
            ((Err, Info), (Info, Err))
        };
        let (wider, narrower) = (
            "every value that was sent is allowed; a type generated from the base refuses what is beyond",
            "a value that was allowed may be refused; what comes was allowed before",
        );
        let (up, down) = if is_ceiling {
            (wider, narrower)
        } else {
            (narrower, wider)
        };
        [
            ("set", "got a", (Err, Info), narrower),
            ("unset", "lost its", (Info, Err), wider),
            ("increased", "raised its", raised, up),
            ("decreased", "lowered its", lowered, down),
        ]
        .map(|(suffix, verb, (request, response), reason)| Event {
            usages: Usage::ALL,
            request,
            response,
            name: format!("{bound}-{suffix}"),
            has_values: true,
            phrase: format!("{verb} {words}"),
            reason: reason.to_owned(),
        })
    })
}

fn rule(usage: Usage, event: &Event) -> Rule {
    let level = match usage.direction() {
        Direction::Request => event.request,
        Direction::Response => event.response,
    };
    Rule {
        id: format!("{}-{}", usage.prefix(), event.name),
        level,
        has_values: event.has_values,
        meaning: format!("a {} {}", usage.prefix().replace('-', " "), event.phrase),
        reason: event.reason.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        let rows = table(include_str!("events.txt")).count();
        assert_eq!(events().count(), rows + 4 * BOUNDS.len());
    }
}
