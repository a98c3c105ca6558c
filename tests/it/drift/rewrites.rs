//! Saying the same thing in another way is no drift.

use bigcommerce_drift::{Finding, Level, diff};
use bigcommerce_spec::Document;
use serde_json::{Map, Value, json};

use super::{SPECS, document, spec};

/// Applies a rewrite to every object of a document, from the inside out.
fn everywhere(value: &Value, rewrite: &impl Fn(Map<String, Value>) -> Value) -> Value {
    match value {
        Value::Object(object) => {
            let inner = object
                .iter()
                .map(|(key, value)| (key.clone(), everywhere(value, rewrite)));
            rewrite(inner.collect())
        }
        Value::Array(items) => items.iter().map(|item| everywhere(item, rewrite)).collect(),
        scalar => scalar.clone(),
    }
}

fn both_ways(base: &Document, rewritten: &Document) -> Vec<Finding> {
    assert_ne!(
        base.value().to_string(),
        rewritten.value().to_string(),
        "something was rewritten"
    );
    let mut findings = diff(base, rewritten);
    findings.extend(diff(rewritten, base));
    findings
}

#[test]
fn another_order_of_keys_required_enum_and_tags_is_nothing() {
    for name in SPECS {
        let base = spec(name);
        let reversed = everywhere(base.value(), &|object| {
            let backwards = object.into_iter().rev().map(|(key, mut value)| {
                let is_set = matches!(key.as_str(), "required" | "enum" | "allOf" | "tags");
                if let (true, Value::Array(items)) = (is_set, &mut value) {
                    items.reverse();
                }
                (key, value)
            });
            Value::Object(backwards.collect())
        });
        assert_eq!(both_ways(&base, &document("reversed.json", &reversed)), []);
    }
}

#[test]
fn json_for_yaml_and_other_quotes_are_nothing() {
    for name in SPECS {
        let base = spec(name);
        let json = serde_json::to_string_pretty(base.value()).expect("JSON");
        let as_json = Document::parse("spec.json", &json).expect("the same document");
        assert_eq!(diff(&base, &as_json), []);
        // JSON is YAML with every text in double quotes.
        let quoted = Document::parse("spec.yml", &json).expect("the same document");
        assert_eq!(diff(&base, &quoted), []);
        let yaml = base.to_yaml().expect("YAML");
        let rewritten = Document::parse("spec.yml", &yaml).expect("the same document");
        assert_eq!(diff(&base, &rewritten), []);
    }
}

#[test]
fn spelling_out_every_reference_is_no_more_than_info() {
    for name in SPECS {
        let base = spec(name);
        let inlined = everywhere(base.value(), &|object| match object.get("$ref") {
            Some(Value::String(target)) => {
                let pointer = target.strip_prefix('#').expect("a local reference");
                base.value()
                    .pointer(pointer)
                    .expect("something there")
                    .clone()
            }
            _ => Value::Object(object),
        });
        assert_info(&both_ways(&base, &document("inlined.json", &inlined)));
    }
}

#[test]
fn leading_every_reference_through_aliases_is_no_more_than_info() {
    for name in SPECS {
        let base = spec(name);
        let aliases = std::cell::RefCell::new(Vec::new());
        let mut value = everywhere(base.value(), &|mut object| {
            if let Some(Value::String(target)) = object.get_mut("$ref") {
                let (section, name) = target.rsplit_once('/').expect("a component");
                let alias = |number: u8| format!("{section}/{name}Alias{number}");
                let mut aliases = aliases.borrow_mut();
                aliases.push((alias(1), alias(2)));
                aliases.push((alias(2), target.clone()));
                *target = alias(1);
            }
            Value::Object(object)
        });
        for (alias, target) in aliases.into_inner() {
            let (section, name) = alias[1..].rsplit_once('/').expect("a component");
            value.pointer_mut(section).expect("a section")[name] = json!({"$ref": target});
        }
        assert_info(&both_ways(&base, &document("aliases.json", &value)));
    }
}

#[test]
fn other_spellings_of_all_of_are_no_more_than_info() {
    let is_schema = |object: &Map<String, Value>| {
        let reference = object.get("$ref").and_then(Value::as_str);
        reference.is_some_and(|it| it.starts_with("#/components/schemas/"))
    };
    let wrapped = |object: Map<String, Value>| {
        if is_schema(&object) {
            json!({"allOf": [{"description": "told anew"}, object, {}]})
        } else {
            Value::Object(object)
        }
    };
    let nested = |object: Map<String, Value>| {
        if is_schema(&object) {
            json!({"oneOf": [{"allOf": [{"anyOf": [object]}]}]})
        } else {
            Value::Object(object)
        }
    };
    // Each keyword of an object schema in a member of its own, the last one first.
    let split = |object: Map<String, Value>| {
        if object.get("type") != Some(&"object".into()) || !object.contains_key("properties") {
            return Value::Object(object);
        }
        let members = object.into_iter().map(|(key, value)| json!({key: value}));
        json!({"allOf": members.rev().collect::<Vec<_>>()})
    };
    let rewrites: [&dyn Fn(Map<String, Value>) -> Value; 3] = [&wrapped, &nested, &split];
    for name in SPECS {
        let base = spec(name);
        for rewrite in rewrites {
            let value = everywhere(base.value(), &rewrite);
            assert_info(&both_ways(&base, &document("all-of.json", &value)));
        }
    }
}

#[test]
fn another_order_of_what_readers_take_in_turn_is_told_and_nothing_else() {
    let mut told = std::collections::BTreeSet::new();
    let base = spec("processing");
    let reversed = everywhere(base.value(), &|object| {
        let entries = object.into_iter().map(|(key, mut value)| {
            let names = ["servers", "parameters", "security", "anyOf", "oneOf"];
            if let (true, Value::Array(items)) = (names.contains(&key.as_str()), &mut value) {
                items.reverse();
            }
            (key, value)
        });
        Value::Object(entries.collect())
    });
    for finding in both_ways(&base, &document("reversed.json", &reversed)) {
        assert!(finding.id.ends_with("-reordered"), "{finding:#?}");
        assert!(finding.level <= Level::Warn, "{finding:#?}");
        told.insert(finding.id);
    }
    assert!(
        told.contains("request-property-any-of-reordered"),
        "{told:?}"
    );
}

#[test]
fn moving_every_body_schema_to_the_components_is_no_more_than_info() {
    for name in SPECS {
        let base = spec(name);
        let hoisted = std::cell::RefCell::new(Map::new());
        let mut value = everywhere(base.value(), &|mut object| {
            let is_media_type = object.contains_key("schema") && !object.contains_key("in");
            if let (true, Some(schema)) = (is_media_type, object.get_mut("schema")) {
                let name = format!("Hoisted{}", hoisted.borrow().len());
                let reference = json!({"$ref": format!("#/components/schemas/{name}")});
                hoisted
                    .borrow_mut()
                    .insert(name, std::mem::replace(schema, reference));
            }
            Value::Object(object)
        });
        let schemas = value["components"]["schemas"]
            .as_object_mut()
            .expect("schemas");
        schemas.extend(hoisted.into_inner());
        assert_info(&both_ways(&base, &document("hoisted.json", &value)));
    }
}

fn assert_info(findings: &[Finding]) {
    let worse: Vec<_> = findings
        .iter()
        .filter(|finding| finding.level > Level::Info)
        .collect();
    assert!(worse.is_empty(), "{worse:#?}");
}
