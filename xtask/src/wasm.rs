//! The WebAssembly module: compile, glue, shrink, weigh.

use crate::needs::Need;
use crate::run::{Run, cargo, root, target};
use anyhow::{Context, Result, bail};
use base64::prelude::{BASE64_STANDARD, Engine};
use lz4::block::CompressionMode;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

const TARGET: &str = "wasm32-unknown-unknown";
const GLUE: &str = "core.js";
const MODULE: &str = "call-stream-verify.wasm";
const COMPRESSED: &str = "call-stream-verify.wasm.gz";
const PACKED: &str = "packed.js";
const SHA256: &str = "sha256.js";

/// Files in `pkg-config/dist` that this module makes.
pub const MADE: [&str; 5] = [GLUE, MODULE, COMPRESSED, PACKED, SHA256];

/// Builds the module and its glue into `pkg-config/dist`.
pub fn build() -> Result<()> {
    Need::WasmTarget.meet()?;
    Need::PackageTools.meet()?;
    let compiled = compile(root(), &target()?)?;
    let dist = root().join("pkg-config").join("dist");
    if is_current(&compiled, &dist) {
        return Ok(());
    }
    make(&compiled, &dist)?;
    weigh(&dist.join(MODULE))
}

/// Builds the module once more from a copy of the sources in another folder, and says whether it has the same bytes.
///
/// **Errors**: also if the package's module is not built from the present sources.
pub fn check_reproducible() -> Result<()> {
    build()?;
    let again = target()?.join("again");
    if again.exists() {
        fs::remove_dir_all(&again).context("cannot clear the copy")?;
    }
    let sources = again.join("sources of another folder");
    for file in Run::new("git").args(["ls-files", "-z"]).output()?.split_terminator('\0') {
        // A file that is deleted and not committed is no source.
        if root().join(file).is_file() {
            let copy = sources.join(file);
            fs::create_dir_all(copy.parent().context("a file has no folder")?)?;
            fs::copy(root().join(file), copy)?;
        }
    }
    let dist = again.join("dist");
    make(&compile(&sources, &again.join("target"))?, &dist)?;
    let read = |folder: &Path, name| fs::read(folder.join(name)).with_context(|| format!("cannot read {name}"));
    for name in MADE {
        if read(&dist, name)? != read(&root().join("pkg-config").join("dist"), name)? {
            bail!("{name} has other bytes when it is built in another folder");
        }
    }
    Ok(())
}

/// Compiles the sources in `folder`; returns where the module is.
fn compile(folder: &Path, target: &Path) -> Result<PathBuf> {
    // Paths of this machine in panic messages would make every machine's module another one.
    let sysroot = Run::new("rustc").args(["--print", "sysroot"]).output()?;
    let cargo_home = std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let mut flags = vec![format!("--remap-path-prefix={}=call-stream-verify", folder.display())];
    flags.extend(cargo_home.map(|home| format!("--remap-path-prefix={}=cargo", home.display())));
    // Where the standard library's sources are installed their place is named, and elsewhere this one.
    let version = Run::new("rustc").args(["-vV"]).output()?;
    let commit = version.lines().find_map(|line| line.strip_prefix("commit-hash: ")).unwrap_or_default();
    flags.push(format!("--remap-path-prefix={}/lib/rustlib/src/rust=/rustc/{commit}", sysroot.trim()));
    // A seventh less to load, and no slower: what must be copied into its caller says so itself.
    flags.push("-Cllvm-args=-inline-threshold=50".to_owned());
    let flags: Vec<String> = flags.iter().map(|flag| format!("{flag:?}")).collect();
    cargo(["rustc", "--package", "call-stream-verify", "--lib", "--release", "--crate-type", "cdylib"])
        .args(["--target", TARGET, "--features", "bindings", "--locked"])
        .args(["--config".to_owned(), format!("target.{TARGET}.rustflags=[{}]", flags.join(","))])
        .args(["--target-dir".as_ref(), target.as_os_str()])
        .within(folder)
        .run()?;
    Ok(target.join(TARGET).join("release").join("call_stream_verify.wasm"))
}

fn make(compiled: &Path, dist: &Path) -> Result<()> {
    fs::create_dir_all(dist)?;
    bindgen(compiled, dist)?;
    fs::rename(dist.join("core_bg.wasm"), dist.join(MODULE)).context("wasm-bindgen wrote no module")?;
    shrink(&dist.join(MODULE))?;
    derive(dist)
}

/// Whether the glue and module were made from this very compilation by this very program.
fn is_current(compiled: &Path, dist: &Path) -> bool {
    let changed = |path: &Path| fs::metadata(path).and_then(|data| data.modified());
    let newest_source = [Ok(compiled.to_path_buf()), std::env::current_exe()]
        .into_iter()
        .map(|path| path.and_then(|path| changed(&path)))
        .collect::<Result<Vec<SystemTime>, _>>()
        .map(|times| times.into_iter().max());
    let oldest_made =
        MADE.iter().map(|name| changed(&dist.join(name))).collect::<Result<Vec<_>, _>>().map(|times| times.into_iter().min());
    matches!((newest_source, oldest_made), (Ok(source), Ok(made)) if made > source)
}

fn bindgen(compiled: &Path, dist: &Path) -> Result<()> {
    let out = dist.as_os_str();
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(
        [
            "wasm-bindgen".as_ref(),
            // The one glue that takes a module from anywhere: bytes, a compiled module, a URL.
            "--target".as_ref(),
            "web".as_ref(),
            "--out-dir".as_ref(),
            out,
            "--out-name".as_ref(),
            "core".as_ref(),
            "--no-typescript".as_ref(),
            "--omit-default-module-path".as_ref(),
            "--remove-name-section".as_ref(),
            "--remove-producers-section".as_ref(),
            // After a trap the JavaScript side starts a fresh instance; objects of the old one then say so.
            "--experimental-reset-state-function".as_ref(),
            compiled.as_os_str(),
        ]
        .into_iter()
        .map(std::ffi::OsStr::to_os_string),
    )
}

/// Lets wasm-opt try, and keeps the smaller module.
fn shrink(module: &Path) -> Result<()> {
    let tried: PathBuf = module.with_extension("wasm.tried");
    // Hoisting costs a little when compressed and saves more where it is not: the tarball holds the module as text, too.
    let passes = ["-Oz", "--const-hoisting", "--reorder-functions"].map(std::ffi::OsStr::new);
    Run::new(root().join("pkg-config/node_modules/.bin/wasm-opt"))
        .args(passes)
        .args([module.as_os_str(), "--output".as_ref(), tried.as_os_str()])
        .run()?;
    let size = |path: &Path| fs::metadata(path).map(|data| data.len());
    if size(&tried)? < size(module)? {
        fs::rename(&tried, module).context("cannot replace the module")
    } else {
        fs::remove_file(&tried).context("cannot remove wasm-opt's attempt")
    }
}

/// Writes what is made of the module's final bytes: the copy within a script, one for the page in a single file, and the digest.
fn derive(dist: &Path) -> Result<()> {
    let bytes = fs::read(dist.join(MODULE)).context("cannot read the module")?;
    let block =
        lz4::block::compress(&bytes, Some(CompressionMode::HIGHCOMPRESSION(12)), false).context("cannot pack the module")?;
    let base64 = BASE64_STANDARD.encode(block);
    let packed = format!("export const packed = \"{base64}\";\nexport const length = {};\n", bytes.len());
    fs::write(dist.join(PACKED), packed).context("cannot write the packed module")?;
    let mut compressed = Vec::new();
    // 5 % less than zlib can do, for a file that must hold the module as text.
    zopfli::compress(zopfli::Options::default(), zopfli::Format::Gzip, bytes.as_slice(), &mut compressed)
        .context("cannot compress the module")?;
    fs::write(dist.join(COMPRESSED), compressed).context("cannot write the compressed module")?;
    let sha256 = format!("export const sha256 = \"{}\";\n", hex::encode(Sha256::digest(&bytes)));
    fs::write(dist.join(SHA256), sha256).context("cannot write the module's digest")
}

fn weigh(module: &Path) -> Result<()> {
    const SCRIPT: &str = "
        const [path] = process.argv.slice(1);
        const zlib = require('node:zlib');
        const bytes = require('node:fs').readFileSync(path);
        const gzip = zlib.gzipSync(bytes, { level: 9 });
        const brotli = zlib.brotliCompressSync(bytes);
        console.log(`module: ${bytes.length} bytes, gzip ${gzip.length}, brotli ${brotli.length}`);";
    let sizes = Run::new("node").args(["--eval".as_ref(), SCRIPT.as_ref(), module.as_os_str()]).output()?;
    print!("{sizes}");
    Ok(())
}
