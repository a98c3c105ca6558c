//! The two APIs of this workspace, and the files that belong to each.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use bigcommerce_spec::Document;
use thiserror::Error as ThisError;

use crate::{Error, effective_document, generate, prepared_document};

/// One of the two APIs of this workspace.
///
/// ```
/// use bigcommerce_codegen::Api;
///
/// assert_eq!("tokens".parse(), Ok(Api::Tokens));
/// assert_eq!(Api::Processing.spec().to_str(), Some("specs/processing.yml"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Api {
    /// The tokens host.
    Tokens,
    /// The payments host.
    Processing,
}

/// A name that no API has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
#[error("write tokens or processing")]
pub struct UnknownApi;

impl Api {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Tokens, Self::Processing];

    /// The name its files go by: `tokens` or `processing`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tokens => "tokens",
            Self::Processing => "processing",
        }
    }

    /// The document as upstream publishes it, below the workspace.
    pub fn spec(self) -> PathBuf {
        format!("specs/{self}.yml").into()
    }

    /// The overlay that makes the document true.
    pub fn corrections(self) -> PathBuf {
        format!("specs/overlays/{self}.yml").into()
    }

    /// The overlay that accommodates the generator, applied after the corrections.
    pub fn accommodations(self) -> PathBuf {
        format!("specs/overlays/{self}.codegen.yml").into()
    }

    /// The committed output of [`generate`](Self::generate).
    pub fn generated(self) -> PathBuf {
        format!("crates/{self}-api/src/generated.rs").into()
    }

    /// The committed list of what the generated source makes public.
    pub fn listing(self) -> PathBuf {
        format!("crates/{self}-api/src/API.txt").into()
    }

    /// The document with its corrections, which is what other OpenAPI tools should read.
    ///
    /// # Errors
    ///
    /// When a file cannot be used, or an action of the overlay has no effect.
    pub fn effective(self, workspace: &Path) -> Result<Document, Error> {
        effective_document(
            &workspace.join(self.spec()),
            &[workspace.join(self.corrections())],
        )
    }

    /// The document that the generator reads: corrected, and accommodated.
    ///
    /// # Errors
    ///
    /// As for [`effective`](Self::effective).
    pub fn prepared(self, workspace: &Path) -> Result<Document, Error> {
        prepared_document(&workspace.join(self.spec()), &self.overlays(workspace))
    }

    /// The source of the API's client.
    ///
    /// # Errors
    ///
    /// As for [`generate()`].
    pub fn generate(self, workspace: &Path) -> Result<String, Error> {
        let spec = workspace.join(self.spec());
        let name = self.spec().display().to_string();
        generate(&spec, &self.overlays(workspace), &name)
    }

    fn overlays(self, workspace: &Path) -> [PathBuf; 2] {
        [self.corrections(), self.accommodations()].map(|path| workspace.join(path))
    }
}

impl fmt::Display for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Api {
    type Err = UnknownApi;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|api| api.name() == name);
        known.ok_or(UnknownApi)
    }
}
