//! `specs/SOURCES.toml`: where the specs come from, and the digest of each.

use std::fs;

use bigcommerce_codegen::Api;
use bigcommerce_spec::{Document, DocumentError};
use jiff::{Timestamp, tz::TimeZone};
use sha2::{Digest, Sha256};
use toml_edit::{Datetime, DocumentMut, TableLike, value};

use crate::error::Error;

pub(crate) const PATH: &str = "specs/SOURCES.toml";

/// The file, with its comments and its order.
pub(crate) struct SourcesFile(DocumentMut);

impl SourcesFile {
    pub(crate) fn load() -> Result<Self, Error> {
        let text = fs::read_to_string(PATH).map_err(Error::file(PATH, "cannot be read"))?;
        let file = text.parse();
        file.map(Self)
            .map_err(|error| format!("{PATH}: is no TOML: {error}").into())
    }

    /// Where upstream publishes the document.
    pub(crate) fn upstream(&self, api: Api) -> Result<&str, Error> {
        self.text(api, "upstream")
    }

    /// Requires that a spec is the one that was taken: it is never edited, overlays correct it.
    pub(crate) fn check(&self, api: Api) -> Result<(), Error> {
        for key in ["title", "source", "upstream"] {
            self.text(api, key)?;
        }
        let taken = self.table(api)?.get("taken");
        if taken.is_none_or(|taken| !taken.is_datetime()) {
            return Err(missing(api, "taken"));
        }
        let spec = api.spec();
        let content = fs::read(&spec).map_err(Error::file(&spec, "cannot be read"))?;
        if self.text(api, "sha256")? == digest(&content) {
            return Ok(());
        }
        Err(DocumentError::in_file(
            spec.display().to_string(),
            format!("this is not the document that was taken: {PATH} has another sha256 for it"),
            format!(
                "undo the edit and correct the document by an overlay, or take a new one over with \
                 `cargo xtask adopt {api} FILE`"
            ),
        )
        .into())
    }

    /// Records that a document is taken over today.
    pub(crate) fn record(
        &mut self,
        api: Api,
        document: &Document,
        content: &[u8],
        source: &str,
    ) -> Result<(), Error> {
        let title = document.value().pointer("/info/title");
        let title = title.and_then(|title| title.as_str()).unwrap_or_default();
        let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
        let today: Result<Datetime, _> = today.to_string().parse();
        self.table(api)?;
        let entry = &mut self.0[api.name()];
        entry["title"] = value(title);
        entry["source"] = value(source);
        entry["taken"] = value(today.map_err(|error| error.to_string())?);
        entry["sha256"] = value(digest(content));
        Ok(())
    }

    fn table(&self, api: Api) -> Result<&dyn TableLike, Error> {
        let entry = self
            .0
            .get(api.name())
            .and_then(|entry| entry.as_table_like());
        entry.ok_or_else(|| format!("{PATH}: there is no [{api}]").into())
    }

    fn text(&self, api: Api, key: &str) -> Result<&str, Error> {
        let text = self.table(api)?.get(key).and_then(|text| text.as_str());
        text.filter(|text| !text.is_empty())
            .ok_or_else(|| missing(api, key))
    }
}

impl std::fmt::Display for SourcesFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

fn missing(api: Api, key: &str) -> Error {
    format!("{PATH}: [{api}] has no `{key}`").into()
}

fn digest(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    digest
        .iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}
