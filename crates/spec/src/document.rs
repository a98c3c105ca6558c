//! Reading and writing documents.

use std::{fs, path::Path};

use serde_json::Value;

use crate::{
    builder::SyntaxError,
    error::{DocumentError, excerpt},
    json,
    place::{Below, Mark, Marks, Place},
    pointer, yaml,
};

/// A YAML or JSON document with the place of every node.
///
/// YAML is read by the core schema of YAML 1.2, with aliases expanded; keys are the texts
/// that were written. A duplicate key, a second document, a tag or number that JSON cannot
/// carry is an error rather than a loss.
#[derive(Clone, Debug)]
pub struct Document {
    /// The names of what the document was made from; the first is its own.
    pub(crate) sources: Vec<String>,
    pub(crate) value: Value,
    pub(crate) marks: Marks,
}

impl Document {
    /// Reads a file. A name that ends in `.json` must hold JSON; any other may hold either.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is not UTF-8, or [`parse`](Self::parse) refuses it.
    pub fn load(path: &Path) -> Result<Self, DocumentError> {
        let name = path.display().to_string();
        let bytes = fs::read(path).map_err(|error| {
            DocumentError::in_file(
                &name,
                format!("cannot be read: {error}"),
                "check the path and the permissions",
            )
        })?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let valid = error.utf8_error().valid_up_to();
            let before = String::from_utf8_lossy(&error.as_bytes()[..valid]).into_owned();
            DocumentError::at(
                end_of(&name, &before),
                "the file is not UTF-8 text",
                "save the file as UTF-8",
            )
        })?;
        Self::parse(&name, &text)
    }

    /// Reads a text; `name` is what its places say, and decides as a path does in
    /// [`load`](Self::load).
    ///
    /// # Errors
    ///
    /// When the text is not one YAML or JSON document, or holds what JSON cannot carry.
    pub fn parse(name: &str, text: &str) -> Result<Self, DocumentError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let read = if is_json(name, text).map_err(|error| error_in(name, error))? {
            json::read(text)
        } else {
            yaml::read(text)
        };
        let (value, marks) = read
            .map_err(|error| error_in(name, error))?
            .ok_or_else(|| {
                DocumentError::at(
                    end_of(name, ""),
                    "the document is empty",
                    "check that this is the right file and that it was written whole",
                )
            })?;
        Ok(Self {
            sources: vec![name.to_owned()],
            value,
            marks,
        })
    }

    /// The name the document was read under.
    pub fn name(&self) -> &str {
        &self.sources[0]
    }

    /// The content.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The place of the node at a JSON pointer (RFC 6901); for an entry of a mapping, that of
    /// its key. Where there is no such node, the place of its nearest ancestor.
    pub fn place(&self, pointer: &str) -> Place {
        let Mark {
            line,
            column,
            source,
        } = self.marks.nearest(pointer);
        Place {
            file: self.sources[usize::from(source)].clone(),
            line: line as usize,
            column: column as usize,
        }
    }

    /// The numbers whose value rounds what was written, since 64 bits cannot hold it, each with
    /// its exact digits.
    ///
    /// ```
    /// let document = bigcommerce_spec::Document::parse("a.yml", "a: -9223372036854776001")?;
    /// let rounded: Vec<_> = document.rounded_numbers().collect();
    /// assert_eq!(rounded, [(&document.value()["a"], "-9223372036854776001")]);
    /// # Ok::<(), bigcommerce_spec::DocumentError>(())
    /// ```
    pub fn rounded_numbers(&self) -> impl Iterator<Item = (&Value, &str)> {
        let mut found = Vec::new();
        let mut waiting = Vec::new();
        if self.marks.have_digits() {
            waiting.push((&self.value, &self.marks));
        }
        while let Some((value, marks)) = waiting.pop() {
            match &marks.below {
                Below::Nothing => {}
                Below::Digits(digits) => found.push((value, &**digits)),
                Below::Entries(entries) => waiting.extend(
                    entries
                        .iter()
                        .filter_map(|(key, below)| Some((value.get(&**key)?, below))),
                ),
                Below::Items(items) => waiting.extend(
                    items
                        .iter()
                        .enumerate()
                        .filter_map(|(index, below)| Some((value.get(index)?, below))),
                ),
            }
        }
        found.into_iter()
    }

    /// The names of the document and of the overlays that were applied to it, in order.
    pub fn sources(&self) -> &[String] {
        &self.sources
    }

    /// Puts a copy of the node at one JSON pointer in the place of the node at another. The
    /// copy keeps its places. Says whether both nodes were there, and the copy fits: a node
    /// cannot take the place of one below itself.
    pub fn copy_node(&mut self, from: &str, to: &str) -> bool {
        if to
            .strip_prefix(from)
            .is_some_and(|below| below.starts_with('/'))
        {
            return false;
        }
        let (Some(value), Some(marks)) = (self.value.pointer(from), self.marks.at(from)) else {
            return false;
        };
        let (value, marks) = (value.clone(), marks.clone());
        let (Some(target), Some(target_marks)) =
            (self.value.pointer_mut(to), self.marks.at_mut(to))
        else {
            return false;
        };
        *target = value;
        *target_marks = marks;
        true
    }

    /// Removes an entry of a mapping: the one at `pointer` whose key is `key`.
    pub fn remove_entry(&mut self, pointer: &str, key: &str) -> bool {
        let Some(Value::Object(map)) = self.value.pointer_mut(pointer) else {
            return false;
        };
        let removed = map.shift_remove(key).is_some();
        if removed {
            self.marks.remove(&pointer::child(pointer, key));
        }
        removed
    }

    /// Requires that this is an OpenAPI 3.0 document.
    ///
    /// # Errors
    ///
    /// When the top level is no mapping, or `openapi` is missing or names another version.
    pub fn require_openapi_3_0(&self) -> Result<(), DocumentError> {
        let problem = match (self.value.get("openapi"), self.value.get("swagger")) {
            (Some(Value::String(version)), _) if version.starts_with("3.0.") => return Ok(()),
            (Some(Value::String(version)), _) => {
                format!("this is an OpenAPI {} document", excerpt(version))
            }
            (Some(_), _) => "the version in `openapi` is not a text".to_owned(),
            (None, Some(_)) => "this is a Swagger 2 document".to_owned(),
            (None, None) => "the key `openapi` is missing".to_owned(),
        };
        let pointer = if self.value.get("openapi").is_some() {
            "/openapi"
        } else {
            "/swagger"
        };
        Err(DocumentError::at(
            self.place(pointer),
            problem,
            "only OpenAPI 3.0 is read, for example `openapi: 3.0.3`; convert the document first",
        ))
    }

    /// The document as YAML, with every text quoted that another reader could take for a
    /// number, a truth value or nothing.
    ///
    /// # Errors
    ///
    /// When YAML that is read back as the same document cannot be written.
    pub fn to_yaml(&self) -> Result<String, DocumentError> {
        let unwritable = |why: String| {
            DocumentError::in_file(
                self.name(),
                format!("cannot be written as YAML: {why}"),
                "write it as JSON instead",
            )
        };
        let yaml = yaml_serde::to_string(&self.value).map_err(|e| unwritable(e.to_string()))?;
        if self.rounded_numbers().next().is_some() {
            return Err(unwritable("it has a number beyond 64 bits".into()));
        }
        // The writer is another library than the reader; where they differ (a key `<<`), no
        // document is better than another one.
        match yaml::read(&yaml) {
            Ok(Some((value, _))) if value == self.value => Ok(yaml),
            Ok(_) => Err(unwritable("it would be read back as something else".into())),
            Err(error) => Err(unwritable(error.problem)),
        }
    }

    /// The document as indented JSON with a final line break.
    pub fn to_json(&self) -> String {
        let mut value = self.value.clone();
        let is_exact = !with_digits(&mut value, &self.marks);
        let text = format!("{value:#}\n");
        if is_exact {
            return text;
        }
        text.replace("\"\\u0000#", "").replace("#\\u0000\"", "")
    }
}

/// Writes the digits of rounded numbers in their place, as texts that are marked. Says whether
/// there were any.
fn with_digits(value: &mut Value, marks: &Marks) -> bool {
    match (value, &marks.below) {
        (value, Below::Digits(digits)) => {
            *value = Value::String(format!("\0#{digits}#\0"));
            true
        }
        (Value::Object(object), Below::Entries(entries)) => {
            let inner = entries.iter().map(|(key, below)| {
                object
                    .get_mut(&**key)
                    .is_some_and(|value| with_digits(value, below))
            });
            inner.fold(false, |any, one| any | one)
        }
        (Value::Array(items), Below::Items(marks)) => {
            let inner = items
                .iter_mut()
                .zip(marks)
                .map(|(value, below)| with_digits(value, below));
            inner.fold(false, |any, one| any | one)
        }
        _ => false,
    }
}

fn is_json(name: &str, text: &str) -> Result<bool, SyntaxError> {
    let named = Path::new(name)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let looks = text.trim_start().starts_with(['{', '[']);
    match json::check(text) {
        Ok(()) => Ok(looks),
        Err(error) if named => Err(error),
        Err(_) => Ok(false),
    }
}

fn error_in(name: &str, error: SyntaxError) -> DocumentError {
    let place = Place {
        file: name.to_owned(),
        line: error.mark.line as usize,
        column: error.mark.column as usize,
    };
    DocumentError::at(place, error.problem, error.advice)
}

/// The place just after a text.
fn end_of(name: &str, text: &str) -> Place {
    let last = text.rsplit('\n').next().unwrap_or_default();
    Place {
        file: name.to_owned(),
        line: text.matches('\n').count() + 1,
        column: last.chars().count() + 1,
    }
}

#[cfg(test)]
mod tests;
