//! The facade owns its public types: no public item names one of the generated crates, of
//! progenitor or of reqwest.

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::{Path, PathBuf},
};

use syn::{
    ImplItem, Item, Signature, UseTree, Visibility,
    visit::{self, Visit},
};

/// Crates whose types stay behind the facade.
const FOREIGN: &[&str] = &[
    "bigcommerce_client_core",
    "bigcommerce_processing_api",
    "bigcommerce_tokens_api",
    "progenitor_client",
    "reqwest",
];

/// The facade re-exports them as its own.
const RE_EXPORTED: &[&str] = &[
    "bigcommerce_client_core::SendDeadline",
    "bigcommerce_client_core::Sensitive",
];

/// The one escape hatch, for a prepared HTTP client.
const ALLOWED: &[&str] = &["PaymentsBuilder::http_client names reqwest::Client"];

#[test]
fn no_public_item_names_a_foreign_type() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/payments/src");
    let mut found = BTreeSet::new();
    for file in sources_below(&sources) {
        found.extend(foreign_names(&fs::read_to_string(file).unwrap()));
    }
    let allowed = ALLOWED.iter().map(|each| (*each).to_owned()).collect();
    assert_eq!(found, allowed);
}

fn sources_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let below = |path: PathBuf| {
        if path.is_dir() {
            sources_below(&path)
        } else {
            vec![path]
        }
    };
    entries.flat_map(below).collect()
}

#[test]
fn the_check_finds_what_it_looks_for() {
    let source = r"
        use bigcommerce_tokens_api::types as wire;
        use reqwest::{Client as Http, header::HeaderMap};

        pub struct Open { pub a: Http, b: HeaderMap }
        pub(crate) struct Closed { pub a: Http }
        pub enum Choice { One(wire::Order) }
        impl Open {
            pub fn get(&self) -> Option<HeaderMap> { None }
            fn hidden(&self) -> HeaderMap { HeaderMap::new() }
        }
        impl From<wire::Order> for Open { fn from(_: wire::Order) -> Self { loop {} } }
        pub fn free(_: impl Fn(reqwest::Url)) {}
    ";
    let expected = [
        "Choice names bigcommerce_tokens_api::types::Order",
        "From for Open names bigcommerce_tokens_api::types::Order",
        "Open names reqwest::Client",
        "Open::get names reqwest::header::HeaderMap",
        "free names reqwest::Url",
    ];
    assert_eq!(foreign_names(source), expected.map(str::to_owned).into());
}

/// Every foreign type that a public item of this file names, as `item names path`.
fn foreign_names(source: &str) -> BTreeSet<String> {
    let file = syn::parse_file(source).unwrap();
    let mut imports = HashMap::new();
    for item in &file.items {
        if let Item::Use(item) = item {
            collect_imports(&item.tree, "", &mut imports);
        }
    }
    let mut finder = Finder {
        imports,
        item: String::new(),
        found: BTreeSet::new(),
    };
    for item in &file.items {
        finder.check(item);
    }
    finder.found
}

fn collect_imports(tree: &UseTree, prefix: &str, imports: &mut HashMap<String, String>) {
    match tree {
        UseTree::Path(path) => {
            let prefix = format!("{prefix}{}::", path.ident);
            collect_imports(&path.tree, &prefix, imports);
        }
        UseTree::Name(name) => {
            imports.insert(name.ident.to_string(), format!("{prefix}{}", name.ident));
        }
        UseTree::Rename(rename) => {
            imports.insert(
                rename.rename.to_string(),
                format!("{prefix}{}", rename.ident),
            );
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                collect_imports(tree, prefix, imports);
            }
        }
        UseTree::Glob(_) => panic!("a glob import hides what a name stands for"),
    }
}

struct Finder {
    imports: HashMap<String, String>,
    item: String,
    found: BTreeSet<String>,
}

impl Finder {
    fn check(&mut self, item: &Item) {
        match item {
            Item::Struct(it) if is_public(&it.vis) => {
                self.item = it.ident.to_string();
                for field in it.fields.iter().filter(|field| is_public(&field.vis)) {
                    self.visit_type(&field.ty);
                }
            }
            Item::Enum(it) if is_public(&it.vis) => {
                self.item = it.ident.to_string();
                self.visit_item_enum(it);
            }
            Item::Trait(it) if is_public(&it.vis) => {
                self.item = it.ident.to_string();
                self.visit_item_trait(it);
            }
            Item::Type(it) if is_public(&it.vis) => {
                self.item = it.ident.to_string();
                self.visit_item_type(it);
            }
            Item::Fn(it) if is_public(&it.vis) => self.check_signature("", &it.sig),
            Item::Impl(it) => self.check_impl(it),
            _ => {}
        }
    }

    /// What a trait is implemented for, and with, is public; of inherent items only the public
    /// ones are.
    fn check_impl(&mut self, item: &syn::ItemImpl) {
        let of = type_name(&item.self_ty);
        if let Some((path, _)) = &item.trait_ {
            let of_trait = path.segments.last().unwrap().ident.to_string();
            self.item = format!("{of_trait} for {of}");
            self.visit_path(path);
            self.visit_type(&item.self_ty);
            return;
        }
        for item in &item.items {
            if let ImplItem::Fn(function) = item
                && is_public(&function.vis)
            {
                self.check_signature(&format!("{of}::"), &function.sig);
            }
        }
    }

    fn check_signature(&mut self, prefix: &str, signature: &Signature) {
        self.item = format!("{prefix}{}", signature.ident);
        self.visit_signature(signature);
    }
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<_> = path
            .segments
            .iter()
            .map(|it| it.ident.to_string())
            .collect();
        let (first, rest) = names.split_first().unwrap();
        let start = self.imports.get(first).unwrap_or(first);
        let full = [std::slice::from_ref(start), rest].concat().join("::");
        let of = full.split("::").next().unwrap_or_default();
        if FOREIGN.contains(&of) && !RE_EXPORTED.contains(&&*full) {
            self.found.insert(format!("{} names {full}", self.item));
        }
        visit::visit_path(self, path);
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn type_name(of: &syn::Type) -> String {
    match of {
        syn::Type::Path(path) => path.path.segments.last().unwrap().ident.to_string(),
        _ => "an unnamed type".to_owned(),
    }
}
