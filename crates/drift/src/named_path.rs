//! Paths that do not depend on the order of lists.

use bigcommerce_spec::pointer;
use serde_json::Value;

/// A JSON pointer with the items of lists called by what they are: a parameter by its place
/// and name, a reference by the name of what it refers to, a text by itself.
///
/// An item that has no name of its own, or shares it with another one, keeps its index.
pub(crate) fn named_path(document: &Value, pointer: &str) -> String {
    let mut path = String::new();
    let mut here = Some(document);
    for token in pointer::tokens(pointer) {
        let name = match here {
            Some(Value::Array(items)) => {
                let index = token.parse::<usize>().ok();
                let own = index.and_then(|index| name_of(document, items.get(index)?));
                let is_same = |item: &&Value| name_of(document, item) == own;
                own.clone()
                    .filter(|_| items.iter().filter(is_same).count() == 1)
            }
            _ => None,
        };
        path = pointer::child(&path, name.as_deref().unwrap_or(&token));
        here = here.and_then(|value| match value {
            Value::Object(object) => object.get(&*token),
            Value::Array(items) => items.get(token.parse::<usize>().ok()?),
            _ => None,
        });
    }
    path
}

fn name_of(document: &Value, item: &Value) -> Option<String> {
    let text = |item: &Value, key: &str| Some(item.get(key)?.as_str()?.to_owned());
    match item {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(object) => {
            let resolved = bigcommerce_spec::reference::resolve(document, item).unwrap_or(item);
            if let (Some(place), Some(name)) = (text(resolved, "in"), text(resolved, "name")) {
                return Some(format!("{place}:{name}"));
            }
            if let Some(reference) = text(item, "$ref") {
                return reference.rsplit('/').next().map(str::to_owned);
            }
            let keys = ["name", "url", "title"].into_iter();
            let mut keys = keys;
            keys.find_map(|key| text(item, key)).or_else(|| {
                // An alternative to authenticate is called by its schemes.
                let lists = !object.is_empty() && object.values().all(Value::is_array);
                lists.then(|| object.keys().cloned().collect::<Vec<_>>().join("+"))
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::named_path;

    #[test]
    fn items_are_called_by_what_they_are() {
        let document = json!({
            "list": [
                {"$ref": "#/components/parameters/Limit"},
                {"$ref": "#/components/schemas/Cat"},
                {"title": "Dog", "enum": ["a", "b", "b"]},
                {},
                {"key": [], "token": []},
            ],
            "components": {"parameters": {"Limit": {"in": "query", "name": "limit"}}},
        });
        for (pointer, path) in [
            ("/list/0/$ref", "/list/query:limit/$ref"),
            ("/list/1", "/list/Cat"),
            ("/list/2/enum/0", "/list/Dog/enum/a"),
            ("/list/2/enum/1", "/list/Dog/enum/1"),
            ("/list/3", "/list/3"),
            ("/list/4", "/list/key+token"),
            ("/list/9/x", "/list/9/x"),
            ("", ""),
        ] {
            assert_eq!(named_path(&document, pointer), path, "{pointer}");
        }
    }
}
