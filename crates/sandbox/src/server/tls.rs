//! A certificate, signed by a CA made at start.

use std::{io, sync::Arc};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose,
};
use time::{Duration, OffsetDateTime};
use tokio::net::TcpStream;
use tokio_rustls::{
    TlsAcceptor, rustls,
    rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    server::TlsStream,
};

use crate::server::stream::Socket;

/// Why TLS could not be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// The certificates could not be made.
    #[error("cannot make the TLS certificates: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The TLS library does not take the certificates.
    #[error("cannot use the TLS certificates: {0}")]
    Configuration(#[from] rustls::Error),
}

/// A TLS identity, and the CA that a client has to trust for it.
pub(crate) struct Identity {
    acceptor: TlsAcceptor,
    ca_pem: String,
}

impl Identity {
    /// Makes a CA and a certificate for these names and addresses, valid for a year.
    pub(crate) fn generate(names: &[String]) -> Result<Self, TlsError> {
        let now = OffsetDateTime::now_utc();
        let validity = |params: &mut CertificateParams| {
            // Clocks of clients may be behind.
            params.not_before = now - Duration::days(1);
            params.not_after = now + Duration::days(365);
        };
        let mut ca_params = CertificateParams::new(Vec::new())?;
        validity(&mut ca_params);
        ca_params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        ca_params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let distinguished = &mut ca_params.distinguished_name;
        *distinguished = DistinguishedName::new();
        distinguished.push(DnType::CommonName, "bigcommerce-sandbox test CA");
        let ca = CertifiedIssuer::self_signed(ca_params, KeyPair::generate()?)?;

        let mut params = CertificateParams::new(names.to_vec())?;
        validity(&mut params);
        params.is_ca = IsCa::ExplicitNoCa;
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.distinguished_name = DistinguishedName::new();
        let name = names.first().map_or("localhost", String::as_str);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &ca)?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));

        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            ca_pem: ca.pem(),
        })
    }

    pub(crate) fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// Makes a connection an encrypted one.
    pub(crate) async fn accept(&self, tcp: TcpStream) -> io::Result<Box<dyn Socket>> {
        let tls = self.acceptor.accept(tcp).await?;
        Ok(Box::new(tls))
    }
}

impl Socket for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}
