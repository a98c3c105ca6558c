//! Reads YAML 1.2 into a [`Builder`].

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};
use serde_json::Value;

use crate::{
    builder::{Builder, SyntaxError},
    error::excerpt,
    place::{Mark, Marks},
    scalar::{self, Scalar},
};

/// Reads the one document of a YAML text.
pub(crate) fn read(text: &str) -> Result<Option<(Value, Marks)>, SyntaxError> {
    let mut builder = Builder::default();
    let mut documents = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            SyntaxError::at(
                mark(*error.marker()),
                format!("this is not YAML: {}", error.info()),
                "correct the indentation, the quotes or the brackets at this place",
            )
        })?;
        let mark = mark(span.start);
        match event {
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    return Err(SyntaxError::at(
                        mark,
                        "a second document begins here",
                        "keep one document in a file",
                    ));
                }
            }
            Event::Alias(anchor) => builder.alias(anchor, mark)?,
            Event::Scalar(text, style, anchor, tag) => {
                let tag = tag.as_deref();
                if builder.expects_key() {
                    builder.key(key(text.into_owned(), style, tag, mark)?, mark, anchor)?;
                } else {
                    let value = value(text.into_owned(), style, tag, mark)?;
                    builder.scalar(value, mark, anchor)?;
                }
            }
            Event::SequenceStart(anchor, tag) => {
                require_tag(tag.as_deref(), "seq", mark)?;
                builder.sequence(mark, anchor)?;
            }
            Event::MappingStart(anchor, tag) => {
                require_tag(tag.as_deref(), "map", mark)?;
                builder.mapping(mark, anchor)?;
            }
            Event::SequenceEnd | Event::MappingEnd => builder.end()?,
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
    }
    Ok(builder.into_root())
}

fn mark(marker: saphyr_parser::Marker) -> Mark {
    Mark::new(marker.line(), marker.col() + 1)
}

/// A key is the text that was written: `200` and `'200'` are the same status.
fn key(
    text: String,
    style: ScalarStyle,
    tag: Option<&Tag>,
    mark: Mark,
) -> Result<String, SyntaxError> {
    if let Some(tag) = tag
        && !is_core(tag, "str")
    {
        return Err(tag_refused(tag, mark));
    }
    if style == ScalarStyle::Plain && tag.is_none() {
        if text == "<<" {
            return Err(SyntaxError::at(
                mark,
                "merge keys (`<<`) are no part of YAML 1.2",
                "write the entries out, or refer to a component with `$ref`",
            ));
        }
        if text.is_empty() {
            return Err(SyntaxError::at(
                mark,
                "a key is missing here",
                "write the key before the colon; quote it if it is meant to be empty",
            ));
        }
    }
    Ok(text)
}

fn value(
    text: String,
    style: ScalarStyle,
    tag: Option<&Tag>,
    mark: Mark,
) -> Result<Scalar, SyntaxError> {
    let refused = |(problem, advice): scalar::ScalarError| SyntaxError::at(mark, problem, advice);
    let Some(tag) = tag else {
        return if style == ScalarStyle::Plain {
            scalar::resolve(&text).map_err(refused)
        } else {
            Ok(Value::String(text).into())
        };
    };
    if is_core(tag, "str") {
        return Ok(Value::String(text).into());
    }
    let scalar = scalar::resolve(&text).map_err(refused)?;
    let matches = match (tag.suffix.as_str(), &scalar.value) {
        _ if !tag.is_yaml_core_schema() => return Err(tag_refused(tag, mark)),
        ("null", Value::Null) | ("bool", Value::Bool(_)) | ("float", Value::Number(_)) => true,
        ("int", Value::Number(number)) => !number.is_f64() || !text.contains(['.', 'e', 'E']),
        ("null" | "bool" | "float" | "int", _) => false,
        _ => return Err(tag_refused(tag, mark)),
    };
    if matches {
        return Ok(scalar);
    }
    Err(SyntaxError::at(
        mark,
        format!("`{}` is no {}", excerpt(&text), tag.suffix),
        "correct the value or remove the tag",
    ))
}

fn require_tag(tag: Option<&Tag>, suffix: &str, mark: Mark) -> Result<(), SyntaxError> {
    match tag {
        Some(tag) if !is_core(tag, suffix) => Err(tag_refused(tag, mark)),
        _ => Ok(()),
    }
}

/// Whether the tag is this one of the core schema, or the non-specific `!`.
fn is_core(tag: &Tag, suffix: &str) -> bool {
    let non_specific =
        tag.handle.is_empty() && tag.suffix == "!" || tag.handle == "!" && tag.suffix.is_empty();
    non_specific || tag.is_yaml_core_schema() && tag.suffix == suffix
}

fn tag_refused(tag: &Tag, mark: Mark) -> SyntaxError {
    SyntaxError::at(
        mark,
        format!(
            "the tag `{}` has no meaning here",
            excerpt(&tag.to_string())
        ),
        "remove the tag; only the core schema of YAML 1.2 is read",
    )
}
