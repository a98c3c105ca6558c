//! Generates the client at build time, where the feature `codegen` asks for it.

#[cfg(feature = "codegen")]
fn main() -> std::process::ExitCode {
    bigcommerce_codegen::build_script(bigcommerce_codegen::Api::Processing)
}

#[cfg(not(feature = "codegen"))]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}
