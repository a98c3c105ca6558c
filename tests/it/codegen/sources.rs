//! The specs are upstream's, byte for byte: each has the digest that `SOURCES.toml` records.

use std::{fmt::Write as _, fs, path::Path};

use sha2::{Digest as _, Sha256};
use toml_edit::DocumentMut;

#[test]
fn each_spec_is_the_one_that_was_taken() {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let sources = fs::read_to_string(specs.join("SOURCES.toml")).unwrap();
    let sources: DocumentMut = sources.parse().unwrap();
    for name in ["tokens", "processing"] {
        let document = fs::read(specs.join(format!("{name}.yml"))).unwrap();
        let mut digest = String::new();
        for byte in Sha256::digest(document) {
            write!(digest, "{byte:02x}").unwrap();
        }
        let source = &sources[name];
        assert_eq!(
            source["sha256"].as_str(),
            Some(&*digest),
            "specs/{name}.yml was edited; correct it by an overlay, or `cargo xtask adopt` a new one"
        );
        for key in ["title", "source", "upstream"] {
            assert!(
                source[key].as_str().is_some_and(|it| !it.is_empty()),
                "{name}: {key}"
            );
        }
        assert!(source["taken"].as_datetime().is_some(), "{name}: taken");
    }
}
