//! The objects of OpenAPI 3.0: the keys that each may have, what is under them, and a value
//! that could be there. Written down in `openapi-3.0.json` from the specification, apart from
//! the tables of the diff itself.

use std::sync::LazyLock;

use serde_json::{Map, Value};

static OBJECTS: LazyLock<Map<String, Value>> =
    LazyLock::new(|| serde_json::from_str(include_str!("openapi-3.0.json")).expect("JSON"));

/// The name of an object, `[name]` for a map or a list of such objects, or `Free` for data.
#[derive(Clone, Copy)]
pub(super) struct Kind(&'static str);

impl Kind {
    pub(super) const DOCUMENT: Self = Self("Document");

    /// The kind of what is under a key, or of what is in a list.
    pub(super) fn child(self, key: &str) -> Self {
        if let Some(each) = self.each() {
            return each;
        }
        let kind = self
            .fields()
            .find_map(|(name, kind, _)| (name == key).then_some(kind));
        kind.unwrap_or(Self("Free"))
    }

    /// The keys that may be there, each with a value.
    pub(super) fn keys(self) -> impl Iterator<Item = (&'static str, &'static Value)> {
        self.fields().map(|(name, _, sample)| (name, sample))
    }

    /// A value that could be in a list of this kind.
    pub(super) fn entry(self) -> &'static Value {
        let name = self.each().map_or("Free", |each| each.0);
        &OBJECTS["entries"][name]
    }

    fn each(self) -> Option<Self> {
        let inner = self.0.strip_prefix('[')?.strip_suffix(']')?;
        Some(Self(inner))
    }

    fn fields(self) -> impl Iterator<Item = (&'static str, Self, &'static Value)> {
        let fields = OBJECTS.get(self.0).and_then(Value::as_object);
        fields.into_iter().flatten().map(|(name, field)| {
            let kind = field[0].as_str().expect("a kind");
            (name.as_str(), Self(kind), &field[1])
        })
    }
}
