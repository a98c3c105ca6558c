use std::path::{Path, PathBuf};

use bigcommerce_spec::Document;

use crate::{Error, Settings, effective_document, generate, prepared_document};

/// One of the two APIs of this workspace, with the paths of all that belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Api {
    /// The name its files go by: `tokens` or `processing`.
    pub name: &'static str,
}

impl Api {
    /// The tokens host.
    pub const TOKENS: Self = Self { name: "tokens" };
    /// The payments host.
    pub const PROCESSING: Self = Self { name: "processing" };
    /// Both.
    pub const ALL: [Self; 2] = [Self::TOKENS, Self::PROCESSING];

    /// The document as upstream publishes it, below the workspace.
    pub fn spec(self) -> PathBuf {
        format!("specs/{}.yml", self.name).into()
    }

    /// The overlay that makes the document true.
    pub fn corrections(self) -> PathBuf {
        format!("specs/overlays/{}.yml", self.name).into()
    }

    /// The overlay that accommodates the generator, applied after the corrections.
    pub fn accommodations(self) -> PathBuf {
        format!("specs/overlays/{}.codegen.yml", self.name).into()
    }

    /// The committed output of [`generate`](Self::generate).
    pub fn generated(self) -> PathBuf {
        format!("crates/{}-api/src/generated.rs", self.name).into()
    }

    /// The committed list of what the generated source makes public.
    pub fn listing(self) -> PathBuf {
        format!("crates/{}-api/src/API.txt", self.name).into()
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
        let settings = Settings {
            spec_name: self.spec().display().to_string(),
            ..Settings::default()
        };
        let spec = workspace.join(self.spec());
        generate(&spec, &self.overlays(workspace), &settings)
    }

    fn overlays(self, workspace: &Path) -> [PathBuf; 2] {
        [self.corrections(), self.accommodations()].map(|path| workspace.join(path))
    }
}
