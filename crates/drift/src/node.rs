//! Places in the two documents, present or absent, walked side by side.

use std::{
    fmt::{self, Write as _},
    rc::Rc,
};

use bigcommerce_spec::pointer::escape;
use serde_json::{Map, Value};

/// A JSON pointer that is cheap to extend: each child shares its parent.
#[derive(Clone, Default)]
pub(crate) struct Pointer<'a>(Option<Rc<Segment<'a>>>);

struct Segment<'a> {
    parent: Pointer<'a>,
    key: Key<'a>,
}

/// One step down from an object or an array.
#[derive(Clone, Copy)]
pub(crate) enum Key<'a> {
    Name(&'a str),
    Index(usize),
}

impl<'a> Pointer<'a> {
    pub(crate) fn child(&self, key: Key<'a>) -> Self {
        Self(Some(Rc::new(Segment {
            parent: self.clone(),
            key,
        })))
    }
}

impl fmt::Display for Pointer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(segment) = &self.0 else {
            return Ok(());
        };
        segment.parent.fmt(f)?;
        f.write_char('/')?;
        match segment.key {
            Key::Index(index) => write!(f, "{index}"),
            Key::Name(name) => f.write_str(&escape(name)),
        }
    }
}

/// A place in one document. Where nothing is there, the pointer says where it would be.
#[derive(Clone, Default)]
pub(crate) struct Node<'a> {
    pub(crate) value: Option<&'a Value>,
    pub(crate) pointer: Pointer<'a>,
}

impl<'a> Node<'a> {
    pub(crate) fn root(value: &'a Value) -> Self {
        Self {
            value: Some(value),
            pointer: Pointer::default(),
        }
    }

    pub(crate) fn get(&self, name: &'a str) -> Self {
        Self {
            value: self.object().and_then(|object| object.get(name)),
            pointer: self.pointer.child(Key::Name(name)),
        }
    }

    pub(crate) fn at(&self, index: usize) -> Self {
        Self {
            value: self.array().and_then(|array| array.get(index)),
            pointer: self.pointer.child(Key::Index(index)),
        }
    }

    /// The last step on the way here; empty for an item of an array and for the root.
    pub(crate) fn name(&self) -> &'a str {
        match self.pointer.0.as_deref() {
            Some(Segment {
                key: Key::Name(name),
                ..
            }) => name,
            _ => "",
        }
    }

    /// The place in the list that this is an item of.
    pub(crate) fn index(&self) -> Option<usize> {
        match self.pointer.0.as_deref()?.key {
            Key::Index(index) => Some(index),
            Key::Name(_) => None,
        }
    }

    /// The same place with nothing there.
    pub(crate) fn emptied(&self) -> Self {
        Self {
            value: None,
            pointer: self.pointer.clone(),
        }
    }

    pub(crate) fn object(&self) -> Option<&'a Map<String, Value>> {
        self.value.and_then(Value::as_object)
    }

    pub(crate) fn array(&self) -> Option<&'a Vec<Value>> {
        self.value.and_then(Value::as_array)
    }

    pub(crate) fn str(&self, name: &str) -> Option<&'a str> {
        self.object()?.get(name)?.as_str()
    }

    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.object().and_then(|object| object.get(name)) == Some(&Value::Bool(true))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.object()
            .is_some_and(|object| object.contains_key(name))
    }

    /// The entries of an object, each with its place; none where this is no object.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'a str, Node<'a>)> + use<'a, '_> {
        self.object()
            .into_iter()
            .flatten()
            .map(|(name, _)| (name.as_str(), self.get(name)))
    }

    /// The items of an array, each with its place; none where this is no array.
    pub(crate) fn items(&self) -> impl Iterator<Item = Node<'a>> + use<'a, '_> {
        (0..self.array().map_or(0, Vec::len)).map(|index| self.at(index))
    }

    /// Tells nodes apart without comparing their content.
    pub(crate) fn address(&self) -> usize {
        self.value
            .map_or(0, |value| std::ptr::from_ref(value).addr())
    }
}

/// The same place, as a client sees it, in the base and in the revision.
#[derive(Clone)]
pub(crate) struct Pair<'a> {
    pub(crate) base: Node<'a>,
    pub(crate) revision: Node<'a>,
}

impl<'a> Pair<'a> {
    pub(crate) fn get(&self, name: &'a str) -> Self {
        Self {
            base: self.base.get(name),
            revision: self.revision.get(name),
        }
    }

    /// Something of this parent that only the base has.
    pub(crate) fn only_base(&self, node: Node<'a>) -> Self {
        Self {
            base: node,
            revision: self.revision.emptied(),
        }
    }

    /// Something of this parent that only the revision has.
    pub(crate) fn only_revision(&self, node: Node<'a>) -> Self {
        Self {
            base: self.base.emptied(),
            revision: node,
        }
    }

    /// The values of a key, without their places.
    pub(crate) fn values_of(&self, name: &str) -> (Option<&'a Value>, Option<&'a Value>) {
        let of = |node: &Node<'a>| node.object().and_then(|object| object.get(name));
        (of(&self.base), of(&self.revision))
    }

    pub(crate) fn values(&self) -> (Option<&'a Value>, Option<&'a Value>) {
        (self.base.value, self.revision.value)
    }

    pub(crate) fn both(&self) -> Option<(&'a Value, &'a Value)> {
        self.base.value.zip(self.revision.value)
    }

    pub(crate) fn is_true(&self, name: &str) -> (bool, bool) {
        (self.base.is_true(name), self.revision.is_true(name))
    }
}
