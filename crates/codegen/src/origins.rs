//! Finds out which generated type came from which schema.
//!
//! typify writes a schema's description above the type it makes of it. In a copy of the
//! document whose descriptions are the schemas' own pointers, the code tells where it is from.

use std::collections::HashMap;

use serde_json::Value;
use syn::{Attribute, Fields, Item, ItemEnum};

use crate::{rust_code, schemas};

const MARK: &str = "schema at ";

/// The mark of each schema, by its pointer. Schemas of one name share one, as they share a
/// type; that they do not differ is checked elsewhere.
pub(crate) type Marks = HashMap<String, String>;

/// The types and variants that were generated from a marked document.
pub(crate) struct Origins {
    code: syn::File,
    marks: Marks,
}

/// What became of a schema.
pub(crate) enum GeneratedType<'c> {
    /// A struct, or a variant of an enum.
    Fields(&'c Fields),
    Enum(&'c ItemEnum),
}

/// The copy of a document that is to be generated from for [`Origins::new`].
pub(crate) fn mark(document: &Value) -> (Value, Marks) {
    let mut marked = document.clone();
    let mut marks = Marks::new();
    let mut named = HashMap::new();
    for schema in schemas::all(document) {
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
    (marked, marks)
}

impl Origins {
    pub(crate) fn new(code: syn::File, marks: Marks) -> Self {
        Self { code, marks }
    }

    /// The types made of the schema at a pointer; there is none where typify lost it.
    pub(crate) fn types_of(&self, pointer: &str) -> Vec<GeneratedType<'_>> {
        let mut found = Vec::new();
        let Some(mark) = self.marks.get(pointer) else {
            return found;
        };
        for item in rust_code::types(&self.code) {
            match item {
                Item::Struct(item) if is_marked(&item.attrs, mark) => {
                    found.push(GeneratedType::Fields(&item.fields));
                }
                Item::Enum(item) => {
                    if is_marked(&item.attrs, mark) {
                        found.push(GeneratedType::Enum(item));
                    }
                    let variants = item.variants.iter();
                    found.extend(
                        variants
                            .filter(|variant| is_marked(&variant.attrs, mark))
                            .map(|variant| GeneratedType::Fields(&variant.fields)),
                    );
                }
                _ => {}
            }
        }
        found
    }
}

/// Whether the documentation holds the mark, after the title at most; further down, typify
/// repeats the whole schema, with all that is in it.
fn is_marked(attributes: &[Attribute], mark: &str) -> bool {
    attributes
        .iter()
        .find_map(rust_code::doc)
        .is_some_and(|doc| {
            doc.lines()
                .take_while(|line| !line.contains("<details>"))
                .any(|line| line.trim() == mark)
        })
}
