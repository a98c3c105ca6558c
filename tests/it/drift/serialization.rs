//! Where values are written as text, a number is one; where they are written as JSON, it is none.

use bigcommerce_drift::Level::Err;
use serde_json::{Value, json};

use super::apis::{between, breaks, has, of_schemas, with};

#[test]
fn a_number_in_a_parameter_is_a_text_that_is_sent() {
    let parameter = |schema: Value| {
        with(
            "/paths/~1a/post/parameters",
            json!([{"name": "q", "in": "query", "schema": schema}]),
        )
    };
    let number = parameter(json!({"type": "integer", "minimum": 1}));
    let text = parameter(json!({"type": "string"}));
    assert_eq!(breaks(&number, &text), [""; 0]);
    assert_eq!(
        breaks(&text, &number),
        ["request-parameter-type-specialized"]
    );
    let numbers = parameter(json!({"type": "string", "enum": [0, 1]}));
    let texts = |more: &[&str]| {
        let values = [&["0", "1"], more].concat();
        parameter(json!({"type": "string", "enum": values}))
    };
    assert_eq!(breaks(&numbers, &texts(&[])), [""; 0]);
    assert!(!between(&numbers, &texts(&[])).is_empty(), "it is told");
    assert_eq!(
        breaks(&texts(&["2"]), &numbers),
        ["request-parameter-enum-value-removed"]
    );
    // In JSON they are no texts.
    let found = of_schemas(&json!({"type": "integer"}), &json!({"type": "string"}));
    assert!(has(&found, "request-body-type-changed", Err), "{found:?}");
}

/// An API that takes a form of one property, with an encoding of it.
fn form(property: &Value, encoding: &Value) -> Value {
    let schema = json!({"type": "object", "properties": {"a": property}});
    let media_type = json!({"schema": schema, "encoding": {"a": encoding}});
    with(
        "/paths/~1a/post/requestBody/content",
        json!({"application/x-www-form-urlencoded": media_type}),
    )
}

/// What is told of a number in a form that becomes a text, and of the reverse.
fn number_and_text(within: impl Fn(Value) -> Value, encoding: &Value) -> [Vec<String>; 2] {
    let number = form(&within(json!({"type": "integer"})), encoding);
    let text = form(&within(json!({"type": "string"})), encoding);
    [breaks(&number, &text), breaks(&text, &number)]
}

#[test]
fn a_number_in_a_form_is_a_text_that_is_sent() {
    let narrowed = [vec![], vec!["request-property-type-specialized".to_owned()]];
    let list = |schema: Value| json!({"type": "array", "items": schema});
    let object = |schema: Value| json!({"type": "object", "properties": {"b": schema}});
    for encoding in [
        json!({}),
        json!({"style": "form"}),
        json!({"contentType": "text/plain; charset=utf-8"}),
    ] {
        assert_eq!(number_and_text(|it| it, &encoding), narrowed, "{encoding}");
        assert_eq!(number_and_text(list, &encoding), narrowed, "{encoding}");
    }
    let deep = json!({"style": "deepObject"});
    assert_eq!(number_and_text(object, &deep), narrowed);
    let deeper = |it| list(object(list(it)));
    assert_eq!(number_and_text(deeper, &deep), narrowed);
}

#[test]
fn what_may_be_anything_is_a_text_unless_it_may_be_several() {
    let parameter = |place: &str, style: &str, schema: &Value| {
        let parameter = json!({"name": "q", "in": place, "style": style, "schema": schema});
        with("/paths/~1a/post/parameters", json!([parameter]))
    };
    let in_form = |schema: &Value| form(schema, &json!({}));
    let in_query = |schema: &Value| parameter("query", "form", schema);
    let deep = |schema: &Value| parameter("query", "deepObject", schema);
    let in_header = |schema: &Value| parameter("header", "simple", schema);
    let text = json!({"type": "string"});
    // `a=1&a=2` and `a[b]=1` are several texts.
    for (several, is_one) in [
        (json!({}), false),
        (json!({"enum": [1, [2]]}), false),
        (json!({"enum": [1, "2", null]}), true),
        (json!({"format": "date"}), true),
        (json!({"maximum": 5}), true),
    ] {
        let narrowed = |of: &str| vec![format!("request-{of}-type-specialized")];
        let told = |of: &str| if is_one { vec![] } else { narrowed(of) };
        let narrowing = |found: Vec<String>| -> Vec<String> {
            let of_type = found.into_iter().filter(|id| id.contains("-type-"));
            of_type.collect()
        };
        for (found, of) in [
            (breaks(&in_form(&several), &in_form(&text)), "property"),
            (breaks(&in_query(&several), &in_query(&text)), "parameter"),
            (breaks(&deep(&several), &deep(&text)), "parameter"),
        ] {
            assert_eq!(narrowing(found), told(of), "{several}");
        }
        // `1,2` is one text.
        let found = breaks(&in_header(&several), &in_header(&text));
        assert_eq!(narrowing(found), [""; 0], "{several}");
    }
    for several in [
        json!({"items": {}}),
        json!({"minItems": 2}),
        json!({"uniqueItems": true}),
        json!({"minProperties": 1}),
    ] {
        let found = breaks(&in_header(&several), &in_header(&text));
        let narrowed = "request-parameter-type-specialized".to_owned();
        assert!(found.contains(&narrowed), "{several}: {found:?}");
    }
}

#[test]
fn what_a_form_writes_as_json_is_no_text() {
    let changed = ["request-property-type-changed".to_owned()];
    let changed = [changed.to_vec(), changed.to_vec()];
    let object = |schema: Value| json!({"type": "object", "properties": {"b": schema}});
    let objects = |schema: Value| json!({"type": "array", "items": object(schema)});
    // An object may be, where nobody says that it is written otherwise.
    assert_eq!(number_and_text(object, &json!({})), changed);
    assert_eq!(number_and_text(objects, &json!({})), changed);
    for content_type in ["application/json", "text/plain, application/json"] {
        for style in ["form", "deepObject"] {
            let encoding = json!({"contentType": content_type, "style": style});
            assert_eq!(number_and_text(|it| it, &encoding), changed, "{encoding}");
            assert_eq!(number_and_text(object, &encoding), changed, "{encoding}");
        }
    }
    // So is what is text on one side only.
    let deep = |style: &str, name: &str| {
        let property = object(json!({"type": name}));
        form(&property, &json!({"style": style}))
    };
    for (from, to) in [("deepObject", "form"), ("form", "deepObject")] {
        let found = breaks(&deep(from, "integer"), &deep(to, "string"));
        assert!(
            found.contains(&"request-property-type-changed".to_owned()),
            "{found:?}"
        );
    }
}

#[test]
fn a_parameter_is_text_as_its_media_type_is() {
    let parameter = |more: Value| {
        let mut parameter = json!({"name": "q", "in": "query"});
        let object = parameter.as_object_mut().expect("an object");
        object.extend(more.as_object().expect("an object").clone());
        with("/paths/~1a/post/parameters", json!([parameter]))
    };
    let content = |media_type: &str, schema: Value| {
        parameter(json!({"content": {media_type: {"schema": schema}}}))
    };
    let (number, text) = (json!({"type": "integer"}), json!({"type": "string"}));
    let found = |media_type| {
        breaks(
            &content(media_type, number.clone()),
            &content(media_type, text.clone()),
        )
    };
    assert_eq!(
        found("application/json"),
        ["request-parameter-type-changed"]
    );
    assert_eq!(found("text/plain"), [""; 0]);
    let values = |values: Value| content("application/json", json!({"enum": values}));
    assert_eq!(
        breaks(&values(json!([1, 2])), &values(json!(["1", "2"]))),
        ["request-parameter-enum-value-removed"]
    );
    // An object in an object is text where it is said how it is written.
    let nested = |style: &str, schema: &Value| {
        let inner = json!({"type": "object", "properties": {"b": schema}});
        let schema = json!({"type": "object", "properties": {"a": inner}});
        parameter(json!({"style": style, "schema": schema}))
    };
    for (style, told) in [
        ("form", &["request-parameter-property-type-changed"][..]),
        ("deepObject", &[][..]),
    ] {
        let found = breaks(&nested(style, &number), &nested(style, &text));
        assert_eq!(found, told, "{style}");
    }
}
