//! `cargo xtask adopt` on a copy of the whole workspace.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
};

use tempfile::TempDir;

use super::spec_path;
use crate::codegen::tree::{binary, workspace};

/// A copy of all that git knows of the workspace, in a repository of its own.
struct Workspace(
    TempDir,
    #[expect(dead_code, reason = "held while the copy is")] Turn,
);

/// All copies compile into one folder, where cargo tells them apart by time alone.
type Turn = MutexGuard<'static, ()>;
static TURN: Mutex<()> = Mutex::new(());

impl Workspace {
    fn new() -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let copy = Self(tempfile::tempdir().expect("a folder"), turn);
        for name in known_files(workspace()) {
            let to = copy.0.path().join(&name);
            fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
            fs::copy(workspace().join(&name), to).expect("a copy");
        }
        copy.git(&["init", "--quiet"]);
        copy.git(&["add", "--all"]);
        let author = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
        copy.git(&[&author[..], &["commit", "--quiet", "--message", "copy"]].concat());
        copy
    }

    /// What killed runs left beside the files that they were to replace, and below `target`.
    fn left_over(&self) -> Vec<PathBuf> {
        let folder = |name: &str| self.0.path().join(name);
        let mut found = staged(self.0.path());
        let target = fs::read_dir(folder("target")).into_iter().flatten();
        let target = target.map(|entry| entry.expect("an entry").path());
        let is_copy = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.starts_with("adopt-"))
        };
        found.extend(target.filter(is_copy));
        found
    }

    fn git(&self, arguments: &[&str]) {
        let status = Command::new("git")
            .args(arguments)
            .current_dir(self.0.path())
            .status();
        assert!(status.expect("git").success(), "git {arguments:?}");
    }

    /// Runs `adopt processing` on a document, with what is compiled already.
    fn adopt(&self, document: &str) -> Output {
        self.command(document).output().expect("xtask")
    }

    /// As [`command`](Self::command), where everything compiles.
    fn moving(&self, document: &str) -> Command {
        let mut command = self.command(document);
        command.env("CARGO", "true");
        command
    }

    fn command(&self, document: &str) -> Command {
        let file = self.0.path().join("target/new.yml");
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(&file, document).expect("a file");
        let mut command = Command::new(binary());
        command
            .arg("--root")
            .arg(self.0.path())
            .args(["adopt", "processing"])
            .arg(file)
            .env("CARGO_TARGET_DIR", workspace().join("target"))
            .env("CARGO_TERM_COLOR", "never");
        command
    }

    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let read = |name: PathBuf| {
            let content = fs::read(self.0.path().join(&name)).expect("a file");
            (name, content)
        };
        known_files(self.0.path()).into_iter().map(read).collect()
    }
}

fn known_files(root: &Path) -> Vec<PathBuf> {
    let output = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root)
        .output()
        .expect("git");
    let names = String::from_utf8(output.stdout).expect("names");
    let paths = names.split_terminator('\0').map(PathBuf::from);
    paths.filter(|path| root.join(path).is_file()).collect()
}

fn supplied() -> String {
    fs::read_to_string(spec_path("processing")).expect("the spec can be read")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[test]
fn an_eighth_instrument_is_reported_and_stops_the_build_in_one_place_of_the_facade() {
    let instrument = "                        - $ref: '#/components/schemas/StoredBankAccount'\n";
    let cheque = "    Cheque:\n      title: Cheque\n      type: object\n      properties:\n        type:\n          \
                  type: string\n          enum:\n            - cheque\n        cheque_number:\n          type: string\n      \
                  required:\n        - type\n        - cheque_number\n    TokenizedCard:\n      title";
    let document = supplied()
        .replace(
            instrument,
            &(instrument.to_owned() + &instrument.replace("StoredBankAccount", "Cheque")),
        )
        .replace("    TokenizedCard:\n      title", cheque);
    let workspace = Workspace::new();
    let before = workspace.files();

    let run = workspace.adopt(&document);

    let (stdout, stderr) = (text(&run.stdout), text(&run.stderr));
    assert_eq!(run.status.code(), Some(1), "{stdout}{stderr}");
    assert!(
        stdout.contains("[request-property-any-of-added]"),
        "{stdout}"
    );
    assert!(
        stdout.contains("new: variant types::Instrument::Cheque"),
        "{stdout}"
    );
    assert_eq!(stderr.matches("error[E").count(), 1, "{stderr}");
    assert_eq!(
        stderr
            .matches("--> crates/payments/src/model/instrument.rs")
            .count(),
        1,
        "{stderr}"
    );
    assert!(stderr.contains("nothing was changed"), "{stderr}");
    assert!(before == workspace.files(), "nothing was changed");
}

#[test]
fn a_broken_document_changes_nothing() {
    let workspace = Workspace::new();
    let before = workspace.files();
    for (document, says) in [
        (
            supplied().replacen("openapi: 3.0.0", "openapi: 3.0.0\n  bad: [", 1),
            "new.yml:2:6",
        ),
        (
            supplied().replacen("openapi: 3.0.0", "openapi: 3.1.0", 1),
            "OpenAPI 3.1.0",
        ),
        (
            supplied().replacen("    GiftCertificate:\n", "    Voucher:\n", 1),
            "GiftCertificate",
        ),
        (
            supplied().replace("        '202':\n", "        '201':\n"),
            "matches nothing",
        ),
    ] {
        let run = workspace.adopt(&document);
        let stderr = text(&run.stderr);
        assert_eq!(run.status.code(), Some(1), "{says}: {stderr}");
        assert!(stderr.contains(says), "{says}: {stderr}");
        assert!(before == workspace.files(), "{says}: nothing was changed");
    }
}

#[test]
fn uncommitted_edits_are_not_overwritten() {
    let workspace = Workspace::new();
    let spec = workspace.0.path().join("specs/processing.yml");
    let edited = supplied().replacen("openapi: 3.0.0", "openapi: 3.0.1", 1);
    fs::write(&spec, &edited).expect("a file");

    let run = workspace.adopt(&supplied());

    let stderr = text(&run.stderr);
    assert_eq!(run.status.code(), Some(1), "{stderr}");
    assert!(
        stderr.contains("specs/processing.yml has uncommitted edits"),
        "{stderr}"
    );
    assert!(
        stderr.contains("git checkout HEAD -- specs/processing.yml"),
        "{stderr}"
    );
    assert_eq!(fs::read_to_string(&spec).expect("a file"), edited);

    let harmless = supplied().replacen("Issue number of this card", "Issue number", 1);
    let mut asked = workspace.moving(&harmless);
    let run = asked.arg("--overwrite-edits").output().expect("xtask");
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    assert_eq!(fs::read_to_string(spec).expect("a file"), harmless);
}

/// A run that is killed when it says that a step begins leaves the workspace as it was, and
/// the next one sweeps what it left.
#[test]
fn a_kill_at_any_step_changes_nothing_and_leaves_nothing_for_ever() {
    let workspace = Workspace::new();
    let before = workspace.files();
    let document = supplied().replacen("Issue number of this card", "Issue number", 1);
    for step in [
        "== What changes for clients",
        "== The overlays",
        "== What changes in the generated code",
        "== Does the workspace compile with it?",
    ] {
        let mut child = workspace
            .command(&document)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("xtask");
        let out = BufReader::new(child.stdout.take().expect("a pipe"));
        let reached = out
            .lines()
            .any(|line| line.is_ok_and(|line| line.contains(step)));
        child.kill().expect("a kill");
        child.wait().expect("an end");
        assert!(reached, "{step}");
        assert!(before == workspace.files(), "{step}: nothing was changed");
    }
    assert!(!workspace.left_over().is_empty());

    let run = workspace.adopt("openapi: 3.1.0");

    assert_eq!(run.status.code(), Some(1));
    assert_eq!(workspace.left_over(), Vec::<PathBuf>::new());
}

/// Four files move over. A run that is killed after each one that it wrote beside its target,
/// and after each one but the last that it moved, leaves what the next run tells how to take
/// back.
#[cfg(target_os = "linux")]
#[test]
fn a_kill_while_files_move_over_is_told_of_and_can_be_taken_back() {
    let workspace = Workspace::new();
    let before = workspace.files();
    let document = supplied().replacen("Issue number of this card", "Issue number", 1);
    let steps = [(1, 0), (2, 0), (3, 0), (4, 0), (3, 1), (2, 2), (1, 3)];
    for (beside, moved) in steps {
        let step = format!("{beside} beside, {moved} moved");
        let mut run = stopped::Run::start(workspace.moving(&document));
        run.until(|| {
            let new = |(name, content): (&PathBuf, &Vec<u8>)| {
                let now = fs::read(workspace.0.path().join(name));
                now.is_ok_and(|now| now != *content)
            };
            let files = MOVED.map(Path::new);
            let changed = before
                .iter()
                .filter(|(name, _)| files.contains(&name.as_path()));
            staged(workspace.0.path()).len() == beside
                && changed.filter(|it| new(*it)).count() == moved
        });
        run.kill();
        let mut left = workspace.files();
        left.retain(|name, _| before.contains_key(name));
        assert_eq!(left == before, moved == 0, "{step}");

        let again = workspace.moving(&document).output().expect("xtask");

        assert_eq!(workspace.left_over(), Vec::<PathBuf>::new(), "{step}");
        let stderr = text(&again.stderr);
        if moved == 0 {
            assert_eq!(again.status.code(), Some(0), "{step}: {stderr}");
            workspace.git(&["checkout", "--quiet", "HEAD", "--", "."]);
            continue;
        }
        assert_eq!(again.status.code(), Some(1), "{step}: {stderr}");
        assert!(stderr.contains("stopped halfway"), "{step}: {stderr}");
        let (_, command) = stderr.split_once("`git ").expect("what to do");
        let (command, _) = command.split_once('`').expect("what to do");
        workspace.git(&command.split(' ').collect::<Vec<_>>());
        assert!(before == workspace.files(), "{step}: everything is back");
    }
}

/// The files that a take-over of this document writes.
const MOVED: [&str; 4] = [
    "crates/processing-api/src/generated.rs",
    "crates/sandbox/openapi/processing.json",
    "specs/SOURCES.toml",
    "specs/processing.yml",
];

/// The files that were written to be moved, beside their targets.
fn staged(root: &Path) -> Vec<PathBuf> {
    let folders = MOVED.map(|file| root.join(file).parent().map(Path::to_owned));
    let folders: BTreeSet<_> = folders.into_iter().flatten().collect();
    let entries = folders
        .into_iter()
        .flat_map(|folder| fs::read_dir(folder).expect("a folder"));
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .filter(|path| path.extension().is_some_and(|it| it == "tmp"))
        .collect()
}

/// Running a program from one system call to the next, so that it can be killed between any
/// two of them.
#[cfg(target_os = "linux")]
mod stopped {
    use std::process::{Child, Command, Stdio};

    use nix::{
        sys::{
            ptrace,
            wait::{WaitStatus, waitpid},
        },
        unistd::Pid,
    };

    pub(super) struct Run {
        child: Child,
        id: Pid,
    }

    impl Run {
        pub(super) fn start(mut command: Command) -> Self {
            let command = command.stdout(Stdio::null()).stderr(Stdio::null());
            let child = command.spawn().expect("xtask");
            let id = Pid::from_raw(i32::try_from(child.id()).expect("a process"));
            ptrace::seize(id, ptrace::Options::PTRACE_O_TRACESYSGOOD).expect("to trace a child");
            ptrace::interrupt(id).expect("to stop a child");
            Self { child, id }
        }

        /// Stops the program at the first system call after which this holds.
        pub(super) fn until(&mut self, mut holds: impl FnMut() -> bool) {
            loop {
                let signal = match waitpid(self.id, None).expect("a child") {
                    WaitStatus::PtraceSyscall(_) if holds() => return,
                    WaitStatus::PtraceSyscall(_) | WaitStatus::PtraceEvent(..) => None,
                    WaitStatus::Stopped(_, signal) => Some(signal),
                    other => panic!("it came to its end before: {other:?}"),
                };
                ptrace::syscall(self.id, signal).expect("to go on");
            }
        }

        pub(super) fn kill(mut self) {
            self.child.kill().expect("a kill");
            self.child.wait().expect("an end");
        }
    }
}

#[test]
fn a_harmless_change_is_taken_over_with_all_that_follows_from_it() {
    let document = supplied().replacen("Issue number of this card", "Issue number", 1);
    let workspace = Workspace::new();
    let before = workspace.files();

    let run = workspace.adopt(&document);

    let (stdout, stderr) = (text(&run.stdout), text(&run.stderr));
    assert_eq!(run.status.code(), Some(0), "{stdout}{stderr}");
    assert!(stdout.contains("[description-changed]"), "{stdout}");
    assert!(stdout.contains("5. Run `cargo xtask ci`."), "{stdout}");
    let after = workspace.files();
    assert_eq!(text(&after[Path::new("specs/processing.yml")]), document);
    let changed: Vec<_> = after
        .keys()
        .filter(|name| before[*name] != after[*name])
        .collect();
    assert_eq!(changed, MOVED.map(Path::new));
}
