//! Error bodies, read leniently: in every form that the platform was seen to send.

use std::fmt;

use serde::Serialize;

use crate::{
    error::{
        body::{ErrorBody, Node},
        code::Code,
        redaction::Redaction,
    },
    model::FieldError,
};

/// The most field errors that are kept of a body.
const MOST_FIELD_ERRORS: usize = 100;

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
    /// The code of the error (guide, "Error codes"). Of several, it is the one that warns most:
    /// 10000, then 30105, then any other of the table, then an unknown one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemars", schemars(with = "Option<i64>"))]
    pub code: Option<Code>,
    /// What is wrong, field by field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

impl Problem {
    /// Reads what can be read, without the secrets that the body echoes. A body of another form
    /// gives a problem without texts.
    pub(crate) fn read(body: &[u8], redaction: &Redaction) -> Self {
        let ErrorBody { root, code } = ErrorBody::read(body, redaction);
        let texts = match &root {
            Node::List(items) => items.iter().find(|item| item.text("message").is_some()),
            other => Some(other),
        };
        let text = |key| texts?.text(key).map(str::to_owned);
        Self {
            title: text("title").or_else(|| text("message")),
            detail: text("detail"),
            type_uri: text("type"),
            code,
            errors: field_errors(&root),
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

/// `{field: message}`, `{field: [message]}`, `[{code, message}]` or `[message]`.
fn field_errors(body: &Node) -> Vec<FieldError> {
    let mut found = Vec::new();
    for (_, errors) in body.entries().filter(|(key, _)| key == "errors") {
        match errors {
            Node::Object(fields) => {
                for (field, messages) in fields {
                    collect_messages(field, messages, &mut found);
                }
            }
            other => collect_messages("", other, &mut found),
        }
    }
    found
}

fn collect_messages(field: &str, messages: &Node, found: &mut Vec<FieldError>) {
    let message = match messages {
        Node::Text(message) | Node::Scalar(message) => Some(message.as_str()),
        Node::Object(_) => messages.text("message"),
        Node::List(items) => {
            for item in items {
                collect_messages(field, item, found);
            }
            None
        }
        Node::Null => None,
    };
    if let Some(message) = message.filter(|_| found.len() < MOST_FIELD_ERRORS) {
        found.push(FieldError::new(field, message));
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_FIELD_ERRORS, Problem};
    use crate::{Code, error::redaction::Redaction, model::Secret};

    fn read(body: &str) -> Problem {
        Problem::read(body.as_bytes(), &Redaction::default())
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
        let garbage = Problem::read(&[0xff, 0xfe], &Redaction::default());
        assert_eq!(garbage, Problem::default());
    }

    #[test]
    fn echoed_secrets_are_taken_out() {
        let body = r#"{"title":"4242 4242 4242 4242 is bad",
            "errors":{"4242424242424242":["got 4242424242424242",4242424242424242]}}"#;
        let redaction = Redaction::of(&[Secret::CardNumber("4242424242424242")]);
        let problem = Problem::read(body.as_bytes(), &redaction);

        assert_eq!(
            problem.to_string(),
            ": [REDACTED] is bad: [REDACTED] got [REDACTED]; [REDACTED] [REDACTED]"
        );
    }

    #[test]
    fn a_code_that_is_redacted_still_counts() {
        let redaction = Redaction::of(&[Secret::Token("10000")]);
        let problem = Problem::read(br#"{"code":"10000"}"#, &redaction);

        assert_eq!(problem.code, Some(Code::InternalError));
    }

    #[test]
    fn no_body_makes_a_problem_without_end() {
        let endless = "é".repeat(100_000);
        let body = format!(
            r#"{{"title":"{endless}","errors":[{}1]}}"#,
            "1,".repeat(100_000)
        );
        let problem = read(&body);

        assert_eq!(problem.title.unwrap().chars().count(), 2001);
        assert_eq!(problem.errors.len(), MOST_FIELD_ERRORS);
    }
}
