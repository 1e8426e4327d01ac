//! The codes of the npm package and what it says of them are those of the table.
//!
//! `cargo xtask codes` runs these tests with `WRITE_CODES` set and writes the files instead of comparing them.

use call_stream_verify::Code;
use std::{env, fs, io};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/pkg-config/src/");

fn union() -> String {
    let mut text = String::from(
        "// Written by `cargo xtask codes` from the table of codes in Rust; a test compares the two.\n\n\
         /** Every stable code of a finding or a refusal. */\n\
         export type Code =\n",
    );
    for code in Code::ALL {
        text.push_str(&format!("  | \"{}\"\n", code.name()));
    }
    text.insert(text.len() - 1, ';');
    text
}

fn explanations() -> String {
    let mut text = String::from(
        "// Written by `cargo xtask codes` from the table of codes in Rust; a test compares the two.\n\n\
         import type { Code } from \"./codes.js\";\n\
         import type { Explanation } from \"./report.js\";\n\n\
         /** Code, severity, sentence and explanation of every code, in the order of the table. */\n\
         export const explanations: readonly (readonly [Code, Explanation[\"severity\"], string, string])[] = [\n",
    );
    for code in Code::ALL {
        let quoted = |value: &str| serde_json::to_string(value).unwrap_or_default();
        text.push_str(&format!(
            "  [{}, {}, {}, {}],\n",
            quoted(code.name()),
            quoted(code.effect().severity()),
            quoted(code.sentence()),
            quoted(code.explanation()),
        ));
    }
    text + "];\n"
}

fn compare(name: &str, text: &str) -> io::Result<()> {
    let path = format!("{FOLDER}{name}");
    if env::var_os("WRITE_CODES").is_some() {
        return fs::write(path, text);
    }
    assert_eq!(fs::read_to_string(path)?, text, "run `cargo xtask codes`");
    Ok(())
}

#[test]
fn the_typescript_union_lists_the_codes_of_the_table() -> io::Result<()> {
    compare("codes.ts", &union())
}

#[test]
fn the_typescript_explanations_are_those_of_the_table() -> io::Result<()> {
    compare("explanations.ts", &explanations())
}
