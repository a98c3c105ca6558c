//! What cargo builds from the workspace, tests and benchmarks apart.

use std::{env, fmt, path::PathBuf, process::Command};

use serde_json::Value;

/// One crate as the compiler sees it: its name, its kind and its root file.
pub(super) struct Target {
    package: String,
    kind: String,
    name: String,
    pub(super) root: PathBuf,
}

/// Every target of every package in the workspace.
pub(super) fn targets() -> Vec<Target> {
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut targets = Vec::new();
    for package in list(&metadata["packages"]) {
        for target in list(&package["targets"]) {
            let kind = text(&target["kind"][0]);
            if !["test", "bench"].contains(&kind) {
                targets.push(Target {
                    package: text(&package["name"]).into(),
                    kind: kind.into(),
                    name: text(&target["name"]).into(),
                    root: text(&target["src_path"]).into(),
                });
            }
        }
    }
    assert!(targets.iter().any(|target| target.package == "xtask"));
    targets
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name.replace('_', "-") == self.package {
            write!(f, "{} ({})", self.package, self.kind)
        } else {
            write!(f, "{} ({} {})", self.package, self.kind, self.name)
        }
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
