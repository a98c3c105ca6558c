//! Arguments that several commands take.

use bigcommerce_codegen::Api;
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// Takes one of the two APIs by its name.
pub(crate) fn api() -> impl TypedValueParser<Value = Api> {
    PossibleValuesParser::new(Api::ALL.map(Api::name)).try_map(|name| name.parse::<Api>())
}
