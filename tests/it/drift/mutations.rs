//! Every small change that can be made to a document.

use bigcommerce_spec::pointer::child;
use serde_json::{Value, json};

use super::kinds::Kind;

/// A changed copy of a document, and the pointer of what was changed.
pub(super) struct Mutation {
    pub(super) what: &'static str,
    pub(super) node: String,
    pub(super) changed: Value,
}

/// Every key removed, every scalar changed, every entry of a list removed, one added to each
/// list, and every key added that OpenAPI allows and that is not there.
pub(super) fn all(document: &Value) -> Vec<Mutation> {
    let mut mutations = Mutations {
        document,
        found: Vec::new(),
    };
    mutations.visit(document, Kind::DOCUMENT, "");
    mutations.found
}

struct Mutations<'d> {
    document: &'d Value,
    found: Vec<Mutation>,
}

impl Mutations<'_> {
    fn visit(&mut self, value: &Value, kind: Kind, at: &str) {
        match value {
            Value::Object(object) => {
                for (key, value) in object {
                    let node = child(at, key);
                    self.change("key removed", at, &node, |parent| {
                        parent.as_object_mut().expect("an object").shift_remove(key);
                    });
                    self.visit(value, kind.child(key), &node);
                }
                for (key, sample) in kind.keys() {
                    if !object.contains_key(key) {
                        self.change("key added", at, &format!("{at}/{key}"), |parent| {
                            parent[key] = sample.clone();
                        });
                    }
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let node = format!("{at}/{index}");
                    self.change("entry removed", at, &node, |parent| {
                        parent.as_array_mut().expect("an array").remove(index);
                    });
                    self.visit(item, kind.child(""), &node);
                }
                let node = format!("{at}/{}", items.len());
                self.change("entry added", at, &node, |parent| {
                    parent
                        .as_array_mut()
                        .expect("an array")
                        .push(kind.entry().clone());
                });
            }
            scalar => self.change("scalar changed", at, at, |value| *value = other(scalar)),
        }
    }

    fn change(&mut self, what: &'static str, at: &str, node: &str, change: impl Fn(&mut Value)) {
        let mut changed = self.document.clone();
        change(changed.pointer_mut(at).expect("a place in the document"));
        self.found.push(Mutation {
            what,
            node: node.to_owned(),
            changed,
        });
    }
}

fn other(scalar: &Value) -> Value {
    match scalar {
        Value::Bool(value) => json!(!value),
        Value::Number(number) => json!(number.as_f64().unwrap_or_default() + 1.0),
        Value::String(text) => json!(format!("{text}x")),
        _ => json!("x"),
    }
}
