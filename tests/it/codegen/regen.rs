//! What is generated and committed stays what would be generated.

use super::tree::Tree;

const TOKENS: &str = "crates/tokens-api/src/generated.rs";
const PROCESSING: &str = "crates/processing-api/src/generated.rs";

#[test]
fn the_committed_files_are_up_to_date() {
    let tree = Tree::new();
    let before = tree.files();

    let run = tree.xtask(&["regen", "--check"]);

    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.stdout.matches(": unchanged\n").count(), 6, "{run:?}");
    assert_eq!(run.stderr, "");
    assert!(before == tree.files());
}

#[test]
fn a_change_anywhere_is_shown_and_fails_the_check() {
    for (file, from, to, shown) in [
        (
            "specs/tokens.yml",
            "description: Identifier for the order\n",
            "description: Number of the order\n",
            "+        ///Number of the order\n",
        ),
        (
            "specs/overlays/processing.yml",
            "enum: [gift_certificate]",
            "enum: [gift_voucher]",
            "+        #[serde(rename = \"gift_voucher\")]\n",
        ),
        (
            "specs/overlays/tokens.codegen.yml",
            "description: The accepted payment methods.\n",
            "description: Methods.\n          x-a: b\n",
            "",
        ),
        (
            TOKENS,
            "pub struct Order {",
            "pub struct Orders {",
            "+    pub struct Order {\n",
        ),
        (
            "crates/sandbox/openapi/tokens.json",
            "\"openapi\": \"3.0.0\"",
            "\"openapi\": \"3.0.1\"",
            "+  \"openapi\": \"3.0.0\",\n",
        ),
    ] {
        let tree = Tree::new();
        tree.replace(file, from, to);
        tree.record("tokens");
        let before = tree.files();

        let run = tree.xtask(&["regen", "--check"]);

        // What the generator does not write down makes nothing stale.
        let code = i32::from(!shown.is_empty());
        assert_eq!(run.code, Some(code), "{file}: {run:?}");
        assert!(run.stdout.contains(shown), "{file}: {run:?}");
        assert_eq!(run.stdout.contains("\n--- "), code == 1, "{file}: {run:?}");
        assert!(
            !run.stdout.contains('\u{1b}'),
            "{file}: colours without a terminal"
        );
        assert!(before == tree.files(), "{file}: --check writes nothing");

        assert_eq!(tree.xtask(&["regen"]).code, Some(0));
        assert_eq!(tree.xtask(&["regen", "--check"]).code, Some(0), "{file}");
    }
}

#[test]
fn every_stale_file_is_shown_before_the_check_fails() {
    let tree = Tree::new();
    for file in [TOKENS, PROCESSING] {
        tree.write(file, "");
    }
    std::fs::remove_file(tree.path("crates/sandbox/openapi/processing.json")).unwrap();

    let run = tree.xtask(&["regen", "--check"]);

    assert_eq!(run.code, Some(1));
    for line in [
        "crates/sandbox/openapi/tokens.json: unchanged\n",
        "crates/tokens-api/src/generated.rs: changed\n",
        "crates/sandbox/openapi/processing.json: new\n",
        "crates/processing-api/src/generated.rs: changed\n",
    ] {
        assert!(run.stdout.contains(line), "{line}");
    }
    assert_eq!(
        run.stderr,
        "3 of 6 generated files are stale; run `cargo xtask regen`\n"
    );
}

#[test]
fn two_runs_write_the_same_bytes() {
    let first = Tree::new();
    let second = Tree::new();
    for tree in [&first, &second] {
        tree.write(TOKENS, "");
        tree.write(PROCESSING, "");
        assert_eq!(tree.xtask(&["regen"]).code, Some(0));
    }

    for file in [TOKENS, PROCESSING] {
        let text = std::fs::read(first.path(file)).unwrap();
        assert!(text == std::fs::read(second.path(file)).unwrap());
        assert!(text.starts_with(b"// Generated from specs/"));
    }
    assert_eq!(
        first.files().len(),
        Tree::new().files().len(),
        "no file is left over"
    );
}

#[test]
fn colours_are_for_terminals_and_those_who_force_them() {
    let tree = Tree::new();
    tree.write(TOKENS, "");
    let coloured = |name, value| {
        let output = tree
            .command(&["regen", "--check"])
            .env(name, value)
            .output();
        output.unwrap().stdout.contains(&0x1b)
    };

    assert!(coloured("CLICOLOR_FORCE", "1"));
    assert!(!coloured("NO_COLOR", "1"));
}

#[test]
fn an_instrument_that_upstream_adds_arrives_in_the_code() {
    let tree = Tree::new();
    tree.replace(
        "specs/processing.yml",
        "                        - $ref: '#/components/schemas/StoredBankAccount'\n",
        "                        - $ref: '#/components/schemas/StoredBankAccount'\n\
        \x20                       - $ref: '#/components/schemas/Wallet'\n",
    );
    tree.replace(
        "specs/processing.yml",
        "    StoreCredit:\n",
        "    Wallet:\n      type: object\n      properties:\n        \
             type: {type: string, enum: [wallet]}\n        \
             token: {type: string, format: password}\n    StoreCredit:\n",
    );
    tree.record("processing");

    let run = tree.xtask(&["regen", "--check"]);

    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stdout
            .contains("+        #[serde(rename = \"wallet\")]\n"),
        "{run:?}"
    );
    assert!(
        run.stdout
            .contains("token: ::std::option::Option<::bigcommerce_client_core::Sensitive>"),
        "{run:?}"
    );
}
