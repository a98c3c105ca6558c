//! Documents that can be read, with the places of their nodes, and those that are refused.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::Document;

fn parse(text: &str) -> Document {
    Document::parse("a.yml", text).unwrap()
}

fn refusal(text: &str) -> String {
    Document::parse("a.yml", text).unwrap_err().to_string()
}

#[test]
fn nodes_have_places() {
    let document = parse("a:\n  - b: 1\n    'c/d': [x, {e: 2}]\n  - ~\nf: |\n  text\n");

    for (pointer, place) in [
        ("", "a.yml:1:1"),
        ("/a", "a.yml:1:1"),
        ("/a/0", "a.yml:2:5"),
        ("/a/0/b", "a.yml:2:5"),
        ("/a/0/c~1d", "a.yml:3:5"),
        ("/a/0/c~1d/1", "a.yml:3:16"),
        ("/a/0/c~1d/1/e", "a.yml:3:17"),
        ("/a/1", "a.yml:4:5"),
        ("/f", "a.yml:5:1"),
        ("/a/0/missing/below", "a.yml:2:5"),
        ("/a/7", "a.yml:1:1"),
    ] {
        assert_eq!(document.place(pointer).to_string(), place, "{pointer}");
    }
}

#[test]
fn json_is_read_with_places_and_all_its_escapes() {
    let text = "{\n\t\"a\": [\"\\ud83d\\ude00\\/\",\n  {\"b\\\"\": 1e2}, -0.5]\n}";
    let document = Document::parse("a.json", text).unwrap();

    assert_eq!(
        document.value(),
        &json!({"a": ["😀/", {"b\"": 100.0}, -0.5]})
    );
    assert_eq!(document.place("/a").to_string(), "a.json:2:2");
    assert_eq!(document.place("/a/1/b\"").to_string(), "a.json:3:4");
    assert_eq!(document.place("/a/2").to_string(), "a.json:3:17");
}

#[test]
fn aliases_are_expanded() {
    let document = parse("a: &x {k: [1]}\nb: *x\nc: &s text\nd: *s\n");

    assert_eq!(
        document.value(),
        &json!({"a": {"k": [1]}, "b": {"k": [1]}, "c": "text", "d": "text"})
    );
    assert_eq!(document.place("/b").to_string(), "a.yml:2:1");
    assert_eq!(document.place("/b/k").to_string(), "a.yml:1:8");
}

#[test]
fn keys_are_the_written_texts() {
    assert_eq!(
        parse("200: a\n'201': b\ntrue: c\n0x1: d\n").value(),
        &json!({"200": "a", "201": "b", "true": "c", "0x1": "d"})
    );
}

#[test]
fn tags_of_the_core_schema_are_read() {
    assert_eq!(
        parse("[!!str 1, !!int '1', !!float 1.5, ! 2, !!null '']").value(),
        &json!(["1", 1, 1.5, "2", null])
    );
}

#[test]
fn what_cannot_be_kept_is_refused_with_its_place() {
    for (text, start) in [
        ("", "a.yml:1:1: the document is empty"),
        ("# only a comment\n", "a.yml:1:1: the document is empty"),
        ("a: 1\nb: 2\na: 3\n", "a.yml:3:1: the key `a` is here twice"),
        (
            "200: 1\n'200': 2\n",
            "a.yml:2:1: the key `200` is here twice",
        ),
        ("a: 1\n---\nb: 2\n", "a.yml:2:1: a second document begins"),
        ("a:\n\t- b\n", "a.yml:2:2: this is not YAML"),
        ("a: [1, 2\n", "a.yml:2:1: this is not YAML"),
        ("{a: 1}: b\n", "a.yml:1:1: a key must be"),
        ("? [a]\n: b\n", "a.yml:1:3: a key must be"),
        ("a: &x b\n*x : c\n", "a.yml:2:1: a key must be"),
        (": b\n", "a.yml:1:1: a key is missing"),
        ("a: &x 1\nb:\n  <<: *x\n", "a.yml:3:3: merge keys"),
        ("a: &x [*x]\n", "a.yml:1:8: the alias stands inside"),
        ("a: *x\n", "a.yml:1:4: this is not YAML"),
        ("a: !!binary aGk=\n", "a.yml:1:4: the tag"),
        ("a: !!int x\n", "a.yml:1:4: `x` is no int"),
        ("a: .inf\n", "a.yml:1:4: infinity"),
        ("\u{feff}a: \"\n", "a.yml:1:4: this is not YAML"),
    ] {
        let message = refusal(text);
        assert!(message.starts_with(start), "{text:?}: {message}");
        assert!(message.contains("\n  help: "), "{message}");
    }
    let message = Document::parse("a.json", "{\"a\": 1,}").unwrap_err();
    assert!(
        message
            .to_string()
            .starts_with("a.json:1:9: this is not JSON"),
        "{message}"
    );
    let message = Document::parse("a.json", "{\"a\": 1, \"a\": 2}").unwrap_err();
    assert!(
        message.to_string().starts_with("a.json:1:10: the key `a`"),
        "{message}"
    );
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.yml");
    let latin1 = folder.path().join("latin1.yml");
    std::fs::write(&latin1, b"a: 1\nb: \xe9\n").unwrap();

    let message = Document::load(&missing).unwrap_err().to_string();
    assert!(message.starts_with(&format!("{}: cannot be read", missing.display())));
    let message = Document::load(&latin1).unwrap_err().to_string();
    assert!(message.starts_with(&format!("{}:2:4: the file is not", latin1.display())));
}

#[test]
fn small_texts_cannot_expand_or_nest_without_bound() {
    let laughs = (1..60)
        .map(|n| format!("a{n}: &a{n} [*a{0}, *a{0}, *a{0}]\n", n - 1))
        .collect::<Vec<_>>()
        .concat();
    let laughs = format!("a0: &a0 [lol, lol]\n{laughs}");
    assert!(refusal(&laughs).contains("expand to too much"));

    let chain = (1..60)
        .map(|n| format!("a{n}: &a{n} [[[*a{}]]]\n", n - 1))
        .collect::<Vec<_>>()
        .concat();
    let chain = format!("a0: &a0 [[[[[1]]]]]\n{chain}");
    assert!(refusal(&chain).contains("nests deeper"));

    for text in [
        "[".repeat(100_000),
        "- ".repeat(100_000),
        "{a: ".repeat(100_000),
    ] {
        Document::parse("a.yml", &text).unwrap_err();
    }
    let deep = format!("{}{}", "[".repeat(128), "]".repeat(128));
    Document::parse("a.yml", &deep).unwrap();
    assert!(refusal(&format!("[{deep}]")).contains("nests deeper"));
}

#[test]
fn only_openapi_3_0_is_accepted() {
    parse("openapi: 3.0.0").require_openapi_3_0().unwrap();
    for (text, start) in [
        (
            "info: {}\nopenapi: 3.1.0",
            "a.yml:2:1: this is an OpenAPI 3.1.0",
        ),
        ("info: {}\nswagger: '2.0'", "a.yml:2:1: this is a Swagger 2"),
        ("info: {}", "a.yml:1:1: the key `openapi` is missing"),
        (
            "openapi: 3.0",
            "a.yml:1:1: the version in `openapi` is not a text",
        ),
        (
            "- openapi: 3.0.0",
            "a.yml:1:1: the key `openapi` is missing",
        ),
    ] {
        let message = parse(text).require_openapi_3_0().unwrap_err().to_string();
        assert!(message.starts_with(start), "{text:?}: {message}");
    }
}

#[test]
fn yaml_quotes_what_would_be_read_as_something_else() {
    let yaml = parse("{'201': '1', a: 'yes', b: '0x1F', c: 'null'}")
        .to_yaml()
        .unwrap();

    assert!(yaml.contains("'201': '1'"), "{yaml}");
}

fn any_value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        // What YAML 1.1 took for line breaks is not written the same by YAML 1.2.
        "[^\u{85}\u{2028}\u{2029}]*",
        "[-+0-9.exo_:#&*!|>'\"%@`{}\\[\\], \n\t~a-f]{0,12}",
        prop::sample::select(vec!["yes", "No", "null", "~", "1_0", ".5", "0o7", "="])
            .prop_map(str::to_owned),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        prop::num::f64::NORMAL.prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, move |below| {
        prop_oneof![
            prop::collection::vec(below.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(text.clone(), below, 0..6)
                .prop_map(|map| map.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn written_documents_are_read_back_the_same(value in any_value()) {
        let written = Document::parse("a.json", &value.to_string()).unwrap();
        prop_assert_eq!(written.value(), &value);

        let json = Document::parse("b.json", &written.to_json()).unwrap();
        prop_assert_eq!(json.value(), &value);

        let text = written.to_yaml().unwrap();
        let yaml = Document::parse("b.yml", &text).unwrap();
        prop_assert_eq!(yaml.value(), &value, "{}", text);
    }

    #[test]
    fn arbitrary_text_never_panics(text in "[-?:,\\[\\]{}#&*!|>'\"%@` \t\na-c0-9<]{0,80}") {
        let _ = Document::parse("a.yml", &text);
    }
}
