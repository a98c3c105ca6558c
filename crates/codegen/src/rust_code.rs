//! Reads what the checks need from generated Rust.

use quote::ToTokens;
use syn::{Attribute, Expr, Field, Fields, File, Item, Lit, Meta, Type, visit::Visit};

/// The items of the module `types`.
pub(crate) fn types(file: &File) -> impl Iterator<Item = &Item> {
    file.items
        .iter()
        .filter_map(|item| match item {
            Item::Mod(module) if module.ident == "types" => module.content.as_ref(),
            _ => None,
        })
        .flat_map(|(_, items)| items)
}

/// The text of a `#[doc]` attribute.
pub(crate) fn doc(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// The text given to an option of `#[serde(…)]`, as `type` in `tag = "type"`.
pub(crate) fn serde_option(attributes: &[Attribute], option: &str) -> Option<String> {
    let mut found = None;
    for attribute in attributes.iter().filter(|a| a.path().is_ident("serde")) {
        // What does not parse as an option has no value to be found.
        let _ = attribute.parse_nested_meta(|meta| {
            if let Ok(value) = meta.value() {
                let literal: Lit = value.parse()?;
                if let (true, Lit::Str(text)) = (meta.path.is_ident(option), literal) {
                    found = Some(text.value());
                }
            }
            Ok(())
        });
    }
    found
}

/// The named fields, each with its name on the wire.
pub(crate) fn wire_fields(fields: &Fields) -> impl Iterator<Item = (String, &Field)> {
    fields.iter().filter_map(|field| {
        let name = field.ident.as_ref()?.to_string();
        let name = name.strip_prefix("r#").unwrap_or(&name).to_owned();
        Some((serde_option(&field.attrs, "rename").unwrap_or(name), field))
    })
}

/// Whether a type is, or contains, the type with this path.
pub(crate) fn mentions(ty: &Type, path: &str) -> bool {
    let squeezed = |text: String| text.replace(' ', "");
    squeezed(ty.to_token_stream().to_string()).contains(&squeezed(path.to_owned()))
}

/// The last identifiers of all paths in a type, as `Option` and `String`.
pub(crate) fn names_in(ty: &Type) -> Vec<String> {
    struct Names(Vec<String>);

    impl<'ast> Visit<'ast> for Names {
        fn visit_path(&mut self, path: &'ast syn::Path) {
            if let Some(last) = path.segments.last() {
                self.0.push(last.ident.to_string());
            }
            syn::visit::visit_path(self, path);
        }
    }

    let mut names = Names(Vec::new());
    names.visit_type(ty);
    names.0
}
