//! Whatever is wrong with a document is said on one screen, with its place, and nothing is
//! written.

use super::tree::Tree;

/// Runs `regen` and `regen --check` on a tree that must be refused; returns the message.
fn refusal(tree: &Tree) -> String {
    // A stale file would be written, if anything were.
    tree.write("crates/tokens-api/src/generated.rs", "// stale\n");
    let before = tree.files();
    let run = tree.xtask(&["regen"]);
    assert!(before == tree.files(), "nothing is written: {run:?}");
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.starts_with("error: "), "{run:?}");
    assert!(run.stderr.contains("\n  help: "), "{run:?}");
    assert!(run.stderr.lines().count() <= 40, "{run:?}");
    assert!(!run.stderr.contains("panicked at"), "{run:?}");

    let check = tree.xtask(&["regen", "--check"]);
    assert_eq!((check.code, &check.stderr), (run.code, &run.stderr));
    run.stderr
}

fn assert_starts(message: &str, start: &str) {
    assert!(message.starts_with(start), "{message}\n---\n{start}");
}

#[test]
fn an_action_that_matches_nothing() {
    let tree = Tree::new();
    let overlay = "specs/overlays/tokens.yml";
    let lines = std::fs::read_to_string(tree.path(overlay))
        .unwrap()
        .lines()
        .count();
    tree.add_action(overlay, "$.paths['/nowhere']", "remove: true");
    tree.add_action(overlay, "$.info", "update: {version: ''}");

    let message = refusal(&tree);

    assert_starts(
        &message,
        &format!("error: {overlay}:{}:5: actions[", lines + 1),
    );
    assert!(
        message.contains(
            "] matches nothing in the document\n  target: $.paths['/nowhere']\n  \
             description: Added by a test.\n"
        ),
        "{message}"
    );
    assert!(
        message.contains("] changes nothing: the document already is like this"),
        "{message}"
    );
}

#[test]
fn a_correction_that_upstream_has_made() {
    let tree = Tree::new();
    tree.add_action(
        "specs/overlays/tokens.yml",
        "$.components.securitySchemes",
        "remove: true",
    );
    let spec = std::fs::read_to_string(tree.path("specs/tokens.yml")).unwrap();
    let schemes = spec.split_once("  securitySchemes:\n").unwrap().1;
    let indented: Vec<_> = schemes
        .lines()
        .map(|line| format!("        {line}"))
        .collect();
    tree.add_action(
        "specs/overlays/tokens.yml",
        "$.components",
        &format!(
            "update:\n        securitySchemes:\n{}\n",
            indented.join("\n")
        ),
    );

    let message = refusal(&tree);

    assert_eq!(
        message
            .matches("ends where upstream's document already is")
            .count(),
        2,
        "{message}"
    );
}

#[test]
fn an_overlay_that_is_none() {
    for (from, to, told) in [
        (
            "overlay: 1.1.0",
            "overlay: 3.0.0",
            ":1:1: overlay version `3.0.0` is not known",
        ),
        (
            "extends:",
            "extend:",
            ":5:1: the key `extend` has no meaning here",
        ),
        ("  - target: $.", "  - target: $[", ":8:5: `$[paths['"),
    ] {
        let tree = Tree::new();
        tree.replace("specs/overlays/tokens.yml", from, to);
        let message = refusal(&tree);
        assert_starts(&message, &format!("error: specs/overlays/tokens.yml{told}"));
    }
}

#[test]
fn a_spec_with_a_yaml_error() {
    let tree = Tree::new();
    tree.replace(
        "specs/processing.yml",
        "  title: BigCommerce",
        "\ttitle: BigCommerce",
    );

    let message = refusal(&tree);

    assert_starts(&message, "error: specs/processing.yml:");
    assert!(message.contains(": this is not YAML: "), "{message}");
}

#[test]
fn a_spec_of_another_openapi() {
    let tree = Tree::new();
    tree.replace("specs/tokens.yml", "openapi: 3.0.0", "openapi: 3.1.0");

    let message = refusal(&tree);

    assert_starts(
        &message,
        "error: specs/tokens.yml:1:1: this is an OpenAPI 3.1.0 document\n",
    );
}

#[test]
fn a_file_that_is_missing() {
    for file in ["specs/tokens.yml", "specs/overlays/processing.codegen.yml"] {
        let tree = Tree::new();
        std::fs::remove_file(tree.path(file)).unwrap();

        let message = refusal(&tree);

        assert_starts(&message, &format!("error: {file}: cannot be read: "));
    }
}

#[test]
fn both_documents_are_reported_together() {
    let tree = Tree::new();
    tree.write("specs/tokens.yml", "");
    tree.write("specs/processing.yml", "- 1");

    let message = refusal(&tree);

    assert_starts(
        &message,
        "error: specs/tokens.yml:1:1: the document is empty\n",
    );
    assert!(
        message.contains("\nspecs/processing.yml:1:1: the key `openapi` is missing"),
        "{message}"
    );
}

#[test]
fn an_instrument_that_is_not_told_apart() {
    let tree = Tree::new();
    let overlay = "specs/overlays/processing.codegen.yml";
    tree.add_action(
        overlay,
        "$.components.schemas.StoreCredit.required",
        "remove: true",
    );

    let message = refusal(&tree);

    assert_starts(&message, "error: specs/processing.yml:");
    assert!(
        message.contains(
            "the choice `Instrument` is not told apart by `type` in the generated code: its \
             property `type` is not `required`"
        ),
        "{message}"
    );
    assert!(message.contains(overlay), "{message}");
}

#[test]
fn a_secret_that_became_plain_text() {
    let overlay = "specs/overlays/tokens.codegen.yml";
    for (what, told) in [
        (
            "update: {memo: {type: string, format: password, maxLength: 9}}",
            "the secret `memo` is not protected: it does not have the secret type",
        ),
        (
            "update: {access_token: {type: string}}",
            "`Order.access_token` has the name of a secret, and is plain text",
        ),
    ] {
        let tree = Tree::new();
        tree.add_action(overlay, "$.components.schemas.Order.properties", what);

        let message = refusal(&tree);

        assert_starts(&message, &format!("error: {overlay}:"));
        assert!(message.contains(told), "{message}");
    }
}

#[test]
fn two_different_schemas_of_one_name() {
    let tree = Tree::new();
    tree.add_action(
        "specs/overlays/tokens.codegen.yml",
        "$.paths['/payments/access_tokens'].post.requestBody.content['application/json'].schema",
        "update: {title: Order}",
    );

    let message = refusal(&tree);

    assert!(
        message.contains("this schema is called `Order`, and so is a different one"),
        "{message}"
    );
}

#[test]
fn responses_that_lose_the_status_of_errors() {
    let tree = Tree::new();
    tree.add_action(
        "specs/overlays/tokens.codegen.yml",
        "$.paths['/payments/methods'].get.responses",
        "update: {default: {description: Error}}",
    );

    let message = refusal(&tree);

    assert!(
        message.contains("the responses of `GET /payments/methods` (2XX, default) lose the status"),
        "{message}"
    );
}

#[test]
fn a_document_that_makes_the_generator_panic() {
    let tree = Tree::new();
    tree.add_action(
        "specs/overlays/tokens.codegen.yml",
        "$.paths['/orders/{order_id}/transactions'].get.parameters[0]",
        "update: {required: false}",
    );

    let message = refusal(&tree);

    assert!(
        message.contains("the generator panics on `GET /orders/{order_id}/transactions`: "),
        "{message}"
    );
}
