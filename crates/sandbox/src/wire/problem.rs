//! Errors of the service: the table of codes, and the bodies they are sent in.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use crate::wire::{forms::ErrorForm, media::Media};

/// Where the service's problem documents point to.
const PROBLEM_TYPE: &str = "https://developer.bigcommerce.com/docs/start/about/status-codes";

/// The payment error codes, with the status that the sandbox sends for each and what it says.
///
/// No document ties a code to one status. The sandbox sends 422, the one that declines mostly
/// come with, except where the code's meaning asks for another.
const CODES: &[(u32, u16, &str)] = &[
    (3001, 422, "The gateway rejects the payment configuration"),
    (10000, 500, "An internal error occurred"),
    (10001, 422, "Required fields are missing or not valid"),
    (30000, 422, "The payment configuration was not found"),
    (30001, 422, "The gateway rejects the payment configuration"),
    (30002, 422, "Stored instruments are not enabled"),
    (30003, 404, "The order was not found"),
    (30004, 422, "Line items and grand total do not match"),
    (30050, 422, "The instrument could not be saved"),
    (30051, 422, "The stored instrument was not found"),
    (30100, 422, "The payment access token could not be created"),
    (30101, 422, "The order is not in a payable state"),
    (30102, 422, "The payment was declined"),
    (30103, 422, "The card has expired"),
    (30104, 422, "The payment was declined by the issuer"),
    (30105, 422, "A payment for this order was already made"),
    (30106, 422, "The funds are not sufficient"),
    (30107, 422, "The shopper revoked the stored instrument"),
];

/// An error answer, before it is given a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) status: u16,
    pub(crate) code: Option<u32>,
    pub(crate) title: &'static str,
    pub(crate) detail: Option<Cow<'static, str>>,
    /// Messages by field.
    pub(crate) fields: Vec<(String, String)>,
}

impl Problem {
    /// An error of HTTP rather than of payments: no code.
    pub(crate) fn http(status: u16, title: &'static str) -> Self {
        Self {
            status,
            code: None,
            title,
            detail: None,
            fields: Vec::new(),
        }
    }

    /// An error of the payment table.
    pub(crate) fn coded(code: u32) -> Self {
        let (code, status, title) = CODES.iter().copied().find(|row| row.0 == code).unwrap_or((
            code,
            422,
            "The payment failed",
        ));
        Self {
            code: Some(code),
            ..Self::http(status, title)
        }
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(crate) fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Fields that are missing or not valid.
    pub(crate) fn fields(fields: Vec<(String, String)>) -> Self {
        Self {
            fields,
            ..Self::coded(10001)
        }
    }

    /// The kind and the text of the body of this error in a form, or `None` for no body.
    pub(crate) fn render(&self, form: ErrorForm) -> Option<(Media, String)> {
        let json = match form {
            ErrorForm::Empty => return None,
            ErrorForm::Html => return Some((Media::Html, self.html())),
            ErrorForm::StatusMessageList => {
                json!([{"status": self.status, "message": self.message()}])
            }
            ErrorForm::Problem => self.document(|code| json!(code), self.fields_by_name()),
            ErrorForm::CodeAsString => {
                self.document(|code| json!(code.to_string()), self.fields_by_name())
            }
            ErrorForm::ErrorsAsObjects => {
                let code = self.code;
                let entries = self
                    .messages()
                    .map(|it| json!({"code": code, "message": it}));
                self.document(|code| json!(code), entries.collect())
            }
            ErrorForm::CodeAsFloat => {
                self.document(|code| json!(f64::from(code)), self.fields_by_name())
            }
            ErrorForm::CodeInErrors => self.hidden(json!([self.entry(self.code)])),
            ErrorForm::CodeInSecondError => {
                self.hidden(json!([self.entry(Some(10001)), self.entry(self.code)]))
            }
            ErrorForm::CodeInObjectOfErrors => {
                self.hidden(json!({"payment": self.entry(self.code)}))
            }
            ErrorForm::ErrorsAsStrings => self.document(
                |code| json!(code),
                self.messages().map(Value::from).collect(),
            ),
        };
        Some((Media::Json, json.to_string()))
    }

    fn document(&self, code: impl Fn(u32) -> Value, errors: Value) -> Value {
        let mut document = Map::new();
        document.insert("status".into(), self.status.into());
        document.insert("title".into(), self.title.into());
        document.insert("type".into(), PROBLEM_TYPE.into());
        if let Some(detail) = &self.detail {
            document.insert("detail".into(), detail.as_ref().into());
        }
        if let Some(number) = self.code {
            document.insert("code".into(), code(number));
        }
        if !self.fields.is_empty() {
            document.insert("errors".into(), errors);
        }
        Value::Object(document)
    }

    /// A document whose own code says no more than its status.
    fn hidden(&self, errors: Value) -> Value {
        let mut document = self.document(|_| json!(self.status), Value::Null);
        document["errors"] = errors;
        document
    }

    fn entry(&self, code: Option<u32>) -> Value {
        json!({"code": code, "message": self.message()})
    }

    fn fields_by_name(&self) -> Value {
        self.fields
            .iter()
            .map(|(name, message)| (name.clone(), Value::from(message.as_str())))
            .collect()
    }

    fn messages(&self) -> impl Iterator<Item = String> {
        self.fields
            .iter()
            .map(|(name, message)| format!("{name}: {message}"))
    }

    /// What is wrong, in a sentence.
    pub(crate) fn message(&self) -> String {
        let mut message = self.title.to_owned();
        if let Some(detail) = &self.detail {
            message = format!("{message}: {detail}");
        }
        for field in self.messages() {
            message = format!("{message}; {field}");
        }
        message
    }

    fn html(&self) -> String {
        let (status, title) = (self.status, self.title);
        format!("<html><head><title>{status}</title></head><body><h1>{title}</h1></body></html>\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_takes_every_form() {
        let problem = Problem::fields(vec![(
            "payment.instrument.token".into(),
            "is missing".into(),
        )])
        .with_detail("one field");
        let body = |form| problem.render(form).map(|(_, body)| body);
        let json = |form| serde_json::from_str::<Value>(&body(form).unwrap()).unwrap();

        let specified = json(ErrorForm::Problem);
        assert_eq!(specified["code"], 10001);
        assert_eq!(
            specified["errors"]["payment.instrument.token"],
            "is missing"
        );
        assert_eq!(json(ErrorForm::CodeAsString)["code"], "10001");
        assert_eq!(json(ErrorForm::ErrorsAsObjects)["errors"][0]["code"], 10001);
        assert_eq!(
            json(ErrorForm::ErrorsAsStrings)["errors"][0],
            "payment.instrument.token: is missing"
        );
        assert!(
            body(ErrorForm::CodeAsFloat)
                .unwrap()
                .contains(r#""code":10001.0"#)
        );
        let hidden = json(ErrorForm::CodeInErrors);
        assert_eq!(
            (&hidden["code"], &hidden["errors"][0]["code"]),
            (&json!(422), &json!(10001))
        );
        assert_eq!(
            json(ErrorForm::CodeInSecondError)["errors"][1]["code"],
            10001
        );
        let object = json(ErrorForm::CodeInObjectOfErrors);
        assert_eq!(object["errors"]["payment"]["code"], 10001);
        assert_eq!(json(ErrorForm::StatusMessageList)[0]["status"], 422);
        assert_eq!(body(ErrorForm::Empty), None);
        assert!(body(ErrorForm::Html).unwrap().starts_with("<html>"));
    }
}
