//! What a path stands for, with re-exports followed to the module that defines the item.

use super::{
    items::{Import, Kind},
    tree::Tree,
};

/// What a path leads to within the crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Meaning {
    Module(usize),
    /// Something that this module defines.
    Item(usize, Kind),
    /// Something of another crate, brought in for the module's own use.
    Outside,
}

/// Lookups that are under way, so that imports of each other come to an end.
type Seen = Vec<(usize, String)>;

/// Names that a block brings in for itself, the innermost last.
pub(super) type Scopes = Vec<Vec<Import>>;

impl Tree {
    /// What the path means in a block of a module; nothing where it leads out of the crate.
    pub(super) fn resolve(&self, module: usize, scopes: &Scopes, path: &[String]) -> Vec<Meaning> {
        let Some((first, rest)) = path.split_first() else {
            return Vec::new();
        };
        for depth in (0..scopes.len()).rev() {
            let outer = scopes[..depth].to_vec();
            let mut found = Vec::new();
            for import in &scopes[depth] {
                if import.name.as_ref() == Some(first) {
                    found.extend(self.resolve(module, &outer, &import.path));
                } else if import.name.is_none() {
                    for meaning in self.resolve(module, &outer, &import.path) {
                        found.extend(self.member(meaning, first, &mut Seen::new()));
                    }
                }
            }
            if !found.is_empty() {
                return self.walk(found, rest, &mut Seen::new());
            }
        }
        self.resolve_in_module(module, path, &mut Seen::new())
    }

    /// All that `use path::*` brings in.
    pub(super) fn all_of(&self, module: usize, seen: &mut Vec<usize>) -> Vec<Meaning> {
        if seen.contains(&module) {
            return Vec::new();
        }
        seen.push(module);
        let mut all: Vec<_> = self.modules[module]
            .definitions
            .values()
            .map(|kind| Meaning::Item(module, *kind))
            .collect();
        for import in &self.modules[module].imports {
            if !import.exported {
                continue;
            }
            for meaning in self.resolve_in_module(module, &import.path, &mut Seen::new()) {
                match (meaning, &import.name) {
                    (Meaning::Module(module), None) => all.extend(self.all_of(module, seen)),
                    _ => all.push(meaning),
                }
            }
        }
        all
    }

    fn resolve_in_module(&self, module: usize, path: &[String], seen: &mut Seen) -> Vec<Meaning> {
        let Some((first, rest)) = path.split_first() else {
            return Vec::new();
        };
        let start = match first.as_str() {
            "crate" => vec![Meaning::Module(0)],
            "self" => vec![Meaning::Module(module)],
            "super" => vec![Meaning::Module(self.modules[module].parent)],
            _ => self.lookup(module, first, seen),
        };
        self.walk(start, rest, seen)
    }

    fn walk(&self, mut meanings: Vec<Meaning>, path: &[String], seen: &mut Seen) -> Vec<Meaning> {
        for name in path {
            let is_module = |meaning: &Meaning| matches!(meaning, Meaning::Module(_));
            if meanings.iter().any(is_module) {
                meanings.retain(is_module);
            }
            meanings = meanings
                .into_iter()
                .flat_map(|meaning| self.step(meaning, name, seen))
                .collect();
        }
        meanings.sort_unstable();
        meanings.dedup();
        meanings
    }

    fn step(&self, meaning: Meaning, name: &str, seen: &mut Seen) -> Vec<Meaning> {
        match meaning {
            Meaning::Module(module) if name == "super" => {
                vec![Meaning::Module(self.modules[module].parent)]
            }
            Meaning::Module(module) => {
                let found = self.lookup(module, name, seen);
                if found.is_empty() {
                    // What is not seen is taken for something that a macro defines there.
                    vec![Meaning::Item(module, Kind::Type)]
                } else {
                    found
                }
            }
            Meaning::Item(_, Kind::Type) | Meaning::Outside => vec![meaning],
            Meaning::Item(_, Kind::Value) => Vec::new(),
        }
    }

    /// What a name means in a module: a child, a definition, an import, or else one of what `*`
    /// brings in.
    fn lookup(&self, index: usize, name: &str, seen: &mut Seen) -> Vec<Meaning> {
        let module = &self.modules[index];
        let mut found = Vec::new();
        found.extend(
            module
                .children
                .get(name)
                .map(|child| Meaning::Module(*child)),
        );
        found.extend(
            module
                .definitions
                .get(name)
                .map(|kind| Meaning::Item(index, *kind)),
        );
        let lookup = (index, name.to_owned());
        if seen.contains(&lookup) {
            return found;
        }
        seen.push(lookup);
        found.extend(self.imported(index, name, seen));
        if found.is_empty() {
            for import in module.imports.iter().filter(|import| import.name.is_none()) {
                for meaning in self.resolve_in_module(index, &import.path, seen) {
                    found.extend(self.member(meaning, name, seen));
                }
            }
        }
        seen.pop();
        found
    }

    /// What the module's `use` items of that name bring in.
    fn imported(&self, index: usize, name: &str, seen: &mut Seen) -> Vec<Meaning> {
        let mut found = Vec::new();
        for import in &self.modules[index].imports {
            if import.name.as_deref() != Some(name) {
                continue;
            }
            let meanings = self.resolve_in_module(index, &import.path, seen);
            if !meanings.is_empty() {
                found.extend(meanings);
            } else if import.exported {
                // A name of another crate that this module hands on is taken from this module.
                found.push(Meaning::Item(index, Kind::Type));
            } else {
                found.push(Meaning::Outside);
            }
        }
        found
    }

    fn member(&self, meaning: Meaning, name: &str, seen: &mut Seen) -> Vec<Meaning> {
        match meaning {
            Meaning::Module(module) => self.lookup(module, name, seen),
            Meaning::Item(..) | Meaning::Outside => Vec::new(),
        }
    }
}
