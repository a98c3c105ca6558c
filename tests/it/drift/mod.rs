//! No difference goes unseen: the semantic diff over both specs.

mod adopt;
mod alternatives;
mod apis;
mod chains;
mod command;
mod corrections;
mod facade;
mod false_alarms;
mod fuzz;
mod kinds;
mod levels;
mod meaning;
mod mutation;
mod mutations;
mod rewrites;
mod rules;
mod serialization;
mod symmetry;
mod telling;
#[cfg(unix)]
mod upstream;

use std::path::PathBuf;

use bigcommerce_spec::Document;
use serde_json::Value;

/// Both specs, as they are committed.
const SPECS: [&str; 2] = ["tokens", "processing"];

fn spec_path(name: &str) -> PathBuf {
    let specs = concat!(env!("CARGO_MANIFEST_DIR"), "/../specs");
    PathBuf::from(specs).join(format!("{name}.yml"))
}

fn spec(name: &str) -> Document {
    Document::load(&spec_path(name)).expect("the spec can be read")
}

/// Chains of references to every kind of component.
fn chains() -> Document {
    document("chains.json", &chains::usual())
}

fn document(name: &str, value: &Value) -> Document {
    Document::parse(name, &value.to_string()).expect("JSON is YAML")
}

/// Whether a pointer is at or under another one.
fn is_within(pointer: &str, node: &str) -> bool {
    pointer
        .strip_prefix(node)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
