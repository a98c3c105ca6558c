//! How values are written where they are sent: in JSON, which shows their type, or as bare text.

use std::{collections::BTreeMap, rc::Rc};

use serde_json::Value;

use crate::node::{Node, Pair};

/// How the values at a place are written. Where nobody says it, as they are when `1` and `"1"`
/// are told apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Serialization {
    /// With their type, as in JSON.
    Typed,
    /// As a form, which writes each of its properties by itself; those for which it is said how.
    Form(Rc<BTreeMap<String, Self>>),
    /// As text, and a list as one text for each item. An object may be written as JSON.
    FormProperty,
    /// As text, and a list or an object as one for each item or property.
    Parameter,
    /// As one text, with the items of a list or the properties of an object in it
    /// (`style: simple`).
    SimpleParameter,
    /// As one text. How a list or an object is written here is not said.
    Text,
    /// As text at any depth (`style: deepObject`).
    DeepObject,
}

impl Serialization {
    /// How a body, or a parameter that has content, is written in a media type.
    pub(crate) fn of_media_type(media_type: &Pair<'_>) -> Self {
        let of = |node: &Node<'_>| match essence(node.name()) {
            name if name.eq_ignore_ascii_case("application/x-www-form-urlencoded") => {
                Self::of_form(media_type)
            }
            name if name.eq_ignore_ascii_case("text/plain") => Self::Text,
            _ => Self::Typed,
        };
        of(&media_type.base).or_typed(&of(&media_type.revision))
    }

    /// How a parameter or a header that has a schema is written.
    pub(crate) fn of_parameter(parameter: &Pair<'_>) -> Self {
        let of = |node: &Node<'_>| match style_of(node).as_str() {
            Some("deepObject") => Self::DeepObject,
            Some("simple") => Self::SimpleParameter,
            _ => Self::Parameter,
        };
        of(&parameter.base).or_typed(&of(&parameter.revision))
    }

    fn of_form(media_type: &Pair<'_>) -> Self {
        let encodings = media_type.get("encoding");
        let sides = [&encodings.base, &encodings.revision].into_iter();
        let properties = sides.flat_map(Node::entries).map(|(name, _)| {
            let encoding = encodings.get(name);
            let how = Self::of_encoding(&encoding.base);
            let how = how.or_typed(&Self::of_encoding(&encoding.revision));
            (name.to_owned(), how)
        });
        let said = properties.filter(|(_, how)| *how != Self::FormProperty);
        Self::Form(Rc::new(said.collect()))
    }

    fn of_encoding(encoding: &Node<'_>) -> Self {
        let is_text = |name: &str| essence(name).eq_ignore_ascii_case("text/plain");
        match (encoding.str("contentType"), encoding.str("style")) {
            (Some(names), _) if !names.split(',').all(is_text) => Self::Typed,
            (_, Some("deepObject")) => Self::DeepObject,
            _ => Self::FormProperty,
        }
    }

    /// Whether values are written as bare text, where `1` and `"1"` are the same.
    pub(crate) fn is_text(&self) -> bool {
        !matches!(self, Self::Typed | Self::Form(_))
    }

    /// Whether a list or an object is written as several texts.
    pub(crate) fn splits(&self) -> bool {
        matches!(
            self,
            Self::FormProperty | Self::Parameter | Self::DeepObject
        )
    }

    /// How a property of what is written so is.
    pub(crate) fn property(&self, name: &str) -> Self {
        match self {
            Self::Form(said) => said.get(name).cloned().unwrap_or(Self::FormProperty),
            Self::Parameter | Self::SimpleParameter => Self::Text,
            Self::DeepObject => Self::DeepObject,
            Self::Typed | Self::FormProperty | Self::Text => Self::Typed,
        }
    }

    /// How an item of what is written so is.
    pub(crate) fn item(&self) -> Self {
        match self {
            Self::FormProperty | Self::Parameter | Self::SimpleParameter => Self::Text,
            Self::DeepObject => Self::DeepObject,
            Self::Typed | Self::Form(_) | Self::Text => Self::Typed,
        }
    }

    /// What is text on one side only can be told apart on the other.
    fn or_typed(self, other: &Self) -> Self {
        if self == *other { self } else { Self::Typed }
    }
}

/// The style of a parameter or a header, also where it is left out.
pub(crate) fn style_of(node: &Node<'_>) -> Value {
    let default = match node.str("in") {
        Some("query" | "cookie") => "form",
        _ => "simple",
    };
    let style = node.object().and_then(|object| object.get("style"));
    style.cloned().unwrap_or_else(|| default.into())
}

/// A media type without its parameters.
fn essence(name: &str) -> &str {
    name.split(';').next().unwrap_or(name).trim()
}
