//! `cargo xtask drift`, as it is run by people and by workflows.

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use bigcommerce_drift::{AcceptedIn, Policy};
use serde_json::Value;
use tempfile::TempDir;

use super::spec_path;
use crate::codegen::tree::{binary, workspace};

/// A folder with a changed copy of the processing document.
fn changed() -> (TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let text = fs::read_to_string(spec_path("processing")).expect("the spec");
    let file = folder.path().join("processing.yml");
    fs::write(&file, text.replace("minLength: 3", "minLength: 4")).expect("a file");
    let file = file.display().to_string();
    (folder, file)
}

/// The exit code, what is printed, and what is complained of.
fn drift(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(binary())
        .arg("--root")
        .arg(workspace())
        .arg("drift")
        .args(arguments)
        .current_dir(workspace())
        .env_remove("CLICOLOR_FORCE")
        .output()
        .expect("xtask");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn findings_fail_at_their_level_and_trouble_is_told_apart() {
    let (_folder, file) = changed();
    let base = ["--base", "specs/processing.yml", "--revision"];
    let run = |revision: &str, rest: &[&str]| drift(&[&base[..], &[revision], rest].concat());
    assert_eq!(
        run("specs/processing.yml", &["--fail-on", "info"]).0,
        Some(0)
    );
    assert_eq!(run(&file, &[]).0, Some(1));
    assert_eq!(run(&file, &["--fail-on", "never"]).0, Some(0));
    let (code, _, stderr) = run("no/such/thing", &[]);
    assert_eq!(code, Some(2));
    assert!(
        stderr.contains("is no file, no folder, and no revision"),
        "{stderr}"
    );
}

#[test]
fn every_format_has_the_finding_with_its_places() {
    let (_folder, file) = changed();
    let run = |format: &str| {
        drift(&[
            "--base",
            "specs/processing.yml",
            "--revision",
            &file,
            "--format",
            format,
        ])
        .1
    };

    let json: Value = serde_json::from_str(&run("json")).expect("JSON");
    let finding = &json[0];
    assert_eq!(finding["id"], "request-property-min-length-increased");
    assert_eq!(finding["level"], "ERR");
    assert_eq!(finding["operation"], "POST /payments");
    assert_eq!(
        finding["path"],
        "/components/schemas/Card/properties/verification_value/minLength"
    );
    assert_eq!(finding["base"]["file"], "specs/processing.yml");
    assert_eq!(
        (&finding["base"]["value"], &finding["revision"]["value"]),
        (&3.into(), &4.into())
    );
    let (line, column) = (
        finding["base"]["line"].as_u64(),
        finding["base"]["column"].as_u64(),
    );
    let (line, column) = (line.expect("a line"), column.expect("a column"));

    let place = format!("specs/processing.yml:{line}:{column}");
    let text = run("text");
    assert!(text.contains("- 3  ") && text.contains(&place), "{text}");
    assert!(run("markdown").contains(&format!("`3`<br>{}", place.replace('_', "\\_"))));
    assert!(run("github").contains(&format!(
        "::error file={file},line={line},col={column},title=request-property-min-length-increased::"
    )));
}

#[test]
fn the_policy_sets_levels_and_accepts_for_a_while() {
    let (folder, file) = changed();
    let policy = |text: &str| {
        let path = folder.path().join("drift.toml");
        fs::write(&path, text).expect("a file");
        let path = path.display().to_string();
        drift(&[
            "--base",
            "specs/processing.yml",
            "--revision",
            &file,
            "--policy",
            &path,
        ])
    };
    let accept = |path: &str, expires: &str| {
        format!(
            "[[accept]]\ncomparison = \"branch\"\nid = \"request-property-min-length-increased\"\n\
             path = \"/components/schemas/{path}/properties/verification_value/minLength\"\n\
             values = [4]\nreason = \"a test\"\nexpires = {expires}\n"
        )
    };
    assert_eq!(policy("").0, Some(1));
    let info = "[levels]\nrequest-property-min-length-increased = \"info\"\n";
    assert_eq!(policy(info).0, Some(0));
    let both = accept("Card", "2999-01-31") + &accept("StoredCard", "2999-01-31");
    let (code, stdout, _) = policy(&both);
    assert_eq!(code, Some(0), "{stdout}");
    assert!(
        stdout.contains("accepted until 2999-01-31: a test"),
        "{stdout}"
    );
    let (code, stdout, _) = policy(&both.replace("2999", "2020"));
    assert_eq!(code, Some(1));
    assert!(stdout.contains("[acceptance-expired]"), "{stdout}");
    assert!(
        policy(&accept("Order", "2999-01-31"))
            .1
            .contains("[acceptance-unmatched]")
    );
    let (code, _, stderr) = policy("[levels]\nno-such-rule = \"err\"\n");
    assert_eq!(code, Some(2));
    assert!(
        stderr.contains("drift.toml:2:1: there is no rule \"no-such-rule\""),
        "{stderr}"
    );
}

#[test]
fn paths_are_the_callers_and_pipes_are_read() {
    let (folder, file) = changed();
    let described = fs::read_to_string(&file).expect("a file");
    let described = described.replacen("Issue number of this card", "Issue number", 1);
    fs::write(&file, described).expect("a file");
    let base = fs::read(spec_path("processing")).expect("the spec");
    let run = |base: Stdio, input: &[u8]| {
        let mut child = Command::new(binary())
            .arg("--root")
            .arg(workspace())
            .args([
                "drift",
                "--base",
                "/dev/stdin",
                "--revision",
                "processing.yml",
            ])
            .args(["--min-level", "err"])
            .current_dir(folder.path())
            .stdin(base)
            .stdout(Stdio::piped())
            .spawn()
            .expect("xtask");
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input).expect("a pipe");
        }
        let output = child.wait_with_output().expect("an end");
        let text = String::from_utf8(output.stdout).expect("text");
        (output.status.code(), text)
    };
    let (code, text) = run(Stdio::piped(), &base);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("/dev/stdin:"), "{text}");
    assert!(text.contains("  processing.yml:"), "{text}");
    let last = text.lines().last();
    assert_eq!(
        last,
        Some("2 ERR, 0 WARN, 1 INFO (1 below ERR are not shown)")
    );
    assert!(!text.contains("[description-changed]"), "{text}");
}

#[test]
fn an_acceptance_belongs_to_one_comparison() {
    let (folder, file) = changed();
    let policy = folder.path().join("drift.toml");
    let accept = |comparison: &str| {
        let each = ["Card", "StoredCard"].map(|name| {
            format!(
                "[[accept]]\ncomparison = \"{comparison}\"\n\
                 id = \"request-property-min-length-increased\"\n\
                 path = \"/components/schemas/{name}/properties/verification_value/minLength\"\n\
                 values = [4]\nreason = \"a test\"\nexpires = 2999-01-31\n"
            )
        });
        fs::write(&policy, each.concat()).expect("a file");
        let policy = policy.display().to_string();
        let base = ["--base", "specs/processing.yml", "--revision", &file];
        drift(&[&base[..], &["--policy", &policy, "--fail-on", "warn"]].concat())
    };
    assert_eq!(accept("branch").0, Some(0));
    assert_eq!(accept("upstream").0, Some(1));
}

#[test]
fn an_acceptance_of_values_names_them_and_no_others() {
    let (folder, file) = changed();
    let policy = folder.path().join("drift.toml");
    let run = |values: &str| {
        let each = ["Card", "StoredCard"].map(|name| {
            format!(
                "[[accept]]\ncomparison = \"branch\"\n\
                 id = \"request-property-min-length-increased\"\n\
                 path = \"/components/schemas/{name}/properties/verification_value/minLength\"\n\
                 {values}reason = \"a test\"\nexpires = 2999-01-31\n"
            )
        });
        fs::write(&policy, each.concat()).expect("a file");
        let policy = policy.display().to_string();
        let base = ["--base", "specs/processing.yml", "--revision", &file];
        drift(&[&base[..], &["--policy", &policy, "--fail-on", "warn"]].concat())
    };
    assert_eq!(run("values = [3, 4]\n").0, Some(0));
    assert_eq!(run("values = [4.0]\n").0, Some(0), "the same number");
    assert_eq!(run("values = [5]\n").0, Some(1));
    let (code, _, stderr) = run("");
    assert_eq!(code, Some(2), "{stderr}");
    assert!(
        stderr.contains("drift.toml:1:1: say in `values`"),
        "{stderr}"
    );
}

/// What `specs/drift.toml` shows in its comments is what the command takes.
#[test]
fn the_example_in_the_policy_can_be_used() {
    let text = fs::read_to_string(spec_path("processing").with_file_name("drift.toml"));
    let text = text.expect("the policy");
    let (head, example) = text.split_once("# [[accept]]").expect("an example");
    let lines = example.lines().map(|line| line.trim_start_matches("# "));
    let is_code = |line: &&str| line.contains(" = ") || line.starts_with("[[");
    let example: Vec<_> = lines.filter(is_code).collect();
    let policy = format!("{head}[[accept]]\n{}\n", example.join("\n")).replace("2027", "2999");
    let policy = Policy::parse("drift.toml", &policy).expect("a policy");
    for comparison in [AcceptedIn::Upstream, AcceptedIn::Branch] {
        let mut findings = Vec::new();
        policy.apply(comparison, &mut findings);
        assert_eq!(findings.len(), 1, "one for each comparison: {findings:#?}");
        assert_eq!(findings[0].id, "acceptance-unmatched");
    }
}

#[test]
fn the_rules_are_listed() {
    let (code, stdout, _) = drift(&["--rules"]);
    assert_eq!(code, Some(0));
    assert!(
        stdout
            .lines()
            .any(|line| line.starts_with("ERR  response-success-status-removed "))
    );
    let rules = stdout.lines().filter(|line| !line.starts_with(' ')).count();
    let reasons = stdout
        .lines()
        .filter(|line| line.starts_with("     because "))
        .count();
    assert_eq!(rules, reasons, "each rule has its reason");
    assert!(Path::new(workspace()).join("specs/drift.toml").is_file());
}
