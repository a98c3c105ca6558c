//! Builds a value and its marks from the events of a YAML or JSON reader.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::{
    error::excerpt,
    place::{Below, Mark, Marks},
    scalar::Scalar,
};

/// How deep a document may nest. Values are dropped, compared and written recursively, so
/// that this bounds the stack; no API description comes near it.
const DEEPEST: usize = 128;

/// How much the aliases of one document may add up to, in bytes of text and nodes. It stops
/// a few lines from expanding into gigabytes.
const MOST_COPIED: usize = 64 << 20;

/// What a node costs beside its text, when copies are counted.
const NODE_COST: usize = 64;

/// Why a document was refused.
#[derive(Debug)]
pub(crate) struct SyntaxError {
    pub(crate) mark: Mark,
    pub(crate) problem: String,
    pub(crate) advice: String,
}

impl SyntaxError {
    pub(crate) fn at(mark: Mark, problem: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            mark,
            problem: problem.into(),
            advice: advice.into(),
        }
    }
}

/// A finished node. `height` is 1 for a scalar; `cost` is what copying it costs.
#[derive(Clone)]
struct Node {
    value: Value,
    marks: Marks,
    height: usize,
    cost: usize,
}

/// A mapping or sequence that is not finished yet.
struct Open {
    mark: Mark,
    anchor: usize,
    height: usize,
    cost: usize,
    contents: Contents,
}

enum Contents {
    Mapping {
        map: Map<String, Value>,
        marks: Vec<(Box<str>, Marks)>,
        key: Option<(String, Mark)>,
    },
    Sequence {
        items: Vec<Value>,
        marks: Vec<Marks>,
    },
}

/// Takes the events of one document in order. Anchors are numbered from 1; 0 is none.
#[derive(Default)]
pub(crate) struct Builder {
    stack: Vec<Open>,
    root: Option<Node>,
    anchors: HashMap<usize, Node>,
    copied: usize,
}

impl Builder {
    /// Whether the next scalar is the key of a mapping entry.
    pub(crate) fn expects_key(&self) -> bool {
        let top = self.stack.last().map(|open| &open.contents);
        matches!(top, Some(Contents::Mapping { key: None, .. }))
    }

    pub(crate) fn key(
        &mut self,
        text: String,
        mark: Mark,
        anchor: usize,
    ) -> Result<(), SyntaxError> {
        if anchor != 0 {
            let node = scalar_node(Value::String(text.clone()), mark);
            self.remember(anchor, &node)?;
        }
        if let Some(open) = self.stack.last_mut()
            && let Contents::Mapping { map, marks, key } = &mut open.contents
        {
            if map.contains_key(&text) {
                let first = marks.iter().find(|(known, _)| **known == *text);
                return Err(SyntaxError::at(
                    mark,
                    format!("the key `{}` is here twice", excerpt(&text)),
                    match first {
                        Some((_, first)) => {
                            format!("the first is on line {}; keep one of them", first.mark.line)
                        }
                        None => "keep one of them".to_owned(),
                    },
                ));
            }
            *key = Some((text, mark));
        }
        Ok(())
    }

    pub(crate) fn scalar(
        &mut self,
        scalar: Scalar,
        mark: Mark,
        anchor: usize,
    ) -> Result<(), SyntaxError> {
        let mut node = scalar_node(scalar.value, mark);
        if let Some(digits) = scalar.digits {
            node.marks.below = Below::Digits(digits);
        }
        self.finish(node, anchor)
    }

    pub(crate) fn alias(&mut self, anchor: usize, mark: Mark) -> Result<(), SyntaxError> {
        if self.expects_key() {
            return Err(key_refused(mark));
        }
        let Some(node) = self.anchors.get(&anchor) else {
            return Err(SyntaxError::at(
                mark,
                "the alias stands inside the node it refers to",
                "a document cannot contain itself; use `$ref` for a recursive schema",
            ));
        };
        let mut node = node.clone();
        self.pay(node.cost, mark)?;
        if self.stack.len() + node.height > DEEPEST {
            return Err(too_deep(mark));
        }
        node.marks.mark = mark;
        self.finish(node, 0)
    }

    pub(crate) fn mapping(&mut self, mark: Mark, anchor: usize) -> Result<(), SyntaxError> {
        self.open(
            mark,
            anchor,
            Contents::Mapping {
                map: Map::new(),
                marks: Vec::new(),
                key: None,
            },
        )
    }

    pub(crate) fn sequence(&mut self, mark: Mark, anchor: usize) -> Result<(), SyntaxError> {
        self.open(
            mark,
            anchor,
            Contents::Sequence {
                items: Vec::new(),
                marks: Vec::new(),
            },
        )
    }

    pub(crate) fn end(&mut self) -> Result<(), SyntaxError> {
        let Some(open) = self.stack.pop() else {
            return Ok(());
        };
        let (value, below) = match open.contents {
            Contents::Mapping { map, mut marks, .. } => {
                marks.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
                marks.shrink_to_fit();
                (Value::Object(map), Below::Entries(marks))
            }
            Contents::Sequence { items, mut marks } => {
                marks.shrink_to_fit();
                (Value::Array(items), Below::Items(marks))
            }
        };
        let node = Node {
            value,
            marks: Marks {
                mark: open.mark,
                below,
            },
            height: open.height + 1,
            cost: open.cost,
        };
        self.finish(node, open.anchor)
    }

    /// The document, unless there was none.
    pub(crate) fn into_root(self) -> Option<(Value, Marks)> {
        self.root.map(|node| (node.value, node.marks))
    }

    fn open(&mut self, mark: Mark, anchor: usize, contents: Contents) -> Result<(), SyntaxError> {
        if self.expects_key() {
            return Err(key_refused(mark));
        }
        if self.stack.len() + 1 > DEEPEST {
            return Err(too_deep(mark));
        }
        self.stack.push(Open {
            mark,
            anchor,
            height: 0,
            cost: NODE_COST,
            contents,
        });
        Ok(())
    }

    /// Puts a finished node where it belongs.
    fn finish(&mut self, mut node: Node, anchor: usize) -> Result<(), SyntaxError> {
        if anchor != 0 {
            self.remember(anchor, &node)?;
        }
        let Some(open) = self.stack.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        open.height = open.height.max(node.height);
        open.cost = open.cost.saturating_add(node.cost);
        match &mut open.contents {
            Contents::Mapping { map, marks, key } => {
                if let Some((key, mark)) = key.take() {
                    open.cost = open.cost.saturating_add(key.len());
                    // An entry stands where its key does.
                    node.marks.mark = mark;
                    marks.push((key.as_str().into(), node.marks));
                    map.insert(key, node.value);
                }
            }
            Contents::Sequence { items, marks } => {
                items.push(node.value);
                marks.push(node.marks);
            }
        }
        Ok(())
    }

    fn remember(&mut self, anchor: usize, node: &Node) -> Result<(), SyntaxError> {
        self.pay(node.cost, node.marks.mark)?;
        self.anchors.insert(anchor, node.clone());
        Ok(())
    }

    fn pay(&mut self, cost: usize, mark: Mark) -> Result<(), SyntaxError> {
        self.copied = self.copied.saturating_add(cost);
        if self.copied > MOST_COPIED {
            return Err(SyntaxError::at(
                mark,
                "the aliases of this document expand to too much",
                "write the repeated parts as components and refer to them with `$ref`",
            ));
        }
        Ok(())
    }
}

fn scalar_node(value: Value, mark: Mark) -> Node {
    let text = value.as_str().map_or(0, str::len);
    Node {
        value,
        marks: Marks::leaf(mark),
        height: 1,
        cost: NODE_COST + text,
    }
}

fn key_refused(mark: Mark) -> SyntaxError {
    SyntaxError::at(
        mark,
        "a key must be a plain or quoted text, not a mapping, a sequence or an alias",
        "write the key as a text; JSON knows no other keys",
    )
}

fn too_deep(mark: Mark) -> SyntaxError {
    SyntaxError::at(
        mark,
        format!("the document nests deeper than {DEEPEST} levels"),
        "move inner schemas to components and refer to them with `$ref`",
    )
}
