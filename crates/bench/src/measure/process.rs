//! Running other programs.

use std::{env, ffi::OsString, path::PathBuf};

use duct::Expression;

use crate::error::Error;

/// Cargo, and the same one that runs this program.
pub(super) fn cargo<A: Into<OsString>>(arguments: impl IntoIterator<Item = A>) -> Expression {
    duct::cmd(
        env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
        arguments,
    )
}

/// What a command prints. Its errors go to the terminal.
pub(super) fn output(command: &Expression) -> Result<String, Error> {
    command.read().map_err(|source| Error::Command {
        command: format!("{command:?}"),
        source,
    })
}

/// Where cargo builds the workspace.
pub(super) fn target_folder() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from)
}
