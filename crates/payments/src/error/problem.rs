//! Error bodies, read leniently: in every form that the platform was seen to send.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{error::code::Code, model::FieldError};

/// An error body, as far as it could be read (both documents, schema `Problem`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Problem {
    /// A short summary of the error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The error in detail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// A reference that identifies the kind of error.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub type_uri: Option<String>,
    /// The code of the error (guide, "Error codes").
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemars", schemars(with = "Option<i64>"))]
    pub code: Option<Code>,
    /// What is wrong, field by field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

impl Problem {
    /// Reads what can be read. A body of another form gives an empty problem.
    pub(crate) fn read(body: &[u8]) -> Self {
        match serde_json::from_slice(body) {
            Ok(Value::Object(object)) => Self::from_object(&object),
            Ok(Value::Array(items)) => Self::from_list(&items),
            _ => Self::default(),
        }
    }

    /// Takes out every secret that the service may have echoed.
    pub(crate) fn without(mut self, secrets: &[&str]) -> Self {
        for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
            let texts = [&mut self.title, &mut self.detail, &mut self.type_uri];
            let texts = texts.into_iter().flatten();
            let fields = self.errors.iter_mut();
            for text in texts.chain(fields.flat_map(|error| [&mut error.field, &mut error.message]))
            {
                if text.contains(secret) {
                    *text = text.replace(secret, "[REDACTED]");
                }
            }
        }
        self
    }

    fn from_object(object: &Map<String, Value>) -> Self {
        let errors = object.get("errors").map(field_errors).unwrap_or_default();
        Self {
            title: text(object, "title").or_else(|| text(object, "message")),
            detail: text(object, "detail"),
            type_uri: text(object, "type"),
            code: code(object).or_else(|| first_code(object.get("errors")?)),
            errors,
        }
    }

    fn from_list(items: &[Value]) -> Self {
        Self {
            title: items
                .iter()
                .find_map(|item| text(item.as_object()?, "message")),
            code: items.iter().find_map(|item| code(item.as_object()?)),
            ..Self::default()
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for text in [&self.title, &self.detail].into_iter().flatten() {
            write!(f, ": {text}")?;
        }
        FieldError::write_all(&self.errors, f)
    }
}

fn text(object: &Map<String, Value>, key: &str) -> Option<String> {
    Some(object.get(key)?.as_str()?.to_owned()).filter(|text| !text.is_empty())
}

/// A code has 32 bits (both documents). A longer number is none: it may be an echoed card number.
fn code(object: &Map<String, Value>) -> Option<Code> {
    let code = object.get("code")?;
    let number = code
        .as_i64()
        .or_else(|| code.as_str()?.trim().parse().ok())?;
    i32::try_from(number).ok()?;
    Some(Code::from_number(number))
}

fn first_code(errors: &Value) -> Option<Code> {
    errors
        .as_array()?
        .iter()
        .find_map(|item| code(item.as_object()?))
}

/// `{field: message}`, `{field: [message]}`, `[{code, message}]` or `[message]`.
fn field_errors(errors: &Value) -> Vec<FieldError> {
    match errors {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(field, messages)| {
                messages_of(messages)
                    .into_iter()
                    .map(move |message| FieldError::new(field, message))
            })
            .collect(),
        other => messages_of(other)
            .into_iter()
            .map(|message| FieldError::new("", message))
            .collect(),
    }
}

fn messages_of(value: &Value) -> Vec<String> {
    match value {
        Value::String(message) => vec![message.clone()],
        Value::Array(items) => items.iter().flat_map(messages_of).collect(),
        Value::Object(item) => text(item, "message").into_iter().collect(),
        Value::Null => Vec::new(),
        other => vec![other.to_string()],
    }
}

#[cfg(test)]
mod tests {
    use super::Problem;
    use crate::Code;

    fn read(body: &str) -> Problem {
        Problem::read(body.as_bytes())
    }

    fn errors(problem: &Problem) -> Vec<(&str, &str)> {
        let errors = problem.errors.iter();
        errors
            .map(|error| (&*error.field, &*error.message))
            .collect()
    }

    #[test]
    fn the_documented_form() {
        let problem = read(
            r#"{"status":422,"title":"Invalid","detail":"More","type":"/x","code":10001,
                "errors":{"number":"is wrong"}}"#,
        );

        assert_eq!(problem.title.as_deref(), Some("Invalid"));
        assert_eq!(problem.detail.as_deref(), Some("More"));
        assert_eq!(problem.type_uri.as_deref(), Some("/x"));
        assert_eq!(problem.code, Some(Code::InvalidFields));
        assert_eq!(errors(&problem), [("number", "is wrong")]);
        assert_eq!(problem.to_string(), ": Invalid: More: number is wrong");
    }

    #[test]
    fn a_code_as_a_string() {
        assert_eq!(
            read(r#"{"code":"30106"}"#).code,
            Some(Code::InsufficientFunds)
        );
        assert_eq!(read(r#"{"code":"soon"}"#).code, None);
        assert_eq!(read(r#"{"code":30106.5}"#).code, None);
        assert_eq!(read(r#"{"code":4242424242424242}"#).code, None);
        assert_eq!(read(r#"{"code":"4242424242424242"}"#).code, None);
    }

    #[test]
    fn errors_as_a_list() {
        let problem =
            read(r#"{"title":"No","errors":[{"code":30105,"message":"twice"},"again",7]}"#);

        assert_eq!(problem.code, Some(Code::DuplicatePayment));
        assert_eq!(errors(&problem), [("", "twice"), ("", "again"), ("", "7")]);
    }

    #[test]
    fn a_list_of_messages() {
        let problem = read(r#"[{"status":401,"message":"You are not authorized"}]"#);

        assert_eq!(problem.title.as_deref(), Some("You are not authorized"));
    }

    #[test]
    fn no_body_html_and_garbage_are_empty() {
        for body in [
            "",
            "<html>502</html>",
            "{",
            "null",
            "42",
            "\"text\"",
            "\u{0}",
        ] {
            assert_eq!(read(body), Problem::default(), "{body}");
        }
        assert_eq!(Problem::read(&[0xff, 0xfe]), Problem::default());
    }

    #[test]
    fn echoed_secrets_are_taken_out() {
        let problem = read(r#"{"title":"4242 is bad","errors":{"4242":"got 4242"}}"#);
        let problem = problem.without(&["4242", ""]);

        assert_eq!(
            problem.to_string(),
            ": [REDACTED] is bad: [REDACTED] got [REDACTED]"
        );
    }
}
