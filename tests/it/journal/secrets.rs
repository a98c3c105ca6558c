//! What is stored.

use std::fs;

use super::{Bench, NUMBER_OF_CARD, POSTGRES, key, payment};
use bigcommerce_sandbox::Endpoint;

#[tokio::test]
async fn no_secret_is_stored() {
    for bench in Bench::on_each_engine().await {
        let order = bench.order();
        let store = bench.store().await;
        store.charge(&key("one"), order, &payment()).await.unwrap();
        let sent = bench.requests(Endpoint::ProcessPayment);
        let token = sent[0].header("authorization").unwrap();
        let stored = stored(&bench);

        assert!(stored.contains("stripe.card"), "{stored}");
        let secrets = [
            NUMBER_OF_CARD,
            "4242 4242",
            "Jane",
            bench.sandbox.access_token(),
        ];
        for secret in secrets {
            assert!(!stored.contains(secret), "{secret}");
        }
        for part in token.trim_start_matches("PAT ").split('.') {
            assert!(!stored.contains(part), "{part}");
        }
    }
}

/// All that is in the database, as text.
fn stored(bench: &Bench) -> String {
    let Some(folder) = &bench.folder else {
        let name = &bench.name;
        let tables = ["attempts", "keys", "limits"].map(|table| {
            let rows = format!("SELECT to_json(t) FROM {name}_{table} t");
            POSTGRES.as_ref().unwrap().psql(&rows).unwrap()
        });
        return tables.concat();
    };
    let files = fs::read_dir(folder.path()).unwrap();
    let bytes = files.map(|file| fs::read(file.unwrap().path()).unwrap());
    String::from_utf8_lossy(&bytes.collect::<Vec<_>>().concat()).into_owned()
}
