//! The first example that a user meets is one and the same, wherever that is. Each place compiles
//! its own.

use std::{fs, path::Path};

#[test]
fn it_is_the_same_everywhere() {
    let documents = [
        "README.md",
        "crates/payments/README.md",
        "crates/payments/src/lib.rs",
    ];
    let [of_workspace, of_package, of_docs] = documents.map(first_example);

    assert!(of_workspace.contains("async fn main()"), "{of_workspace}");
    assert_eq!(of_workspace, of_package);
    assert_eq!(of_workspace, of_docs);
}

/// The first block of Rust code in a document, or in the docs of a crate.
fn first_example(document: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(document);
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().map(|line| match line.strip_prefix("//!") {
        Some(line) => line.strip_prefix(' ').unwrap_or(line),
        None => line,
    });
    let code = lines.skip_while(|line| !["```rust,no_run", "```no_run"].contains(line));
    let code: Vec<_> = code.skip(1).take_while(|line| *line != "```").collect();
    code.join("\n")
}
