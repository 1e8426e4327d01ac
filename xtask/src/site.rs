//! The site: the portal, the npm package it loads and the sample bundles, staged in `target/site` and served.
//!
//! | address | comes from |
//! | --- | --- |
//! | `/` | `www/dist/`, which Vite builds |
//! | `/pkg/` | `pkg-config/dist/` |

use crate::needs::Need;
use crate::run::{Run, root, target};
use crate::{needs, package, serve};
use anyhow::{Context, Result, bail};
use std::fs;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::thread;

const PARTS: [(&str, &str); 2] = [("www/dist", ""), ("pkg-config/dist", "pkg")];
const USUAL_PORT: u16 = 4780;

/// Builds everything and stages the site; returns its folder.
pub fn stage() -> Result<PathBuf> {
    package::build()?;
    build_portal()?;
    let site = target()?.join("site");
    if site.exists() {
        fs::remove_dir_all(&site).context("cannot clear the staged site")?;
    }
    for (from, to) in PARTS {
        copy(&root().join(from), &site.join(to))?;
    }
    Ok(site)
}

/// Checks the portal's types and builds it into `www/dist`.
fn build_portal() -> Result<()> {
    Need::PortalTools.meet()?;
    for script in ["check", "build"] {
        Run::new("npm").args(["run", "--silent", script]).within("www").run()?;
    }
    Ok(())
}

/// Stages the site and serves it until the process is ended.
pub fn start(port: Option<u16>) -> Result<()> {
    let site = stage()?;
    let listener = listen(port)?;
    println!("Call Stream Verify is served at http://{}/ (end with Ctrl-C)", listener.local_addr()?);
    serve::serve(&listener, &site)
}

/// Pictures of the portal's states in `target/shots`, to be looked at.
pub fn shots() -> Result<()> {
    Need::TestTools.meet()?;
    let chromium = needs::chromium().context("chromium is missing")?;
    let site = stage()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no port is free")?;
    let address = format!("http://{}/", listener.local_addr()?);
    thread::spawn(move || serve::serve(&listener, &site));
    let folder = target()?.join("shots");
    Run::new("node").args(["tests/browser/shots.mjs"]).args([&folder]).env("CHROMIUM", chromium).env("SITE", address).run()?;
    println!("pictures are in {}", folder.display());
    Ok(())
}

fn listen(port: Option<u16>) -> Result<TcpListener> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port.unwrap_or(USUAL_PORT))) {
        Ok(listener) => Ok(listener),
        Err(error) if port.is_none() && error.kind() == ErrorKind::AddrInUse => {
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no port is free")
        }
        Err(error) => bail!("cannot listen on port {}: {error}", port.unwrap_or(USUAL_PORT)),
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in from.read_dir().with_context(|| format!("cannot list {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target).with_context(|| format!("cannot copy {}", entry.path().display()))?;
        }
    }
    Ok(())
}
