//! Reads JSON into a [`Builder`].
//!
//! YAML readers do not take all of JSON (surrogate pairs in escapes, long keys), and are much
//! slower on it.

use serde::de::IgnoredAny;
use serde_json::Value;

use crate::{
    builder::{Builder, SyntaxError},
    place::{Mark, Marks},
    scalar,
};

/// Says whether a text is JSON: the error is serde's, with its line and column.
pub(crate) fn check(text: &str) -> Result<(), SyntaxError> {
    serde_json::from_str::<IgnoredAny>(text)
        .map(drop)
        .map_err(|error| {
            SyntaxError::at(
                Mark::new(error.line().max(1), error.column().max(1)),
                format!("this is not JSON: {}", without_place(&error)),
                "correct the syntax at this place",
            )
        })
}

/// Reads a text that passed [`check`], which is why nothing but values is looked at here.
pub(crate) fn read(text: &str) -> Result<Option<(Value, Marks)>, SyntaxError> {
    let mut builder = Builder::default();
    let mut cursor = Cursor::new(text);
    while let Some((token, mark)) = cursor.next_token() {
        match token.as_bytes()[0] {
            b'{' => builder.mapping(mark, 0)?,
            b'[' => builder.sequence(mark, 0)?,
            b'}' | b']' => builder.end()?,
            b'"' => {
                let string: String = serde_json::from_str(token).map_err(|error| {
                    SyntaxError::at(
                        mark,
                        error.to_string(),
                        "correct the escapes of this string",
                    )
                })?;
                if builder.expects_key() {
                    builder.key(string, mark, 0)?;
                } else {
                    builder.scalar(Value::String(string).into(), mark, 0)?;
                }
            }
            _ => {
                let scalar = scalar::resolve(token)
                    .map_err(|(problem, advice)| SyntaxError::at(mark, problem, advice))?;
                builder.scalar(scalar, mark, 0)?;
            }
        }
    }
    Ok(builder.into_root())
}

/// Walks over valid JSON and gives brackets, strings, numbers and literals with their marks.
struct Cursor<'t> {
    text: &'t str,
    at: usize,
    line: usize,
    line_start: usize,
}

impl<'t> Cursor<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
            line_start: 0,
        }
    }

    fn next_token(&mut self) -> Option<(&'t str, Mark)> {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at)? {
                b'\n' => {
                    self.line += 1;
                    self.line_start = self.at + 1;
                }
                b' ' | b'\t' | b'\r' | b',' | b':' => {}
                _ => break,
            }
            self.at += 1;
        }
        let start = self.at;
        let rest = &bytes[start..];
        let length = match rest[0] {
            b'{' | b'}' | b'[' | b']' => 1,
            b'"' => string_length(rest),
            _ => rest
                .iter()
                .position(|b| b",:]} \t\r\n".contains(b))
                .unwrap_or(rest.len()),
        };
        self.at += length;
        Some((&self.text[start..self.at], self.mark(start)))
    }

    fn mark(&mut self, at: usize) -> Mark {
        // A minified document is one line; counting its characters from the start each time
        // would be quadratic, so that long lines count bytes, which is nearly the same.
        const LONG: usize = 1_000;
        let before = &self.text[self.line_start..at];
        let column = if before.len() > LONG {
            before.len()
        } else {
            before.chars().count()
        };
        Mark::new(self.line, column + 1)
    }
}

/// The length of the string that starts here, both quotes included.
fn string_length(bytes: &[u8]) -> usize {
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn without_place(error: &serde_json::Error) -> String {
    let message = error.to_string();
    match message.rfind(" at line ") {
        Some(end) => message[..end].to_owned(),
        None => message,
    }
}
