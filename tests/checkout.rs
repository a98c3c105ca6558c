//! The example of a checkout, as a process.

use std::{
    env,
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
};

/// The example of a checkout, running. It is killed when dropped.
pub struct Checkout {
    process: Child,
    url: String,
}

impl Checkout {
    /// Starts it on a free port, with these variables, and waits until it listens.
    ///
    /// # Errors
    ///
    /// When it cannot be built or started, or ends before it listens.
    pub fn start(variables: &[(&str, &str)]) -> io::Result<Self> {
        let process = Command::new(program()?)
            .env("PORT", "0")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut checkout = Self {
            process,
            url: String::new(),
        };
        let output = checkout.process.stdout.take();
        let output = output.ok_or_else(|| io::Error::other("the checkout has no output"))?;
        for line in BufReader::new(output).lines() {
            if let Some(url) = line?.strip_prefix("Open ") {
                url.clone_into(&mut checkout.url);
                return Ok(checkout);
            }
        }
        Err(io::Error::other("the checkout ended before it listened"))
    }

    /// Where its page is.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Builds it, once, beside the program that asks.
fn program() -> io::Result<&'static Path> {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    if let Some(program) = PROGRAM.get() {
        return Ok(program);
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--example", "checkout"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .stderr(Stdio::inherit())
        .status()?;
    if !built.success() {
        return Err(io::Error::other("the checkout cannot be built"));
    }
    // This program is in `deps` or `examples` of the folder that cargo builds in.
    let own = env::current_exe()?;
    let folder = own.ancestors().nth(2);
    let folder = folder.ok_or_else(|| io::Error::other("this program is in no folder"))?;
    Ok(PROGRAM.get_or_init(|| folder.join("examples/checkout")))
}
