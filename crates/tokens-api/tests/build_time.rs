//! The client that the feature `codegen` generates at build time.

#[test]
fn the_committed_source_is_what_was_generated() {
    let generated = include_str!(concat!(env!("OUT_DIR"), "/generated.rs"));

    assert!(
        generated == include_str!("../src/generated.rs"),
        "run `cargo xtask regen`"
    );
}
