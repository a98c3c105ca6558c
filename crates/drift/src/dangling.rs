//! References of the revision that lead nowhere in what the walk did not enter.

use serde_json::Value;

use crate::{
    comparison::Comparison,
    context::Context,
    node::{Node, Pair},
    resolve::Target,
};

/// Keys whose values are data, where `$ref` is a key like any other.
const DATA: &[&str] = &["example", "examples", "default", "enum", "value"];

/// Reports what is dangling in the revision and is not in the base.
pub(crate) fn dangling<'a>(comparison: &mut Comparison<'a>, context: &Context, pair: &Pair<'a>) {
    match pair.revision.value {
        Some(Value::Object(_)) => {
            check(comparison, context, pair);
            for (name, node) in pair.revision.entries() {
                if !DATA.contains(&name) && !name.starts_with("x-") {
                    let base = pair.base.get(name);
                    dangling(
                        comparison,
                        context,
                        &Pair {
                            base,
                            revision: node,
                        },
                    );
                }
            }
        }
        Some(Value::Array(_)) => {
            for (index, node) in pair.revision.items().enumerate() {
                let base = pair.base.at(index);
                dangling(
                    comparison,
                    context,
                    &Pair {
                        base,
                        revision: node,
                    },
                );
            }
        }
        _ => {}
    }
}

fn check<'a>(comparison: &mut Comparison<'a>, context: &Context, pair: &Pair<'a>) {
    let Some(reference) = pair.revision.str("$ref") else {
        return;
    };
    let leads_nowhere = |target: Target<'a>| matches!(target, Target::Nowhere);
    let known = |node: &Node<'a>| node.str("$ref") == Some(reference);
    if leads_nowhere(comparison.revision.target(&pair.revision)) && !known(&pair.base) {
        let message = format!("{reference:?} leads to nothing in this document");
        comparison.report(
            context,
            "reference-unresolvable",
            &pair.get("$ref"),
            message,
        );
    }
}
