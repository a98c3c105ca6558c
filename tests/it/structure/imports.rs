//! What counts as an import: a path in one module that leads to what another module defines.
//!
//! Paths count wherever they stand: in `use`, in signatures and inside functions, in the tokens of
//! macros, and in the texts of attributes (`#[serde(with = "…")]`). A parent that hands on what its
//! descendants define does not count, and nor does what only tests see. A path that ends at a module
//! counts only where it stands for that module's functions, or brings in all of its names: naming
//! a module takes nothing from it yet, the paths that go on from there do.

use std::collections::BTreeMap;

use syn::{
    Attribute, Block, Field, ImplItem, Item, ItemUse, Macro, Meta, Path, Stmt,
    visit::{self, Visit},
};

use super::{
    items::{Import, attributes, impl_attributes, item_imports, name_of, only_in_tests},
    names::{Meaning, Scopes},
    tokens::{Ending, TokenPath, attribute_paths, macro_paths},
    tree::Tree,
};

/// From module to module, with the first path that leads there.
pub(super) type Imports = BTreeMap<(usize, usize), String>;

/// All imports between the modules of a crate.
pub(super) fn imports(tree: &Tree) -> Imports {
    let mut imports = Imports::new();
    for (index, module) in tree.modules.iter().enumerate() {
        let mut reader = Reader {
            tree,
            module: index,
            scopes: Scopes::new(),
            imports: &mut imports,
        };
        for item in &module.items {
            reader.visit_item(item);
        }
    }
    imports
}

struct Reader<'a> {
    tree: &'a Tree,
    module: usize,
    scopes: Scopes,
    imports: &'a mut Imports,
}

impl Reader<'_> {
    fn take(&mut self, path: &TokenPath) {
        for meaning in self.tree.resolve(self.module, &self.scopes, &path.names) {
            match (meaning, path.ending) {
                (Meaning::Item(module, _), _) => self.import(module, path),
                (Meaning::Module(module), Ending::Everything) => {
                    for meaning in self.tree.all_of(module, &mut Vec::new()) {
                        if let Meaning::Item(module, _) = meaning {
                            self.import(module, path);
                        }
                    }
                }
                (Meaning::Module(_), Ending::Name) | (Meaning::Outside, _) => {}
            }
        }
    }

    fn import(&mut self, target: usize, path: &TokenPath) {
        if target != self.module {
            self.imports
                .entry((self.module, target))
                .or_insert_with(|| path.names.join("::"));
        }
    }

    /// Whether what is handed on belongs to the module's own descendants: a table of contents.
    fn hands_on(&self, import: &Import) -> bool {
        let meanings = self.tree.resolve(self.module, &self.scopes, &import.path);
        meanings.iter().all(|meaning| match meaning {
            Meaning::Item(module, _) | Meaning::Module(module) => {
                self.tree.child(self.module, *module).is_some()
            }
            Meaning::Outside => true,
        })
    }

    /// A macro without a path is found by its place in the text, above or in a parent.
    fn textual_macro(&mut self, path: &TokenPath) {
        let found = self.tree.resolve(self.module, &self.scopes, &path.names);
        if found.is_empty() && path.names.len() == 1 {
            let defines = |item: &Item| matches!(item, Item::Macro(item) if item.ident.as_ref().is_some_and(|ident| *ident == path.names[0]));
            for (index, module) in self.tree.modules.iter().enumerate() {
                if module.items.iter().any(defines) {
                    self.import(index, path);
                }
            }
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if !only_in_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        if !only_in_tests(impl_attributes(item)) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_field(&mut self, field: &'ast Field) {
        if !only_in_tests(&field.attrs) {
            visit::visit_field(self, field);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        for import in item_imports(item) {
            if import.exported && self.hands_on(&import) {
                continue;
            }
            let ending = match import.name {
                Some(_) => Ending::Name,
                None => Ending::Everything,
            };
            self.take(&TokenPath {
                names: import.path,
                ending,
            });
        }
    }

    fn visit_block(&mut self, block: &'ast Block) {
        let mut scope = Vec::new();
        for statement in &block.stmts {
            if let Stmt::Item(Item::Use(item)) = statement {
                scope.extend(item_imports(item));
            }
        }
        self.scopes.push(scope);
        visit::visit_block(self, block);
        self.scopes.pop();
    }

    fn visit_path(&mut self, path: &'ast Path) {
        if path.leading_colon.is_none() {
            self.take(&plain(path));
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        self.textual_macro(&plain(&mac.path));
        for path in macro_paths(mac.tokens.clone()) {
            self.take(&path);
        }
        visit::visit_macro(self, mac);
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let Meta::List(list) = &attribute.meta {
            for path in attribute_paths(list.tokens.clone()) {
                self.take(&path);
            }
        }
    }
}

fn plain(path: &Path) -> TokenPath {
    TokenPath {
        names: path
            .segments
            .iter()
            .map(|segment| name_of(&segment.ident))
            .collect(),
        ending: Ending::Name,
    }
}
