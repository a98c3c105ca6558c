//! Arguments that several commands take.

use std::path::{self, PathBuf};

use bigcommerce_codegen::Api;
use clap::builder::{PathBufValueParser, PossibleValuesParser, TypedValueParser};

/// Takes one of the two APIs by its name.
pub(crate) fn api() -> impl TypedValueParser<Value = Api> {
    PossibleValuesParser::new(Api::ALL.map(Api::name)).try_map(|name| name.parse::<Api>())
}

/// Takes a file as seen from the folder that the command is called in, which the commands leave for
/// the workspace's.
pub(crate) fn file() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(path::absolute)
}
