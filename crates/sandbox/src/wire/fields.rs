//! Reading the fields of a request body, collecting every problem instead of the first.

use serde_json::{Map, Value};

use crate::wire::problem::Problem;

/// The problems found so far.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    problems: Vec<(String, String)>,
}

/// A JSON object of the body, and the path that leads to it.
#[derive(Debug, Clone)]
pub(crate) struct Object<'a> {
    path: String,
    members: &'a Map<String, Value>,
}

impl Fields {
    /// Parses a body that must be a JSON object; anything else is a malformed request (400).
    pub(crate) fn parse_body(body: &[u8]) -> Result<Map<String, Value>, Problem> {
        let malformed = |detail: String| Problem::coded(10001).with_status(400).with_detail(detail);
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(members),
            Ok(_) => Err(malformed("the body must be a JSON object".to_owned())),
            Err(error) => Err(malformed(format!("the body is not JSON: {error}"))),
        }
    }

    pub(crate) fn reject(&mut self, name: impl Into<String>, message: impl Into<String>) {
        self.problems.push((name.into(), message.into()));
    }

    /// The value, if nothing was wrong with any field.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T, Problem> {
        match value {
            Some(value) if self.problems.is_empty() => Ok(value),
            _ => Err(Problem::fields(self.problems)),
        }
    }

    pub(crate) fn object<'a>(&mut self, parent: &Object<'a>, name: &str) -> Option<Object<'a>> {
        let path = parent.path_of(name);
        match parent.members.get(name) {
            Some(Value::Object(members)) => Some(Object { path, members }),
            other => self.wrong(path, other, "an object"),
        }
    }

    pub(crate) fn string(&mut self, parent: &Object<'_>, name: &str) -> Option<String> {
        let path = parent.path_of(name);
        match parent.members.get(name) {
            Some(Value::String(text)) if text.is_empty() => {
                self.reject(path, "must not be empty");
                None
            }
            Some(Value::String(text)) => Some(text.clone()),
            other => self.wrong(path, other, "a string"),
        }
    }

    /// A string that may be empty.
    pub(crate) fn text(&mut self, parent: &Object<'_>, name: &str) -> Option<String> {
        let path = parent.path_of(name);
        match parent.members.get(name) {
            Some(Value::String(text)) => Some(text.clone()),
            other => self.wrong(path, other, "a string"),
        }
    }

    pub(crate) fn integer(&mut self, parent: &Object<'_>, name: &str) -> Option<i64> {
        let path = parent.path_of(name);
        let value = parent.members.get(name);
        match value.and_then(whole_number) {
            Some(number) => Some(number),
            None => self.wrong(path, value, "an integer"),
        }
    }

    pub(crate) fn boolean(&mut self, parent: &Object<'_>, name: &str) -> Option<bool> {
        let path = parent.path_of(name);
        match parent.members.get(name) {
            Some(Value::Bool(value)) => Some(*value),
            other => self.wrong(path, other, "true or false"),
        }
    }

    pub(crate) fn array<'a>(&mut self, parent: &Object<'a>, name: &str) -> Option<&'a [Value]> {
        let path = parent.path_of(name);
        match parent.members.get(name) {
            Some(Value::Array(values)) => Some(values),
            other => self.wrong(path, other, "a list"),
        }
    }

    /// Reads a field that may be left out.
    pub(crate) fn optional<T>(
        &mut self,
        parent: &Object<'_>,
        name: &str,
        read: impl FnOnce(&mut Self, &Object<'_>, &str) -> Option<T>,
    ) -> Option<T> {
        if parent.members.contains_key(name) {
            read(self, parent, name)
        } else {
            None
        }
    }

    fn wrong<T>(&mut self, path: String, found: Option<&Value>, wanted: &str) -> Option<T> {
        let message = match found {
            None => "is missing".to_owned(),
            Some(_) => format!("must be {wanted}"),
        };
        self.reject(path, message);
        None
    }
}

impl<'a> Object<'a> {
    pub(crate) fn root(members: &'a Map<String, Value>) -> Self {
        Self {
            path: String::new(),
            members,
        }
    }

    /// An object inside a list, for example `products[0]`.
    pub(crate) fn element(list: &str, index: usize, members: &'a Map<String, Value>) -> Self {
        Self {
            path: format!("{list}[{index}]"),
            members,
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'a Value> {
        self.members.get(name)
    }

    pub(crate) fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }
}

/// A whole number, also where it is written `1.0`, which JSON Schema counts as an integer too.
fn whole_number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        let number = value.as_f64()?;
        let text = format!("{number:.0}");
        (number.fract() == 0.0).then(|| text.parse().ok()).flatten()
    })
}
