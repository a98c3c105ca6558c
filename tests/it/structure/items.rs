//! What an item defines, what a `use` brings in, and what exists in tests only.

use syn::{
    Attribute, ImplItem, Item, ItemUse, Meta, Token, UseTree, Visibility, punctuated::Punctuated,
};

/// What a definition can be followed by in a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// `Type::name` goes on within the type.
    Type,
    /// A function, a constant or a macro ends a path.
    Value,
}

/// One name, or all of a module's names, brought in by `use`.
#[derive(Clone, Debug)]
pub(super) struct Import {
    /// `None` for `*`.
    pub(super) name: Option<String>,
    pub(super) path: Vec<String>,
    /// Whether others see it too.
    pub(super) exported: bool,
}

/// Whether what bears these attributes exists in tests only.
pub(super) fn only_in_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("test")
            || (attribute.path().is_ident("cfg")
                && attribute.parse_args().is_ok_and(|meta| needs_test(&meta)))
    })
}

/// The names that one `use` brings in.
pub(super) fn item_imports(item: &ItemUse) -> Vec<Import> {
    let mut imports = Vec::new();
    if item.leading_colon.is_none() {
        let exported = !matches!(item.vis, Visibility::Inherited);
        flatten(&item.tree, &mut Vec::new(), exported, &mut imports);
    }
    imports
}

/// What an item defines for the module or the block it stands in.
pub(super) fn definition(item: &Item) -> Option<(String, Kind)> {
    let (ident, kind) = match item {
        Item::Const(item) => (&item.ident, Kind::Value),
        Item::Enum(item) => (&item.ident, Kind::Type),
        Item::Fn(item) => (&item.sig.ident, Kind::Value),
        Item::Macro(item) => (item.ident.as_ref()?, Kind::Value),
        Item::Static(item) => (&item.ident, Kind::Value),
        Item::Struct(item) => (&item.ident, Kind::Type),
        Item::Trait(item) => (&item.ident, Kind::Type),
        Item::TraitAlias(item) => (&item.ident, Kind::Type),
        Item::Type(item) => (&item.ident, Kind::Type),
        Item::Union(item) => (&item.ident, Kind::Type),
        _ => return None,
    };
    Some((name_of(ident), kind))
}

/// A name without the mark of a raw identifier.
pub(super) fn name_of(ident: &syn::Ident) -> String {
    ident.to_string().trim_start_matches("r#").to_owned()
}

/// The attributes of an item.
pub(super) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// The attributes of an item within `impl`.
pub(super) fn impl_attributes(item: &ImplItem) -> &[Attribute] {
    match item {
        ImplItem::Const(item) => &item.attrs,
        ImplItem::Fn(item) => &item.attrs,
        ImplItem::Type(item) => &item.attrs,
        ImplItem::Macro(item) => &item.attrs,
        _ => &[],
    }
}

fn needs_test(meta: &Meta) -> bool {
    let all_of = |join: fn(&[Meta]) -> bool, list: &syn::MetaList| {
        list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            .is_ok_and(|conditions| join(&conditions.into_iter().collect::<Vec<_>>()))
    };
    match meta {
        Meta::Path(path) => path.is_ident("test") || path.is_ident("doctest"),
        Meta::List(list) if list.path.is_ident("all") => {
            all_of(|conditions| conditions.iter().any(needs_test), list)
        }
        Meta::List(list) if list.path.is_ident("any") => {
            all_of(|conditions| conditions.iter().all(needs_test), list)
        }
        _ => false,
    }
}

fn flatten(tree: &UseTree, path: &mut Vec<String>, exported: bool, imports: &mut Vec<Import>) {
    let mut add = |name: Option<String>, path: Vec<String>| {
        imports.push(Import {
            name,
            path,
            exported,
        });
    };
    match tree {
        UseTree::Path(step) => {
            path.push(name_of(&step.ident));
            flatten(&step.tree, path, exported, imports);
            path.pop();
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, path, exported, imports);
            }
        }
        UseTree::Name(name) if name.ident == "self" => add(path.last().cloned(), path.clone()),
        UseTree::Name(name) => {
            let name = name_of(&name.ident);
            add(Some(name.clone()), [path.as_slice(), &[name]].concat());
        }
        UseTree::Rename(rename) if rename.ident == "self" => {
            add(Some(name_of(&rename.rename)), path.clone());
        }
        UseTree::Rename(rename) => {
            let whole = [path.as_slice(), &[name_of(&rename.ident)]].concat();
            add(Some(name_of(&rename.rename)), whole);
        }
        UseTree::Glob(_) => add(None, path.clone()),
    }
}
