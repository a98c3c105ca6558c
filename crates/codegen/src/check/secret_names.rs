//! No field or parameter with the name of a secret came out as plain text.

use std::collections::HashMap;

use bigcommerce_spec::{Document, DocumentError, Place, pointer::child};
use syn::{Fields, FnArg, ImplItem, Item, Pat, Type};

use crate::{
    generator::Generated,
    layers::corrections,
    rust_code::{self, mentions, names_in, wire_fields},
    schemas,
    settings::{SECRET_NAMES, SECRET_TYPE},
};

pub(super) fn check(document: &Document, generated: &Generated) -> Vec<DocumentError> {
    let code = &generated.code;
    let types = Types::new(code);
    let mut failures = Vec::new();
    let mut check = |owner: &str, name: &str, ty: &Type| {
        let plain = name.trim_end_matches('_').to_lowercase();
        let named = SECRET_NAMES.contains(&plain.as_str());
        if named && !mentions(ty, SECRET_TYPE) && types.holds_text(ty, 0) {
            failures.push(DocumentError::at(
                place_of_property(document, name),
                format!("`{owner}.{name}` has the name of a secret, and is plain text"),
                format!(
                    "mark it `format: password` in {}, or rename it there if it is none",
                    corrections(document),
                ),
            ));
        }
    };
    for item in rust_code::types(code) {
        let (owner, all): (_, Vec<&Fields>) = match item {
            Item::Struct(item) => (&item.ident, vec![&item.fields]),
            Item::Enum(item) => (
                &item.ident,
                item.variants.iter().map(|v| &v.fields).collect(),
            ),
            _ => continue,
        };
        for (name, field) in all.into_iter().flat_map(wire_fields) {
            check(&owner.to_string(), &name, &field.ty);
        }
    }
    for (function, name, ty) in parameters(code) {
        check(&function, &name, ty);
    }
    failures
}

/// The parameters of the client's methods: function, name, type.
fn parameters(code: &syn::File) -> impl Iterator<Item = (String, String, &Type)> {
    let functions = code
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Impl(item) if item.trait_.is_none() => Some(&item.items),
            _ => None,
        })
        .flatten()
        .filter_map(|item| match item {
            ImplItem::Fn(function) => Some(&function.sig),
            _ => None,
        });
    functions.flat_map(|signature| {
        signature.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(typed) => match &*typed.pat {
                Pat::Ident(pattern) => {
                    let name = pattern.ident.to_string();
                    Some((signature.ident.to_string(), name, &*typed.ty))
                }
                _ => None,
            },
            FnArg::Receiver(_) => None,
        })
    })
}

/// The place of the first property or parameter with a name, or of the document.
fn place_of_property(document: &Document, name: &str) -> Place {
    let found = schemas::all(document.value())
        .into_iter()
        .find_map(|schema| {
            schema.map.get("properties")?.get(name)?;
            Some(child(&format!("{}/properties", schema.pointer), name))
        });
    document.place(&found.unwrap_or_default())
}

/// The generated types, to tell which of them hold text.
struct Types<'c> {
    by_name: HashMap<String, &'c Item>,
}

impl<'c> Types<'c> {
    fn new(code: &'c syn::File) -> Self {
        let types = rust_code::types(code).filter_map(|item| match item {
            Item::Struct(s) => Some((s.ident.to_string(), item)),
            Item::Enum(e) => Some((e.ident.to_string(), item)),
            Item::Type(t) => Some((t.ident.to_string(), item)),
            _ => None,
        });
        Self {
            by_name: types.collect(),
        }
    }

    /// Whether a type is text, a wrapper of text, or anything that text could be in.
    fn holds_text(&self, ty: &Type, depth: usize) -> bool {
        const DEEPEST: usize = 16;
        names_in(ty)
            .iter()
            .any(|name| match self.by_name.get(name) {
                _ if depth > DEEPEST => true,
                Some(Item::Struct(item)) => match &item.fields {
                    Fields::Unnamed(inner) => inner
                        .unnamed
                        .iter()
                        .any(|field| self.holds_text(&field.ty, depth + 1)),
                    // A struct's own fields are checked by their own names.
                    Fields::Named(_) | Fields::Unit => false,
                },
                Some(Item::Enum(item)) => {
                    item.variants.iter().any(|variant| match &variant.fields {
                        Fields::Unnamed(inner) => inner
                            .unnamed
                            .iter()
                            .any(|field| self.holds_text(&field.ty, depth + 1)),
                        Fields::Named(_) | Fields::Unit => false,
                    })
                }
                Some(Item::Type(item)) => self.holds_text(&item.ty, depth + 1),
                _ => matches!(name.as_str(), "String" | "str" | "Value" | "Map"),
            })
    }
}
