//! Each spec is the document that `SOURCES.toml` says was taken; overlays correct it.

use super::tree::Tree;

/// What `regen` and `regen --check` both complain of, writing nothing.
fn refusal(tree: &Tree) -> String {
    let before = tree.files();
    let check = tree.xtask(&["regen", "--check"]);
    let write = tree.xtask(&["regen"]);
    assert_eq!((check.code, write.code), (Some(1), Some(1)), "{check:?}");
    assert_eq!(check.stderr, write.stderr);
    assert!(before == tree.files(), "nothing is written");
    check.stderr
}

#[test]
fn an_edit_of_what_an_overlay_replaces_is_seen() {
    for (spec, from, to) in [
        ("processing", "expiry_year: 0", "expiry_year: 2040"),
        ("tokens", "openapi: 3.0.0", "openapi: 3.0.0 # edited"),
    ] {
        let tree = Tree::new();
        tree.replace(&format!("specs/{spec}.yml"), from, to);

        let message = refusal(&tree);

        assert!(
            message.starts_with(&format!(
                "error: specs/{spec}.yml: this is not the document that was taken: \
                 specs/SOURCES.toml has another sha256 for it\n  help: undo the edit"
            )),
            "{message}"
        );
        tree.record(spec);
        let run = tree.xtask(&["regen", "--check"]);
        assert_eq!(run.code, Some(0), "{run:?}");
    }
}

#[test]
fn what_the_sources_do_not_say_is_named() {
    for (key, value) in [
        ("title", "title = \"BigCommerce Payment Processing\""),
        ("sha256", "sha256 = \"f314"),
        ("taken", "taken = 2026"),
    ] {
        let tree = Tree::new();
        let text = std::fs::read_to_string(tree.path("specs/SOURCES.toml")).unwrap();
        let (before, after) = text.split_at(text.rfind(value).unwrap());
        tree.write("specs/SOURCES.toml", &format!("{before}x-{after}"));

        let message = refusal(&tree);

        let start = format!("error: specs/SOURCES.toml: [processing] has no `{key}`");
        assert!(message.starts_with(&start), "{message}");
    }
    let tree = Tree::new();
    tree.write("specs/SOURCES.toml", "[tokens");
    assert!(refusal(&tree).starts_with("error: specs/SOURCES.toml: is no TOML: "));
}
