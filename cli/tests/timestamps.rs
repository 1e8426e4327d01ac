//! Time-stamp tokens (RFC 3161) as `openssl ts` makes them, under an authority of the test's own: which are taken, and everything that is not.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panic")]

mod support;

use serde_json::Value;
use support::{Desk, call, file};

/// What `openssl ts` is told: the authority signs by SHA-256 and names its certificate so.
const CONFIG: &str = "
[ tsa ]
default_tsa = own
[ own ]
serial = serial
default_policy = 1.2.3.4
digests = sha256, sha512
signer_digest = sha256
accuracy = secs:1
ordering = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[ sha1 ]
serial = serial
default_policy = 1.2.3.4
digests = sha256
signer_digest = sha256
ess_cert_id_alg = sha1
[ sha512 ]
serial = serial
default_policy = 1.2.3.4
digests = sha256
signer_digest = sha512
ess_cert_id_alg = sha512
[ ca ]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[ ca-tls ]
basicConstraints = critical, CA:TRUE
extendedKeyUsage = serverAuth, clientAuth
[ ca-stamps ]
basicConstraints = critical, CA:TRUE
extendedKeyUsage = codeSigning, timeStamping
[ short ]
basicConstraints = critical, CA:TRUE, pathlen:0
[ leaf ]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[ uncritical ]
extendedKeyUsage = timeStamping
[ both ]
extendedKeyUsage = critical, timeStamping, codeSigning
[ server ]
extendedKeyUsage = critical, serverAuth
[ none ]
keyUsage = critical, digitalSignature
[ enciphers ]
keyUsage = critical, keyEncipherment
extendedKeyUsage = critical, timeStamping
[ strange ]
extendedKeyUsage = critical, timeStamping
1.2.3.4.5 = critical, ASN1:UTF8String:strange
[ not-ca ]
keyUsage = critical, digitalSignature
";

/// A desk with a signed chain, the text of its checkpoint, a query for it, and two authorities.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("calls.ndjson", file((0..3).map(call)));
    desk.log_key();
    desk.seal_new("").exit(0);
    desk.run("checkpoint chain.ndjson --key log.key -o note").ok();
    desk.run("anchor stamp note -o text").ok();
    desk.write("config", CONFIG);
    for name in ["ca", "other"] {
        key(&desk, name, "rsa:2048");
        desk.shell(&format!("openssl req -new -x509 -key {name}.pem -subj '/CN={name}' -days 3650 -config config -extensions ca -out {name}.crt 2>&1")).ok();
    }
    query(&desk, "text", "-sha256 -cert");
    desk
}

#[track_caller]
fn key(desk: &Desk, name: &str, kind: &str) {
    let options = kind.strip_prefix("rsa:").map_or_else(
        || format!("-algorithm EC -pkeyopt ec_paramgen_curve:{kind}"),
        |bits| format!("-algorithm RSA -pkeyopt rsa_keygen_bits:{bits}"),
    );
    desk.shell(&format!("openssl genpkey {options} -out {name}.pem 2>&1")).ok();
}

#[track_caller]
fn query(desk: &Desk, data: &str, options: &str) {
    desk.shell(&format!("openssl ts -query -data {data} {options} -config config -out query 2>&1")).ok();
}

/// A certificate of this name with these extensions, by this issuer.
#[track_caller]
fn certify(desk: &Desk, name: &str, extensions: &str, issuer: &str, days: i32) {
    desk.shell(&format!(
        "openssl req -new -key {name}.pem -subj '/CN={name}' -config config -out {name}.csr 2>&1 && \
         openssl x509 -req -in {name}.csr -CA {issuer}.crt -CAkey {issuer}.pem -CAcreateserial -days {days} \
         -extfile config -extensions {extensions} -out {name}.crt 2>&1"
    ))
    .ok();
}

/// What the signer answers to the query.
#[track_caller]
fn reply(desk: &Desk, signer: &str, section: &str, options: &str) {
    desk.shell(&format!(
        "openssl ts -reply -queryfile query -config config -section {section} -signer {signer}.crt -inkey {signer}.pem {options} -out reply 2>&1"
    ))
    .ok();
}

#[track_caller]
fn verify(desk: &Desk, token: &str, ca: &str, exit: i32) -> Value {
    let human = desk.run(&format!("anchor verify {token} note --ca {ca}")).exit(exit);
    let word = ["Stamped: ", "Mismatch: ", "", "Not proven: "][usize::try_from(exit).unwrap()];
    assert!(human.stdout.starts_with(word) && !human.stdout.to_lowercase().contains("verified"), "{}", human.stdout);
    desk.run(&format!("anchor verify {token} note --ca {ca} --json")).exit(exit).lines().remove(0)
}

#[track_caller]
fn not_proven(desk: &Desk, ca: &str, why: &str) {
    let line = verify(desk, "reply", ca, 3);
    assert!(line["result"] == "not-proven" && line["why"].as_str().unwrap().contains(why), "{line}");
    assert!(line["stamp"].is_null());
}

#[test]
fn tokens_of_every_kind_of_key_hold_under_their_authority_and_under_no_other() {
    let desk = desk();
    for (kind, section) in [("rsa:2048", "own"), ("rsa:4096", "sha512"), ("P-256", "own"), ("P-384", "own"), ("P-384", "sha512")]
    {
        key(&desk, "tsa", kind);
        certify(&desk, "tsa", "leaf", "ca", 3650);
        reply(&desk, "tsa", section, "");
        let line = verify(&desk, "reply", "ca.crt", 0);
        assert_eq!(
            (&line["result"], &line["stamp"]["signer"], &line["stamp"]["authority"]),
            (&"stamped".into(), &"CN=tsa".into(), &"CN=ca".into())
        );
        assert_eq!((&line["expected"], &line["stamp"]["policy"]), (&line["computed"], &"1.2.3.4".into()));
        // As openssl sees it.
        desk.shell("openssl ts -verify -data text -in reply -CAfile ca.crt 2>&1").ok();
        let time = line["stamp"]["time"].as_str().unwrap();
        let told = desk.shell("openssl ts -reply -in reply -text 2>&1").ok();
        assert!(told.contains(&time[11..19]), "{time}: {told}");
        // The token without its response, and a file of several authorities in PEM or one in DER.
        desk.shell("openssl ts -reply -in reply -token_out -out token 2>&1").ok();
        desk.shell("cat other.crt ca.crt > both.crt && openssl x509 -in ca.crt -outform DER -out ca.der").ok();
        for (token, ca) in [("token", "ca.crt"), ("token", "both.crt"), ("reply", "ca.der")] {
            assert_eq!(verify(&desk, token, ca, 0)["stamp"], line["stamp"]);
        }
        not_proven(&desk, "other.crt", "No path leads");
    }
    println!("openssl ts | we read its tokens | RSA 2,048 and 4,096, P-256, P-384, SHA-256 and SHA-512: 5 tokens, 25 judgments");
}

#[test]
fn another_digest_or_another_kind_of_it_is_no_stamp_of_the_checkpoint() {
    let desk = desk();
    key(&desk, "tsa", "P-256");
    certify(&desk, "tsa", "leaf", "ca", 3650);
    desk.write("else", "something else\n");
    query(&desk, "else", "-sha256 -cert");
    reply(&desk, "tsa", "own", "");
    let line = verify(&desk, "reply", "ca.crt", 1);
    assert!(line["result"] == "mismatch" && line["expected"] != line["computed"], "{line}");
    query(&desk, "text", "-sha512 -cert");
    reply(&desk, "tsa", "own", "");
    desk.run("anchor verify reply note --ca ca.crt --json").refused(5, "bad-timestamp");
    // A refusal, and a token without the certificate of who signed.
    query(&desk, "text", "-sha1 -cert");
    reply(&desk, "tsa", "own", "");
    let refusal = desk.run("anchor verify reply note --ca ca.crt --json").refused(5, "bad-timestamp");
    assert!(refusal["message"].as_str().unwrap().contains("refusal"), "{refusal}");
    query(&desk, "text", "-sha256");
    reply(&desk, "tsa", "own", "");
    not_proven(&desk, "ca.crt", "is not in the token");
}

#[test]
fn who_may_not_stamp_or_could_not_then_proves_nothing() {
    let desk = desk();
    let cases = [
        ("uncritical", 3650, "not for time stamping alone"),
        ("both", 3650, "not for time stamping alone"),
        ("server", 3650, "not for time stamping alone"),
        ("none", 3650, "not for time stamping alone"),
        ("enciphers", 3650, "not for signatures"),
        ("strange", 3650, "critical extension"),
        ("leaf", -1, "not valid at the time"),
    ];
    key(&desk, "tsa", "P-256");
    certify(&desk, "tsa", "leaf", "ca", 3650);
    for (extensions, days, _) in cases {
        key(&desk, extensions, "P-256");
        certify(&desk, extensions, extensions, "ca", days);
    }
    // Stamped when every certificate is there.
    reply(&desk, "tsa", "own", "");
    desk.shell("openssl ts -reply -in reply -token_out -out token 2>&1").ok();
    desk.shell("openssl cms -verify -noverify -binary -inform DER -in token -out statement 2>&1").ok();
    sign_with_cms(&desk, "tsa");
    verify(&desk, "reply", "ca.crt", 0);
    for (extensions, _, why) in cases {
        sign_with_cms(&desk, extensions);
        not_proven(&desk, "ca.crt", why);
    }
    reply(&desk, "tsa", "sha1", "");
    not_proven(&desk, "ca.crt", "ESSCertIDv2");
}

/// The statement of a token, signed anew: `openssl ts` refuses to stamp with a certificate that may not, `openssl cms` does not ask.
#[track_caller]
fn sign_with_cms(desk: &Desk, signer: &str) {
    desk.shell(&format!(
        "openssl cms -sign -cades -binary -nodetach -nosmimecap -econtent_type 1.2.840.113549.1.9.16.1.4 -md sha256 -in statement \
         -signer {signer}.crt -inkey {signer}.pem -outform DER -out reply 2>&1"
    ))
    .ok();
}

#[test]
fn a_path_may_lead_over_others_that_are_authorities_then_and_over_nobody_else() {
    let desk = desk();
    key(&desk, "middle", "rsa:2048");
    key(&desk, "tsa", "P-256");
    let made = |extensions: &str, days: i32, root: &str| {
        certify(&desk, "middle", extensions, root, days);
        certify(&desk, "tsa", "leaf", "middle", 3650);
        reply(&desk, "tsa", "own", "-chain middle.crt");
    };
    made("ca", 3650, "ca");
    let line = verify(&desk, "reply", "ca.crt", 0);
    assert_eq!(line["stamp"]["authority"], "CN=ca");
    assert_eq!(verify(&desk, "reply", "middle.crt", 0)["stamp"]["authority"], "CN=middle");
    not_proven(&desk, "other.crt", "No path leads");
    made("short", 3650, "ca");
    verify(&desk, "reply", "ca.crt", 0);
    made("not-ca", 3650, "ca");
    not_proven(&desk, "ca.crt", "is of no authority");
    desk.run("anchor verify reply note --ca middle.crt --json").refused(2, "bad-authority");
    made("ca", -1, "ca");
    not_proven(&desk, "ca.crt", "not valid at the time");
    // Purposes bind what is issued under them.
    made("ca-tls", 3650, "ca");
    not_proven(&desk, "ca.crt", "other purposes");
    made("ca-stamps", 3650, "ca");
    verify(&desk, "reply", "ca.crt", 0);
    // An authority that allows none between.
    desk.shell("openssl req -new -x509 -key ca.pem -subj '/CN=ca' -days 3650 -config config -extensions short -out ca.crt 2>&1")
        .ok();
    made("ca", 3650, "ca");
    not_proven(&desk, "ca.crt", "more certificates between");
    // The authority's name and not its key.
    desk.shell(
        "openssl req -new -x509 -key other.pem -subj '/CN=ca' -days 3650 -config config -extensions ca -out fake.crt 2>&1",
    )
    .ok();
    not_proven(&desk, "fake.crt", "not signed by the one that it names");
}

#[test]
fn certificates_that_issue_each_other_cost_no_more_than_a_few_checks() {
    let desk = desk();
    key(&desk, "tsa", "P-256");
    key(&desk, "circle", "rsa:4096");
    for number in 0..14 {
        desk.shell(&format!(
            "openssl req -new -x509 -key circle.pem -subj '/CN=circle' -days {} -config config -extensions ca -out circle.crt 2>&1 && \
             cat circle.crt >> circles",
            3650 + number
        ))
        .ok();
    }
    certify(&desk, "tsa", "leaf", "circle", 3650);
    reply(&desk, "tsa", "own", "-chain circles");
    let begun = std::time::Instant::now();
    not_proven(&desk, "ca.crt", "than are tried");
    // Without a bound there are 14 · 13 · 12 · 11 · 10 paths and more.
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
    // Found at once under one that is given.
    verify(&desk, "reply", "circle.crt", 0);
}

#[test]
fn every_flipped_bit_and_every_cut_of_a_token_is_refused_or_holds_no_longer() {
    let desk = desk();
    key(&desk, "tsa", "P-256");
    certify(&desk, "tsa", "leaf", "ca", 3650);
    reply(&desk, "tsa", "own", "");
    desk.shell("openssl ts -reply -in reply -token_out -out token 2>&1").ok();
    let token = desk.read("token");
    let (mut refused, mut failed, mut held) = (0, 0, Vec::new());
    for place in 0..token.len() {
        let mut changed = token.clone();
        changed[place] ^= 1 << (place % 8);
        desk.write("changed", &changed);
        match desk.run("anchor verify changed note --ca ca.crt").code {
            Some(5) => refused += 1,
            Some(1 | 3) => failed += 1,
            Some(0) => held.push(place),
            other => panic!("{other:?} at byte {place}"),
        }
        if place % 16 == 0 {
            desk.write("changed", &token[..place]);
            desk.run("anchor verify changed note --ca ca.crt --json").refused(5, "bad-timestamp");
        }
    }
    desk.write("changed", [&token[..], &[0]].concat());
    desk.run("anchor verify changed note --ca ca.crt --json").refused(5, "bad-timestamp");
    // Neither signature covers the versions and the lists of algorithms of the envelope.
    assert!(held.len() <= 16 && refused > 100 && failed > 500, "{refused} refused, {failed} failed, held: {held:?}");
    println!("changes of one bit: {refused} refused, {failed} hold no longer, {} outside of what is signed", held.len());
}

#[test]
fn bad_input_is_refused_with_its_code() {
    let desk = desk();
    key(&desk, "tsa", "P-256");
    certify(&desk, "tsa", "leaf", "ca", 3650);
    reply(&desk, "tsa", "own", "");
    desk.write("empty", "");
    desk.write("words", "no token");
    desk.write("long", vec![0x30; 65_537]);
    desk.write("cut.crt", &desk.read("ca.crt")[..300]);
    for (token, exit, code) in [
        ("missing", 5, "unreadable"),
        ("empty", 5, "bad-timestamp"),
        ("words", 5, "bad-timestamp"),
        ("long", 5, "bad-timestamp"),
        ("ca.crt", 5, "bad-timestamp"),
        ("query", 5, "bad-timestamp"),
    ] {
        desk.run(&format!("anchor verify {token} note --ca ca.crt --json")).refused(exit, code);
    }
    for (ca, exit, code) in [
        ("missing", 5, "unreadable"),
        ("empty", 2, "bad-authority"),
        ("words", 2, "bad-authority"),
        ("cut.crt", 2, "bad-authority"),
        ("tsa.crt", 2, "bad-authority"),
        ("reply", 2, "bad-authority"),
    ] {
        desk.run(&format!("anchor verify reply note --ca {ca} --json")).refused(exit, code);
    }
    desk.run("anchor verify reply note --ca ca.crt --headers words").exit(2);
    desk.run("anchor verify reply note --json").refused(5, "bad-anchor");
}
