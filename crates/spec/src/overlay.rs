//! OpenAPI Overlay 1.1: reading, and what is wrong with one.

mod apply;
mod problem;
mod selection;

use std::path::Path;

use roas_overlay::{common::apply::compile_path, v1_1};
use serde_json::{Map, Value};

pub use problem::{OverlayProblem, OverlayProblemKind};

use crate::{Document, DocumentError, error::excerpt, place::Marks, pointer};

/// An OpenAPI Overlay document (version 1.1): actions that correct another document.
///
/// Beyond the specification, each action must say in its `description` why it is there.
///
/// ```
/// use bigcommerce_spec::{Document, Overlay, OverlayProblemKind};
///
/// let spec = Document::parse("orders.yml", "openapi: 3.0.3\ninfo: {title: Ordres}\n")?;
/// let overlay = Overlay::parse("orders.overlay.yml", "
/// overlay: 1.1.0
/// info: {title: Corrections, version: 1.0.0}
/// actions:
///   - target: $.info
///     description: The title is misspelt.
///     update: {title: Orders}
///   - target: $.paths
///     description: There are no paths.
///     remove: true
/// ")?;
///
/// let applied = overlay.apply(&spec);
/// assert_eq!(applied.document.value()["info"]["title"], "Orders");
/// assert_eq!(applied.document.place("/info/title").to_string(), "orders.overlay.yml:7:14");
/// assert_eq!(applied.problems[0].kind(), &OverlayProblemKind::NoMatch);
/// assert_eq!(applied.problems[0].place().to_string(), "orders.overlay.yml:8:5");
/// # Ok::<(), bigcommerce_spec::DocumentError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Overlay {
    document: Document,
    actions: Vec<v1_1::Action>,
}

/// What came of applying an [`Overlay`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Applied {
    /// The document with every action applied that could be. What an action added or replaced
    /// has its place in the overlay, all else the place it had before.
    pub document: Document,
    /// The actions that did not do what they are there for, in their order.
    pub problems: Vec<OverlayProblem>,
}

impl Applied {
    /// Reads an OpenAPI 3.0 document and applies overlays to it, one after the other.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, is no overlay, or the document is not OpenAPI 3.0, before
    /// or after. Actions without effect are no error here; they are in `problems`.
    pub fn load<P: AsRef<Path>>(spec: &Path, overlays: &[P]) -> Result<Self, DocumentError> {
        let document = Document::load(spec)?;
        document.require_openapi_3_0()?;
        let mut all = Self {
            document,
            problems: Vec::new(),
        };
        for overlay in overlays {
            let applied = Overlay::load(overlay.as_ref())?.apply(&all.document);
            all.document = applied.document;
            all.problems.extend(applied.problems);
        }
        all.document.require_openapi_3_0()?;
        Ok(all)
    }
}

impl Overlay {
    /// Reads an overlay from a YAML or JSON file.
    ///
    /// # Errors
    ///
    /// When the file is no [`Document`], or no Overlay 1.1: unknown or missing keys, wrong types,
    /// an invalid JSONPath, an action without a `description`, or with none or several of
    /// `update`, `remove` and `copy`.
    pub fn load(path: &Path) -> Result<Self, DocumentError> {
        Self::read(Document::load(path)?)
    }

    /// Reads an overlay from a text; `name` is what its places say.
    ///
    /// # Errors
    ///
    /// As for [`load`](Self::load).
    pub fn parse(name: &str, text: &str) -> Result<Self, DocumentError> {
        Self::read(Document::parse(name, text)?)
    }

    /// The name the overlay was read under.
    pub fn name(&self) -> &str {
        self.document.name()
    }

    /// Applies the actions in order. Those that cannot be applied, that match or change
    /// nothing, or whose correction upstream has since made itself are reported, all of them.
    pub fn apply(&self, document: &Document) -> Applied {
        apply::apply(self, document)
    }

    fn read(document: Document) -> Result<Self, DocumentError> {
        let reader = Reader {
            document: &document,
        };
        let actions = reader.actions()?;
        Ok(Self { document, actions })
    }

    fn problem(&self, index: usize, kind: OverlayProblemKind) -> OverlayProblem {
        let action = &self.actions[index];
        OverlayProblem {
            place: self.document.place(&format!("/actions/{index}")),
            index,
            target: action.target.clone(),
            description: action.description.clone().unwrap_or_default(),
            kind,
        }
    }

    fn update_marks(&self, index: usize) -> Option<&Marks> {
        let actions = self.document.marks.child("actions")?;
        actions.child(&index.to_string())?.child("update")
    }
}

/// Checks an overlay document, and reads its actions.
struct Reader<'d> {
    document: &'d Document,
}

impl Reader<'_> {
    fn actions(&self) -> Result<Vec<v1_1::Action>, DocumentError> {
        let root = self.object(self.document.value(), "", "an overlay")?;
        let version = self.text(root, "", "overlay")?;
        if !version.starts_with("1.1.") {
            return Err(self.error(
                "/overlay",
                format!("overlay version `{}` is not known", excerpt(version)),
                "write `overlay: 1.1.0`",
            ));
        }
        self.known_keys(root, "", &["overlay", "info", "extends", "actions"])?;
        if root.contains_key("extends") {
            self.text(root, "", "extends")?;
        }
        let info = root.get("info").ok_or_else(|| self.missing("", "info"))?;
        let info = self.object(info, "/info", "`info`")?;
        self.text(info, "/info", "title")?;
        self.text(info, "/info", "version")?;
        self.known_keys(info, "/info", &["title", "version", "description"])?;

        match root.get("actions") {
            None => Err(self.missing("", "actions")),
            Some(Value::Array(actions)) if !actions.is_empty() => actions
                .iter()
                .enumerate()
                .map(|(index, action)| self.action(&format!("/actions/{index}"), action))
                .collect(),
            Some(_) => Err(self.error(
                "/actions",
                "`actions` is not a list of actions",
                "write a list with at least one action",
            )),
        }
    }

    fn action(&self, at: &str, action: &Value) -> Result<v1_1::Action, DocumentError> {
        let keys = ["target", "description", "update", "remove", "copy"];
        let action = self.object(action, at, "an action")?;
        self.known_keys(action, at, &keys)?;
        let target = self.path(action, at, "target")?;
        let description = self.text(action, at, "description")?;
        let copy = if action.contains_key("copy") {
            Some(self.path(action, at, "copy")?.to_owned())
        } else {
            None
        };
        let remove = match action.get("remove") {
            None => false,
            Some(Value::Bool(remove)) => *remove,
            Some(_) => {
                return Err(self.error(
                    &format!("{at}/remove"),
                    "`remove` is neither true nor false",
                    "write `remove: true`",
                ));
            }
        };
        let update = action.get("update").cloned();
        if usize::from(remove) + usize::from(copy.is_some()) + usize::from(update.is_some()) != 1 {
            return Err(self.error(
                at,
                "an action does exactly one thing",
                "give it one of `update`, `copy` and `remove: true`",
            ));
        }
        Ok(v1_1::Action {
            target: target.to_owned(),
            description: Some(description.to_owned()),
            update,
            copy,
            remove: remove.then_some(true),
            extensions: None,
        })
    }

    fn path<'v>(
        &self,
        map: &'v Map<String, Value>,
        at: &str,
        key: &str,
    ) -> Result<&'v str, DocumentError> {
        let path = self.text(map, at, key)?;
        compile_path(path).map(|_| path).map_err(|why| {
            self.error(
                &format!("{at}/{key}"),
                format!("`{}` is no JSONPath: {why}", excerpt(path)),
                "write a path of RFC 9535, for example `$.paths['/orders'].post`",
            )
        })
    }

    fn object<'v>(
        &self,
        value: &'v Value,
        at: &str,
        what: &str,
    ) -> Result<&'v Map<String, Value>, DocumentError> {
        value.as_object().ok_or_else(|| {
            self.error(
                at,
                format!("{what} must be a mapping"),
                "see the OpenAPI Overlay specification, version 1.1",
            )
        })
    }

    fn text<'v>(
        &self,
        map: &'v Map<String, Value>,
        at: &str,
        key: &str,
    ) -> Result<&'v str, DocumentError> {
        match map.get(key) {
            None => Err(self.missing(at, key)),
            Some(Value::String(text)) if !text.trim().is_empty() => Ok(text),
            Some(_) => Err(self.error(
                &format!("{at}/{key}"),
                format!("`{key}` is not a text, or is empty"),
                format!(
                    "write a text; quote it if it looks like something else{}",
                    why(key)
                ),
            )),
        }
    }

    fn known_keys(
        &self,
        map: &Map<String, Value>,
        at: &str,
        known: &[&str],
    ) -> Result<(), DocumentError> {
        let unknown = map
            .keys()
            .find(|key| !known.contains(&key.as_str()) && !key.starts_with("x-"));
        let Some(key) = unknown else { return Ok(()) };
        Err(self.error(
            &pointer::child(at, key),
            format!("the key `{}` has no meaning here", excerpt(key)),
            format!("correct or remove it; known are {}", known.join(", ")),
        ))
    }

    fn missing(&self, at: &str, key: &str) -> DocumentError {
        self.error(
            at,
            format!("`{key}` is missing"),
            format!("add it{}", why(key)),
        )
    }

    fn error(
        &self,
        at: &str,
        problem: impl Into<String>,
        advice: impl Into<String>,
    ) -> DocumentError {
        DocumentError::at(self.document.place(at), problem, advice)
    }
}

fn why(key: &str) -> &'static str {
    match key {
        "description" => "; it says why the action is there, and cites its source",
        _ => "",
    }
}

#[cfg(test)]
mod tests;
