//! Running cargo.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

use duct::Expression;

/// Cargo, and the same one that runs this program.
pub(crate) fn cargo<A: Into<OsString>>(arguments: impl IntoIterator<Item = A>) -> Expression {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    duct::cmd(cargo, arguments).unchecked()
}

/// The folder above this package's.
pub(crate) fn workspace() -> PathBuf {
    let package = env::var_os("CARGO_MANIFEST_DIR");
    let package = package.map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    package.parent().map_or(package.clone(), Path::to_owned)
}
