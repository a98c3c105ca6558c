use std::{
    collections::BTreeSet,
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use super::{cargo, output, report::Table};

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

pub(super) fn count_crates(table: &mut Table) -> Result<(), Box<dyn Error>> {
    let facade = crates_of(&["--manifest-path", &FACADE.generate()?])?;
    let reqwest = crates_of(&["--manifest-path", &REQWEST.generate()?])?;
    let what = format!("crates of a minimal service ({facade} and {reqwest})");
    table.one(&what, ratio(facade, reqwest), BY_HAND);
    Ok(())
}

/// Clean release builds of both.
pub(super) fn measure(table: &mut Table) -> Result<(), Box<dyn Error>> {
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
pub(super) fn crates_of(package: &[&str]) -> Result<usize, Box<dyn Error>> {
    let mut tree = cargo();
    tree.args(["tree", "--quiet", "--edges", "normal,build"]);
    tree.args(["--prefix", "none", "--format", "{p}"]);
    let listed = output(tree.args(package))?;
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
    fn generate(&self) -> Result<String, Box<dyn Error>> {
        let root = env::current_dir()?;
        let root = root.to_str().ok_or("the workspace's path is not UTF-8")?;
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
        fs::create_dir_all(&folder)?;
        fs::copy("Cargo.lock", folder.join("Cargo.lock"))?;
        let path = folder.join("Cargo.toml");
        fs::write(&path, manifest.replace("ROOT", root))?;
        Ok(path.display().to_string())
    }

    /// The seconds of a clean build, and the bytes of its program.
    fn build(&self) -> Result<(f64, f64), Box<dyn Error>> {
        let manifest = self.generate()?;
        let target = self.folder().join("target");
        if target.exists() {
            fs::remove_dir_all(&target)?;
        }
        output(cargo().args(["fetch", "--quiet", "--manifest-path", &manifest]))?;
        let started = Instant::now();
        output(
            cargo()
                .args([
                    "build",
                    "--quiet",
                    "--release",
                    "--manifest-path",
                    &manifest,
                ])
                .arg("--target-dir")
                .arg(&target),
        )?;
        let seconds = started.elapsed().as_secs_f64();
        let program = target.join("release/service");
        let bytes = fs::metadata(program)?.len();
        #[expect(clippy::cast_precision_loss, reason = "no program has 2^53 bytes")]
        Ok((seconds, bytes as f64))
    }
}

#[expect(clippy::cast_precision_loss, reason = "no service has 2^53 crates")]
fn ratio(one: usize, other: usize) -> f64 {
    one as f64 / other as f64
}
