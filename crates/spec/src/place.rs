use std::fmt;

/// Where a node stands in a file. Lines and columns count from 1; columns count characters.
///
/// ```
/// let document = bigcommerce_spec::Document::parse("a.yml", "b:\n  c: 1")?;
/// assert_eq!(document.place("/b/c").to_string(), "a.yml:2:3");
/// # Ok::<(), bigcommerce_spec::DocumentError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Place {
    /// The name the document was read under, which for a file is its path.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A line and a column, from 1, in one of a document's sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) line: u32,
    pub(crate) column: u32,
    /// An index into the names of the document's sources.
    pub(crate) source: u16,
}

impl Mark {
    pub(crate) fn new(line: usize, column: usize) -> Self {
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self {
            line: narrow(line),
            column: narrow(column),
            source: 0,
        }
    }
}

/// The marks of a node and of what is below it: the shape of the value, without its scalars.
///
/// Storing a tree keeps a document of many megabytes small, where a pointer for every node
/// would repeat all its ancestors' keys.
#[derive(Clone, Debug)]
pub(crate) struct Marks {
    pub(crate) mark: Mark,
    pub(crate) below: Below,
}

#[derive(Clone, Debug)]
pub(crate) enum Below {
    Nothing,
    /// Sorted by key.
    Entries(Vec<(Box<str>, Marks)>),
    Items(Vec<Marks>),
}

impl Marks {
    pub(crate) fn leaf(mark: Mark) -> Self {
        Self {
            mark,
            below: Below::Nothing,
        }
    }

    pub(crate) fn child(&self, token: &str) -> Option<&Self> {
        match &self.below {
            Below::Nothing => None,
            Below::Entries(entries) => entries
                .binary_search_by(|(key, _)| (**key).cmp(token))
                .ok()
                .map(|at| &entries[at].1),
            Below::Items(items) => items.get(token.parse::<usize>().ok()?),
        }
    }

    /// The mark of the node at a JSON pointer, or of its nearest known ancestor.
    pub(crate) fn nearest(&self, pointer: &str) -> Mark {
        let mut here = self;
        for token in pointer.split('/').skip(1) {
            let below = if token.contains('~') {
                here.child(&token.replace("~1", "/").replace("~0", "~"))
            } else {
                here.child(token)
            };
            match below {
                Some(below) => here = below,
                None => break,
            }
        }
        here.mark
    }
}
