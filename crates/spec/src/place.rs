//! Where the nodes of a document stand in their files.

use std::fmt;

use crate::pointer;

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
    /// The digits of a number that its value rounds.
    Digits(Box<str>),
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

    /// Whether any number here or below is rounded.
    pub(crate) fn have_digits(&self) -> bool {
        match &self.below {
            Below::Nothing => false,
            Below::Digits(_) => true,
            Below::Entries(entries) => entries.iter().any(|(_, marks)| marks.have_digits()),
            Below::Items(items) => items.iter().any(Self::have_digits),
        }
    }

    pub(crate) fn child(&self, token: &str) -> Option<&Self> {
        match &self.below {
            Below::Nothing | Below::Digits(_) => None,
            Below::Entries(entries) => position(entries, token).map(|at| &entries[at].1),
            Below::Items(items) => items.get(token.parse::<usize>().ok()?),
        }
    }

    /// The marks at a JSON pointer.
    pub(crate) fn at(&self, pointer: &str) -> Option<&Self> {
        pointer::tokens(pointer).try_fold(self, |here, token| here.child(&token))
    }

    pub(crate) fn at_mut(&mut self, pointer: &str) -> Option<&mut Self> {
        pointer::tokens(pointer).try_fold(self, |here, token| match &mut here.below {
            Below::Nothing | Below::Digits(_) => None,
            Below::Entries(entries) => position(entries, &token).map(|at| &mut entries[at].1),
            Below::Items(items) => items.get_mut(token.parse::<usize>().ok()?),
        })
    }

    /// The mark of the node at a JSON pointer, or of its nearest known ancestor.
    pub(crate) fn nearest(&self, pointer: &str) -> Mark {
        let mut here = self;
        for token in pointer::tokens(pointer) {
            match here.child(&token) {
                Some(below) => here = below,
                None => break,
            }
        }
        here.mark
    }

    /// Follows an overlay's update: mappings merge, lists grow, all else is replaced.
    pub(crate) fn merge(&mut self, addition: &Self) {
        match (&mut self.below, &addition.below) {
            (Below::Entries(entries), Below::Entries(added)) => {
                for (key, below) in added {
                    match entries.binary_search_by(|(known, _)| known.cmp(key)) {
                        Ok(at) => entries[at].1.merge(below),
                        Err(at) => entries.insert(at, (key.clone(), below.clone())),
                    }
                }
            }
            (Below::Items(items), Below::Items(added)) => items.extend(added.iter().cloned()),
            _ => *self = addition.clone(),
        }
    }

    /// Removes the node at a JSON pointer.
    pub(crate) fn remove(&mut self, pointer: &str) {
        let Some((parent, token)) = pointer::split_last(pointer) else {
            return;
        };
        match self.at_mut(parent).map(|parent| &mut parent.below) {
            Some(Below::Entries(entries)) => {
                if let Some(at) = position(entries, &token) {
                    entries.remove(at);
                }
            }
            Some(Below::Items(items)) => {
                if let Ok(at) = token.parse::<usize>()
                    && at < items.len()
                {
                    items.remove(at);
                }
            }
            Some(Below::Nothing | Below::Digits(_)) | None => {}
        }
    }

    pub(crate) fn set_source(&mut self, source: u16) {
        self.mark.source = source;
        match &mut self.below {
            Below::Nothing | Below::Digits(_) => {}
            Below::Entries(entries) => entries.iter_mut().for_each(|(_, m)| m.set_source(source)),
            Below::Items(items) => items.iter_mut().for_each(|m| m.set_source(source)),
        }
    }
}

fn position(entries: &[(Box<str>, Marks)], key: &str) -> Option<usize> {
    entries
        .binary_search_by(|(known, _)| (**known).cmp(key))
        .ok()
}
