//! How the crates are laid out: within each of them, imports run one way.
//!
//! A circle of modules is one room with doors painted on it: none of them can be read, tested or
//! moved without the others. What counts as an import is said in `imports`.

mod circles;
mod imports;
mod items;
mod names;
mod planted;
mod targets;
mod tokens;
mod tree;

use std::path::PathBuf;

use self::{
    circles::circles,
    imports::imports,
    targets::targets,
    tree::{Tree, source_files},
};

#[test]
fn no_circle_of_imports_between_the_modules_of_a_crate() {
    let mut report = Vec::new();
    for target in targets() {
        let tree = Tree::read(&target.root).unwrap_or_else(|error| panic!("{target}: {error}"));
        for circle in circles(&tree, &imports(&tree)) {
            report.push(format!("{target}: {circle}"));
        }
    }
    assert!(
        report.is_empty(),
        "modules import each other in circles; move what they share below them:\n{}",
        report.join("\n")
    );
}

/// A file that the check does not find would be a file in which a circle is not found.
#[test]
fn every_source_file_is_read() {
    let (mut trees, mut files) = (Vec::new(), Vec::new());
    for target in targets() {
        trees.push(Tree::read(&target.root).unwrap_or_else(|error| panic!("{target}: {error}")));
        if let Some(folder) = target
            .root
            .parent()
            .filter(|folder| folder.ends_with("src"))
        {
            source_files(folder, &mut files);
        }
    }
    assert!(files.len() > 100, "{files:?}");
    files.retain(|file| !trees.iter().any(|tree| tree.leads_to(file)));
    assert_eq!(files, Vec::<PathBuf>::new());
}
