//! A transaction pooler in front of a server.

use std::{
    env, fs,
    process::Stdio,
    thread::sleep,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{
    PATIENCE, PostgresError, PostgresServer, failed, free_port, is_listening, program_failed,
    programs::find_pgbouncer, temporary_folder, watched::Watched,
};

/// A pooler that gives each transaction whichever session is free.
#[derive(Debug)]
pub struct PgBouncer {
    process: Option<Watched>,
    port: u16,
    _folder: TempDir,
}

impl PgBouncer {
    /// Starts a pooler with so many sessions; none when `pgbouncer` is not installed.
    ///
    /// # Errors
    ///
    /// When it is, and does not start.
    pub fn start(server: &PostgresServer, sessions: u32) -> Result<Option<Self>, PostgresError> {
        let Some(program) = find_pgbouncer() else {
            return Ok(None);
        };
        let folder = temporary_folder(&env::temp_dir(), server.user.as_ref())?;
        let port = free_port()?;
        let settings = folder.path().join("pgbouncer.ini");
        let text = format!(
            "[databases]\n\
             postgres = host=127.0.0.1 port={} user=postgres\n\
             [pgbouncer]\n\
             listen_addr = 127.0.0.1\n\
             listen_port = {port}\n\
             unix_socket_dir =\n\
             auth_type = any\n\
             pool_mode = transaction\n\
             default_pool_size = {sessions}\n\
             server_login_retry = 1\n\
             ignore_startup_parameters = extra_float_digits\n",
            server.port(),
        );
        fs::write(&settings, text).map_err(failed("the pooler's settings"))?;
        let mut command = Watched::command(&program, "TERM", folder.path(), server.user.as_ref());
        command.arg("--quiet").arg(&settings).stderr(Stdio::null());
        let process = Watched::start(&mut command)?;
        let start = Instant::now();
        while !is_listening(port) {
            if start.elapsed() > PATIENCE {
                return Err(program_failed(&program, "it does not listen"));
            }
            sleep(Duration::from_millis(20));
        }
        Ok(Some(Self {
            process: Some(process),
            port,
            _folder: folder,
        }))
    }

    /// The URL of the server's database through the pooler.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        // Nothing is left to tell: the folder goes away with it.
        let _ = self.process.take().map(Watched::stop);
    }
}
