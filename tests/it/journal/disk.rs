//! A disk that is full, and a server that takes no writes.

use std::{
    env,
    fs::{self, File},
    io::Write,
    path::PathBuf,
    process::Command,
    time::Duration,
};

use bigcommerce_payments_journal::{AttemptState, ChargeError, DatabaseErrorKind, JournaledStore};
use bigcommerce_sandbox::{Endpoint, Fault, When};
use bigcommerce_test_postgres::PostgresServer;
use tempfile::TempDir;

use super::{Bench, key, payment, until, until_sending};

/// Set by `cargo xtask ci --require-programs`: what cannot be tested is a failure.
const REQUIRE_PROGRAMS: &str = "REQUIRE_PROGRAMS";

/// A file system of its own, so small that a test can fill it. It goes away when it is dropped.
struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// None where this process may not mount one, and nobody asks that it may.
    fn mount(megabytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={megabytes}m,mode=0777");
        let mounted = as_root("mount", |mount| {
            mount
                .args(["-t", "tmpfs", "-o", &size, "none"])
                .arg(folder.path())
        });
        if mounted {
            return Some(Self { folder });
        }
        assert!(
            env::var_os(REQUIRE_PROGRAMS).is_none(),
            "no file system can be mounted, not with `sudo -n` either, and {REQUIRE_PROGRAMS} is set"
        );
        eprintln!("no file system can be mounted: a full disk was not tested");
        None
    }

    fn filler(&self) -> PathBuf {
        self.folder.path().join("filler")
    }

    /// Leaves not a byte.
    fn fill(&self) {
        let mut filler = File::create(self.filler()).unwrap();
        for size in [1 << 16, 1 << 12, 1] {
            while filler.write(&vec![0; size]).is_ok_and(|it| it > 0) {}
        }
    }

    fn make_room(&self) {
        fs::remove_file(self.filler()).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // The folder stays behind where it is still in use, and the machine's next start ends it.
        as_root("umount", |umount| {
            umount.arg("--lazy").arg(self.folder.path())
        });
    }
}

/// Runs a program as this user, and where that fails, as root if no password is asked. Says whether
/// it went well.
fn as_root(program: &str, arguments: impl Fn(&mut Command) -> &mut Command) -> bool {
    let mut by_root = Command::new("sudo");
    by_root.args(["-n", program]);
    [Command::new(program), by_root].iter_mut().any(|command| {
        arguments(command)
            .output()
            .is_ok_and(|it| it.status.success())
    })
}

/// A database on a small disk of its own, in the order in which they go away.
struct SmallDatabase {
    bench: Bench,
    _server: Option<PostgresServer>,
    disk: SmallDisk,
}

impl SmallDatabase {
    async fn on_each_engine() -> Vec<Self> {
        let mut databases = Vec::new();
        if let Some(disk) = SmallDisk::mount(4) {
            let url = format!("sqlite://{}/journal.db", disk.folder.path().display());
            databases.push(Self {
                bench: Bench::at(url, None).await,
                _server: None,
                disk,
            });
        }
        let Some(disk) = SmallDisk::mount(160) else {
            return databases;
        };
        match PostgresServer::start_in(disk.folder.path()).unwrap() {
            Some(server) => databases.push(Self {
                bench: Bench::at(server.url(), None).await,
                _server: Some(server),
                disk,
            }),
            None => eprintln!("PostgreSQL is not installed: tested on SQLite only"),
        }
        databases
    }
}

#[tokio::test]
async fn with_a_full_disk_nothing_is_sent_and_nothing_is_lost() {
    for SmallDatabase {
        bench,
        disk,
        _server,
    } in SmallDatabase::on_each_engine().await
    {
        let store = bench.store().await;
        let order = bench.order();
        disk.fill();

        let answer = store.charge(&key("one"), order, &payment()).await;

        let Err(ChargeError::Database(error)) = answer else {
            panic!("{answer:?}");
        };
        assert_eq!(error.kind(), DatabaseErrorKind::Full, "{error}");
        assert!(bench.sandbox.requests().is_empty());
        disk.make_room();
        store.charge(&key("one"), order, &payment()).await.unwrap();
        assert_eq!(bench.captures(order), 1);
    }
}

/// The disk is full while the charge is on its way: the caller gets the receipt, and the journal
/// when there is room again.
#[tokio::test]
async fn a_receipt_outlives_a_full_disk() {
    for SmallDatabase {
        bench,
        disk,
        _server,
    } in SmallDatabase::on_each_engine().await
    {
        let store = bench.store().await;
        let order = bench.order();
        bench
            .inject(Endpoint::ProcessPayment, Fault::delay(5000, When::Before))
            .await;
        let running = spawn_charge(&store, order);
        until_sending(&store).await;
        disk.fill();
        let charge = running.await.unwrap().unwrap();

        disk.make_room();
        until(&store, |it| it.state == AttemptState::Charged).await;
        let again = store.charge(&key("one"), order, &payment()).await.unwrap();
        assert_eq!(again, charge);
        assert_eq!(bench.captures(order), 1);
    }
}

/// As a server does that became a standby, or whose operator stopped all writes.
#[tokio::test]
async fn a_server_that_takes_no_writes_is_told_and_nothing_is_sent() {
    let Some(server) = PostgresServer::start().unwrap() else {
        eprintln!("PostgreSQL is not installed: nothing was tested");
        return;
    };
    let bench = Bench::at(server.url(), None).await;
    let store = bench.store().await;
    let order = bench.order();
    let settings = "ALTER SYSTEM SET default_transaction_read_only";
    let reload = "SELECT pg_reload_conf()";
    server.psql(&format!("{settings} = on")).unwrap();
    server.psql(reload).unwrap();
    let answer = loop {
        // The server's processes read their settings a moment later.
        let answer = store.attempt(&key("one")).await;
        assert!(answer.is_ok(), "reading goes on");
        tokio::time::sleep(Duration::from_millis(200)).await;
        if server.psql("SHOW transaction_read_only").unwrap() == "on" {
            break store.charge(&key("one"), order, &payment()).await;
        }
    };
    let Err(ChargeError::Database(error)) = answer else {
        panic!("{answer:?}");
    };
    assert_eq!(error.kind(), DatabaseErrorKind::ReadOnly, "{error}");
    let opened = bench.builder().open().await.unwrap_err();
    assert_eq!(opened.kind(), DatabaseErrorKind::ReadOnly, "{opened}");
    assert!(bench.sandbox.requests().is_empty());
}

fn spawn_charge(
    store: &JournaledStore,
    order: bigcommerce_payments::OrderId,
) -> tokio::task::JoinHandle<Result<bigcommerce_payments_journal::JournaledCharge, ChargeError>> {
    let store = store.clone();
    tokio::spawn(async move { store.charge(&key("one"), order, &payment()).await })
}
