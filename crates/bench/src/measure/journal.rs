//! What the journal adds to a charge, and how charges through it grow with the instances.

use bigcommerce_test_postgres::PostgresServer;
use tempfile::TempDir;

use crate::{
    client::Mode,
    error::Error,
    measure::{
        clients::Clients,
        table::{Ratio, Table},
    },
};

/// How many instances share a journal.
pub(super) const INSTANCES: [u32; 4] = [1, 2, 4, 8];

pub(super) const ENGINES: [&str; 2] = ["SQLite", "PostgreSQL"];

/// What the charges of some instances are a ratio to.
pub(super) const WITHOUT_JOURNAL: &str = "one instance without a journal";

/// Charges that each instance makes at a time.
const CONCURRENCY: u32 = 8;

/// A place for a journal. It goes away with this.
struct Place {
    engine: &'static str,
    url: String,
    _folder: Option<TempDir>,
    _server: Option<PostgresServer>,
}

/// Both engines; where PostgreSQL is not installed, its rows are missing, and it says so.
pub(super) fn measure(clients: &Clients) -> Result<Table, Error> {
    let mut table = Table::default();
    for place in places()? {
        one_at_a_time(clients, &place, &mut table)?;
        by_instances(clients, &place, &mut table)?;
    }
    Ok(table)
}

/// Checks that charges through the journal pay.
pub(super) fn smoke(clients: &Clients) -> Result<(), Error> {
    let place = Place::sqlite()?;
    clients.nanoseconds_of_instances(2, 10, 4, &place.url)?;
    anstream::println!("Journal: 20 orders paid by 2 instances");
    Ok(())
}

/// The name of a row.
pub(super) fn by(instances: u32, engine: &str) -> String {
    format!("charges per second, {instances} of 8 at a time, {engine}")
}

fn one_at_a_time(clients: &Clients, place: &Place, table: &mut Table) -> Result<(), Error> {
    const ROUNDS: usize = 9;
    const CHARGES: u32 = 300;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let facade = clients.nanoseconds(Mode::Facade, CHARGES, 1)?;
        rounds.push(clients.nanoseconds_of_instances(1, CHARGES, 1, &place.url)? / facade);
    }
    let what = format!("time of a charge, 1 at a time, {}", place.engine);
    table.one(&what, Ratio::of(rounds), "one through the facade");
    Ok(())
}

fn by_instances(clients: &Clients, place: &Place, table: &mut Table) -> Result<(), Error> {
    const ROUNDS: usize = 5;
    const CHARGES: u32 = 1600;
    let mut ratios = INSTANCES.map(|_| Vec::new());
    for _ in 0..ROUNDS {
        let facade = clients.nanoseconds(Mode::Facade, CHARGES, CONCURRENCY)?;
        for (ratios, instances) in ratios.iter_mut().zip(INSTANCES) {
            let each = CHARGES / instances;
            let time =
                clients.nanoseconds_of_instances(instances, each, CONCURRENCY, &place.url)?;
            // Of rates, the inverse of times.
            ratios.push(facade / time);
        }
    }
    for (ratios, instances) in ratios.into_iter().zip(INSTANCES) {
        let what = by(instances, place.engine);
        table.one(&what, Ratio::of(ratios), WITHOUT_JOURNAL);
    }
    Ok(())
}

fn places() -> Result<Vec<Place>, Error> {
    let mut places = vec![Place::sqlite()?];
    match PostgresServer::start()? {
        Some(server) => places.push(Place {
            engine: ENGINES[1],
            url: server.url(),
            _folder: None,
            _server: Some(server),
        }),
        None => anstream::eprintln!("PostgreSQL is not installed, and is not measured"),
    }
    Ok(places)
}

impl Place {
    fn sqlite() -> Result<Self, Error> {
        let folder = tempfile::tempdir()?;
        Ok(Self {
            engine: ENGINES[0],
            url: format!("sqlite://{}/journal.db", folder.path().display()),
            _folder: Some(folder),
            _server: None,
        })
    }
}
