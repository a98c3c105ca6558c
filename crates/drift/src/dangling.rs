//! References of the revision that lead nowhere, in what the comparison did not enter.

use serde_json::Value;

use crate::{
    comparison::Comparison,
    context::Context,
    node::{Node, Pair},
    resolve::Target,
};

/// Keys whose values are data, where `$ref` is a key like any other.
pub(crate) const DATA: &[&str] = &["example", "examples", "default", "enum", "value"];

/// Reports what is dangling in the revision and is not in the base.
pub(crate) fn dangling<'a>(comparison: &mut Comparison<'a>, context: &Context, pair: &Pair<'a>) {
    match pair.revision.value {
        Some(Value::Object(_)) => {
            check(comparison, context, pair);
            let is_container = |value: &Value| value.is_object() || value.is_array();
            let object = pair.revision.object().into_iter().flatten();
            for (name, value) in object {
                if is_container(value) && !DATA.contains(&&**name) && !name.starts_with("x-") {
                    dangling(comparison, context, &pair.get(name));
                }
            }
        }
        Some(Value::Array(_)) => {
            for (index, revision) in pair.revision.items().enumerate() {
                let base = pair.base.at(index);
                dangling(comparison, context, &Pair { base, revision });
            }
        }
        _ => {}
    }
}

fn check<'a>(comparison: &mut Comparison<'a>, context: &Context, pair: &Pair<'a>) {
    let Some(reference) = pair.revision.str("$ref") else {
        return;
    };
    let known = |node: &Node<'a>| node.str("$ref") == Some(reference);
    if matches!(comparison.revision.target(&pair.revision), Target::Nowhere) && !known(&pair.base) {
        let message = format!("{reference:?} leads to nothing in this document");
        comparison.report(
            context,
            "reference-unresolvable",
            &pair.get("$ref"),
            message,
        );
    }
}
