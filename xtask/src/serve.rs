//! A file server for one folder on the loopback address: GET and HEAD, one request a connection.
//!
//! A request names a file by its exact address in the listing of the folder, so there is no path to climb out of.
//! No ranges, no compression, no directory listings.

use anyhow::Result;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

const HEAD_LIMIT: u64 = 16 * 1024;
const PATIENCE: Duration = Duration::from_secs(10);

/// The portal's workers are started from memory, so that a file that is given causes no request.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
worker-src 'self' blob:; img-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Of pages only: a module of the npm package that is opened by itself, as tests do, starts its worker in its own way.
const TRUSTED_TYPES: &str = "; require-trusted-types-for 'script'; trusted-types portal lit-html";

const HEADERS: &str = "\
Cross-Origin-Opener-Policy: same-origin\r\n\
Cross-Origin-Embedder-Policy: require-corp\r\n\
Cross-Origin-Resource-Policy: same-origin\r\n\
Referrer-Policy: no-referrer\r\n\
X-Content-Type-Options: nosniff\r\n\
Cache-Control: no-store\r\n\
Connection: close\r\n";

/// Answers requests from the files below `site`, for ever.
pub fn serve(listener: &TcpListener, site: &Path) -> Result<()> {
    loop {
        let Ok((stream, _)) = listener.accept() else {
            continue;
        };
        let site = site.to_path_buf();
        // A browser that goes away in the middle of an answer is no news.
        thread::spawn(move || drop(answer(stream, &site)));
    }
}

fn answer(mut stream: TcpStream, site: &Path) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let request = read_head(&stream)?;
    let mut words = request.split(' ');
    let method = words.next().unwrap_or_default();
    let address = words.next().unwrap_or_default();
    let with_body = match method {
        "GET" => true,
        "HEAD" => false,
        _ => {
            return respond(&mut stream, "405 Method Not Allowed", "text/plain", b"GET or HEAD\n", true);
        }
    };
    match find(site, address).map(fs::read) {
        Some(Ok(body)) => respond(&mut stream, "200 OK", media_type(address), &body, with_body),
        Some(Err(_)) => respond(&mut stream, "500 Internal Server Error", "text/plain", b"unreadable\n", with_body),
        None => respond(&mut stream, "404 Not Found", "text/plain", b"not found\n", with_body),
    }
}

/// Reads up to the empty line, so that closing does not reset the connection; returns the request line.
fn read_head(stream: &TcpStream) -> io::Result<String> {
    let mut reader = BufReader::new(stream.take(HEAD_LIMIT));
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    Ok(request)
}

/// The file whose address in the listing of `site` is `address`.
fn find(site: &Path, address: &str) -> Option<PathBuf> {
    let path = address.split(['?', '#']).next()?.strip_prefix('/')?;
    let path = if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
    listing(site, "").ok()?.into_iter().find_map(|(listed, file)| (listed == path).then_some(file))
}

fn listing(folder: &Path, prefix: &str) -> io::Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    for entry in folder.read_dir()? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let address = format!("{prefix}{name}");
        // A symbolic link is neither kind and is not served.
        let kind = entry.file_type()?;
        if kind.is_dir() {
            files.extend(listing(&entry.path(), &format!("{address}/"))?);
        } else if kind.is_file() {
            files.push((address, entry.path()));
        }
    }
    Ok(files)
}

fn media_type(address: &str) -> &'static str {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        _ if path.ends_with('/') => "text/html; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json; charset=utf-8",
        Some("webmanifest") => "application/manifest+json; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("ndjson") => "application/x-ndjson",
        Some("gz") => "application/gzip",
        Some("txt" | "policy" | "vkey" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn respond(stream: &mut TcpStream, status: &str, media_type: &str, body: &[u8], with_body: bool) -> io::Result<()> {
    let length = body.len();
    let trusted_types = if media_type.starts_with("text/html") { TRUSTED_TYPES } else { "" };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\n\
         Content-Security-Policy: {POLICY}{trusted_types}\r\n{HEADERS}\r\n"
    )?;
    if with_body {
        stream.write_all(body)?;
    }
    stream.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn ask(request: &str) -> io::Result<String> {
        // The crate's own folder stands in for a site.
        let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let server = thread::spawn(move || listener.accept().and_then(|(stream, _)| answer(stream, &site)));
        let mut stream = TcpStream::connect(address)?;
        stream.write_all(request.as_bytes())?;
        let mut response = String::new();
        stream.read_to_string(&mut response)?;
        server.join().map_err(|_| io::Error::other("the server panicked"))??;
        Ok(response)
    }

    #[test]
    fn a_file_is_served_with_every_header() -> io::Result<()> {
        let response = ask("GET /serve.rs?v=1 HTTP/1.1\r\nHost: x\r\n\r\n")?;
        assert!(response.starts_with("HTTP/1.1 200 OK\r\n"));
        let (head, _) = response.split_once("\r\n\r\n").unwrap_or_default();
        assert!(format!("{head}\r\n").contains(HEADERS) && head.contains(POLICY) && !head.contains(TRUSTED_TYPES));
        assert!(response.ends_with(&fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/serve.rs"))?));
        Ok(())
    }

    #[test]
    fn head_has_the_length_and_no_body() -> io::Result<()> {
        let response = ask("HEAD /serve.rs HTTP/1.1\r\n\r\n")?;
        assert!(response.starts_with("HTTP/1.1 200 OK\r\n") && response.ends_with("\r\n\r\n"));
        Ok(())
    }

    #[test]
    fn nothing_outside_the_folder_is_served() -> io::Result<()> {
        for path in [
            "/../Cargo.toml",
            "/%2e%2e/Cargo.toml",
            "/..%2fCargo.toml",
            "/..\\Cargo.toml",
            "//etc/passwd",
            "/./serve.rs",
            "/serve.rs/",
            "/serve.rs%00",
            "/",
            "",
            "serve.rs",
            "http://x/serve.rs",
        ] {
            let response = ask(&format!("GET {path} HTTP/1.1\r\n\r\n"))?;
            assert!(response.starts_with("HTTP/1.1 404 "), "{path:?} was answered with {response}");
        }
        Ok(())
    }

    #[test]
    fn only_reading_is_answered() -> io::Result<()> {
        for method in ["POST", "PUT", "DELETE", "OPTIONS", "get", ""] {
            let response = ask(&format!("{method} /serve.rs HTTP/1.1\r\n\r\n"))?;
            assert!(response.starts_with("HTTP/1.1 405 "), "{method:?} was answered with {response}");
        }
        Ok(())
    }
}
