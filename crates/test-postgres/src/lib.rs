//! A private PostgreSQL server for tests, from the installed programs: on a free port, in a
//! temporary folder, removed when it is dropped.
//!
//! The programs are looked for in the search path and where Debian keeps them, or only in the
//! folder that the environment variable `TEST_POSTGRES_PROGRAMS` names.
//!
//! ```no_run
//! use bigcommerce_test_postgres::PostgresServer;
//!
//! match PostgresServer::start()? {
//!     Some(server) => println!("running at {}", server.url()),
//!     None => println!("PostgreSQL is not installed"),
//! }
//! # Ok::<(), bigcommerce_test_postgres::PostgresError>(())
//! ```

mod pgbouncer;
mod programs;
mod watched;

use std::{
    env,
    fs::{self, File, Permissions},
    io,
    net::{TcpListener, TcpStream},
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use tempfile::TempDir;
use thiserror::Error;

pub use crate::{pgbouncer::PgBouncer, programs::missing_programs};
use crate::{
    programs::{Programs, User},
    watched::Watched,
};

/// Why a server could not be started or stopped.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PostgresError {
    /// A file or a process of the server.
    #[error("{what}: {source}")]
    Io {
        /// What was to be done.
        what: String,
        /// What went wrong.
        source: io::Error,
    },
    /// A program that did not do what it should.
    #[error("{program} failed:\n{output}")]
    Program {
        /// Its name.
        program: String,
        /// The end of what it printed.
        output: String,
    },
}

/// A server that nobody else uses. Nothing has a password: it listens on this machine only.
#[derive(Debug)]
pub struct PostgresServer {
    programs: Programs,
    user: Option<User>,
    folder: TempDir,
    port: u16,
    process: Option<Watched>,
}

const PATIENCE: Duration = Duration::from_secs(60);

impl PostgresServer {
    /// Starts a server; none when the programs are not installed.
    ///
    /// # Errors
    ///
    /// When they are, and do not start.
    pub fn start() -> Result<Option<Self>, PostgresError> {
        Self::start_in(&env::temp_dir())
    }

    /// The same, with its folder in this one, such as that of a small file system.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    pub fn start_in(parent: &Path) -> Result<Option<Self>, PostgresError> {
        let Some(programs) = Programs::find() else {
            return Ok(None);
        };
        let user = User::ordinary();
        let folder = temporary_folder(parent, user.as_ref())?;
        let mut initdb = as_user(&programs.initdb, user.as_ref());
        initdb
            .args(["--auth=trust", "--username=postgres", "--encoding=UTF8"])
            .args(["--no-locale", "--no-sync", "--no-instructions", "--pgdata"])
            .arg(folder.path().join("data"));
        run(&mut initdb)?;
        let mut server = Self {
            programs,
            user,
            folder,
            port: free_port()?,
            process: None,
        };
        server.restart()?;
        Ok(Some(server))
    }

    /// The URL of its database.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Stops it as if the machine had lost power: nothing is written any more, and the next
    /// start recovers from the log.
    ///
    /// # Errors
    ///
    /// When it cannot be stopped.
    pub fn stop_immediately(&mut self) -> Result<(), PostgresError> {
        self.process.take().map_or(Ok(()), Watched::stop)
    }

    /// Starts it again after it was stopped, on the same port.
    ///
    /// # Errors
    ///
    /// When it does not come up.
    pub fn restart(&mut self) -> Result<(), PostgresError> {
        self.stop_immediately()?;
        let log = self.folder.path().join("log");
        let output = File::create(&log).map_err(failed("the server's log"))?;
        let mut command = Watched::command(
            &self.programs.postgres,
            "QUIT",
            self.folder.path(),
            self.user.as_ref(),
        );
        command
            .arg("-D")
            .arg(self.folder.path().join("data"))
            .args(["-p", &self.port.to_string()])
            .args(["-c", "listen_addresses=127.0.0.1"])
            .args(["-c", "unix_socket_directories="])
            .args(["-c", "max_connections=300"])
            .stderr(output);
        self.process = Some(Watched::start(&mut command)?);
        self.wait_until_up(&log)
    }

    /// Lets it take connections with TLS, too, by this certificate and its key, both as PEM.
    ///
    /// # Errors
    ///
    /// When it does not come up with them.
    pub fn use_tls(&mut self, certificate: &str, key: &str) -> Result<(), PostgresError> {
        let data = self.folder.path().join("data");
        for (name, text) in [("server.crt", certificate), ("server.key", key)] {
            let file = data.join(name);
            fs::write(&file, text).map_err(failed(name))?;
            fs::set_permissions(&file, Permissions::from_mode(0o600)).map_err(failed(name))?;
            if let Some(user) = &self.user {
                chown(&file, Some(user.uid), Some(user.gid)).map_err(failed(name))?;
            }
        }
        self.psql("ALTER SYSTEM SET ssl = on")?;
        self.restart()
    }

    /// Runs SQL by `psql`, and gives what it prints, without headings.
    ///
    /// # Errors
    ///
    /// When a statement fails.
    pub fn psql(&self, sql: &str) -> Result<String, PostgresError> {
        self.psql_at(&self.url(), sql)
    }

    fn psql_at(&self, url: &str, sql: &str) -> Result<String, PostgresError> {
        let mut command = Command::new(&self.programs.psql);
        command
            .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"])
            .args(["--set=ON_ERROR_STOP=1", "--dbname", url])
            .args(["--command", sql]);
        run(&mut command)
    }

    fn wait_until_up(&self, log: &Path) -> Result<(), PostgresError> {
        let start = Instant::now();
        while self.psql("SELECT 1").is_err() {
            if start.elapsed() > PATIENCE {
                let output = fs::read_to_string(log).unwrap_or_default();
                return Err(program_failed(&self.programs.postgres, &output));
            }
            sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        // Nothing is left to tell: the folder goes away with it.
        let _ = self.stop_immediately();
    }
}

/// A folder that the user owns.
fn temporary_folder(parent: &Path, user: Option<&User>) -> Result<TempDir, PostgresError> {
    let folder = tempfile::Builder::new()
        .prefix("test-postgres-")
        .tempdir_in(parent)
        .map_err(failed("a temporary folder"))?;
    if let Some(user) = user {
        chown(folder.path(), Some(user.uid), Some(user.gid)).map_err(failed("a folder's owner"))?;
    }
    Ok(folder)
}

/// A program that runs as that user, silent but for its errors.
fn as_user(program: &Path, user: Option<&User>) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    if let Some(user) = user {
        command.uid(user.uid).gid(user.gid);
    }
    command
}

fn run(command: &mut Command) -> Result<String, PostgresError> {
    let program = PathBuf::from(command.get_program());
    let output = command
        .stdout(Stdio::piped())
        .output()
        .map_err(failed(&program.display().to_string()))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        let errors = String::from_utf8_lossy(&output.stderr);
        Err(program_failed(&program, &errors))
    }
}

fn program_failed(program: &Path, output: &str) -> PostgresError {
    PostgresError::Program {
        program: program.display().to_string(),
        output: output.to_owned(),
    }
}

fn failed(what: &str) -> impl FnOnce(io::Error) -> PostgresError {
    let what = what.to_owned();
    move |source| PostgresError::Io { what, source }
}

fn free_port() -> Result<u16, PostgresError> {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(failed("a free port"))
}

fn is_listening(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{PgBouncer, PostgresServer};

    #[test]
    fn a_server_starts_stops_and_goes_on() {
        let Some(mut server) = PostgresServer::start().unwrap() else {
            eprintln!("PostgreSQL is not installed: nothing was tested");
            return;
        };
        server.psql("CREATE TABLE t AS SELECT 7 AS it").unwrap();
        server.stop_immediately().unwrap();
        assert!(server.psql("SELECT it FROM t").is_err());

        server.restart().unwrap();
        assert_eq!(server.psql("SELECT it FROM t").unwrap(), "7");

        if let Some(pooler) = PgBouncer::start(&server, 2).unwrap() {
            let through = server.psql_at(&pooler.url(), "SELECT it FROM t").unwrap();
            assert_eq!(through, "7");
        }
    }
}
