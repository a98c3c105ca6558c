//! `cargo xtask ci`, with a program in the place of cargo that tells what it was asked for.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    process::{Command, Output},
};

use tempfile::TempDir;

use crate::codegen::tree::{workspace, xtask};

/// A program that writes down its arguments, and fails where they contain one of some words.
struct FakeCargo {
    folder: TempDir,
}

impl FakeCargo {
    fn failing_at(words: &str) -> Self {
        Self::that(&format!(
            "for word in {words}; do\n  case \"$*\" in *$word*) exit 3 ;; esac\ndone"
        ))
    }

    /// Does this, in a folder of its own.
    fn that(does: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("cargo");
        let script = format!(
            "#!/bin/sh\ncd '{}'\necho \"$@\" >>asked\n{does}\n",
            folder.path().display()
        );
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        Self { folder }
    }

    /// Runs `cargo xtask ci` with these arguments.
    fn ci(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(xtask());
        command
            .arg("ci")
            .args(arguments)
            .env("CARGO", self.folder.path().join("cargo"))
            .env_remove("CLICOLOR_FORCE");
        command
    }

    /// The first words of what was asked for.
    fn asked(&self) -> Vec<String> {
        let asked = fs::read_to_string(self.folder.path().join("asked")).unwrap_or_default();
        let first_words = |line: &str| line.split(" -").next().unwrap_or_default().to_owned();
        asked.lines().map(first_words).collect()
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// The results of the summary: step, and what it came to.
fn results(stdout: &str) -> Vec<(String, String)> {
    let summary = stdout.split_once("\nstep ").expect("a summary").1;
    let lines = summary.lines().skip(1).take_while(|line| !line.is_empty());
    lines
        .filter_map(|line| {
            let (step, rest) = line.split_once(' ')?;
            let result = rest.trim().split("  ").next()?;
            Some((step.to_owned(), result.trim().to_owned()))
        })
        .collect()
}

fn count(results: &[(String, String)], result: &str) -> usize {
    results.iter().filter(|(_, found)| found == result).count()
}

#[test]
fn the_steps_are_listed() {
    let cargo = FakeCargo::failing_at("");
    let output = cargo.ci(&["--list"]);

    assert_eq!(output.status.code(), Some(0));
    let stdout = text(output.stdout);
    for command in [
        "] format: cargo fmt --all --check\n",
        "cargo clippy --workspace --all-targets --features bigcommerce-tokens-api/codegen,\
         bigcommerce-processing-api/codegen -- -D warnings",
        "RUSTDOCFLAGS=\"-D warnings\" cargo doc --workspace --no-deps",
        "cargo xtask regen --check\n",
        "cargo test --test build_time --features bigcommerce-tokens-api/codegen,\
         bigcommerce-processing-api/codegen",
    ] {
        assert!(stdout.contains(command), "{command}: {stdout}");
    }
    let integration_tests = ["--workspace\n", "bigcommerce-tests"];
    let runs = |line: &&str| {
        let line = format!("{line}\n");
        line.contains("cargo test") && integration_tests.iter().any(|it| line.contains(it))
    };
    assert_eq!(stdout.lines().filter(runs).count(), 1, "{stdout}");
    assert_eq!(cargo.asked(), [""; 0]);
}

#[test]
fn a_failure_says_what_was_not_run_and_how_to_go_on() {
    let cargo = FakeCargo::failing_at("doc");
    let output = cargo.ci(&[]);

    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert_eq!(cargo.asked(), ["fmt", "clippy", "doc"]);
    let results = results(&stdout);
    let of = |step: &str| &results.iter().find(|(name, _)| name == step).unwrap().1;
    assert_eq!(
        (of("clippy").as_str(), of("docs").as_str()),
        ("passed", "failed")
    );
    assert_eq!(count(&results, "not run"), results.len() - 3, "{stdout}");
    assert!(stderr.contains("1 failed, 2 passed, "), "{stderr}");
    assert!(stderr.contains("`cargo xtask ci --from docs`"), "{stderr}");
}

#[test]
fn the_other_steps_run_where_that_is_asked_for() {
    let cargo = FakeCargo::failing_at("fmt plant");
    let output = cargo.ci(&["--keep-going"]);

    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    let results = results(&stdout);
    assert_eq!(cargo.asked().len(), results.len());
    assert_eq!(count(&results, "failed"), 3, "{stdout}");
    assert_eq!(count(&results, "not run"), 0, "{stdout}");
    assert!(
        stderr.contains("`cargo xtask ci --from format`"),
        "{stderr}"
    );
}

#[test]
fn a_part_of_the_steps_can_be_asked_for() {
    let cargo = FakeCargo::failing_at("");
    let output = cargo.ci(&["--only", "docs", "--only", "format"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(cargo.asked(), ["fmt", "doc"]);
    let stdout = text(output.stdout);
    assert!(stdout.contains("2 steps passed in "), "{stdout}");

    let cargo = FakeCargo::failing_at("");
    let output = cargo.ci(&["--from", "bench"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(cargo.asked(), ["xtask bench"]);

    let output = cargo.ci(&["--only", "dcos"]);
    assert_eq!(output.status.code(), Some(2));
    let stderr = text(output.stderr);
    assert!(
        stderr.contains("[possible values: format, clippy, docs,"),
        "{stderr}"
    );
}

#[test]
fn all_steps_pass_only_where_each_does() {
    let cargo = FakeCargo::failing_at("");
    let output = cargo.ci(&[]);

    assert_eq!(output.status.code(), Some(0));
    let stdout = text(output.stdout);
    let results = results(&stdout);
    assert_eq!(count(&results, "passed"), results.len() - 1, "{stdout}");
    assert!(stdout.contains("ci passed: all "), "{stdout}");
}

/// Each waits here until another one runs, too; what one prints stays together.
#[test]
fn steps_that_wait_run_side_by_side() {
    let cargo = FakeCargo::that(
        "mkdir -p running; touch running/$$; echo \"$* begins\"\n\
         for _ in $(seq 1200); do\n\
         [ $(ls running | wc -l) -ge 2 ] && { echo \"$* ends\"; exit 0; }; sleep 0.05\ndone\nexit 3",
    );
    let output = cargo.ci(&["--only", "chaos", "--only", "chaos-unprotected"]);

    let stdout = text(output.stdout);
    assert_eq!(output.status.code(), Some(0), "{stdout}");
    // Whoever waits for one that hangs sees which ones have begun.
    let mut first = stdout.lines();
    let begun = [first.next(), first.next()].map(Option::unwrap_or_default);
    assert!(
        begun
            .iter()
            .all(|line| line.contains(": cargo xtask chaos")),
        "{stdout}"
    );
    for arguments in ["--seed 1", "--seed 2 --unprotected"] {
        let command = format!("xtask chaos --payments 2000 {arguments}");
        let printed = format!(": cargo {command}\n{command} begins\n{command} ends\n");
        assert!(stdout.contains(&printed), "{stdout}");
    }
}

/// The last lines say it, and where it is asked for it is a failure.
#[test]
fn what_is_not_installed_is_said_last() {
    let nothing = tempfile::tempdir().unwrap();
    let cargo = FakeCargo::failing_at("");
    let ci = |arguments: &[&str]| {
        let mut command = cargo.command(arguments);
        let output = command.env("TEST_POSTGRES_PROGRAMS", nothing.path());
        output.output().unwrap()
    };
    let output = ci(&[]);
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert_eq!(count(&results(&stdout), "not possible"), 2, "{stdout}");
    assert!(!stdout.contains("ci passed: all"), "{stdout}");
    let last = "; 2 were not run: they are not possible here\n";
    assert!(stdout.ends_with(last), "{stdout}");
    assert_eq!(
        stderr,
        "PostgreSQL is not installed: nothing was tested with it\n\
         pgbouncer is not installed: nothing was tested with it\n"
    );
    let asked = cargo.asked().join("\n");
    assert!(
        asked.contains("fleet") && !asked.contains("postgres"),
        "{asked}"
    );

    assert_eq!(ci(&["--require-programs"]).status.code(), Some(1));
}

/// Tests see only as they run that a file system cannot be mounted.
#[test]
fn steps_are_told_that_nothing_may_be_left_out() {
    let cargo = FakeCargo::that("echo \"required: ${REQUIRE_PROGRAMS:-no}\"");
    for (arguments, told) in [
        (&["--only", "tests"][..], "required: no\n"),
        (
            &["--only", "tests", "--require-programs"][..],
            "required: 1\n",
        ),
        (
            &["--only", "fleet", "--only", "chaos", "--require-programs"][..],
            "required: 1\n",
        ),
    ] {
        let mut command = cargo.command(arguments);
        let output = command.env_remove("REQUIRE_PROGRAMS").output().unwrap();
        let stdout = text(output.stdout);
        assert!(stdout.contains(told), "{arguments:?}: {stdout}");
    }
}

/// GitHub runs each of the jobs of `.ci/run`, by its name.
#[test]
fn github_runs_what_ci_runs() {
    let run = fs::read_to_string(workspace().join(".ci/run")).unwrap();
    let workflow = fs::read_to_string(workspace().join(".github/workflows/ci.yml")).unwrap();
    assert!(
        workflow.contains("      - run: .ci/run \"$JOB\"\n"),
        "{workflow}"
    );
    let line = |text: &str, start: &str, end: char| {
        let mut lines = text.lines().map(str::trim);
        let jobs = lines.find_map(|line| line.strip_prefix(start)?.strip_suffix(end));
        jobs.map(|jobs| jobs.replace(',', ""))
    };
    let jobs = line(&run, "jobs=(", ')').unwrap();
    assert_eq!(line(&workflow, "job: [", ']').as_ref(), Some(&jobs));

    let mut lines = run.lines();
    lines.find(|line| *line == "workspace() {").unwrap();
    assert_eq!(lines.next(), Some("  cargo xtask ci --require-programs"));
    assert!(jobs.split(' ').any(|job| job == "workspace"), "{jobs}");
}
