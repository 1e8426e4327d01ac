//! The witness over HTTP: what it grants and refuses, what it costs to stall it, and that no kill makes it sign two histories.
#![cfg(feature = "witness")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panic")]

mod support;

use call_stream_verify::Digest;
use call_stream_verify::algorithms::merkle;
use call_stream_verify::algorithms::note::{KeyType, SigningKey, VerifierKey};
use call_stream_verify::objects::add_checkpoint::{AddCheckpoint, REQUEST_BYTES, parse_response};
use call_stream_verify::objects::checkpoint::{Checkpoint, SignedCheckpoint};
use call_stream_verify::objects::cosignature::{self, CosignatureCheck};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use support::{AT, Desk, ORIGIN, call, file};

/// A log that signs whatever it is asked to.
struct Log {
    key: SigningKey,
    leaves: Vec<Digest>,
}

impl Log {
    fn new(origin: &str, history: u8) -> Log {
        let key = SigningKey::new(origin, KeyType::Ed25519, [4; 32]).unwrap();
        Log { key, leaves: (0..200).map(|place| merkle::leaf_hash_of(&[history, place])).collect() }
    }

    fn vkey(&self) -> String {
        self.key.verifier().to_string()
    }

    fn checkpoint(&self, size: usize) -> SignedCheckpoint {
        let root = merkle::root_hash(&self.leaves[..size]);
        Checkpoint::new(self.key.verifier().name(), u64::try_from(size).unwrap(), root).unwrap().sign(&self.key).unwrap()
    }

    fn request(&self, old: usize, new: usize) -> String {
        let proof = if old == 0 { None } else { merkle::consistency_proof(&self.leaves[..new], old) };
        let (old_size, proof) = (u64::try_from(old).unwrap(), proof.unwrap_or_default());
        AddCheckpoint { old_size, proof, checkpoint: self.checkpoint(new) }.to_string()
    }
}

/// A running witness, killed in the end.
struct Server {
    child: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What is answered: status, type, body.
#[derive(Debug, PartialEq, Eq)]
struct Reply {
    status: u16,
    content_type: String,
    body: String,
}

impl Server {
    /// Starts the witness `witness.key` over `state`, with further options.
    fn start(desk: &Desk, options: &str) -> Server {
        Server::start_over(desk, "state", options)
    }

    fn start_over(desk: &Desk, state: &str, options: &str) -> Server {
        let line = format!("witness --key witness.key --state {state} --listen 127.0.0.1:0 {options}");
        let mut command = desk.command();
        let journal = std::fs::File::create(desk.path("journal")).unwrap();
        command.args(line.split_whitespace()).stdout(Stdio::piped()).stderr(journal);
        let mut child = command.spawn().unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let address = said.trim().strip_prefix("listening on http://").unwrap().trim_end_matches('/').to_owned();
        assert!(address.starts_with("127.0.0.1:"), "{address}");
        Server { child, address }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> Option<Reply> {
        ask(&self.address, method, path, body)
    }

    fn add(&self, body: &str) -> Reply {
        self.ask("POST", "/add-checkpoint", body).unwrap()
    }
}

/// One request over a connection of its own; `None` if there is no whole answer.
fn ask(address: &str, method: &str, path: &str, body: &str) -> Option<Reply> {
    let mut stream = TcpStream::connect(address).ok()?;
    let head = format!("{method} {path} HTTP/1.1\r\nHost: w\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).ok()?;
    // A request that is refused early is not read to its end.
    let _ = stream.write_all(body.as_bytes());
    read_reply(&mut BufReader::new(stream))
}

fn read_reply(stream: &mut impl BufRead) -> Option<Reply> {
    let mut line = || {
        let mut line = String::new();
        stream.read_line(&mut line).ok().filter(|read| *read > 0).map(|_| line.trim_end().to_owned())
    };
    let status = line()?.split(' ').nth(1)?.parse().ok()?;
    let mut headers = BTreeMap::new();
    while let Some((name, value)) = line()?.split_once(": ") {
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    stream.read_exact(&mut body).ok()?;
    Some(Reply { status, content_type: headers.remove("content-type")?, body: String::from_utf8(body).unwrap() })
}

/// A desk with the witness's key, and that.
fn desk() -> (Desk, VerifierKey) {
    let desk = Desk::new();
    let vkey = desk.run("keygen witness.example/w1 --witness -o witness.key").ok();
    (desk, VerifierKey::parse(vkey.trim()).unwrap())
}

#[track_caller]
fn assert_cosigned(reply: &Reply, signed: &SignedCheckpoint, witness: &VerifierKey) {
    assert_eq!((reply.status, reply.content_type.as_str()), (200, "text/plain; charset=utf-8"), "{}", reply.body);
    let mut note = signed.clone();
    for line in parse_response(reply.body.as_bytes()).unwrap() {
        note.add_signature(line).unwrap();
    }
    let CosignatureCheck::Good { time } = cosignature::check(&note, witness) else { panic!("{}", reply.body) };
    assert!(time > 1_700_000_000);
}

#[test]
fn it_grants_what_continues_and_refuses_as_the_document_says() {
    let (desk, witness) = desk();
    let (log, fork, stranger) = (Log::new(ORIGIN, 1), Log::new(ORIGIN, 2), Log::new("stranger.example/log", 1));
    let server = Server::start(&desk, &format!("--begin --log {}", log.vkey()));
    let status = |body: &str| {
        let reply = server.add(body);
        assert!(reply.body.ends_with('\n') && !reply.body.contains(ORIGIN), "{}", reply.body);
        assert_eq!(reply.content_type == "text/x.tlog.size", reply.status == 409);
        (reply.status, reply.body.trim().to_owned())
    };
    let hash = Digest::of(ORIGIN.as_bytes()).to_string();
    let path = format!("/{hash}/checkpoint");
    assert_eq!(server.ask("GET", &path, "").unwrap().status, 404);

    assert_eq!(status(&log.request(3, 7)), (409, "0".to_owned()));
    assert_cosigned(&server.add(&log.request(0, 3)), &log.checkpoint(3), &witness);
    assert_cosigned(&server.add(&log.request(3, 3)), &log.checkpoint(3), &witness);
    assert_cosigned(&server.add(&log.request(3, 7)), &log.checkpoint(7), &witness);
    let state = desk.text("state");
    assert_eq!(status(&log.request(3, 9)), (409, "7".to_owned()));
    assert_eq!(status(&log.request(0, 9)), (409, "7".to_owned()));
    let back = AddCheckpoint { old_size: 7, proof: Vec::new(), checkpoint: log.checkpoint(5) }.to_string();
    assert_eq!(status(&back).0, 400, "a rollback");
    assert_eq!(status(&log.request(5, 5)), (409, "7".to_owned()));
    assert_eq!(status(&fork.request(7, 7)).0, 422, "a fork of the same size");
    assert_eq!(status(&fork.request(7, 9)).0, 422, "a fork with its own proof");
    let crossed = AddCheckpoint { checkpoint: fork.checkpoint(9), ..AddCheckpoint::parse(log.request(7, 9).as_bytes()).unwrap() };
    assert_eq!(status(&crossed.to_string()).0, 422, "a fork with the proof of the log");
    assert_eq!(status(&stranger.request(0, 3)).0, 404);
    let thief = Log { key: SigningKey::new(ORIGIN, KeyType::Ed25519, [5; 32]).unwrap(), ..Log::new(ORIGIN, 1) };
    assert_eq!(status(&thief.request(7, 9)).0, 403, "another key of this name");
    assert_eq!(status(&log.request(7, 9).replacen("\n9\n", "\n10\n", 1)).0, 403, "a signature of something else");
    for body in ["", "old 7\n", "\u{0}", &log.request(7, 9).replacen("old", "OLD", 1), &format!("{}x", log.request(7, 9))] {
        assert_eq!(status(body).0, 400, "{body:?}");
    }
    assert_eq!(desk.text("state"), state, "no refusal changes the state");
    // The operator hears of what a known log signed, and of nothing that strangers send.
    let journal = desk.text("journal");
    let said: Vec<&str> = journal.lines().map(|line| line.strip_prefix(&format!("note: {ORIGIN}, ")).unwrap()).collect();
    let expected = "7 entries: 409, 3 entries: 200, 3 entries: 200, 7 entries: 200, 9 entries: 409, 9 entries: 409, 5 entries: 400, \
                    5 entries: 409, 7 entries: 422, 9 entries: 422, 9 entries: 422";
    assert_eq!(said.join(", "), expected);

    // What was cosigned is served, with the lines that count and no others.
    let served = server.ask("GET", &path, "").unwrap();
    let served = SignedCheckpoint::parse(served.body.as_bytes()).unwrap();
    assert_eq!((served.checkpoint(), served.note().signatures().len()), (log.checkpoint(7).checkpoint(), 2));
    assert!(matches!(cosignature::check(&served, &witness), CosignatureCheck::Good { .. }));

    for (method, path, expected) in [
        ("GET", "/add-checkpoint", 405),
        ("PUT", "/add-checkpoint", 405),
        ("GET", "/", 404),
        ("POST", "/add-checkpoint/", 404),
        ("POST", "/sign-subtree", 404),
        ("POST", path.as_str(), 404),
        ("GET", &path.to_ascii_uppercase(), 404),
        ("GET", &format!("/{}/checkpoint", "0".repeat(64)), 404),
        ("GET", "//checkpoint", 404),
    ] {
        assert_eq!(server.ask(method, path, "").unwrap().status, expected, "{method} {path}");
    }
    drop(server);

    // The state is that of `cosign`, and goes on.
    desk.write("note", fork.checkpoint(9).to_string());
    let cosign = format!("cosign note --key witness.key --log {} --state state --at {AT} --json", log.vkey());
    desk.write("proof", "");
    desk.run(&format!("{cosign} --proof proof")).refused(5, "not-consistent");
    let server = Server::start(&desk, &format!("--log {}", log.vkey()));
    desk.run(&cosign).refused(5, "unwritable");
    assert_cosigned(&server.add(&log.request(7, 9)), &log.checkpoint(9), &witness);
}

#[test]
fn the_programs_own_commands_and_a_shell_make_the_request() {
    let (desk, witness) = desk();
    desk.write("calls.ndjson", file((0..3).map(call)));
    let vkey = desk.log_key();
    desk.seal_new("").ok();
    desk.run("checkpoint chain.ndjson --key log.key -o note").ok();
    desk.write("policy", format!("log {vkey}\nwitness w {witness}\nquorum w\n"));
    let server = Server::start(&desk, "--begin --policy policy");
    let send = |script: &str| server.add(&desk.shell(script).ok());
    let first = send("printf 'old 0\\n\\n'; cat note");
    assert_cosigned(&first, &SignedCheckpoint::parse(&desk.read("note")).unwrap(), &witness);
    desk.run_with("seal - --chain chain.ndjson", file((3..8).map(call))).ok();
    desk.run("checkpoint chain.ndjson --key log.key -o note").ok();
    let second = send("printf 'old 3\\n'; \"$CV\" prove consistency chain.ndjson 3; echo; cat note");
    // Behind the note the answer makes it one that the chain keeps and that reaches L4.
    desk.write("cosigned", format!("{}{}", desk.text("note"), second.body));
    desk.run("checkpoint chain.ndjson --add cosigned").ok();
    desk.run("export chain.ndjson -o bundle.ndjson").ok();
    let report: serde_json::Value =
        serde_json::from_str(&desk.run("verify bundle.ndjson --policy policy --chain-only --json").ok()).unwrap();
    assert_eq!((&report["verdict"], &report["level"]), (&"verified".into(), &"L4".into()));
}

#[test]
fn with_two_keys_it_cosigns_with_both() {
    let (desk, ed25519) = desk();
    let vkey = desk.run("keygen witness.example/w2 --witness --ml-dsa -o second.key").ok();
    let ml_dsa = VerifierKey::parse(vkey.trim()).unwrap();
    let log = Log::new(ORIGIN, 1);
    let server = Server::start(&desk, &format!("--begin --key second.key --log {}", log.vkey()));
    let reply = server.add(&log.request(0, 3));
    assert_cosigned(&reply, &log.checkpoint(3), &ed25519);
    assert_cosigned(&reply, &log.checkpoint(3), &ml_dsa);
    assert_eq!(reply.body.lines().count(), 2);
    let path = format!("/{}/checkpoint", Digest::of(ORIGIN.as_bytes()));
    let served = SignedCheckpoint::parse(server.ask("GET", &path, "").unwrap().body.as_bytes()).unwrap();
    assert_eq!(served.note().signatures().len(), 3);
    drop(server);
    // With the second key alone it goes on from the same state.
    desk.write("witness.key", desk.text("second.key"));
    let server = Server::start(&desk, &format!("--log {}", log.vkey()));
    assert_cosigned(&server.add(&log.request(3, 5)), &log.checkpoint(5), &ml_dsa);
}

#[test]
fn many_at_once_for_one_log_are_answered_one_after_the_other() {
    const CLIENTS: usize = 64;
    let (desk, witness) = desk();
    let (log, fork) = (Log::new(ORIGIN, 1), Log::new(ORIGIN, 2));
    let server = Server::start(&desk, &format!("--begin --log {}", log.vkey()));
    // All from nothing to a size of their own, every other one in another history: one wins, and the rest hears its size.
    let replies: Vec<(usize, Reply)> = std::thread::scope(|scope| {
        let clients: Vec<_> = (1..=CLIENTS)
            .map(|size| {
                let body = if size % 2 == 0 { log.request(0, size) } else { fork.request(0, size) };
                let server = &server;
                scope.spawn(move || (size, server.add(&body)))
            })
            .collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    let granted: Vec<usize> = replies.iter().filter(|(_, reply)| reply.status == 200).map(|(size, _)| *size).collect();
    let [winner] = granted[..] else { panic!("{granted:?}") };
    assert!(
        replies.iter().all(|(size, reply)| *size == winner || (reply.status, reply.body.trim()) == (409, &winner.to_string()))
    );

    // Each follows the sizes it hears until its own is cosigned or passed: no two histories, no size twice with two roots.
    let history = if winner % 2 == 0 { &log } else { &fork };
    let cosigned = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (server, cosigned, witness) = (&server, &cosigned, &witness);
            scope.spawn(move || {
                let new = CLIENTS + 1 + client;
                let mut old = winner;
                while old <= new {
                    let reply = server.add(&history.request(old, new));
                    if reply.status == 200 {
                        assert_cosigned(&reply, &history.checkpoint(new), witness);
                        cosigned.fetch_add(1, Ordering::Relaxed);
                        return;
                    }
                    assert_eq!(reply.status, 409, "{}", reply.body);
                    old = reply.body.trim().parse().unwrap();
                }
            });
        }
    });
    assert!(cosigned.load(Ordering::Relaxed) > 0);
    let state: serde_json::Value = serde_json::from_str(&desk.text("state")).unwrap();
    assert_eq!(state["logs"][ORIGIN]["size"], 2 * CLIENTS);
}

#[test]
fn a_request_too_large_too_slow_or_cut_off_costs_its_client_alone() {
    let (desk, witness) = desk();
    let log = Log::new(ORIGIN, 1);
    let server = Server::start(&desk, &format!("--begin --timeout 1 --log {}", log.vkey()));
    let head = |length: &str| format!("POST /add-checkpoint HTTP/1.1\r\nHost: w\r\n{length}\r\n\r\n");
    let reply_to = |bytes: &str| {
        let mut stream = server.connect();
        stream.write_all(bytes.as_bytes()).unwrap();
        let begun = Instant::now();
        let reply = read_reply(&mut BufReader::new(&stream));
        (reply.map(|reply| reply.status), begun.elapsed())
    };
    // Refused by its stated length, or by its real one.
    assert_eq!(reply_to(&head(&format!("Content-Length: {}", REQUEST_BYTES + 1))).0, Some(413));
    let chunk = format!("{:x}\r\n{}\r\n", REQUEST_BYTES + 1, "a".repeat(REQUEST_BYTES + 1));
    assert_eq!(reply_to(&format!("{}{chunk}", head("Transfer-Encoding: chunked"))).0, Some(413));
    assert_eq!(server.ask("POST", "/add-checkpoint", &"a".repeat(REQUEST_BYTES)).unwrap().status, 400);
    // Longer than any head may be.
    let (status, _) = reply_to(&format!("POST /add-checkpoint HTTP/1.1\r\nX: {}\r\n\r\n", "a".repeat(64 * 1024)));
    assert!(matches!(status, Some(431) | None), "{status:?}");
    // Slow in its body, slow in its head, silent: each ends after its time.
    let (status, time) = reply_to(&format!("{}old", head("Content-Length: 100")));
    assert_eq!(status, Some(408));
    assert!((Duration::from_millis(900)..Duration::from_secs(10)).contains(&time), "{time:?}");
    for begun in ["POST /add-checkpoint HT", ""] {
        let (status, time) = reply_to(begun);
        assert!(matches!(status, Some(408) | None), "{status:?}");
        assert!(time < Duration::from_secs(10), "{time:?}");
    }
    // A hundred that wait do not keep another from being answered.
    let waiting: Vec<TcpStream> = (0..100)
        .map(|_| {
            let mut stream = server.connect();
            stream.write_all(head("Content-Length: 100").as_bytes()).unwrap();
            stream
        })
        .collect();
    assert_cosigned(&server.add(&log.request(0, 3)), &log.checkpoint(3), &witness);
    drop(waiting);
    // A request that breaks off is none; the connection that stays may ask again.
    let mut stream = server.connect();
    for (old, new) in [(3, 4), (4, 9)] {
        let body = log.request(old, new);
        write!(stream, "{}{body}", head(&format!("Content-Length: {}", body.len()))).unwrap();
        assert_cosigned(&read_reply(&mut BufReader::new(&stream)).unwrap(), &log.checkpoint(new), &witness);
    }
    let mut stream = server.connect();
    let body = log.request(9, 12);
    write!(stream, "{}{}", head(&format!("Content-Length: {}", body.len())), &body[..body.len() - 1]).unwrap();
    drop(stream);
    assert_eq!(server.add(&log.request(12, 12)).body, "9\n");
}

#[test]
fn no_kill_makes_it_forget_what_it_signed() {
    const MOST: usize = 190;
    let (desk, witness) = desk();
    let (log, fork) = (Log::new(ORIGIN, 1), Log::new(ORIGIN, 2));
    let options = format!("--log {}", log.vkey());
    drop(Server::start(&desk, &format!("--begin {options}")));
    // The root that was signed for each size, and the largest size of which anybody heard.
    let mut held = 0;
    let mut kills_in_the_middle = 0;
    for round in 0..40_u64 {
        let mut server = Server::start(&desk, &options);
        // The state knows at least what was given out.
        let known: usize = match server.add(&log.request(199, 199)) {
            Reply { status: 409, body, .. } => body.trim().parse().unwrap(),
            reply => panic!("{reply:?}"),
        };
        assert!(known >= held, "round {round}: it signed {held} and remembers {known}");
        held = known;
        if held > 0 {
            assert_eq!(server.add(&fork.request(held, held)).status, 422);
            assert_eq!(server.add(&fork.request(held, held + 1)).status, 422);
            assert_cosigned(&server.add(&log.request(held, held)), &log.checkpoint(held), &witness);
        }
        let address = server.address.clone();
        held = std::thread::scope(|scope| {
            let client = scope.spawn(|| {
                let mut held = held;
                while held < MOST {
                    let Some(reply) = ask(&address, "POST", "/add-checkpoint", &log.request(held, held + 1)) else { break };
                    assert_cosigned(&reply, &log.checkpoint(held + 1), &witness);
                    held += 1;
                }
                held
            });
            std::thread::sleep(Duration::from_micros(300 * round));
            server.child.kill().unwrap();
            client.join().unwrap()
        });
        kills_in_the_middle += usize::from(held < MOST);
        let _ = server.child.wait();
    }
    assert!(held > 0 && kills_in_the_middle > 10, "{held} {kills_in_the_middle}");
}

#[test]
fn what_cannot_be_remembered_is_not_cosigned() {
    const CLIENTS: usize = 8;
    let (desk, witness) = desk();
    let (log, fork) = (Log::new(ORIGIN, 1), Log::new(ORIGIN, 2));
    std::fs::create_dir(desk.path("folder")).unwrap();
    let server = Server::start_over(&desk, "folder/state", &format!("--begin --log {}", log.vkey()));
    assert_cosigned(&server.add(&log.request(0, 3)), &log.checkpoint(3), &witness);
    std::fs::rename(desk.path("folder"), desk.path("elsewhere")).unwrap();
    // Many at once are brought to disk together, or not at all.
    let replies: Vec<Reply> = std::thread::scope(|scope| {
        let clients: Vec<_> =
            (0..CLIENTS).map(|_| scope.spawn(|| server.add(&fork.request(0, 3).replacen("old 0", "old 3", 1)))).collect();
        let grow = scope.spawn(|| server.add(&log.request(3, 5)));
        clients.into_iter().chain([grow]).map(|client| client.join().unwrap()).collect()
    });
    let (grown, forked) = replies.split_last().unwrap();
    assert_eq!(grown.status, 500);
    assert!(forked.iter().all(|reply| matches!(reply.status, 422 | 500)), "{forked:?}");
    assert!(!grown.body.contains("folder"), "{}", grown.body);
    assert!(desk.text("journal").contains("(folder/state)"), "{}", desk.text("journal"));
    // What it has on disk it gives out again; it was never asked for another history in between.
    assert_cosigned(&server.add(&log.request(3, 3)), &log.checkpoint(3), &witness);
    std::fs::rename(desk.path("elsewhere"), desk.path("folder")).unwrap();
    assert_cosigned(&server.add(&log.request(3, 5)), &log.checkpoint(5), &witness);
    let state: serde_json::Value = serde_json::from_str(&desk.text("folder/state")).unwrap();
    assert_eq!(state["logs"][ORIGIN]["size"], 5);
}

#[test]
fn it_starts_with_a_witness_key_logs_and_its_state_or_not_at_all() {
    let (desk, _) = desk();
    let log = Log::new(ORIGIN, 1).vkey();
    desk.run(&format!("keygen {ORIGIN} -o log.key")).ok();
    let witness = "witness --listen 127.0.0.1:0 --json";
    desk.run(&format!("{witness} --key log.key --log {log} --state state --begin")).refused(2, "bad-key");
    desk.run(&format!("{witness} --key witness.key --log {log} --state state")).refused(2, "bad-option");
    desk.run(&format!("{witness} --key witness.key --state state --begin")).refused(2, "bad-option");
    desk.run(&format!("{witness} --key witness.key --log nothing --state state --begin")).refused(2, "bad-key");
    let own = desk.run("keygen --public witness.key").ok();
    desk.run(&format!("{witness} --key witness.key --log {own} --state state --begin")).refused(2, "bad-key");
    assert!(!desk.exists("state"));
    desk.write("state", "{}");
    desk.run(&format!("{witness} --key witness.key --log {log} --state state")).refused(2, "bad-state");
    std::fs::remove_file(desk.path("state")).unwrap();
    // Nobody can listen where another listens.
    let server = Server::start(&desk, &format!("--log {log} --begin"));
    let error = desk
        .run(&format!("witness --listen {} --json --key witness.key --log {log} --state other --begin", server.address))
        .refused(2, "bad-option");
    assert_eq!(error["member"], "listen");
}
