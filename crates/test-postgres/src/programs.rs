//! The installed programs, and the user that may run them.

use std::{
    env, fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// The environment variable that names the only folder in which programs are looked for.
const FOLDER: &str = "TEST_POSTGRES_PROGRAMS";

/// Where Debian keeps the programs of each version.
const VERSIONS: &str = "/usr/lib/postgresql";

#[derive(Debug)]
pub(crate) struct Programs {
    pub(crate) initdb: PathBuf,
    pub(crate) postgres: PathBuf,
    pub(crate) psql: PathBuf,
}

impl Programs {
    /// From the search path, else the newest installed version.
    pub(crate) fn find() -> Option<Self> {
        let mut versions: Vec<_> = fs::read_dir(VERSIONS)
            .into_iter()
            .flatten()
            .flatten()
            .map(|version| version.path().join("bin"))
            .collect();
        versions.sort();
        versions.reverse();
        let find = |name| find_program(name, &versions);
        Some(Self {
            initdb: find("initdb")?,
            postgres: find("postgres")?,
            psql: find("psql")?,
        })
    }
}

/// Which of the programs that tests on PostgreSQL need are not installed.
///
/// ```
/// for program in bigcommerce_test_postgres::missing_programs() {
///     println!("{program} is not installed");
/// }
/// ```
pub fn missing_programs() -> Vec<&'static str> {
    let mut missing = Vec::new();
    if Programs::find().is_none() {
        missing.push("PostgreSQL");
    }
    if find_pgbouncer().is_none() {
        missing.push("pgbouncer");
    }
    missing
}

/// The pooler, from the search path, or from those folders that only root searches.
pub(crate) fn find_pgbouncer() -> Option<PathBuf> {
    let more = ["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from);
    find_program("pgbouncer", &more)
}

/// A program of the search path, or of these folders.
fn find_program(name: &str, more: &[PathBuf]) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = match env::var_os(FOLDER) {
        Some(folder) => vec![folder.into()],
        None => env::split_paths(&path)
            .chain(more.iter().cloned())
            .collect(),
    };
    let mut programs = folders.iter().map(|folder| folder.join(name));
    programs.find(|program| program.is_file())
}

/// The user that the server runs as when this process is root, which the server refuses to be.
#[derive(Debug)]
pub(crate) struct User {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

impl User {
    /// None when this process is an ordinary user itself.
    pub(crate) fn ordinary() -> Option<Self> {
        if fs::metadata("/proc/self").ok()?.uid() != 0 {
            return None;
        }
        ["postgres", "nobody"].into_iter().find_map(Self::named)
    }

    fn named(name: &str) -> Option<Self> {
        let users = fs::read_to_string(Path::new("/etc/passwd")).ok()?;
        let fields = |line: &str| line.split(':').map(str::to_owned).collect::<Vec<_>>();
        let user = users.lines().map(fields).find(|user| user[0] == name)?;
        Some(Self {
            uid: user.get(2)?.parse().ok()?,
            gid: user.get(3)?.parse().ok()?,
        })
    }
}
