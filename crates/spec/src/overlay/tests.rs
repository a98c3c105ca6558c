//! What overlays do to a document, and what is refused of them.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Applied, Overlay, OverlayProblemKind};
use crate::{
    Document,
    place::{Below, Marks},
};

const SPEC: &str = "\
openapi: 3.0.3
info:
  title: Orders
paths:
  /orders:
    get:
      tags: [a]
      parameters:
        - {name: x}
        - {name: y}
      responses:
        '202': {description: Accepted}
tags: []
";

fn overlay(actions: &str) -> Result<Overlay, crate::DocumentError> {
    let head = "overlay: 1.1.0\ninfo: {title: T, version: '1'}\nactions:\n";
    Overlay::parse("o.yml", &format!("{head}{actions}"))
}

fn apply(actions: &str) -> Applied {
    let spec = Document::parse("s.yml", SPEC).unwrap();
    let applied = overlay(actions).unwrap().apply(&spec);
    assert_same_shape(applied.document.value(), &applied.document.marks);
    applied
}

fn kinds(applied: &Applied) -> Vec<(usize, OverlayProblemKind)> {
    applied
        .problems
        .iter()
        .map(|p| (p.index(), p.kind().clone()))
        .collect()
}

/// The marks are a tree of their own, and must stay in step with the values.
fn assert_same_shape(value: &Value, marks: &Marks) {
    match (value, &marks.below) {
        (Value::Object(map), Below::Entries(entries)) => {
            assert_eq!(map.len(), entries.len());
            for (key, below) in entries {
                assert_same_shape(&map[&**key], below);
            }
        }
        (Value::Array(values), Below::Items(items)) => {
            assert_eq!(values.len(), items.len());
            for (value, below) in values.iter().zip(items) {
                assert_same_shape(value, below);
            }
        }
        (Value::Object(_) | Value::Array(_), _) | (_, Below::Entries(_) | Below::Items(_)) => {
            panic!("{value} does not have the shape of its marks")
        }
        _ => {}
    }
}

#[test]
fn actions_are_applied_in_order() {
    let applied = apply(
        "
  - {target: $.paths.*.get, description: d, update: {tags: [b], deprecated: true}}
  - {target: \"$..parameters[?@.name == 'x']\", description: d, remove: true}
  - {target: $.paths.*.get.tags, description: d, update: c}
  - {target: $.info, description: d, copy: '$.paths.*.get.parameters[0]'}
",
    );

    assert_eq!(applied.problems, []);
    assert_eq!(
        applied.document.value(),
        &json!({
            "openapi": "3.0.3",
            "info": {"title": "Orders", "name": "y"},
            "paths": {"/orders": {"get": {
                "tags": ["a", "b", "c"],
                "parameters": [{"name": "y"}],
                "responses": {"202": {"description": "Accepted"}},
                "deprecated": true,
            }}},
            "tags": [],
        })
    );
}

#[test]
fn removing_keeps_the_order_of_the_rest() {
    let applied = apply("  - {target: $.info, description: d, remove: true}\n");

    let keys: Vec<_> = applied
        .document
        .value()
        .as_object()
        .unwrap()
        .keys()
        .collect();
    assert_eq!(keys, ["openapi", "paths", "tags"]);
}

#[test]
fn places_tell_the_spec_from_the_overlay() {
    let applied = apply(
        "
  - target: $.paths.*.get
    description: d
    update:
      tags: [b]
      deprecated: true
  - {target: '$..parameters[0]', description: d, remove: true}
",
    );

    let get = "/paths/~1orders/get";
    for (below, place) in [
        ("", "s.yml:6:5"),
        ("/tags", "s.yml:7:7"),
        ("/tags/0", "s.yml:7:14"),
        ("/tags/1", "o.yml:8:14"),
        ("/deprecated", "o.yml:9:7"),
        ("/parameters/0/name", "s.yml:10:12"),
    ] {
        assert_eq!(
            applied.document.place(&format!("{get}{below}")).to_string(),
            place,
            "{below}"
        );
    }
}

#[test]
fn every_action_without_effect_is_reported() {
    let applied = apply(
        "
  - {target: \"$.paths['/missing']\", description: 'gone, see guide', remove: true}
  - {target: $.info, description: same, update: {title: Orders}}
  - {target: $.info.title, description: scalar, remove: true}
  - {target: $.info, description: mixed, copy: $.nowhere}
  - {target: $.info, description: works, update: {x-a: 1}}
",
    );

    assert_eq!(applied.document.value()["info"]["x-a"], 1);
    let [
        (0, OverlayProblemKind::NoMatch),
        (1, OverlayProblemKind::NoChange),
        (2, scalar),
        (3, copy),
    ] = &kinds(&applied)[..]
    else {
        panic!("{:?}", applied.problems)
    };
    assert!(matches!(scalar, OverlayProblemKind::Inapplicable(why) if why.contains("primitives")));
    assert!(matches!(copy, OverlayProblemKind::Inapplicable(why) if why.contains("no node")));
    assert_eq!(
        applied.problems[0].to_string(),
        "o.yml:5:5: actions[0] matches nothing in the document\n  \
           target: $.paths['/missing']\n  \
           description: gone, see guide\n  \
           help: correct the target, or remove the action if upstream dropped that part"
    );
}

#[test]
fn a_correction_that_upstream_has_made_is_reported() {
    // Both actions rewrite the response to what the document has by now.
    let applied = apply(
        "
  - {target: \"$..responses['202']\", description: replace, remove: true}
  - target: $..responses
    description: by this
    update: {'202': {description: Accepted}}
",
    );
    assert_eq!(
        kinds(&applied),
        [
            (0, OverlayProblemKind::MadeUpstream),
            (1, OverlayProblemKind::MadeUpstream)
        ]
    );

    // The same against a document that still needs it.
    let spec = Document::parse("s.yml", &SPEC.replace("Accepted", "Done")).unwrap();
    let actions = "
  - {target: \"$..responses['202']\", description: replace, remove: true}
  - {target: $..responses, description: by, update: {'202': {description: Accepted}}}
";
    assert_eq!(overlay(actions).unwrap().apply(&spec).problems, []);
}

#[test]
fn a_selection_whose_outcome_depends_on_order_is_refused() {
    let applied = apply(
        "
  - {target: '$..parameters[0,0]', description: d, remove: true}
  - {target: '$..parameters[1,0]', description: d, remove: true}
  - {target: '$..parameters[0,0]', description: d, update: {a: 1}}
  - {target: $, description: d, remove: true}
",
    );

    let problems = kinds(&applied);
    assert_eq!(problems.len(), 4, "{problems:?}");
    assert!(
        problems
            .iter()
            .all(|(_, kind)| matches!(kind, OverlayProblemKind::Inapplicable(_)))
    );
}

#[test]
fn what_is_no_overlay_is_refused_with_its_place() {
    for (text, start) in [
        ("[]", "o.yml:1:1: an overlay must be a mapping"),
        ("{}", "o.yml:1:1: `overlay` is missing"),
        (
            "overlay: 1.2.0",
            "o.yml:1:1: overlay version `1.2.0` is not known",
        ),
        ("overlay: 1.1", "o.yml:1:1: `overlay` is not a text"),
        (
            "overlay: 1.1.0\ninfos: {}",
            "o.yml:2:1: the key `infos` has no meaning",
        ),
        (
            "overlay: 1.1.0\ninfo: {title: T}",
            "o.yml:2:1: `version` is missing",
        ),
        (
            "overlay: 1.1.0\ninfo: {title: T, version: '1'}",
            "o.yml:1:1: `actions` is missing",
        ),
        (
            "overlay: 1.1.0\ninfo: {title: T, version: '1'}\nactions: []",
            "o.yml:3:1: `actions` is not a list",
        ),
    ] {
        let message = Overlay::parse("o.yml", text).unwrap_err().to_string();
        assert!(message.starts_with(start), "{text}: {message}");
    }
    for (action, start) in [
        ("3", "o.yml:4:3: an action must be a mapping"),
        (
            "{description: d, remove: true}",
            "o.yml:4:3: `target` is missing",
        ),
        (
            "{target: $.a, remove: true}",
            "o.yml:4:3: `description` is missing",
        ),
        (
            "{target: $, description: '', remove: true}",
            "o.yml:4:15: `description` is not",
        ),
        (
            "{target: a.b, description: d, remove: true}",
            "o.yml:4:4: `a.b` is no JSONPath",
        ),
        (
            "{target: $, description: d}",
            "o.yml:4:3: an action does exactly one thing",
        ),
        (
            "{target: $, description: d, remove: false}",
            "o.yml:4:3: an action does exactly",
        ),
        (
            "{target: $, description: d, remove: yes}",
            "o.yml:4:31: `remove` is neither",
        ),
        (
            "{target: $, description: d, update: 1, remove: true}",
            "o.yml:4:3: an action does",
        ),
        (
            "{target: $, description: d, updat: 1}",
            "o.yml:4:31: the key `updat`",
        ),
    ] {
        let message = overlay(&format!("- {action}")).unwrap_err().to_string();
        assert!(message.starts_with(start), "{action}: {message}");
    }
}

proptest! {
    #[test]
    fn any_action_keeps_marks_and_values_in_step(
        target in "\\$(\\.\\.|\\.)(\\*|paths|info|parameters)((\\.\\.|\\.)(\\*|get|tags|name)|\\[[0-2]\\]|\\[\\?@\\.name\\]){0,2}",
        other in "\\$(\\.\\.|\\.)(info|paths|get|tags)",
        what in prop::sample::select(vec![
            "remove: true", "update: {get: {tags: [z]}}", "update: [1]", "update: 1", "copy: $C",
        ]),
    ) {
        let what = what.replace("$C", &other);
        let action = format!("  - {{target: '{target}', description: d, {what}}}\n");
        apply(&action);
        apply(&format!("{action}{action}"));
    }
}
