//! Circles planted in small crates: each way to import is found, and what does not count is not.

use std::{fs, path::Path};

use super::{circles::circles, imports::imports, tree::Tree};

/// The circles of a crate with these files.
fn found(files: &[(&str, &str)]) -> Vec<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().unwrap_or(Path::new(""))).unwrap();
        fs::write(file, text).unwrap();
    }
    let tree = Tree::read(&folder.path().join(files[0].0)).unwrap();
    for (name, _) in files {
        assert!(tree.leads_to(&folder.path().join(name)), "{name}");
    }
    circles(&tree, &imports(&tree))
        .into_iter()
        .map(|circle| circle.modules)
        .collect()
}

/// Two modules, `a` and `b`, of which `b` takes `A` from `a`: a circle if `a` takes anything from
/// `b`.
fn found_beside_b(a: &str) -> Vec<Vec<String>> {
    found(&[
        ("lib.rs", "mod a; mod b; mod c;"),
        ("a.rs", a),
        (
            "b.rs",
            "use crate::a::A; pub struct B(A); pub const LIMIT: u8 = 1; pub fn make() {}
             pub mod deep { pub struct Below; }
             macro_rules! shout { () => {} } pub(crate) use shout;",
        ),
        (
            "c.rs",
            "pub use crate::b::*; pub use crate::b::B as Renamed;",
        ),
    ])
}

fn assert_circle(a: &str) {
    assert_eq!(found_beside_b(a), [["a", "b"]], "{a}");
}

fn assert_none(a: &str) {
    assert_eq!(found_beside_b(a), Vec::<Vec<String>>::new(), "{a}");
}

#[test]
fn two_modules_apart_are_no_circle() {
    assert_none("pub struct A;");
}

#[test]
fn a_use_closes_a_circle() {
    assert_circle("use crate::b::B; pub struct A(Option<Box<B>>);");
    assert_circle("use crate::b::B as Other; pub struct A;");
    assert_circle("use crate::b::B as _; pub struct A;");
    assert_circle("use super::b::B; pub struct A;");
    assert_circle("use self::super::b::B; pub struct A;");
    assert_circle("pub use crate::b::B; pub struct A;");
}

#[test]
fn so_does_one_in_a_group() {
    assert_circle("use crate::{c, b::{B, LIMIT}}; pub struct A;");
    assert_circle("use std::{fmt, str}; use crate::{b::{self, B}}; pub struct A;");
}

#[test]
fn and_one_of_all_names() {
    assert_circle("use crate::b::*; pub struct A;");
    assert_circle("use crate::c::*; pub struct A;");
    assert_circle("use super::{b::*, c}; pub struct A;");
}

#[test]
fn a_path_closes_a_circle_wherever_it_stands() {
    for a in [
        "pub struct A; fn f() { let _ = crate::b::LIMIT; }",
        "pub struct A; fn f() { super::b::make(); }",
        "pub struct A; fn f(b: &super::b::B) {}",
        "pub struct A; impl From<crate::b::B> for A { fn from(b: crate::b::B) -> Self { A } }",
        "pub struct A; const C: [u8; crate::b::LIMIT as usize] = [0];",
        "pub struct A; fn f() { { use crate::b; b::make(); } }",
        "pub struct A; fn f() { use super::b as other; let g = || other::make(); }",
        "pub struct A; fn f() { use crate::b::*; }",
        "use super::b; pub struct A; fn f() { b::make(); }",
        "use crate::b::{self}; pub struct A(Vec<b::B>);",
        "use super::*; pub struct A; fn f() { b::make(); }",
        "pub struct A; fn f(a: u8) { match a { crate::b::LIMIT => {} _ => {} } }",
        "pub struct A; fn f<T: Into<crate::b::B>>() {}",
        "pub struct A; fn f(_: inner::I) {} mod inner { pub(super) struct I(crate::b::B); }",
    ] {
        let circles = found_beside_b(a);
        assert_eq!(circles.len(), 1, "{a}");
        assert!(circles[0].contains(&"b".into()), "{a}: {circles:?}");
    }
}

#[test]
fn a_re_export_is_followed() {
    assert_circle("use crate::c::B; pub struct A;");
    assert_circle("use crate::c::Renamed; pub struct A;");
    assert_circle("use crate::c; pub struct A(Vec<c::Renamed>);");
    let through_root = found(&[
        ("lib.rs", "mod a; mod b; pub use b::B; pub use a::*;"),
        ("a.rs", "use crate::B; pub struct A;"),
        ("b.rs", "use crate::A; pub struct B;"),
    ]);
    assert_eq!(through_root, [["a", "b"]]);
    let through_a_parent = found(&[
        ("main.rs", "mod a; mod b;"),
        ("a.rs", "use super::b::Inner; pub struct A;"),
        ("b.rs", "mod inner; pub use self::inner::Inner;"),
        ("b/inner.rs", "pub struct Inner(crate::a::A);"),
    ]);
    assert_eq!(through_a_parent, [["a", "b::inner"]]);
}

#[test]
fn the_tokens_of_macros_count() {
    assert_circle("pub struct A; fn f() { println!(\"{}\", crate::b::LIMIT); }");
    assert_circle("pub struct A; fn f() { assert!(matches!(1, super::b::LIMIT)); }");
    assert_circle("use super::b; pub struct A; fn f() { vec![b::make()]; }");
    assert_circle("pub struct A; wrap! { use crate::{b::{B}}; }");
    assert_circle("pub struct A; wrap! { use crate::b::*; }");
    assert_circle("pub struct A; macro_rules! m { () => { $crate::b::make() } }");
    assert_circle("pub struct A; fn f() { crate::b::shout!(); }");
    assert_circle("pub struct A; fn f() { shout!(); }");
}

#[test]
fn so_do_paths_in_attributes() {
    assert_circle("#[serde(with = \"crate::b\")] pub struct A;");
    assert_circle("use crate::b; #[serde(with = \"b\")] pub struct A;");
    assert_circle("pub struct A { #[serde(default = \"super::b::make\")] a: u8 }");
    assert_circle("#[arg(value_parser = crate::b::make)] pub struct A;");
}

#[test]
fn what_a_macro_defines_is_taken_for_its_module_s() {
    let circles = found(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b::Made; pub struct A;"),
        ("b.rs", "use crate::a::A; open_enum! { pub enum Made {} }"),
    ]);
    assert_eq!(circles, [["a", "b"]]);
}

#[test]
fn a_longer_way_around_is_found_too() {
    let circles = found(&[
        ("lib.rs", "mod a; mod b; mod c; mod d;"),
        ("a.rs", "pub struct A(crate::b::B);"),
        ("b.rs", "pub struct B(crate::c::inner::C);"),
        ("c/mod.rs", "pub mod inner;"),
        ("c/inner.rs", "pub struct C(super::super::a::A);"),
        ("d.rs", "pub struct D(crate::a::A);"),
    ]);
    assert_eq!(circles, [["a", "b", "c::inner"]]);
}

#[test]
fn a_child_and_what_its_parent_uses_can_be_a_circle() {
    let circles = found(&[
        ("lib.rs", "mod a; mod b;"),
        (
            "a.rs",
            "pub mod child; pub struct A(child::Child, crate::b::B);",
        ),
        ("a/child.rs", "use super::A; pub struct Child;"),
        ("b.rs", "use crate::a::child::Child; pub struct B;"),
    ]);
    assert_eq!(circles, [["a", "a::child", "b"]]);
    let through_a_parent_s_code = found(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "mod child; pub struct A; fn f() { child::f() }"),
        ("a/child.rs", "pub fn f() { crate::b::f() }"),
        ("b.rs", "use crate::a::A; pub fn f() {}"),
    ]);
    assert_eq!(through_a_parent_s_code, [["a", "a::child", "b"]]);
}

#[test]
fn a_circle_within_a_folder_is_found() {
    let circles = found(&[
        ("lib.rs", "mod a;"),
        ("a.rs", "mod b; mod c; pub use b::B;"),
        ("a/b.rs", "use super::c::C; pub struct B;"),
        ("a/c.rs", "use super::B; pub struct C;"),
    ]);
    assert_eq!(circles, [["a::b", "a::c"]]);
}

#[test]
fn a_parent_may_name_what_is_below_it() {
    let circles = found(&[
        (
            "lib.rs",
            "mod a; pub use a::A; pub struct Root(a::deep::Deep);",
        ),
        (
            "a.rs",
            "pub mod deep; pub use deep::Deep; pub struct A(Deep);",
        ),
        (
            "a/deep.rs",
            "use super::A; use crate::Root; pub struct Deep;",
        ),
    ]);
    assert_eq!(circles, Vec::<Vec<String>>::new());
}

#[test]
fn tests_may_import_what_they_test() {
    assert_none("pub struct A; #[cfg(test)] mod tests { use crate::b::B; }");
    assert_none("pub struct A; #[cfg(test)] use crate::b::B;");
    assert_none("pub struct A; #[cfg(all(test, unix))] fn f() { crate::b::make(); }");
    assert_none("pub struct A; impl A { #[cfg(test)] fn f() { crate::b::make(); } }");
    assert_circle("pub struct A; #[cfg(not(test))] use crate::b::B;");
    assert_circle("pub struct A; #[cfg(any(test, unix))] use crate::b::B;");
    let in_files = found(&[
        ("lib.rs", "mod a; #[cfg(test)] mod tests;"),
        ("a.rs", "pub struct A; #[cfg(test)] mod tests;"),
        ("a/tests.rs", "use crate::tests::T; mod more;"),
        ("a/tests/more.rs", ""),
        ("tests.rs", "use crate::a::A; pub struct T;"),
    ]);
    assert_eq!(in_files, Vec::<Vec<String>>::new());
}

#[test]
fn names_of_other_crates_and_of_modules_alone_take_nothing() {
    assert_none("pub struct A; fn f() -> std::b::B { serde::b::make() }");
    assert_none("pub struct A; use ::b::B;");
    assert_none("pub struct A; pub(in crate::b) struct C;");
    assert_none("pub struct A; fn f(b: u8) { println!(\"{}\", b); }");
    assert_none("/// [`crate::b::B`]\npub struct A;");
}

#[test]
fn imports_of_each_other_come_to_an_end() {
    let circles = found(&[
        ("lib.rs", "mod a; mod b; mod c;"),
        ("a.rs", "pub use crate::b::*; pub use crate::b::X;"),
        ("b.rs", "pub use crate::a::*; pub use crate::a::X;"),
        (
            "c.rs",
            "use crate::a::X; use crate::b::Y; fn f() { X::new(); }",
        ),
    ]);
    assert_eq!(circles.len(), 1);
}

#[test]
fn a_file_that_no_module_leads_to_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    fs::write(file("lib.rs"), "mod a;").unwrap();
    fs::write(file("a.rs"), "").unwrap();
    fs::write(file("b.rs"), "").unwrap();
    let tree = Tree::read(&file("lib.rs")).unwrap();
    assert!(tree.leads_to(&file("a.rs")));
    assert!(!tree.leads_to(&file("b.rs")));
    fs::remove_file(file("a.rs")).unwrap();
    let error = Tree::read(&file("lib.rs")).err().unwrap();
    assert!(error.ends_with("lib.rs: no file for `mod a`"), "{error}");
}
