//! Finds out which generated type came from which schema.
//!
//! typify writes a schema's description above the type it makes of it. In a copy of the
//! document whose descriptions are the schemas' own pointers, the code tells where it is from.

use std::collections::HashMap;

use bigcommerce_spec::{Document, DocumentError};
use serde_json::Value;
use syn::{Attribute, Fields, Item};

use crate::{Settings, generate::code, rust, schemas};

const MARK: &str = "schema at ";

/// The types and variants of the probe, by the schema they came from.
pub(crate) struct Probe {
    file: syn::File,
    /// The mark of each schema, by its pointer. Schemas of one name share one, as they share a
    /// type; that they do not differ is checked elsewhere.
    marks: HashMap<String, String>,
}

/// What became of a schema.
pub(crate) enum Made<'p> {
    /// A struct, or a variant of an enum.
    Fields(&'p Fields),
    Enum(&'p syn::ItemEnum),
}

impl Probe {
    pub(crate) fn new(document: &Document, settings: &Settings) -> Result<Self, DocumentError> {
        let mut marked = document.value().clone();
        let mut marks = HashMap::new();
        let mut named = HashMap::new();
        for schema in schemas::all(document.value()) {
            let own = format!("{MARK}{}", schema.pointer);
            let mark = match schemas::type_name(&schema) {
                Some(name) => named.entry(name).or_insert(own).clone(),
                None => own,
            };
            if let Some(Value::Object(map)) = marked.pointer_mut(&schema.pointer) {
                map.insert("description".to_owned(), mark.clone().into());
            }
            marks.insert(schema.pointer, mark);
        }
        let file = code(document, &marked, settings)?;
        Ok(Self { file, marks })
    }

    /// The types made of the schema at a pointer; there is none where typify lost it.
    pub(crate) fn made_of(&self, pointer: &str) -> Vec<Made<'_>> {
        let mut made = Vec::new();
        let Some(mark) = self.marks.get(pointer) else {
            return made;
        };
        for item in rust::types(&self.file) {
            match item {
                Item::Struct(item) if is_marked(&item.attrs, mark) => {
                    made.push(Made::Fields(&item.fields));
                }
                Item::Enum(item) => {
                    if is_marked(&item.attrs, mark) {
                        made.push(Made::Enum(item));
                    }
                    let variants = item.variants.iter();
                    made.extend(
                        variants
                            .filter(|variant| is_marked(&variant.attrs, mark))
                            .map(|variant| Made::Fields(&variant.fields)),
                    );
                }
                _ => {}
            }
        }
        made
    }
}

/// Whether the documentation holds the mark, after the title at most; further down, typify
/// repeats the whole schema, with all that is in it.
fn is_marked(attributes: &[Attribute], mark: &str) -> bool {
    attributes.iter().find_map(rust::doc).is_some_and(|doc| {
        doc.lines()
            .take_while(|line| !line.contains("<details>"))
            .any(|line| line.trim() == mark)
    })
}
