//! Running other programs.

use std::{
    env,
    ffi::OsString,
    path::Path,
    process::{ExitStatus, Output},
    time::Instant,
};

use duct::Expression;

use crate::error::Error;

/// A program with its arguments.
pub(crate) struct Program {
    name: String,
    command: Expression,
}

impl Program {
    pub(crate) fn new<A: Into<OsString>>(
        program: impl Into<OsString>,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        let program = program.into();
        Self {
            name: program.display().to_string(),
            command: duct::cmd(program, arguments),
        }
    }

    /// Cargo, and the same one that runs this program.
    pub(crate) fn cargo<A: Into<OsString>>(arguments: impl IntoIterator<Item = A>) -> Self {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        Self::new(cargo, arguments)
    }

    pub(crate) fn folder(mut self, folder: &Path) -> Self {
        self.command = self.command.dir(folder);
        self
    }

    pub(crate) fn variable(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.command = self.command.env(name, value);
        self
    }

    /// Runs the program on this terminal.
    pub(crate) fn run(&self) -> Result<ExitStatus, Error> {
        Ok(self.finish(&self.command)?.status)
    }

    /// What the program prints; what it complains of is in the error.
    pub(crate) fn output(&self) -> Result<String, Error> {
        self.printed(self.finish(&self.captured())?)
    }

    /// As [`output`](Self::output), but a program that still runs then is killed.
    pub(crate) fn output_by(&self, deadline: Instant) -> Result<String, Error> {
        let not_run = |source| Error::NotRun {
            program: self.name.clone(),
            source,
        };
        let running = self.captured().unchecked().start().map_err(not_run)?;
        if let Some(output) = running.wait_deadline(deadline).map_err(not_run)? {
            return self.printed(output.clone());
        }
        running.kill().map_err(not_run)?;
        Err(Error::TimedOut {
            program: self.name.clone(),
        })
    }

    fn captured(&self) -> Expression {
        self.command.stdout_capture().stderr_capture()
    }

    fn printed(&self, output: Output) -> Result<String, Error> {
        let complaint = |bytes: &[u8]| Error::Failed {
            program: self.name.clone(),
            complaint: String::from_utf8_lossy(bytes).trim().to_owned(),
        };
        if !output.status.success() {
            return Err(complaint(&output.stderr));
        }
        String::from_utf8(output.stdout).map_err(|_| complaint(b"what it printed is not UTF-8"))
    }

    fn finish(&self, command: &Expression) -> Result<Output, Error> {
        let finished = command.unchecked().run();
        finished.map_err(|source| Error::NotRun {
            program: self.name.clone(),
            source,
        })
    }
}
