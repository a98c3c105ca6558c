//! Reads a document into the generator's model of OpenAPI.

use bigcommerce_spec::{Document, DocumentError, operations, pointer::child};
use openapiv3::{OpenAPI, Operation};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use crate::generate::layer;

/// Takes `value`, which is the value of `document` or made from it, as OpenAPI.
///
/// # Errors
///
/// When it is none, with the place nearest to what is wrong that can be found.
pub(crate) fn read(document: &Document, value: &Value) -> Result<OpenAPI, DocumentError> {
    as_model(value).map_err(|whole| {
        let (pointer, why) = first_wrong_operation(value).unwrap_or(whole);
        DocumentError::at(
            document.place(&pointer),
            format!("this is not OpenAPI 3.0: {why}"),
            format!(
                "correct the document, or this part of it in {}",
                layer(document)
            ),
        )
    })
}

/// The model knows the places of most errors, but not of those inside of paths.
fn first_wrong_operation(document: &Value) -> Option<(String, String)> {
    operations(document).find_map(|operation| {
        let (below, why) = as_model::<Operation>(operation.value).err()?;
        Some((operation.pointer + &below, why))
    })
}

fn as_model<T: DeserializeOwned>(value: &Value) -> Result<T, (String, String)> {
    serde_path_to_error::deserialize(value)
        .map_err(|error| (pointer(error.path()), error.inner().to_string()))
}

fn pointer(path: &Path) -> String {
    path.iter()
        .fold(String::new(), |at, segment| match segment {
            Segment::Seq { index } => format!("{at}/{index}"),
            Segment::Map { key } => child(&at, key),
            Segment::Enum { .. } | Segment::Unknown => at,
        })
}
