//! Where documents to compare come from: a file, a folder, or a revision in git.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use bigcommerce_codegen::Api;
use bigcommerce_spec::{Document, Overlay, OverlayProblem};

pub(crate) enum Source {
    /// One document.
    File(PathBuf),
    /// A folder with both documents, or with a folder `specs` that has them.
    Folder(PathBuf),
    /// A commit, and what it was called.
    Revision { commit: String, name: String },
}

/// A document of a source, as upstream publishes it and with its corrections.
pub(crate) struct Loaded {
    pub(crate) raw: Document,
    pub(crate) effective: Document,
    /// What is wrong with the actions of both layers of overlays.
    pub(crate) problems: Vec<OverlayProblem>,
}

impl Source {
    /// Finds what is meant: a path where there is one, or else a revision.
    pub(crate) fn find(name: &str) -> Result<Self, String> {
        let path = Path::new(name);
        if path.is_file() {
            return Ok(Self::File(path.to_owned()));
        }
        if path.is_dir() {
            let inner = path.join("specs");
            let folder = if inner.is_dir() {
                inner
            } else {
                path.to_owned()
            };
            // What is in the workspace is called as a maintainer calls it.
            let folder = folder
                .strip_prefix(".")
                .map(Path::to_owned)
                .unwrap_or(folder);
            return Ok(Self::Folder(folder));
        }
        let commit = format!("{name}^{{commit}}");
        let commit = git(&[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &commit,
        ])
        .map_err(|error| {
            let detail = if error.is_empty() {
                String::new()
            } else {
                format!(" ({error})")
            };
            format!("{name:?} is no file, no folder, and no revision that git knows{detail}")
        })?;
        Ok(Self::Revision {
            commit: commit.trim().to_owned(),
            name: name.to_owned(),
        })
    }

    /// The document of an API, with the overlays that this source has for it. A single file
    /// has none of its own: those of the workspace are applied, if it is a document of ours.
    pub(crate) fn load(&self, api: Option<Api>) -> Result<Loaded, String> {
        let below = api.map(|api| file_of(&api.spec())).unwrap_or_default();
        let (name, text) = self.read(&below)?;
        let raw = Document::parse(&name, &text).map_err(|error| error.to_string())?;
        raw.require_openapi_3_0()
            .map_err(|error| error.to_string())?;
        let Some(api) = api else {
            let effective = raw.clone();
            return Ok(Loaded {
                raw,
                effective,
                problems: Vec::new(),
            });
        };
        let corrected = self.layer(&raw, &api.corrections())?;
        let accommodated = self.layer(&corrected.0, &api.accommodations())?;
        Ok(Loaded {
            raw,
            effective: corrected.0,
            problems: [corrected.1, accommodated.1].concat(),
        })
    }

    /// The API whose document a single file is: that of its name, or else that of its title.
    pub(crate) fn api(&self) -> Result<Option<Api>, String> {
        let Self::File(path) = self else {
            return Ok(None);
        };
        let stem = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default();
        if let Ok(api) = stem.parse() {
            return Ok(Some(api));
        }
        let title = |path: &Path| -> Result<_, String> {
            let document = Document::load(path).map_err(|error| error.to_string())?;
            Ok(document.value().pointer("/info/title").cloned())
        };
        let own = title(path)?;
        for api in Api::ALL {
            if own.is_some() && title(&api.spec())? == own {
                return Ok(Some(api));
            }
        }
        Ok(None)
    }

    fn layer(
        &self,
        document: &Document,
        overlay: &Path,
    ) -> Result<(Document, Vec<OverlayProblem>), String> {
        let overlay = match self {
            Self::File(_) => Some((overlay.display().to_string(), read_file(overlay)?)),
            _ => self.read(&format!("overlays/{}", file_of(overlay))).ok(),
        };
        let Some((name, text)) = overlay else {
            return Ok((document.clone(), Vec::new()));
        };
        let overlay = Overlay::parse(&name, &text).map_err(|error| error.to_string())?;
        let applied = overlay.apply(document);
        Ok((applied.document, applied.problems))
    }

    /// The name and the text of a file, given by its path below the folder of the specs.
    fn read(&self, below: &str) -> Result<(String, String), String> {
        match self {
            Self::File(path) => Ok((path.display().to_string(), read_file(path)?)),
            Self::Folder(folder) => {
                let path = folder.join(below);
                Ok((path.display().to_string(), read_file(&path)?))
            }
            Self::Revision { commit, name } => {
                let text = git(&["show", &format!("{commit}:specs/{below}")])
                    .map_err(|error| format!("{name}:specs/{below} cannot be read: {error}"))?;
                Ok((format!("{name}:specs/{below}"), text))
            }
        }
    }
}

fn file_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn read_file(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: cannot be read: {error}", path.display()))
}

/// What git prints, or what it complains of.
fn git(arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("git")
        .args(arguments)
        .output()
        .map_err(|error| format!("git cannot be run: {error}"))?;
    if output.status.success() {
        String::from_utf8(output.stdout).map_err(|_| "this is not UTF-8 text".to_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }
}
