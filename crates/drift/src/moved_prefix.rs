//! Where the servers' URLs end and the paths start, which may move without a change in what is
//! called: `/v1` in the URL and `/orders` in the paths is `/v1/orders` in the paths.

use std::collections::HashSet;

use bigcommerce_spec::METHODS;

use crate::{node::Node, path_template::shape, resolve::Resolver};

/// A path, from where the servers' URLs of both documents end.
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct CalledPath {
    /// Whether it did not move with those that are called at the document's servers.
    at_own_servers: bool,
    path: String,
}

impl CalledPath {
    /// The path with its parameters' names left out.
    pub(crate) fn shape(self) -> Self {
        Self {
            path: shape(&self.path),
            ..self
        }
    }
}

/// What the document's servers say at the end of their URLs on one side, and its paths at
/// their start on the other. Both are empty where nothing moved.
#[derive(Clone, Copy, Default)]
pub(crate) struct MovedPrefix<'a> {
    /// At the end of the base's URLs.
    base: &'a str,
    /// At the end of the revision's URLs.
    revision: &'a str,
}

impl<'a> MovedPrefix<'a> {
    /// What moved so that some of the base's paths are called as before, and none of them is
    /// still there by its own name and called at another URL. Nothing did where a path is called
    /// at the document's servers and at others: a part of it would have moved.
    pub(crate) fn between(base: &Resolver<'a>, revision: &Resolver<'a>) -> Self {
        let Some(moved) = Self::of_urls(&urls(base), &urls(revision)) else {
            return Self::default();
        };
        let called = |resolver: &Resolver<'a>, at: CalledAt| -> Vec<String> {
            let paths = resolver.root().get("paths");
            let paths = paths.entries().map(|(_, path)| path);
            let paths = paths.filter(|path| called_at(resolver, path) == at);
            paths.map(|path| shape(path.name())).collect()
        };
        let in_part = [base, revision].map(|it| called(it, CalledAt::Both));
        let paths = |resolver| called(resolver, CalledAt::DocumentServers);
        let names: HashSet<String> = paths(revision).into_iter().collect();
        let now: HashSet<String> = names
            .iter()
            .map(|name| format!("{}{name}", moved.revision))
            .collect();
        let (kept, gone): (Vec<_>, Vec<_>) = paths(base)
            .into_iter()
            .partition(|name| now.contains(&format!("{}{name}", moved.base)));
        let is_whole =
            in_part.iter().all(Vec::is_empty) && !gone.iter().any(|it| names.contains(it));
        if kept.is_empty() || !is_whole {
            return Self::default();
        }
        moved
    }

    /// What the base calls a path.
    pub(crate) fn in_base(&self, resolver: &Resolver<'a>, path: &Node<'a>) -> CalledPath {
        self.called(self.base, resolver, path)
    }

    /// What the revision calls a path.
    pub(crate) fn in_revision(&self, resolver: &Resolver<'a>, path: &Node<'a>) -> CalledPath {
        self.called(self.revision, resolver, path)
    }

    /// The base's URL of a server, without what moved.
    pub(crate) fn strip_base<'u>(&self, url: &'u str) -> &'u str {
        strip(url, self.base)
    }

    /// The revision's URL of a server, without what moved.
    pub(crate) fn strip_revision<'u>(&self, url: &'u str) -> &'u str {
        strip(url, self.revision)
    }

    fn called(&self, prefix: &str, resolver: &Resolver<'a>, path: &Node<'a>) -> CalledPath {
        let has_moved = !(self.base.is_empty() && self.revision.is_empty());
        let at_own_servers = has_moved && called_at(resolver, path) != CalledAt::DocumentServers;
        let prefix = if at_own_servers { "" } else { prefix };
        CalledPath {
            at_own_servers,
            path: format!("{prefix}{}", path.name()),
        }
    }

    /// What the default servers differ in, if that is the end of one and if all others of that
    /// side end in it too.
    fn of_urls(base: &[&'a str], revision: &[&'a str]) -> Option<Self> {
        let (from, to) = (path_of(base.first()?), path_of(revision.first()?));
        let moved = if let Some(more) = from.strip_prefix(to) {
            Self {
                base: more,
                revision: "",
            }
        } else {
            Self {
                base: "",
                revision: to.strip_prefix(from)?,
            }
        };
        let more = [moved.base, moved.revision].concat();
        let is_prefix = more.starts_with('/') && !more.contains('{');
        let is_of_all = base.iter().all(|url| path_of(url).ends_with(moved.base))
            && revision
                .iter()
                .all(|url| path_of(url).ends_with(moved.revision));
        (is_prefix && is_of_all).then_some(moved)
    }
}

/// Paths start with a slash, whether or not the URL before them ends in one.
pub(crate) fn without_slash(url: &str) -> &str {
    url.strip_suffix('/').unwrap_or(url)
}

/// The URLs of the document's servers; it is its own host where it names none.
fn urls<'a>(resolver: &Resolver<'a>) -> Vec<&'a str> {
    let servers = resolver.root().get("servers");
    let urls = servers
        .items()
        .map(|server| without_slash(server.str("url").unwrap_or("")));
    let urls: Vec<_> = urls.collect();
    if urls.is_empty() { vec![""] } else { urls }
}

/// The path at the end of a server's URL, which may leave out scheme and host.
fn path_of(url: &str) -> &str {
    let rest = url.split_once("//").map_or(url, |(_, rest)| rest);
    rest.find('/').map_or("", |at| &rest[at..])
}

fn strip<'u>(url: &'u str, end: &str) -> &'u str {
    let url = without_slash(url);
    url.strip_suffix(end).unwrap_or(url)
}

/// At which servers the operations of a path are called.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CalledAt {
    DocumentServers,
    OwnServers,
    Both,
}

fn called_at(resolver: &Resolver<'_>, path: &Node<'_>) -> CalledAt {
    let item = resolver.resolved(path);
    let operations = METHODS.iter().map(|method| item.get(method));
    let operations = operations.filter(|operation| operation.value.is_some());
    let (own, others): (Vec<_>, Vec<_>) = operations.partition(|it| it.has("servers"));
    match (item.has("servers"), own.is_empty(), others.is_empty()) {
        (true, ..) | (_, false, true) => CalledAt::OwnServers,
        (_, false, false) => CalledAt::Both,
        (_, true, _) => CalledAt::DocumentServers,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_end_in_a_path() {
        for (url, path) in [
            ("https://example.com/a/b", "/a/b"),
            ("https://example.com", ""),
            ("//example.com/a", "/a"),
            ("/a/b", "/a/b"),
            ("{scheme}://{host}/a", "/a"),
            ("", ""),
        ] {
            assert_eq!(path_of(url), path, "{url}");
        }
    }

    #[test]
    fn what_moved_is_whole_segments_of_all_urls_of_its_side() {
        let moved = |base: &[&'static str], revision: &[&'static str]| {
            MovedPrefix::of_urls(base, revision).map(|moved| (moved.base, moved.revision))
        };
        assert_eq!(moved(&["https://a/v1"], &["https://a"]), Some(("/v1", "")));
        assert_eq!(moved(&[""], &["https://b/x/v1"]), Some(("", "/x/v1")));
        assert_eq!(
            moved(&["https://a/x"], &["https://a/x/y"]),
            Some(("", "/y"))
        );
        assert_eq!(moved(&["https://a/v1"], &["https://a/v10"]), None);
        assert_eq!(moved(&["https://a/{v}"], &["https://a"]), None);
        assert_eq!(moved(&["https://a/v1", "https://b"], &["https://a"]), None);
        assert_eq!(moved(&["https://a"], &["https://a"]), None);
    }
}
