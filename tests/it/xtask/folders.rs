//! Every command works from any folder, and says how it is called.

use std::{
    path::Path,
    process::{Command, Output},
};

use crate::codegen::tree::{binary, workspace, xtask};

/// Runs a program in a folder.
fn run_in(folder: &Path, program: &Path, arguments: &[&str]) -> Output {
    Command::new(program)
        .args(arguments)
        .env_remove("CARGO_MANIFEST_DIR")
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
    for (program, arguments) in [
        (binary(), &["spec", "tokens"][..]),
        (binary(), &["regen", "--check"]),
        (binary(), &["drift", "--fail-on", "never"]),
        (xtask(), &["ci", "--list"]),
    ] {
        let here = run_in(workspace(), program, arguments);
        assert_eq!(here.status.code(), Some(0), "{arguments:?}: {here:?}");
        assert_eq!(run_in(&below, program, arguments), here, "{arguments:?}");
    }
}

#[test]
fn a_command_is_handed_on_with_its_folder_and_its_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("new.yml"), "openapi: 3.1.0\n").unwrap();

    let output = run_in(folder.path(), xtask(), &["adopt", "tokens", "new.yml"]);
    assert_eq!(output.status.code(), Some(1));
    let stderr = text(output.stderr);
    assert!(
        stderr.contains("new.yml:1:1: this is an OpenAPI 3.1.0"),
        "{stderr}"
    );

    let output = run_in(folder.path(), xtask(), &["spec", "orders"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn the_usage_is_what_is_typed() {
    for (program, command, usage) in [
        (xtask(), &["--help"][..], "Usage: cargo xtask <COMMAND>\n"),
        (
            xtask(),
            &["ci", "--help"],
            "Usage: cargo xtask ci [OPTIONS]\n",
        ),
        (
            xtask(),
            &["adopt", "--help"],
            "Usage: cargo xtask adopt [OPTIONS] <API> <FILE>\n",
        ),
        (
            binary(),
            &["regen", "--help"],
            "Usage: cargo xtask regen [OPTIONS]\n",
        ),
    ] {
        let output = run_in(workspace(), program, command);
        let stdout = text(output.stdout);
        assert!(stdout.contains(usage), "{command:?}: {stdout}");
    }
}
