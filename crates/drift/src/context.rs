//! What a comparison knows of the place it is at: how findings there are named and weighed.

use std::rc::Rc;

use crate::{
    reach::{VisitId, Visits},
    rules::{Direction, Level, Usage},
    serialization::Serialization,
};

/// How much findings at a place matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Relevance {
    Normal,
    /// Nobody sends this here (`readOnly` in a request, `writeOnly` in a response).
    NotSent,
    /// Under `not`, where to narrow is to widen: neither side can be told to be safe.
    Negated,
    /// In a component that no operation uses on both sides.
    Unused,
}

impl Relevance {
    pub(crate) fn of_event(self, level: Level) -> Level {
        match self {
            Self::Normal => level,
            Self::NotSent | Self::Unused => Level::Info,
            Self::Negated => Level::Warn,
        }
    }

    pub(crate) fn of_rule(self, id: &str, level: Level) -> Level {
        match self {
            // What is not understood cannot be told to be harmless.
            _ if id == "unclassified" => level,
            Self::NotSent | Self::Unused => Level::Info,
            _ => level,
        }
    }

    /// The rule that reports what another one found here.
    pub(crate) fn id(self, id: String) -> String {
        let is_general = rules_for_every_node(&id);
        match self {
            Self::Unused if !is_general => "unused-component-changed".to_owned(),
            _ => id,
        }
    }
}

fn rules_for_every_node(id: &str) -> bool {
    matches!(
        id,
        "unclassified"
            | "description-changed"
            | "summary-changed"
            | "title-changed"
            | "example-changed"
            | "external-docs-changed"
            | "extension-changed"
    ) || id.starts_with("reference-")
}

#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) usage: Usage,
    pub(crate) relevance: Relevance,
    /// Whether this is in a callback, where the API is the client.
    pub(crate) in_callback: bool,
    /// How the values at hand are written.
    pub(crate) serialization: Serialization,
    /// What asked for this to be compared.
    pub(crate) visit: VisitId,
    /// What is looked at, as `the request body`.
    subject: Rc<str>,
    /// The way from the subject to the schema at hand, as `payment.instrument`.
    path: Rc<str>,
}

impl Context {
    pub(crate) fn document() -> Self {
        Self {
            usage: Usage::RequestBody,
            relevance: Relevance::Normal,
            in_callback: false,
            serialization: Serialization::Typed,
            visit: Visits::document(),
            subject: "the document".into(),
            path: "".into(),
        }
    }

    pub(crate) fn operation(&self, name: Rc<str>, visit: VisitId) -> Self {
        Self {
            visit,
            subject: name,
            ..self.clone()
        }
    }

    /// The context of a visit that this one asks for.
    pub(crate) fn visited(&self, visit: VisitId) -> Self {
        Self {
            visit,
            ..self.clone()
        }
    }

    pub(crate) fn callback(&self) -> Self {
        Self {
            in_callback: true,
            ..self.clone()
        }
    }

    /// The context of what is written in this way.
    pub(crate) fn serialized(&self, serialization: Serialization) -> Self {
        Self {
            serialization,
            ..self.clone()
        }
    }

    /// The context of something that the client sends or receives.
    pub(crate) fn subject(&self, usage: Usage, subject: impl Into<Rc<str>>) -> Self {
        Self {
            usage: self.seen_by_client(usage),
            serialization: Serialization::Typed,
            subject: subject.into(),
            path: "".into(),
            ..self.clone()
        }
    }

    /// The context of a property of the schema at hand.
    pub(crate) fn property(&self, name: &str) -> Self {
        let path = if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        };
        self.inner(path, self.serialization.property(name))
    }

    /// The context of the items of the schema at hand.
    pub(crate) fn items(&self) -> Self {
        self.inner(format!("{}[]", self.path), self.serialization.item())
    }

    /// The context of a member of a union, which is named where it has a name.
    pub(crate) fn member(&self, name: Option<&str>) -> Self {
        let path = name.map_or_else(
            || self.path.clone(),
            |name| format!("{}<{name}>", self.path).into(),
        );
        Self {
            path,
            ..self.clone()
        }
    }

    /// The context of what matters less. What no operation uses, stays that.
    pub(crate) fn with_relevance(&self, relevance: Relevance) -> Self {
        let relevance = match self.relevance {
            Relevance::Unused => Relevance::Unused,
            _ => relevance,
        };
        Self {
            relevance,
            ..self.clone()
        }
    }

    /// What is at hand, in words.
    pub(crate) fn describe(&self) -> String {
        if self.path.is_empty() {
            self.subject.to_string()
        } else {
            format!("`{}` in {}", self.path, self.subject)
        }
    }

    fn inner(&self, path: String, serialization: Serialization) -> Self {
        Self {
            usage: self.usage.inner(),
            serialization,
            path: path.into(),
            ..self.clone()
        }
    }

    fn seen_by_client(&self, usage: Usage) -> Usage {
        match (self.in_callback, usage.direction()) {
            (false, _) => usage,
            (true, Direction::Request) if usage == Usage::RequestBody => Usage::ResponseBody,
            (true, Direction::Request) => Usage::ResponseHeader,
            (true, Direction::Response) if usage == Usage::ResponseBody => Usage::RequestBody,
            (true, Direction::Response) => Usage::RequestParameter,
        }
    }
}
