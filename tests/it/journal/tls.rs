//! TLS to the database.

use std::fs;

use bigcommerce_payments_journal::{DatabaseError, DatabaseErrorKind};
use bigcommerce_test_postgres::PostgresServer;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tempfile::TempDir;

use super::{Bench, key, payment};

struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// A certificate for that name, and its key.
    fn issue(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    /// The parameters of a URL that trusts nobody else.
    fn trusted(&self, folder: &TempDir, name: &str) -> String {
        let file = folder.path().join(name);
        fs::write(&file, self.0.pem()).unwrap();
        format!("sslmode=verify-full&sslrootcert={}", file.display())
    }
}

async fn open(bench: &Bench, parameters: &str) -> Result<(), DatabaseError> {
    let url = format!("{}?{parameters}", bench.url);
    let builder = bigcommerce_payments_journal::Journal::builder(&url);
    builder.name(&bench.name).open().await.map(drop)
}

#[tokio::test]
async fn a_server_is_verified_by_its_authority_and_its_name() {
    let Some(mut server) = PostgresServer::start().unwrap() else {
        eprintln!("PostgreSQL is not installed: nothing was tested");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let (authority, other) = (Authority::new("one"), Authority::new("other"));
    let trusted = authority.trusted(&folder, "authority.pem");
    let bench = Bench::at(server.url(), None).await;
    let plain = open(&bench, &trusted).await.unwrap_err();
    assert!(plain.to_string().contains("TLS"), "{plain}");

    let (certificate, private) = authority.issue("127.0.0.1");
    server.use_tls(&certificate, &private).unwrap();
    open(&bench, &trusted).await.unwrap();
    let strange = open(&bench, &other.trusted(&folder, "other.pem")).await;
    refused(&strange.unwrap_err(), "UnknownIssuer");

    // All that the journal does goes through TLS.
    let mut encrypted = Bench::at(format!("{}?{trusted}", bench.url), None).await;
    encrypted.name.clone_from(&bench.name);
    let store = encrypted.store().await;
    let order = encrypted.order();
    store.charge(&key("one"), order, &payment()).await.unwrap();
    let sessions = "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) \
         WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
    assert_eq!(server.psql(sessions).unwrap(), "t");

    let (certificate, private) = authority.issue("db.example");
    server.use_tls(&certificate, &private).unwrap();
    let misnamed = open(&bench, &trusted).await.unwrap_err();
    refused(&misnamed, "not valid for name");
}

fn refused(error: &DatabaseError, why: &str) {
    assert_eq!(error.kind(), DatabaseErrorKind::Settings, "{error}");
    assert!(error.to_string().contains(why), "{error}");
}
