//! Writing several files so that either all of them are new, or none.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::error::Error;

/// A file to be, with its path below the workspace.
pub(crate) struct Output {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

impl Output {
    /// What the file holds now; nothing where there is none.
    ///
    /// # Errors
    ///
    /// When there is one that cannot be read.
    pub(crate) fn current(&self) -> Result<Option<String>, Error> {
        match fs::read(&self.path) {
            Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::file(&self.path, "cannot be read")(error)),
        }
    }
}

/// Writes all files beside their targets first, and moves them there only once all are written.
///
/// # Errors
///
/// When one cannot be written; the targets are then what they were.
pub(crate) fn write_all(outputs: &[&Output]) -> Result<(), Error> {
    let staged: Vec<PathBuf> = outputs.iter().map(|output| beside(&output.path)).collect();
    let pairs = || outputs.iter().zip(&staged);
    let written = pairs().try_for_each(|(output, temporary)| {
        let folder = output.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(temporary, &output.text))
            .map_err(Error::file(&output.path, "cannot be written"))
    });
    let moved = written.and_then(|()| {
        pairs().try_for_each(|(output, temporary)| {
            fs::rename(temporary, &output.path)
                .map_err(Error::file(&output.path, "cannot be replaced"))
        })
    });
    if moved.is_err() {
        for temporary in &staged {
            // Those that were moved, or never written, are not there.
            let _ = fs::remove_file(temporary);
        }
    }
    moved
}

/// A name in the same folder, because only there a rename replaces in one step.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}
