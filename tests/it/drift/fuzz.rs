//! Whatever is fed to load, overlay, diff and generate ends in an answer or an error.
//!
//! A coverage-guided fuzzer needs a nightly compiler, so that these are property tests. Each
//! runs as many cases as `CASES` says; `PROPTEST_CASES` in the environment sets another
//! number.

use bigcommerce_drift::{Format, Level, diff};
use bigcommerce_spec::{Document, Overlay};
use proptest::prelude::*;
use serde_json::Value;

use super::{
    SPECS,
    chains::{self, Chain, End},
    document, mutations, spec, spec_path,
};

/// How many cases each property is tried on. Generating code takes longer than comparing.
const CASES: u32 = 512;
const GENERATED: u32 = 48;

fn cases(default: u32) -> ProptestConfig {
    let set = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    let mut config = ProptestConfig::with_cases(set.unwrap_or(default));
    // A failure is printed with its input; nothing is written beside the sources.
    config.failure_persistence = None;
    config
}

/// Pieces of YAML and OpenAPI that make deeper states likely than arbitrary characters do.
fn yaml() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "\\PC{0,8}",
        "[ \n\t:\\-{}\\[\\],&*!|>'\"#%@?]{1,4}",
        prop::sample::select(vec![
            "openapi: 3.0.0\n",
            "paths:\n",
            "  /a:\n",
            "    get:\n",
            "components:\n",
            "  schemas:\n",
            "    A:\n",
            "      $ref: '#/components/schemas/A'\n",
            "      type: object\n",
            "&a ",
            "*a",
            "<<: *a\n",
            "- ",
            "? ",
            ": ",
            "actions:\n",
            "overlay: 1.1.0\n",
            "  - target: $..*\n",
            "    update: {a: 1}\n",
            "    remove: true\n",
            "description: x\n",
            "info: {title: a, version: b}\n",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Keys that OpenAPI gives a meaning.
const KEYS: &[&str] = &[
    "openapi",
    "paths",
    "/a",
    "/{b}",
    "get",
    "post",
    "parameters",
    "requestBody",
    "content",
    "application/json",
    "schema",
    "responses",
    "200",
    "2XX",
    "default",
    "headers",
    "components",
    "schemas",
    "A",
    "B",
    "C",
    "$ref",
    "properties",
    "required",
    "items",
    "allOf",
    "oneOf",
    "anyOf",
    "not",
    "enum",
    "type",
    "additionalProperties",
    "discriminator",
    "mapping",
    "security",
    "servers",
    "securitySchemes",
    "name",
    "in",
    "callbacks",
    "encoding",
    "x-a",
];

/// Any JSON, with keys that OpenAPI gives a meaning.
fn openapi_like() -> impl Strategy<Value = Value> {
    let key = prop::sample::select(KEYS);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        prop::sample::select(vec![
            "#/components/schemas/A",
            "#/components/schemas/B",
            "#/components/schemas/C",
            "other.yml#/A",
            "#",
            "#/paths/~1a",
            "string",
            "object",
            "query",
            "path",
            "a",
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(8, 96, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..6).prop_map(|entries| {
                Value::Object(
                    entries
                        .into_iter()
                        .map(|(k, v)| (k.to_owned(), v))
                        .collect(),
                )
            }),
        ]
    })
}

/// A value with its lists sorted.
fn in_any_order(value: &Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<_> = items.iter().map(in_any_order).collect();
            items.sort_by_key(Value::to_string);
            items.into()
        }
        Value::Object(object) => {
            let entries: std::collections::BTreeMap<_, _> = object
                .iter()
                .map(|(key, value)| (key.clone(), in_any_order(value)))
                .collect();
            Value::Object(entries.into_iter().collect())
        }
        scalar => scalar.clone(),
    }
}

/// A chain for each kind of component.
fn any_chains() -> impl Strategy<Value = [Chain; chains::KINDS.len()]> {
    let end = prop::sample::select(vec![
        End::Definition,
        End::Definition,
        End::Circle,
        End::Nowhere,
        End::OtherFile,
    ]);
    prop::array::uniform((0..6_usize, end).prop_map(|(hops, end)| Chain { hops, end }))
}

proptest! {
    #![proptest_config(cases(CASES))]

    #[test]
    fn arbitrary_yaml_is_read_or_refused(text in yaml()) {
        if let Ok(document) = Document::parse("fuzz.yml", &text) {
            prop_assert_eq!(diff(&document, &document), []);
            diff(&spec("tokens"), &document);
        }
    }

    #[test]
    fn arbitrary_overlays_are_applied_or_refused(text in yaml(), target in "\\$[.\\[\\]a-z*'?@()=0-9]{0,12}") {
        let action = format!(
            "overlay: 1.1.0\ninfo: {{title: a, version: b}}\nactions:\n  - target: {target:?}\n    \
             description: fuzz\n    update: {{added: true}}\n"
        );
        for text in [text, action] {
            if let Ok(overlay) = Overlay::parse("fuzz.yml", &text) {
                let applied = overlay.apply(&spec("processing"));
                for format in [Format::Text, Format::Json, Format::Markdown, Format::Github] {
                    format.write(&diff(&spec("processing"), &applied.document), Level::Info);
                }
            }
        }
    }

    #[test]
    fn any_two_documents_are_compared(base in openapi_like(), revision in openapi_like()) {
        let (base, revision) = (document("base.json", &base), document("revision.json", &revision));
        // What leads into another file may have changed there.
        let known = diff(&base, &base).into_iter().filter(|it| it.id != "references-not-followed");
        prop_assert_eq!(known.collect::<Vec<_>>(), []);
        // Only the order of lists may differ without a finding.
        if in_any_order(base.value()) != in_any_order(revision.value()) {
            prop_assert_ne!(diff(&base, &revision), []);
        }
    }

    #[test]
    fn any_one_change_of_any_document_is_found(value in openapi_like(), pick in any::<prop::sample::Index>()) {
        let mutations = mutations::all(&value);
        prop_assume!(!mutations.is_empty());
        let mutation = &mutations[pick.index(mutations.len())];
        let (base, revision) = (document("base.json", &value), document("revision.json", &mutation.changed));
        prop_assert_ne!(diff(&base, &revision), [], "{} {}", mutation.what, mutation.node);
    }
}

proptest! {
    #![proptest_config(cases(CASES))]

    #[test]
    fn any_one_change_of_any_chains_is_found(chains in any_chains(), pick in any::<prop::sample::Index>()) {
        let value = chains::document_of(chains);
        let mutations = mutations::all(&value);
        let mutation = &mutations[pick.index(mutations.len())];
        let (base, revision) = (document("base.json", &value), document("revision.json", &mutation.changed));
        let found = |base, revision| {
            let findings = diff(base, revision).into_iter();
            findings.filter(|it| it.id != "references-not-followed").count()
        };
        prop_assert_eq!(found(&base, &base), 0);
        prop_assert_ne!(found(&base, &revision), 0, "{} {}", mutation.what, mutation.node);
        prop_assert_ne!(found(&revision, &base), 0, "{} {}", mutation.what, mutation.node);
    }

    #[test]
    fn any_two_chains_are_told_apart(base in any_chains(), revision in any_chains()) {
        let (from, to) = (chains::document_of(base), chains::document_of(revision));
        let findings = diff(&document("base.json", &from), &document("revision.json", &to));
        prop_assert_eq!(from == to, findings.iter().all(|it| it.id == "references-not-followed"));
    }
}

proptest! {
    #![proptest_config(cases(GENERATED))]

    #[test]
    fn mutated_specs_are_generated_or_refused(api in 0..2_usize, pick in any::<prop::sample::Index>()) {
        let name = SPECS[api];
        let mutations = mutations::all(spec(name).value());
        let mutation = &mutations[pick.index(mutations.len())];
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("spec.json");
        std::fs::write(&path, mutation.changed.to_string()).expect("a file");
        let overlay = |layer: &str| spec_path(name).with_file_name("overlays").join(format!("{name}{layer}.yml"));
        // Without the overlays most mutations reach the generator; with them, the checks.
        let none: [&str; 0] = [];
        let _ = bigcommerce_codegen::generate(&path, &none, "a spec");
        let both = [overlay(""), overlay(".codegen")];
        let _ = bigcommerce_codegen::generate(&path, &both, "a spec");
    }
}
