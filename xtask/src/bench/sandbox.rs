use std::{
    error::Error,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

/// The test store in another process, so that no measurement counts it. It ends with this value.
pub(super) struct Sandbox {
    process: Child,
    /// The line that it printed when it was ready.
    pub(super) ready: String,
}

impl Sandbox {
    pub(super) fn start(program: &Path) -> Result<Self, Box<dyn Error>> {
        let mut process = Command::new(program)
            .args(["--quiet", "--no-rate-limit"])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{} cannot be run: {error}", program.display()))?;
        let output = process.stdout.take().ok_or("the sandbox has no output")?;
        let mut sandbox = Self {
            process,
            ready: String::new(),
        };
        BufReader::new(output).read_line(&mut sandbox.ready)?;
        if sandbox.ready.trim().is_empty() {
            return Err("the sandbox ended before it was ready".into());
        }
        Ok(sandbox)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // One that has ended already is as good.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
