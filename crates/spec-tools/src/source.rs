//! Where documents to compare come from: a file, a folder, or a revision in git.

use std::{
    fs,
    path::{Path, PathBuf},
};

use bigcommerce_codegen::Api;
use bigcommerce_spec::{Document, Overlay, OverlayProblem};

use crate::{arguments::CallerPath, error::Error, process::Program};

pub(crate) enum Source {
    /// One document, which was read when it was found: a pipe is read but once.
    File { name: String, text: String },
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
    pub(crate) fn find(state: &CallerPath) -> Result<Self, Error> {
        let path = &state.path;
        if path.is_dir() {
            let inner = path.join("specs");
            return Ok(Self::Folder(if inner.is_dir() {
                inner
            } else {
                path.clone()
            }));
        }
        if path.exists() {
            return Ok(Self::File {
                name: state.typed.clone(),
                text: read_file(path)?,
            });
        }
        Self::commit(&state.typed)
    }

    /// The files of the workspace, as they are.
    pub(crate) fn workspace() -> Self {
        Self::Folder("specs".into())
    }

    pub(crate) fn last_commit() -> Result<Self, Error> {
        Self::commit("HEAD")
    }

    fn commit(name: &str) -> Result<Self, Error> {
        let commit = format!("{name}^{{commit}}");
        let commit = git(&[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &commit,
        ])
        .map_err(|error| {
            let detail = match error {
                // Asked to be quiet, git says nothing of what it does not know.
                Error::Failed { complaint, .. } if complaint.is_empty() => String::new(),
                error => format!(" ({error})"),
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
    pub(crate) fn load(&self, api: Option<Api>) -> Result<Loaded, Error> {
        let below = api.map(|api| file_of(&api.spec())).unwrap_or_default();
        let (name, text) = self.read(&below)?;
        let raw = Document::parse(&name, &text)?;
        raw.require_openapi_3_0()?;
        let Some(api) = api else {
            let effective = raw.clone();
            return Ok(Loaded {
                raw,
                effective,
                problems: Vec::new(),
            });
        };
        let (effective, mut problems) = self.overlaid(&raw, &api.corrections())?;
        let (_, accommodations) = self.overlaid(&effective, &api.accommodations())?;
        problems.extend(accommodations);
        Ok(Loaded {
            raw,
            effective,
            problems,
        })
    }

    /// The API whose document a single file is: that of its name, or else that of its title.
    pub(crate) fn api(&self) -> Result<Option<Api>, Error> {
        let Self::File { name, text } = self else {
            return Ok(None);
        };
        let stem = Path::new(name)
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default();
        if let Ok(api) = stem.parse() {
            return Ok(Some(api));
        }
        let title = |document: &Document| document.value().pointer("/info/title").cloned();
        let own = title(&Document::parse(name, text)?);
        for api in Api::ALL {
            if own.is_some() && title(&Document::load(&api.spec())?) == own {
                return Ok(Some(api));
            }
        }
        Ok(None)
    }

    /// A document with one more overlay applied, where this source has that.
    fn overlaid(
        &self,
        document: &Document,
        overlay: &Path,
    ) -> Result<(Document, Vec<OverlayProblem>), Error> {
        let overlay = match self {
            Self::File { .. } => Some((overlay.display().to_string(), read_file(overlay)?)),
            _ => self.read(&format!("overlays/{}", file_of(overlay))).ok(),
        };
        let Some((name, text)) = overlay else {
            return Ok((document.clone(), Vec::new()));
        };
        let overlay = Overlay::parse(&name, &text)?;
        let applied = overlay.apply(document);
        Ok((applied.document, applied.problems))
    }

    /// The name and the text of a file, given by its path below the folder of the specs.
    fn read(&self, below: &str) -> Result<(String, String), Error> {
        match self {
            Self::File { name, text } => Ok((name.clone(), text.clone())),
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

fn read_file(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(Error::file(path, "cannot be read"))
}

fn git(arguments: &[&str]) -> Result<String, Error> {
    Program::new("git", arguments).output()
}
