//! Reads a document into the generator's model of OpenAPI.

use bigcommerce_spec::{operations, pointer::child};
use openapiv3::{OpenAPI, Operation};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

/// Where a value is not OpenAPI, as a JSON pointer, and why.
pub(super) type Mismatch = (String, String);

pub(super) fn read(value: &Value) -> Result<OpenAPI, Mismatch> {
    as_model(value).map_err(|whole| first_wrong_operation(value).unwrap_or(whole))
}

/// The model knows the places of most errors, but not of those inside of paths.
fn first_wrong_operation(document: &Value) -> Option<Mismatch> {
    operations(document).find_map(|operation| {
        let (below, why) = as_model::<Operation>(operation.value).err()?;
        Some((operation.pointer + &below, why))
    })
}

fn as_model<T: DeserializeOwned>(value: &Value) -> Result<T, Mismatch> {
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
