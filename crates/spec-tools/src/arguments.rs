//! Arguments that several commands take.

use std::{
    io,
    path::{self, PathBuf},
};

use bigcommerce_codegen::Api;
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// What the caller typed, and the path that it is, seen from where the caller is. Commands
/// themselves run at the root of the workspace.
#[derive(Clone, Debug)]
pub(crate) struct CallerPath {
    pub(crate) typed: String,
    pub(crate) path: PathBuf,
}

/// Takes a path as it is meant where the caller is.
pub(crate) fn caller_path(typed: &str) -> io::Result<CallerPath> {
    Ok(CallerPath {
        typed: typed.to_owned(),
        path: path::absolute(typed)?,
    })
}

/// Takes one of the two APIs by its name.
pub(crate) fn api() -> impl TypedValueParser<Value = Api> {
    PossibleValuesParser::new(Api::ALL.map(Api::name)).try_map(|name| name.parse::<Api>())
}
