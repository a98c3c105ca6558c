//! A copy of what `cargo xtask` works on, to be changed and worked on.

use std::{
    collections::BTreeMap,
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use toml_edit::DocumentMut;

/// The folders of the workspace that `regen` reads and writes.
const COPIED: [&str; 4] = [
    "specs",
    "crates/processing-api/src",
    "crates/sandbox/openapi",
    "crates/tokens-api/src",
];

pub(crate) struct Tree(TempDir);

/// What a run of `cargo xtask` came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Tree {
    pub(crate) fn new() -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        for folder in COPIED {
            copy(&workspace().join(folder), &tree.path(folder));
        }
        tree
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        fs::write(self.path(file), text).unwrap();
    }

    /// Replaces the first occurrence of a text in a file, which must have it.
    pub(crate) fn replace(&self, file: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(file)).unwrap();
        assert!(text.contains(from), "{file} does not contain {from}");
        self.write(file, &text.replacen(from, to, 1));
    }

    /// Records a spec that was edited as one that was taken.
    pub(crate) fn record(&self, spec: &str) {
        let document = fs::read(self.path(&format!("specs/{spec}.yml"))).unwrap();
        let mut digest = String::new();
        for byte in Sha256::digest(document) {
            write!(digest, "{byte:02x}").unwrap();
        }
        let sources = fs::read_to_string(self.path("specs/SOURCES.toml")).unwrap();
        let mut sources: DocumentMut = sources.parse().unwrap();
        sources[spec]["sha256"] = toml_edit::value(digest);
        self.write("specs/SOURCES.toml", &sources.to_string());
    }

    /// Adds an action at the end of an overlay.
    pub(crate) fn add_action(&self, overlay: &str, target: &str, what: &str) {
        let text = fs::read_to_string(self.path(overlay)).unwrap();
        let action =
            format!("  - target: {target}\n    description: Added by a test.\n    {what}\n");
        self.write(overlay, &(text + &action));
    }

    /// All files with their content.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.0.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let content = fs::read(&path).unwrap();
                    found.insert(path, content);
                }
            }
        }
        found
    }

    pub(crate) fn xtask(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments).output().unwrap())
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command
            .arg("--root")
            .arg(self.0.path())
            .args(arguments)
            .env_remove("CLICOLOR_FORCE");
        command
    }
}

impl Run {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

pub(crate) fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The program behind the commands of `cargo xtask` on the specs, built once.
pub(crate) fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| build("bigcommerce-spec-tools"))
}

/// The program behind `cargo xtask` itself, built once.
pub(crate) fn xtask() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| build("xtask"))
}

fn build(name: &str) -> PathBuf {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--bin", name, "--message-format=json"])
        .current_dir(workspace())
        .output()
        .unwrap();
    let built = Run::of(built);
    assert_eq!(built.code, Some(0), "{}", built.stderr);
    let messages = built.stdout.lines();
    let mut messages = messages.map(serde_json::from_str::<serde_json::Value>);
    let executable = messages.find_map(|message| {
        let path = message.unwrap()["executable"].as_str()?.to_owned();
        Some(PathBuf::from(path))
    });
    executable.expect("cargo names the executable that it built")
}
