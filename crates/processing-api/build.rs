//! Generates the client at build time, where the feature `codegen` asks for it.

#[cfg(not(feature = "codegen"))]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}

#[cfg(feature = "codegen")]
fn main() -> std::process::ExitCode {
    match generate() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::FAILURE
        }
    }
}

#[cfg(feature = "codegen")]
fn generate() -> Result<(), Box<dyn std::error::Error>> {
    use std::{env, fs, path::Path};

    let package = env::var("CARGO_MANIFEST_DIR")?;
    let workspace = Path::new(&package).join("../..");
    println!(
        "cargo::rerun-if-changed={}",
        workspace.join("specs").display()
    );
    let source = bigcommerce_codegen::Api::PROCESSING.generate(&workspace)?;
    fs::write(
        Path::new(&env::var("OUT_DIR")?).join("generated.rs"),
        source,
    )?;
    Ok(())
}
