//! A program that does not outlive the process that started it, however that ends.

use std::{
    io::Write,
    path::Path,
    process::{Child, Command, Stdio},
};

use crate::{PostgresError, as_user, failed, programs::User};

/// Runs the program, and ends it by the signal when the process that started it says so or is gone;
/// only in that case nobody else removes the folder.
const WATCH: &str = r#"folder=$1; signal=$2; shift 2
"$@" </dev/null &
read -r word
kill -$signal $! 2>/dev/null
wait
[ "$word" = keep ] || rm -rf "$folder""#;

#[derive(Debug)]
pub(crate) struct Watched(Child);

impl Watched {
    /// The command of the program, to which its arguments are added.
    pub(crate) fn command(
        program: &Path,
        signal: &str,
        folder: &Path,
        user: Option<&User>,
    ) -> Command {
        let mut command = as_user(Path::new("sh"), user);
        command.args(["-c", WATCH, "sh"]).arg(folder).arg(signal);
        command.arg(program);
        command
    }

    pub(crate) fn start(command: &mut Command) -> Result<Self, PostgresError> {
        let child = command.stdin(Stdio::piped()).spawn();
        child.map(Self).map_err(failed("the program's start"))
    }

    pub(crate) fn stop(mut self) -> Result<(), PostgresError> {
        if let Some(mut stdin) = self.0.stdin.take() {
            stdin
                .write_all(b"keep\n")
                .map_err(failed("the program's end"))?;
        }
        self.0.wait().map_err(failed("the program's end"))?;
        Ok(())
    }
}
