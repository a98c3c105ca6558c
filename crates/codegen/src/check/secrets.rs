//! No secret came out as plain text.

use std::collections::HashMap;

use bigcommerce_spec::{Document, DocumentError, pointer::child};
use serde_json::Value;
use syn::{Fields, FnArg, ImplItem, Item, Pat, Type};

use crate::{
    Settings,
    generate::layer,
    probe::{Made, Probe},
    rust::{self, mentions, names_in, wire_fields},
    schemas,
};

/// Names under which payment APIs carry what must not be printed: card numbers, verification
/// values, and whatever can be charged or signs a request. The issuer's digits and the last
/// four are not among them; receipts print those.
pub(crate) const SECRET_NAMES: [&str; 20] = [
    "access_token",
    "account_number",
    "api_key",
    "authorization",
    "card_number",
    "client_secret",
    "cvc",
    "cvv",
    "cvv2",
    "gift_certificate_code",
    "number",
    "pan",
    "password",
    "payment_access_token",
    "payment_instrument_token",
    "pin",
    "secret",
    "token",
    "verification_value",
    "x-auth-token",
];

/// Every property that the document marks `format: password` has the secret type.
pub(super) fn check_marked(
    document: &Document,
    probe: &Probe,
    settings: &Settings,
) -> Vec<DocumentError> {
    let mut failures = Vec::new();
    for schema in schemas::all(document.value()) {
        let Some(properties) = schema.map.get("properties").and_then(Value::as_object) else {
            continue;
        };
        let secrets = properties
            .iter()
            .filter(|(_, property)| is_secret(document.value(), property, 0));
        for (name, _) in secrets {
            let made = probe.made_of(&schema.pointer);
            let at = child(&format!("{}/properties", schema.pointer), name);
            let problem = if made.is_empty() {
                "the generator lost its schema"
            } else if made.iter().all(|made| has_secret(made, name, settings)) {
                continue;
            } else {
                "it does not have the secret type in the generated code"
            };
            failures.push(DocumentError::at(
                document.place(&at),
                format!("the secret `{name}` is not protected: {problem}"),
                format!(
                    "in {}, make it a `$ref` to `#/components/schemas/{}`",
                    layer(document),
                    settings.secret_schema
                ),
            ));
        }
    }
    failures
}

/// No field or parameter with the name of a secret is plain text.
pub(super) fn check_names(
    document: &Document,
    code: &syn::File,
    settings: &Settings,
) -> Vec<DocumentError> {
    let texts = Texts::new(code);
    let mut failures = Vec::new();
    let mut check = |owner: &str, name: &str, ty: &Type| {
        let plain = name.trim_end_matches('_').to_lowercase();
        let named = settings.secret_names.contains(&plain);
        if named && !mentions(ty, &settings.secret_type) && texts.holds_text(ty, 0) {
            failures.push(DocumentError::at(
                place_of_property(document, name),
                format!("`{owner}.{name}` has the name of a secret, and is plain text"),
                format!(
                    "mark it `format: password` in {}, or rename it there if it is none",
                    document
                        .sources()
                        .get(1)
                        .map_or(layer(document), String::as_str),
                ),
            ));
        }
    };
    for item in rust::types(code) {
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

fn has_secret(made: &Made<'_>, name: &str, settings: &Settings) -> bool {
    let Made::Fields(fields) = made else {
        return false;
    };
    wire_fields(fields)
        .any(|(wire, field)| wire == name && mentions(&field.ty, &settings.secret_type))
}

/// Whether a schema is a secret, or a list, map or choice of secrets.
fn is_secret(document: &Value, schema: &Value, depth: usize) -> bool {
    const DEEPEST: usize = 16;
    let Some(resolved) = schemas::resolve(document, schema) else {
        return false;
    };
    if [schema.get("format"), resolved.get("format")].contains(&Some(&Value::from("password"))) {
        return true;
    }
    if depth > DEEPEST || resolved.contains_key("properties") {
        return false;
    }
    let below = ["items", "additionalProperties"]
        .into_iter()
        .filter_map(|key| resolved.get(key));
    let choices = ["allOf", "oneOf", "anyOf"]
        .into_iter()
        .filter_map(|key| resolved.get(key)?.as_array())
        .flatten();
    below
        .chain(choices)
        .any(|schema| is_secret(document, schema, depth + 1))
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
fn place_of_property(document: &Document, name: &str) -> bigcommerce_spec::Place {
    let found = schemas::all(document.value())
        .into_iter()
        .find_map(|schema| {
            schema.map.get("properties")?.get(name)?;
            Some(child(&format!("{}/properties", schema.pointer), name))
        });
    document.place(&found.unwrap_or_default())
}

/// The generated types, to tell which of them hold text.
struct Texts<'c> {
    types: HashMap<String, &'c Item>,
}

impl<'c> Texts<'c> {
    fn new(code: &'c syn::File) -> Self {
        let types = rust::types(code).filter_map(|item| match item {
            Item::Struct(s) => Some((s.ident.to_string(), item)),
            Item::Enum(e) => Some((e.ident.to_string(), item)),
            Item::Type(t) => Some((t.ident.to_string(), item)),
            _ => None,
        });
        Self {
            types: types.collect(),
        }
    }

    /// Whether a type is text, a wrapper of text, or anything that text could be in.
    fn holds_text(&self, ty: &Type, depth: usize) -> bool {
        const DEEPEST: usize = 16;
        names_in(ty).iter().any(|name| match self.types.get(name) {
            _ if depth > DEEPEST => true,
            Some(Item::Struct(item)) => match &item.fields {
                Fields::Unnamed(inner) => inner
                    .unnamed
                    .iter()
                    .any(|field| self.holds_text(&field.ty, depth + 1)),
                // A struct's own fields are checked by their own names.
                Fields::Named(_) | Fields::Unit => false,
            },
            Some(Item::Enum(item)) => item.variants.iter().any(|variant| match &variant.fields {
                Fields::Unnamed(inner) => inner
                    .unnamed
                    .iter()
                    .any(|field| self.holds_text(&field.ty, depth + 1)),
                Fields::Named(_) | Fields::Unit => false,
            }),
            Some(Item::Type(item)) => self.holds_text(&item.ty, depth + 1),
            _ => matches!(name.as_str(), "String" | "str" | "Value" | "Map"),
        })
    }
}
