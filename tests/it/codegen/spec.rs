//! `cargo xtask spec`, and command lines as such.

use std::process::Stdio;

use super::tree::Tree;

#[test]
fn both_notations_say_the_same() {
    let tree = Tree::new();
    for api in ["tokens", "processing"] {
        let json = tree.xtask(&["spec", api, "--format", "json"]);
        assert_eq!((json.code, json.stderr.as_str()), (Some(0), ""));
        let committed = tree.path(&format!("crates/sandbox/openapi/{api}.json"));
        assert_eq!(json.stdout, std::fs::read_to_string(committed).unwrap());

        let yaml = tree.xtask(&["spec", api]);
        assert_eq!((yaml.code, yaml.stderr.as_str()), (Some(0), ""));
        assert!(
            yaml.stdout.starts_with("openapi: 3.0.0\n"),
            "{}",
            yaml.stdout
        );
        assert!(
            yaml.stdout.contains("\n        '401':\n"),
            "statuses are quoted"
        );

        let prepared = tree.xtask(&["spec", api, "--codegen"]);
        assert!(!prepared.stdout.contains("'401'"));
        assert!(
            prepared
                .stdout
                .contains("$ref: '#/components/schemas/Secret'")
        );
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let tree = Tree::new();
    let mut command = tree.command(&["spec", "processing"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());

    let output = child.wait_with_output().unwrap();

    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
}

#[test]
fn a_command_line_that_is_wrong_is_explained() {
    let tree = Tree::new();
    let run = tree.xtask(&["spec", "orders"]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr.contains("[possible values: tokens, processing]"),
        "{run:?}"
    );

    let run = tree.xtask(&["--root", "nowhere", "regen"]);
    assert_eq!(run.code, Some(2), "{run:?}");
}
