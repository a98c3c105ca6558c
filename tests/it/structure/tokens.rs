//! Paths among tokens that are not parsed: what macros are given, and attributes.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::items::name_of;

/// A path, and what it takes where it ends at a module.
pub(super) struct TokenPath {
    pub(super) names: Vec<String>,
    pub(super) ending: Ending,
}

/// What a path that ends at a module stands for.
#[derive(Clone, Copy)]
pub(super) enum Ending {
    /// The module itself, of which nothing is taken yet.
    Name,
    /// All that the module has to give.
    Everything,
}

/// The paths of two names and more, since one name alone is brought into scope by a `use`, which
/// counts where it stands, or is a variable.
pub(super) fn macro_paths(tokens: TokenStream) -> Vec<TokenPath> {
    let mut paths = Vec::new();
    read(&[], tokens, &mut paths);
    paths.retain(|path| path.names.len() > 1);
    paths
}

/// The same, and those in the texts that derive macros take for paths.
pub(super) fn attribute_paths(tokens: TokenStream) -> Vec<TokenPath> {
    let mut paths = macro_paths(tokens.clone());
    texts(tokens, &mut paths);
    paths
}

fn read(before: &[String], tokens: TokenStream, paths: &mut Vec<TokenPath>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let mut next = 0;
    while let Some(token) = tokens.get(next) {
        next += 1;
        match token {
            TokenTree::Group(group) => read(&[], group.stream(), paths),
            TokenTree::Ident(ident) => {
                let mut path = TokenPath {
                    names: [before, &[name_of(ident)]].concat(),
                    ending: Ending::Name,
                };
                while is(tokens.get(next), ':') && is(tokens.get(next + 1), ':') {
                    next += 2;
                    match tokens.get(next) {
                        Some(TokenTree::Ident(ident)) => path.names.push(name_of(ident)),
                        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                            read(&path.names, group.stream(), paths);
                        }
                        Some(TokenTree::Punct(star)) if star.as_char() == '*' => {
                            path.ending = Ending::Everything;
                        }
                        _ => break,
                    }
                    next += 1;
                }
                paths.push(path);
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// `key = "some::path"`, and `with = "module"`.
fn texts(tokens: TokenStream, paths: &mut Vec<TokenPath>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => texts(group.stream(), paths),
            TokenTree::Literal(literal) if index >= 2 && is(tokens.get(index - 1), '=') => {
                let text = literal.to_string();
                let Ok(path) = syn::parse_str::<syn::Path>(text.trim_matches('"')) else {
                    continue;
                };
                let with = matches!(&tokens[index - 2], TokenTree::Ident(key) if key.to_string().ends_with("with"));
                if with || path.segments.len() > 1 {
                    paths.push(TokenPath {
                        names: path
                            .segments
                            .iter()
                            .map(|part| name_of(&part.ident))
                            .collect(),
                        ending: Ending::Everything,
                    });
                }
            }
            _ => {}
        }
    }
}

fn is(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}
