//! The codes of the npm package are the codes of the table.
//!
//! `cargo xtask codes` runs this test with `WRITE_CODES` set and writes the file instead of comparing it.

use call_stream_verify::Code;
use std::{env, fs, io};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/pkg-config/src/codes.ts");

fn typescript() -> String {
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

#[test]
fn the_typescript_union_lists_the_codes_of_the_table() -> io::Result<()> {
    if env::var_os("WRITE_CODES").is_some() {
        return fs::write(PATH, typescript());
    }
    assert_eq!(fs::read_to_string(PATH)?, typescript(), "run `cargo xtask codes`");
    Ok(())
}
