//! The modules of a crate, with what each of them defines and imports.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use syn::{File, Item, ItemMod};

use super::items::{Import, Kind, attributes, definition, item_imports, name_of, only_in_tests};

/// The modules of one crate; the first is its root.
pub(super) struct Tree {
    pub(super) modules: Vec<Module>,
    /// Files that hold tests only.
    tests: Vec<PathBuf>,
    /// Files that are part of another by `include!`.
    included: Vec<PathBuf>,
}

pub(super) struct Module {
    /// From the root, which has none: `error::code`.
    pub(super) path: Vec<String>,
    pub(super) file: PathBuf,
    pub(super) parent: usize,
    pub(super) children: BTreeMap<String, usize>,
    pub(super) definitions: BTreeMap<String, Kind>,
    pub(super) imports: Vec<Import>,
    /// All of it but child modules and what only tests see.
    pub(super) items: Vec<Item>,
}

impl Tree {
    /// Reads a crate from its root file.
    pub(super) fn read(root: &Path) -> Result<Self, String> {
        let folder = root.parent().unwrap_or(Path::new("")).to_owned();
        let mut tree = Self {
            modules: Vec::new(),
            tests: Vec::new(),
            included: Vec::new(),
        };
        let file = parse(root)?;
        tree.add(0, &[], root, &folder, file.items)?;
        Ok(tree)
    }

    /// Whether a module leads to the file, one that only tests see included.
    pub(super) fn leads_to(&self, file: &Path) -> bool {
        let below = file.with_extension("");
        self.modules.iter().any(|module| module.file == file)
            || self.included.iter().any(|included| included == file)
            || self
                .tests
                .iter()
                .any(|test| file == test || below.starts_with(test.with_extension("")))
    }

    /// The child of a module under which another module is; `None` where it is not below it.
    pub(super) fn child(&self, above: usize, module: usize) -> Option<&str> {
        let rest = self.modules[module]
            .path
            .strip_prefix(self.modules[above].path.as_slice())?;
        rest.first().map(String::as_str)
    }

    /// Adds a module with the items of its file or of its braces, and then its children, whose
    /// files are in the folder.
    fn add(
        &mut self,
        parent: usize,
        path: &[String],
        file: &Path,
        folder: &Path,
        items: Vec<Item>,
    ) -> Result<usize, String> {
        let index = self.modules.len();
        let items = self.with_included(items, file)?;
        let (modules, items): (Vec<Item>, Vec<Item>) = items
            .into_iter()
            .partition(|item| matches!(item, Item::Mod(_)));
        let items: Vec<Item> = items
            .into_iter()
            .filter(|item| !only_in_tests(attributes(item)))
            .collect();
        self.modules.push(Module {
            path: path.to_owned(),
            file: file.to_owned(),
            parent,
            children: BTreeMap::new(),
            definitions: items.iter().filter_map(definition).collect(),
            imports: items.iter().flat_map(uses).collect(),
            items,
        });
        for item in modules {
            let Item::Mod(module) = item else { continue };
            let name = name_of(&module.ident);
            let path = [path, std::slice::from_ref(&name)].concat();
            if only_in_tests(&module.attrs) {
                self.tests.extend(module_file(&module, folder));
                continue;
            }
            let child = self.add_child(index, &path, &module, file, folder)?;
            self.modules[index].children.insert(name, child);
        }
        Ok(index)
    }

    /// The items with those of a file that `include!` names in place of it.
    fn with_included(&mut self, items: Vec<Item>, file: &Path) -> Result<Vec<Item>, String> {
        let mut all = Vec::new();
        for item in items {
            if let Some(name) = include(&item) {
                let other = file.with_file_name(name);
                all.extend(parse(&other)?.items);
                self.included.push(other);
            } else {
                all.push(item);
            }
        }
        Ok(all)
    }

    fn add_child(
        &mut self,
        parent: usize,
        path: &[String],
        module: &ItemMod,
        file: &Path,
        folder: &Path,
    ) -> Result<usize, String> {
        let below = folder.join(name_of(&module.ident));
        if let Some((_, items)) = &module.content {
            return self.add(parent, path, file, &below, items.clone());
        }
        let own = module_file(module, folder)
            .ok_or_else(|| format!("{}: no file for `mod {}`", file.display(), module.ident))?;
        let items = parse(&own)?.items;
        self.add(parent, path, &own, &below, items)
    }
}

impl Module {
    /// The path as it is written from within the crate.
    pub(super) fn name(&self) -> String {
        if self.path.is_empty() {
            "crate".into()
        } else {
            self.path.join("::")
        }
    }
}

/// Adds every Rust file below a folder.
pub(super) fn source_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            source_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn uses(item: &Item) -> Vec<Import> {
    match item {
        Item::Use(item) => item_imports(item),
        _ => Vec::new(),
    }
}

fn parse(file: &Path) -> Result<File, String> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    syn::parse_file(&text).map_err(|error| format!("{}: {error}", file.display()))
}

fn include(item: &Item) -> Option<String> {
    let Item::Macro(item) = item else { return None };
    let name: Option<syn::LitStr> = item.mac.parse_body().ok();
    name.filter(|_| item.mac.path.is_ident("include"))
        .map(|name| name.value())
}

/// The file that `mod name;` stands for, in the folder of the module's children.
fn module_file(module: &ItemMod, folder: &Path) -> Option<PathBuf> {
    let name = name_of(&module.ident);
    [
        folder.join(format!("{name}.rs")),
        folder.join(name).join("mod.rs"),
    ]
    .into_iter()
    .find(|file| file.exists())
}
