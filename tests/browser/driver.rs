//! `ChromeDriver` and the browser that it drives.

use std::{
    env,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

use fantoccini::{Client, ClientBuilder};
use serde_json::{Value, json};

use super::Failure;

/// A running `ChromeDriver`. It is killed when dropped.
pub(super) struct Driver {
    process: Child,
    url: String,
    /// Held open, so that the driver can go on writing to it.
    output: BufReader<ChildStdout>,
}

impl Driver {
    /// Starts the program, and waits until it listens.
    pub(super) fn start(program: &Path) -> Result<Self, Failure> {
        let mut process = Command::new(program)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", program.display()))?;
        let output = process.stdout.take().ok_or("ChromeDriver has no output")?;
        let mut driver = Self {
            process,
            url: String::new(),
            output: BufReader::new(output),
        };
        let mut line = String::new();
        while driver.output.read_line(&mut line)? > 0 {
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                let port = port.trim_end().trim_end_matches('.');
                driver.url = format!("http://127.0.0.1:{port}");
                return Ok(driver);
            }
            line.clear();
        }
        Err("ChromeDriver ended before it listened".into())
    }

    /// Opens a headless browser with an empty profile.
    pub(super) async fn open(&self, browser: &Path, profile: &Path) -> Result<Client, Failure> {
        let mut arguments: Vec<String> = [
            "--headless",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            // Without these, the browser calls its maker at every start.
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            // Containers have neither user namespaces nor a large /dev/shm. The only page that is
            // opened is our own.
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--window-size=1280,1400",
        ]
        .map(str::to_owned)
        .to_vec();
        arguments.push(format!("--user-data-dir={}", profile.display()));
        let options = json!({"binary": browser, "args": arguments});
        // On a busy machine the accessibility checker takes longer than the usual half a minute.
        let timeouts = json!({"script": 300_000});
        let capabilities = json!({"goog:chromeOptions": options, "timeouts": timeouts});
        let Value::Object(capabilities) = capabilities else {
            unreachable!("an object was just written");
        };
        let connector = hyper_util::client::legacy::connect::HttpConnector::new();
        let mut builder = ClientBuilder::new(connector);
        builder.capabilities(capabilities);
        Ok(builder.connect(&self.url).await?)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Finds a program by a variable that names it, or by one of its names on the path.
pub(super) fn find(variable: &str, names: &[&str]) -> Result<PathBuf, Failure> {
    if let Some(path) = env::var_os(variable) {
        return Ok(path.into());
    }
    let directories: Vec<PathBuf> =
        env::var_os("PATH").map_or_else(Vec::new, |path| env::split_paths(&path).collect());
    directories
        .iter()
        .flat_map(|directory| names.iter().map(move |name| directory.join(name)))
        .find(|path| path.is_file())
        .ok_or_else(|| {
            format!(
                "{} is missing. Install Chromium and ChromeDriver (on Debian: apt-get install \
                 chromium chromium-driver), or name the program in the variable {variable}.",
                names[0]
            )
            .into()
        })
}
