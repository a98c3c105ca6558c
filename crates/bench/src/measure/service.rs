//! A minimal service on the facade, and the same by hand: their crates, builds and programs.

use std::{
    collections::BTreeSet,
    env, fs, io,
    path::{Path, PathBuf},
    time::Instant,
};

use crate::{
    error::Error,
    measure::{
        process::{cargo, output},
        table::Table,
    },
};

/// A service of its own, outside of the workspace, with its lock file.
struct Service {
    name: &'static str,
    dependencies: &'static str,
}

const FACADE: Service = Service {
    name: "facade",
    dependencies: r#"bigcommerce-payments = { path = "ROOT/crates/payments" }"#,
};
/// With the TLS that the facade's default feature chooses.
const REQWEST: Service = Service {
    name: "reqwest",
    dependencies: r#"reqwest = { version = "0.13", default-features = false, features = ["default-tls", "json"] }
serde_json = "1""#,
};

const BY_HAND: &str = "the same service by hand with reqwest";

pub(super) fn count_crates(table: &mut Table) -> Result<(), Error> {
    let facade = crates_of(&["--manifest-path", &FACADE.generate()?])?;
    let reqwest = crates_of(&["--manifest-path", &REQWEST.generate()?])?;
    let what = format!("crates of a minimal service ({facade} and {reqwest})");
    table.one(&what, ratio(facade, reqwest), BY_HAND);
    Ok(())
}

/// Clean release builds of both.
pub(super) fn measure(table: &mut Table) -> Result<(), Error> {
    let (facade, reqwest) = (FACADE.build()?, REQWEST.build()?);
    table.one(
        "time of a clean release build",
        facade.0 / reqwest.0,
        BY_HAND,
    );
    table.one(
        "bytes of its stripped program",
        facade.1 / reqwest.1,
        BY_HAND,
    );
    Ok(())
}

/// The crates that are built for a package on this machine, itself included.
pub(super) fn crates_of(package: &[&str]) -> Result<usize, Error> {
    let tree = [
        "tree",
        "--quiet",
        "--edges",
        "normal,build",
        "--prefix",
        "none",
    ];
    let listed = output(&cargo([&tree[..], &["--format", "{p}"], package].concat()))?;
    let crates: BTreeSet<_> = listed
        .lines()
        .filter_map(|line| line.split(" (").next())
        .filter(|line| !line.trim().is_empty())
        .collect();
    Ok(crates.len())
}

impl Service {
    fn folder(&self) -> PathBuf {
        Path::new("target/bench").join(self.name)
    }

    /// Writes the package, and returns its manifest's path.
    fn generate(&self) -> Result<String, Error> {
        let root = env::current_dir()?.display().to_string();
        let manifest = format!(
            r#"[package]
name = "service"
edition = "2024"

[[bin]]
name = "service"
path = "ROOT/crates/bench/examples/service_{}.rs"

[dependencies]
{}
tokio = {{ version = "1", default-features = false, features = ["macros", "rt"] }}

[profile.release]
strip = true

[workspace]
"#,
            self.name, self.dependencies
        );
        let folder = self.folder();
        let path = folder.join("Cargo.toml");
        fs::create_dir_all(&folder)
            .and_then(|()| fs::copy("Cargo.lock", folder.join("Cargo.lock")))
            .and_then(|_| fs::write(&path, manifest.replace("ROOT", &root)))
            .map_err(|source| Error::File {
                path: folder,
                source,
            })?;
        Ok(path.display().to_string())
    }

    /// The seconds of a clean build, and the bytes of its program.
    fn build(&self) -> Result<(f64, f64), Error> {
        let manifest = self.generate()?;
        let target = self.folder().join("target");
        let file_error = |path: &Path| {
            let path = path.to_owned();
            move |source| Error::File { path, source }
        };
        match fs::remove_dir_all(&target) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(file_error(&target)(error));
            }
            _ => {}
        }
        output(&cargo(["fetch", "--quiet", "--manifest-path", &manifest]))?;
        let build = [
            "build",
            "--quiet",
            "--release",
            "--manifest-path",
            &manifest,
        ];
        let build = cargo(build).env("CARGO_TARGET_DIR", &target);
        let started = Instant::now();
        output(&build)?;
        let seconds = started.elapsed().as_secs_f64();
        let program = target.join("release/service");
        let bytes = fs::metadata(&program).map_err(file_error(&program))?.len();
        #[expect(clippy::cast_precision_loss, reason = "no program has 2^53 bytes")]
        Ok((seconds, bytes as f64))
    }
}

#[expect(clippy::cast_precision_loss, reason = "no service has 2^53 crates")]
fn ratio(one: usize, other: usize) -> f64 {
    one as f64 / other as f64
}
