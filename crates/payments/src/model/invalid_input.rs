//! What is wrong with the caller's own values.

use std::{error::Error as StdError, fmt};

use serde::Serialize;

/// Values that cannot be sent, refused before anything was. It repeats no value.
///
/// As an [`Error`](crate::Error) it is one of the kind
/// [`InvalidInput`](crate::ErrorKind::InvalidInput).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidInput {
    field_errors: Vec<FieldError>,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FieldError {
    /// The name of the field, empty where the service named none.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

impl InvalidInput {
    /// One field that is wrong.
    pub(crate) fn new(field: &str, message: impl Into<String>) -> Self {
        Self::from_fields(vec![FieldError::new(field, message)])
    }

    pub(crate) fn from_fields(field_errors: Vec<FieldError>) -> Self {
        Self { field_errors }
    }

    /// Nothing is wrong where no field is.
    pub(crate) fn unless_empty(field_errors: Vec<FieldError>) -> Result<(), Self> {
        if field_errors.is_empty() {
            return Ok(());
        }
        Err(Self::from_fields(field_errors))
    }

    /// What is wrong, field by field.
    pub fn field_errors(&self) -> &[FieldError] {
        &self.field_errors
    }

    pub(crate) fn into_field_errors(self) -> Vec<FieldError> {
        self.field_errors
    }
}

impl FieldError {
    pub(crate) fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            message: message.into(),
        }
    }

    /// Writes `: ` and each of the errors.
    pub(crate) fn write_all(errors: &[Self], f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in errors.iter().enumerate() {
            let separator = if index == 0 { ": " } else { "; " };
            write!(f, "{separator}{} {}", error.field, error.message)?;
        }
        Ok(())
    }
}

impl fmt::Display for InvalidInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid input")?;
        FieldError::write_all(&self.field_errors, f)
    }
}

impl StdError for InvalidInput {}
