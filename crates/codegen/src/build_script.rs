//! What cargo calls when a generated crate is built from its spec.

use std::{env, error::Error, fs, path::Path, process::ExitCode};

use crate::Api;

/// The build script of a generated crate: generates its client into `OUT_DIR/generated.rs`,
/// from the folder `specs` of the package, which the workspace's packages share.
///
/// Cargo runs it again when a spec or an overlay changes. An error goes to standard error, and
/// fails the build.
#[must_use]
pub fn build_script(api: Api) -> ExitCode {
    match build(api) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn build(api: Api) -> Result<(), Box<dyn Error>> {
    let package = env::var("CARGO_MANIFEST_DIR")?;
    let package = Path::new(&package);
    println!(
        "cargo::rerun-if-changed={}",
        package.join("specs").display()
    );
    let source = api.generate(package)?;
    fs::write(
        Path::new(&env::var("OUT_DIR")?).join("generated.rs"),
        source,
    )?;
    Ok(())
}
