//! What can happen to a schema, a parameter or a header, wherever it is used.

use super::{Direction, Level, Rule, Scope};
use Level::{Err, Info, Warn};

/// An event: its name, where it can happen, its level for what the client sends and for what
/// it receives, and what it says of the thing it happened to.
struct Event {
    name: &'static str,
    scopes: &'static [Scope],
    request: Level,
    response: Level,
    phrase: &'static str,
}

const fn event(name: &'static str, request: Level, response: Level, phrase: &'static str) -> Event {
    Event {
        name,
        scopes: Scope::ALL,
        request,
        response,
        phrase,
    }
}

impl Event {
    const fn only(mut self, scopes: &'static [Scope]) -> Self {
        self.scopes = scopes;
        self
    }
}

const NAMED: &[Scope] = &[
    Scope::RequestBody,
    Scope::RequestProperty,
    Scope::RequestParameter,
    Scope::RequestParameterProperty,
    Scope::ResponseProperty,
    Scope::ResponseHeader,
    Scope::ResponseHeaderProperty,
];
const SERIALIZED: &[Scope] = &[Scope::RequestParameter, Scope::ResponseHeader];

const EVENTS: &[Event] = &[
    event("type-changed", Err, Err, "changed its type"),
    event("type-generalized", Info, Err, "allows more types"),
    event("type-specialized", Err, Info, "allows fewer types"),
    event("format-added", Warn, Info, "got a format"),
    event("format-removed", Info, Warn, "lost its format"),
    event("format-changed", Err, Err, "changed its format"),
    event("pattern-added", Warn, Info, "got a pattern"),
    event("pattern-removed", Info, Info, "lost its pattern"),
    event("pattern-changed", Warn, Info, "changed its pattern"),
    event("multiple-of-added", Warn, Info, "must be a multiple"),
    event("multiple-of-removed", Info, Warn, "need not be a multiple"),
    event("multiple-of-changed", Err, Warn, "changed its multiple"),
    event("exclusive-max-set", Warn, Info, "excludes its maximum"),
    event("exclusive-max-unset", Info, Warn, "includes its maximum"),
    event("exclusive-min-set", Warn, Info, "excludes its minimum"),
    event("exclusive-min-unset", Info, Warn, "includes its minimum"),
    event("unique-items-set", Warn, Info, "must not repeat items"),
    event("unique-items-unset", Info, Warn, "may repeat items"),
    event("became-nullable", Info, Err, "became nullable"),
    event("became-not-nullable", Err, Info, "became not nullable"),
    event("became-enum", Err, Info, "was limited to a list of values"),
    event("became-not-enum", Info, Err, "is no longer a list of values"),
    event("enum-value-added", Info, Err, "got a new value"),
    event("enum-value-removed", Err, Info, "lost a value"),
    event("default-value-added", Info, Info, "got a default"),
    event("default-value-removed", Info, Info, "lost its default"),
    event("default-value-changed", Info, Info, "changed its default"),
    event("all-of-added", Err, Info, "must match one more schema (allOf)"),
    event("all-of-removed", Warn, Err, "need not match a schema (allOf)"),
    event("any-of-added", Info, Err, "got an alternative (anyOf)"),
    event("any-of-removed", Err, Info, "lost an alternative (anyOf)"),
    event("one-of-added", Info, Err, "got an alternative (oneOf)"),
    event("one-of-removed", Err, Info, "lost an alternative (oneOf)"),
    event("alternatives-introduced", Err, Info, "is limited to alternatives"),
    event("alternatives-lifted", Warn, Err, "is no longer limited to alternatives"),
    event("not-added", Err, Info, "must not match a schema (not)"),
    event("not-removed", Info, Warn, "may match what was ruled out (not)"),
    event("discriminator-added", Info, Info, "got a discriminator"),
    event("discriminator-removed", Warn, Warn, "lost its discriminator"),
    event(
        "discriminator-property-name-changed",
        Err,
        Err,
        "is told apart by another property",
    ),
    event("discriminator-mapping-added", Info, Warn, "maps one more value"),
    event("discriminator-mapping-deleted", Warn, Info, "maps a value less"),
    event("discriminator-mapping-changed", Warn, Warn, "maps a value elsewhere"),
    event("items-added", Err, Info, "limits its items"),
    event("items-removed", Info, Err, "no longer limits its items"),
    event(
        "additional-properties-forbidden",
        Err,
        Info,
        "no longer allows other properties",
    ),
    event("additional-properties-allowed", Info, Warn, "allows other properties"),
    event(
        "additional-properties-constrained",
        Err,
        Info,
        "limits its other properties",
    ),
    event(
        "additional-properties-unconstrained",
        Info,
        Warn,
        "no longer limits its other properties",
    ),
    event("became-read-only", Warn, Info, "became read-only"),
    event("became-not-read-only", Info, Info, "is no longer read-only"),
    event("became-write-only", Info, Err, "became write-only"),
    event("became-not-write-only", Info, Info, "is no longer write-only"),
    event("deprecated", Info, Info, "was deprecated"),
    event("reactivated", Info, Info, "is no longer deprecated"),
    event("xml-changed", Warn, Warn, "changed how it is written as XML"),
    event("wrapped-in-property", Err, Err, "moved into a property of itself"),
    event("unwrapped-from-property", Err, Err, "moved out of a property"),
    event("became-required", Err, Info, "became required").only(NAMED),
    event(
        "became-required-with-default",
        Info,
        Info,
        "became required, with a default",
    )
    .only(NAMED),
    event("became-optional", Info, Err, "became optional").only(NAMED),
    event("style-changed", Err, Err, "is written in another style").only(SERIALIZED),
    event("explode-changed", Err, Err, "writes its items another way").only(SERIALIZED),
    event("allow-reserved-set", Info, Info, "allows reserved characters").only(SERIALIZED),
    event("allow-reserved-unset", Err, Info, "forbids reserved characters").only(SERIALIZED),
    event("allow-empty-value-set", Info, Info, "allows an empty value").only(SERIALIZED),
    event("allow-empty-value-unset", Err, Info, "forbids an empty value").only(SERIALIZED),
];

/// A bound: its name, what it is called in prose, and whether raising it allows more.
struct Bound(&'static str, &'static str, bool);

const BOUNDS: &[Bound] = &[
    Bound("max", "maximum", true),
    Bound("max-length", "maximal length", true),
    Bound("max-items", "maximal number of items", true),
    Bound("max-properties", "maximal number of properties", true),
    Bound("min", "minimum", false),
    Bound("min-length", "minimal length", false),
    Bound("min-items", "minimal number of items", false),
    Bound("min-properties", "minimal number of properties", false),
];

/// What can happen to a bound, in what it allows: levels for requests and responses.
const MOVES: &[(&str, &str, Level, Level)] = &[
    ("set", "got a", Warn, Info),
    ("unset", "lost its", Info, Err),
    ("widened", "", Info, Err),
    ("narrowed", "", Err, Info),
];

impl Bound {
    /// The name and the phrase of what happened.
    fn name(&self, suffix: &str, verb: &str) -> (String, String) {
        let Self(bound, words, ceiling) = self;
        let (suffix, verb) = match (suffix, ceiling) {
            ("widened", true) | ("narrowed", false) => ("increased", "raised its"),
            ("widened", false) | ("narrowed", true) => ("decreased", "lowered its"),
            _ => (suffix, verb),
        };
        (format!("{bound}-{suffix}"), format!("{verb} {words}"))
    }
}

pub(super) fn rules() -> impl Iterator<Item = Rule> {
    let events = EVENTS.iter().flat_map(|event| {
        let row = |scope: &Scope| {
            rule(*scope, event.name, event.request, event.response, event.phrase)
        };
        event.scopes.iter().map(row)
    });
    let bounds = BOUNDS.iter().flat_map(|bound| {
        MOVES.iter().flat_map(move |&(suffix, verb, request, response)| {
            let (name, phrase) = bound.name(suffix, verb);
            let row = move |scope: &Scope| rule(*scope, &name, request, response, &phrase);
            Scope::ALL.iter().map(row)
        })
    });
    events.chain(bounds)
}

pub(super) fn phrase(name: &str) -> String {
    let event = EVENTS.iter().find(|event| event.name == name);
    let bound = || {
        BOUNDS.iter().find_map(|bound| {
            MOVES
                .iter()
                .map(|(suffix, verb, ..)| bound.name(suffix, verb))
                .find_map(|(event, phrase)| (event == name).then_some(phrase))
        })
    };
    event
        .map(|event| event.phrase.to_owned())
        .or_else(bound)
        .unwrap_or_else(|| "changed".to_owned())
}

fn rule(scope: Scope, event: &str, request: Level, response: Level, phrase: &str) -> Rule {
    let level = match scope.direction() {
        // What leaving a parameter out means has changed.
        Direction::Request if scope == Scope::RequestParameter && event.starts_with("default-") => {
            Warn
        }
        Direction::Request => request,
        Direction::Response => response,
    };
    Rule {
        id: format!("{}-{event}", scope.prefix()),
        level,
        meaning: format!("a {} {phrase}", scope.prefix().replace('-', " ")),
    }
}
