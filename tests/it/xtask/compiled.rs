//! What the commands compile.

use std::{collections::BTreeMap, env, process::Command};

use crate::codegen::tree::workspace;

/// Programs that are built without tests would be compiled again, with all that they depend on, if
/// one dependency had another feature in the tests: name it in `tests/Cargo.toml`, too.
#[test]
fn a_program_and_the_tests_share_what_they_depend_on() {
    let programs = features_of("normal,build");
    let tests = features_of("normal,build,dev");

    assert!(programs.len() > 200, "{programs:?}");
    for (package, features) in programs {
        assert_eq!(Some(&features), tests.get(&package), "{package}");
    }
}

/// The features of each package that cargo compiles in the workspace, by name and version.
fn features_of(edges: &str) -> BTreeMap<String, Vec<String>> {
    let output = Command::new(env::var_os("CARGO").unwrap())
        .args(["tree", "--workspace", "--offline", "--prefix", "none"])
        .args(["--format", "{p}\t{f}", "--edges", edges])
        .current_dir(workspace())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let mut packages = BTreeMap::<_, Vec<_>>::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        // What is below one that was there before is left out, and marked.
        let line = line.trim_end_matches(" (*)");
        if let Some((package, features)) = line.split_once('\t') {
            let of_package = packages.entry(package.to_owned()).or_default();
            // One that compilers run, too, may have others there.
            if !of_package.iter().any(|known| known == features) {
                of_package.push(features.to_owned());
            }
        }
    }
    for features in packages.values_mut() {
        features.sort();
    }
    packages
}
