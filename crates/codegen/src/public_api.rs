//! The public API of generated code as a list, so that a change of it can be seen and judged.

use quote::ToTokens;
use syn::{Fields, ImplItem, Item, Visibility};

/// Lists what a generated source makes public: one item, field, variant or method a line,
/// sorted.
///
/// # Errors
///
/// When the source is no Rust.
pub fn public_api(source: &str) -> Result<String, syn::Error> {
    let file = syn::parse_file(source)?;
    let mut lines = Vec::new();
    items(&mut lines, "", &file.items);
    lines.sort();
    lines.dedup();
    Ok(lines.join("\n") + "\n")
}

/// What of a change of the list breaks code that uses the API: whatever is gone, and whatever
/// came into an enum or a struct that was there, which matches and literals must name.
pub fn breaking_changes(before: &str, after: &str) -> Vec<String> {
    let had = |line: &str| before.lines().any(|old| old == line);
    let has = |line: &str| after.lines().any(|new| new == line);
    let gone = before
        .lines()
        .filter(|line| !has(line))
        .map(|line| format!("gone: {line}"));
    let grown = after.lines().filter(|line| !had(line)).filter_map(|line| {
        let name = line
            .strip_prefix("field ")
            .or_else(|| line.strip_prefix("variant "))?;
        let name = name.split_once(": ").map_or(name, |(name, _)| name);
        let parent = name.rsplit_once("::").map_or(name, |(parent, _)| parent);
        let kinds = ["struct", "enum", "variant"];
        let was_there = kinds.iter().any(|kind| had(&format!("{kind} {parent}")));
        was_there.then(|| format!("new: {line}"))
    });
    gone.chain(grown).collect()
}

fn items(lines: &mut Vec<String>, path: &str, list: &[Item]) {
    for item in list {
        match item {
            Item::Mod(module) if is_public(&module.vis) => {
                let inner = format!("{path}{}::", module.ident);
                lines.push(format!("mod {path}{}", module.ident));
                items(
                    lines,
                    &inner,
                    module.content.as_ref().map_or(&[], |(_, items)| items),
                );
            }
            Item::Struct(item) if is_public(&item.vis) => {
                lines.push(format!("struct {path}{}", item.ident));
                fields(lines, &format!("{path}{}", item.ident), &item.fields, false);
            }
            Item::Enum(item) if is_public(&item.vis) => {
                lines.push(format!("enum {path}{}", item.ident));
                for variant in &item.variants {
                    let name = format!("{path}{}::{}", item.ident, variant.ident);
                    lines.push(format!("variant {name}"));
                    fields(lines, &name, &variant.fields, true);
                }
            }
            Item::Type(item) if is_public(&item.vis) => {
                lines.push(format!("type {path}{} = {}", item.ident, text(&item.ty)));
            }
            Item::Use(item) if is_public(&item.vis) => {
                lines.push(format!("use {path}{}", text(&item.tree)));
            }
            Item::Fn(item) if is_public(&item.vis) => {
                lines.push(format!("fn {path}{}", text(&item.sig)));
            }
            Item::Impl(item) => implementation(lines, path, item),
            _ => {}
        }
    }
}

fn fields(lines: &mut Vec<String>, owner: &str, fields: &Fields, all: bool) {
    for (index, field) in fields.iter().enumerate() {
        if all || is_public(&field.vis) {
            let name = field
                .ident
                .as_ref()
                .map_or(index.to_string(), ToString::to_string);
            lines.push(format!("field {owner}::{name}: {}", text(&field.ty)));
        }
    }
}

fn implementation(lines: &mut Vec<String>, path: &str, item: &syn::ItemImpl) {
    let owner = text(&item.self_ty);
    if let Some((name, _)) = &item.trait_ {
        return lines.push(format!("impl {} for {path}{owner}", text(name)));
    }
    for member in &item.items {
        if let ImplItem::Fn(method) = member
            && is_public(&method.vis)
        {
            lines.push(format!("fn {path}{owner}::{}", text(&method.sig)));
        }
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// The tokens with as few spaces as a reader would write.
fn text(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    let closer = [
        (" :: ", "::"),
        (":: ", "::"),
        (" < ", "<"),
        (" >", ">"),
        ("& ", "&"),
        (" ,", ","),
    ];
    let closer = closer
        .iter()
        .fold(text, |text, (from, to)| text.replace(from, to));
    closer.replace(" (", "(").replace(" :", ":")
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "
        pub mod types {
            pub enum Instrument { Card { number: String }, Other }
            pub struct Payment { pub id: u8, secret: u8 }
            struct Hidden;
        }
        pub struct Client;
        impl Client { pub async fn pay(&self, id: u8) {} fn own(&self) {} }
    ";

    #[test]
    fn private_things_are_not_listed() {
        let list = public_api(BEFORE).unwrap();
        assert!(list.contains("field types::Instrument::Card::number: String\n"));
        assert!(list.contains("fn Client::async fn pay(&self, id: u8)\n"));
        assert!(!list.contains("secret") && !list.contains("own") && !list.contains("Hidden"));
    }

    #[test]
    fn new_variants_and_lost_or_changed_methods_break() {
        let after = BEFORE
            .replace("Other }", "Other, Cheque { number: String } }")
            .replace("id: u8) {}", "id: u16) {}");
        let (before, after) = (public_api(BEFORE).unwrap(), public_api(&after).unwrap());
        assert_eq!(
            breaking_changes(&before, &after),
            [
                "gone: fn Client::async fn pay(&self, id: u8)",
                "new: variant types::Instrument::Cheque",
            ]
        );
        assert_eq!(breaking_changes(&before, &before), [""; 0]);
    }

    #[test]
    fn new_types_and_methods_do_not_break() {
        let after = BEFORE.replace(
            "pub struct Client;",
            "pub struct Client; pub struct New { pub a: u8 }",
        );
        let (before, after) = (public_api(BEFORE).unwrap(), public_api(&after).unwrap());
        assert_eq!(breaking_changes(&before, &after), [""; 0]);
    }
}
