//! The npm package: the WebAssembly module and what TypeScript compiles around it.

use crate::needs::Need;
use crate::run::{Run, root};
use crate::wasm;
use anyhow::Result;
use std::fs;

/// Builds the package in `pkg-config/dist`.
pub fn build() -> Result<()> {
    Need::PackageTools.meet()?;
    wasm::build()?;
    let dist = root().join("pkg-config").join("dist");
    // A file whose source is gone must not be packed.
    for entry in dist.read_dir()? {
        let entry = entry?;
        let made_by_wasm = wasm::MADE.iter().any(|name| entry.file_name() == *name);
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else if !made_by_wasm {
            fs::remove_file(entry.path())?;
        }
    }
    // npm packs these by their names, and only from beside package.json.
    for name in ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT"] {
        fs::copy(root().join(name), root().join("pkg-config").join(name))?;
    }
    // The ledger that `call-stream-verify/postgres` works on.
    let sql = root().join("pkg-config").join("sql");
    if sql.exists() {
        fs::remove_dir_all(&sql)?;
    }
    fs::create_dir(&sql)?;
    for migration in root().join("sql").read_dir()? {
        let migration = migration?;
        fs::copy(migration.path(), sql.join(migration.file_name()))?;
    }
    let compiler = || Run::new(root().join("pkg-config/node_modules/.bin/tsc")).args(["--project", "pkg-config"]);
    compiler().run()?;
    // Declarations keep their comments, which editors show; the code that is loaded goes without.
    compiler().args(["--declaration", "false", "--removeComments"]).run()
}
