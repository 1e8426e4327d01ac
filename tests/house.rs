//! The rules of the house, held by reading the source.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::as_conversions, missing_docs)]

use call_stream_verify::Code;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Lowest first: a module uses lower layers and its own, never upward.
const LAYERS: [&str; 5] = ["values", "algorithms", "objects", "composition", "bindings"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.as_ref().display()))
}

/// The core's files, and their code without comments and test modules.
fn sources() -> Vec<(PathBuf, String)> {
    let mut directories = vec![root().join("src")];
    let mut sources = Vec::new();
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = read(&path);
                let code = text.split("#[cfg(test)]").next().unwrap();
                let lines = code.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line });
                let code = lines.collect::<Vec<_>>().join("\n");
                sources.push((path.strip_prefix(root().join("src")).unwrap().to_owned(), code));
            }
        }
    }
    assert!(sources.len() > 30, "{} files", sources.len());
    sources
}

fn layer(name: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| *layer == name)
}

/// Names behind `prefix`, one for each time it stands in the code.
fn names_behind<'a>(code: &'a str, prefix: &'a str) -> impl Iterator<Item = &'a str> {
    code.match_indices(prefix).map(move |(at, _)| {
        let rest = &code[at + prefix.len()..];
        rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap()
    })
}

#[test]
fn no_module_uses_a_layer_above_its_own() {
    let mut uses = 0;
    for (path, code) in sources() {
        let first = path.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned();
        if first == "lib" {
            continue;
        }
        let own = layer(&first).unwrap_or_else(|| panic!("{} is in no layer", path.display()));
        for name in names_behind(&code, "crate::") {
            uses += 1;
            // The bindings, above all layers, use what the crate shows its users.
            match layer(name) {
                Some(used) => assert!(used <= own, "{} uses {name}", path.display()),
                None => assert_eq!(first, "bindings", "{}: crate::{name} is no layer", path.display()),
            }
        }
        // A path that climbs out of its layer would not be seen above.
        let depth = path.iter().count();
        let climbs = code.matches("super::super").count();
        assert!(climbs == 0 || depth > 2, "{} climbs out of its layer", path.display());
    }
    assert!(uses > 100, "{uses} uses");
}

#[test]
fn the_core_has_no_clock_files_environment_threads_or_randomness_and_one_unsafe_call() {
    for (path, code) in sources() {
        for word in [
            "std::time",
            "std::fs",
            "std::env",
            "std::thread",
            "std::net",
            "std::process",
            "std::io",
            "rand::",
            "getrandom",
            "unsafe ",
        ] {
            let is_lanes = path.ends_with("sha256_lanes/pair.rs") && word == "unsafe ";
            assert!(is_lanes || !code.contains(word), "{}: {word}", path.display());
        }
        for word in ["static mut", "thread_local!", "println!", "eprintln!", "dbg!"] {
            assert!(!code.contains(word), "{}: {word}", path.display());
        }
    }
    // The compiler refuses unsafe code everywhere but in the one module that lifts the lint, for one call.
    assert!(read(root().join("src/lib.rs")).contains("#![deny(unsafe_code)]"));
    let lifted: Vec<PathBuf> =
        sources().into_iter().filter(|(_, code)| code.contains("allow(unsafe_code)")).map(|(path, _)| path).collect();
    assert_eq!(lifted, [Path::new("algorithms/sha256_lanes/pair.rs")]);
    assert_eq!(read(root().join("src/algorithms/sha256_lanes/pair.rs")).matches("unsafe {").count(), 1);
}

#[test]
fn nothing_outside_tests_can_panic_on_purpose() {
    for (path, code) in sources() {
        for word in [".unwrap()", ".expect(\"", "panic!(", "unreachable!(", "todo!(", "unimplemented!("] {
            assert!(!code.contains(word), "{}: {word}", path.display());
        }
    }
}

#[test]
fn files_are_short_and_say_what_they_are() {
    for (path, _) in sources() {
        let text = read(root().join("src").join(&path));
        let lines = text.lines().count();
        assert!(lines <= 700, "{}: {lines} lines", path.display());
        assert!(text.starts_with("//! "), "{} does not begin with what it is", path.display());
    }
}

/// Every file below `folder` that is the project's own.
fn files(folder: &str) -> Vec<PathBuf> {
    const NOT_OURS: [&str; 8] = [".git", "target", "node_modules", "dist", "corpus", "artifacts", "coverage", "tmp"];
    let mut folders = vec![root().join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name();
            match entry.file_type().unwrap() {
                kind if kind.is_dir() && !NOT_OURS.iter().any(|other| name == *other) => folders.push(entry.path()),
                kind if kind.is_file() => files.push(entry.path()),
                _ => {}
            }
        }
    }
    files
}

#[test]
fn the_programs_around_the_core_are_short_files_that_do_not_panic_on_purpose() {
    let mut count = 0;
    for (folder, may_panic) in [("cli/src", false), ("xtask/src", true)] {
        for path in files(folder) {
            let text = read(&path);
            count += 1;
            assert!(text.lines().count() <= 700, "{}: {} lines", path.display(), text.lines().count());
            let code = text.split("#[cfg(test)]").next().unwrap();
            let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            for word in [".unwrap()", ".expect(\"", "panic!(", "todo!(", "unimplemented!("] {
                assert!(may_panic || lines.clone().all(|line| !line.contains(word)), "{}: {word}", path.display());
            }
        }
    }
    assert!(count > 25, "{count} files");
}

#[test]
fn no_file_names_a_machine() {
    // In pieces, as this file is read, too.
    let words = [("/ro", "ot/"), ("/ho", "me/"), ("/wo", "rk/"), ("/Us", "ers/"), ("\"resolved\": \"ht", "tp")]
        .map(|(a, b)| format!("{a}{b}"));
    let mut count = 0;
    for path in files("") {
        let Ok(text) = String::from_utf8(std::fs::read(&path).unwrap()) else { continue };
        count += 1;
        for word in &words {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
    }
    assert!(count > 100, "{count} files");
}

#[test]
fn every_code_of_the_table_stands_in_the_specification_and_in_typescript() {
    let (specification, typescript) = (read(root().join("SPEC.md")), read(root().join("pkg-config/src/codes.ts")));
    let codes: BTreeSet<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    assert!(codes.len() > 60 && codes.len() == Code::ALL.len());
    let missing: Vec<_> = codes.iter().filter(|code| !specification.contains(&format!("`{code}`"))).collect();
    assert!(missing.is_empty(), "not in SPEC.md: {missing:?}");
    let union: BTreeSet<&str> = typescript.split('"').skip(1).step_by(2).collect();
    assert_eq!(union, codes);
    // A code that the specification lists in its table is one of the table's.
    let effects = ["mismatch", "not_proven", "revoked", "warning", "refused"];
    let mut rows = 0;
    for row in specification.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        if cells[1..].iter().any(|cell| effects.contains(cell)) {
            rows += 1;
            assert!(codes.contains(cells[0]), "SPEC.md lists {}", cells[0]);
        }
    }
    println!("{rows} rows of codes");
}

#[test]
fn every_code_says_what_is_wrong_and_what_to_do() {
    let mut sentences = BTreeSet::new();
    for code in Code::ALL {
        assert_eq!(Code::parse(code.name()), Some(*code));
        assert!(
            code.name().bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
            "{}",
            code.name()
        );
        assert!(code.sentence().ends_with('.') && sentences.insert(code.sentence()), "{}", code.name());
        assert!(code.explanation().ends_with('.') && code.explanation().len() > 20, "{}", code.name());
    }
}
