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
/// When one cannot be written: the targets are then what they were. When one cannot be moved,
/// which is rare: those before it are new then, and the error says which.
pub(crate) fn write_all(outputs: &[&Output]) -> Result<(), Error> {
    let staged: Vec<PathBuf> = outputs.iter().map(|output| beside(&output.path)).collect();
    let pairs = || outputs.iter().zip(&staged);
    let written = pairs().try_for_each(|(output, temporary)| {
        let folder = output.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(temporary, &output.text))
            .map_err(Error::file(&output.path, "cannot be written"))
    });
    let moved = written.and_then(|()| move_all(outputs, &staged));
    if moved.is_err() {
        for temporary in &staged {
            // Those that were moved, or never written, are not there.
            let _ = fs::remove_file(temporary);
        }
    }
    moved
}

fn move_all(outputs: &[&Output], staged: &[PathBuf]) -> Result<(), Error> {
    for (index, (output, temporary)) in outputs.iter().zip(staged).enumerate() {
        fs::rename(temporary, &output.path).map_err(|error| {
            let new = outputs[..index].iter().map(|output| output.path.display().to_string());
            let new: Vec<_> = new.collect();
            let error = Error::file(&output.path, "cannot be replaced")(error);
            if new.is_empty() {
                return error;
            }
            format!(
                "{error}\n  {} of {} files are new already\n  help: `git checkout HEAD -- {}` takes \
                 them back",
                new.len(),
                outputs.len(),
                new.join(" ")
            )
            .into()
        })?;
    }
    Ok(())
}

/// A name in the same folder, because only there a rename replaces in one step.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}

/// The process that wrote a file to be moved, by the file's name.
pub(crate) fn staged_by(name: &str) -> Option<u32> {
    let inner = name.strip_prefix('.')?.strip_suffix(".tmp")?;
    inner.rsplit_once('.')?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(path: PathBuf) -> Output {
        Output {
            path,
            text: "new".to_owned(),
        }
    }

    #[test]
    fn an_error_between_two_moves_says_what_is_new_and_leaves_no_staged_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = output(folder.path().join("first"));
        // A folder that holds something cannot be replaced by a file.
        let second = output(folder.path().join("second"));
        fs::create_dir_all(second.path.join("inner")).expect("a folder");
        let third = output(folder.path().join("third"));

        let error = write_all(&[&first, &second, &third]).expect_err("it is in the way");

        let error = error.to_string();
        assert!(error.contains("1 of 3 files are new already"), "{error}");
        assert!(error.contains("git checkout HEAD -- "), "{error}");
        assert!(!third.path.exists());
        let names = fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(names, 2, "nothing is left beside them");
    }

    #[test]
    fn staged_files_are_known_by_their_names() {
        let path = beside(Path::new("specs/a.yml"));
        let name = path.file_name().and_then(|name| name.to_str());
        assert_eq!(name.and_then(staged_by), Some(std::process::id()));
        for other in ["a.yml", ".a.yml.tmp", ".gitignore", ".tmp"] {
            assert_eq!(staged_by(other), None, "{other}");
        }
    }
}
