//! Errors of the admin port.

use axum::{
    Json,
    extract::rejection::{JsonRejection, PathRejection, QueryRejection, StringRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::{control::AddStoreError, error::InjectError, state::error::ControlError};

/// An error of the admin port: a status and a sentence.
pub(super) struct AdminError(pub(super) StatusCode, pub(super) String);

/// The JSON of an answer, or an error.
pub(super) type Answer = Result<Json<Value>, AdminError>;

impl AdminError {
    pub(super) fn not_found(message: String) -> Self {
        Self(StatusCode::NOT_FOUND, message)
    }
}

impl IntoResponse for AdminError {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"error": self.1}))).into_response()
    }
}

impl From<JsonRejection> for AdminError {
    fn from(rejection: JsonRejection) -> Self {
        Self(rejection.status(), rejection.body_text())
    }
}

impl From<PathRejection> for AdminError {
    fn from(rejection: PathRejection) -> Self {
        Self(rejection.status(), rejection.body_text())
    }
}

impl From<StringRejection> for AdminError {
    fn from(rejection: StringRejection) -> Self {
        Self(rejection.status(), rejection.body_text())
    }
}

impl From<QueryRejection> for AdminError {
    fn from(rejection: QueryRejection) -> Self {
        Self(rejection.status(), rejection.body_text())
    }
}

impl From<InjectError> for AdminError {
    fn from(error: InjectError) -> Self {
        let status = match error {
            InjectError::Rule(_) => StatusCode::UNPROCESSABLE_ENTITY,
            InjectError::Listen(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self(status, error.to_string())
    }
}

impl From<ControlError> for AdminError {
    fn from(error: ControlError) -> Self {
        let status = match error {
            ControlError::Amount(_) | ControlError::Json(_) => StatusCode::UNPROCESSABLE_ENTITY,
            ControlError::UnknownCustomer(_) | ControlError::UnknownOrder(_) => {
                StatusCode::NOT_FOUND
            }
            ControlError::UnknownTransaction { .. }
            | ControlError::NotPending(_)
            | ControlError::NothingToCapture(_)
            | ControlError::NothingToVoid(_)
            | ControlError::NothingToRefund(_) => StatusCode::CONFLICT,
        };
        Self(status, error.to_string())
    }
}

impl From<AddStoreError> for AdminError {
    fn from(error: AddStoreError) -> Self {
        let status = match error {
            AddStoreError::HashTaken(_) => StatusCode::CONFLICT,
            AddStoreError::Hash(_) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self(status, error.to_string())
    }
}
