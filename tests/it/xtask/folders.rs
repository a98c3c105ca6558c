//! Every command works from any folder, and says how it is called.

use std::{
    path::Path,
    process::{Command, Output},
};

use crate::codegen::tree::{binary, workspace};

/// Runs a command in a folder, as `cargo xtask` does there.
fn xtask_in(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(binary())
        .args(arguments)
        .env("CARGO_MANIFEST_DIR", workspace().join("xtask"))
        .env_remove("CLICOLOR_FORCE")
        .current_dir(folder)
        .output()
        .unwrap()
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn commands_answer_the_same_wherever_they_are_called() {
    let below = workspace().join("crates/payments/src");
    for arguments in [
        &["spec", "tokens"][..],
        &["regen", "--check"],
        &["ci", "--list"],
        &["drift", "--fail-on", "never"],
    ] {
        let here = xtask_in(workspace(), arguments);
        assert_eq!(here.status.code(), Some(0), "{arguments:?}: {here:?}");
        assert_eq!(xtask_in(&below, arguments), here, "{arguments:?}");
    }
}

#[test]
fn a_file_is_looked_for_where_the_command_is_called() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("new.yml"), "openapi: 3.1.0\n").unwrap();

    let output = xtask_in(folder.path(), &["adopt", "tokens", "new.yml"]);

    assert_eq!(output.status.code(), Some(1));
    let stderr = text(output.stderr);
    assert!(
        stderr.contains("new.yml:1:1: this is an OpenAPI 3.1.0"),
        "{stderr}"
    );
}

#[test]
fn the_usage_is_what_is_typed() {
    for (command, usage) in [
        (&["--help"][..], "Usage: cargo xtask [OPTIONS] <COMMAND>\n"),
        (&["ci", "--help"], "Usage: cargo xtask ci [OPTIONS]\n"),
        (
            &["adopt", "--help"],
            "Usage: cargo xtask adopt [OPTIONS] <API> <FILE>\n",
        ),
        (
            &["browser", "--help"],
            "Usage: cargo xtask browser [OPTIONS]\n",
        ),
    ] {
        let output = xtask_in(workspace(), command);
        let stdout = text(output.stdout);
        assert!(stdout.contains(usage), "{command:?}: {stdout}");
    }
}
