// Prints what Go's sumdb makes of keys, notes and trees, for tests/go_sumdb.rs.
//
// Arguments: a signing key, its vkey, a note made elsewhere, the number of leaves, a cosigned note, the seed and name of its witness.
// Leaf i is the single byte i.
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func line(kind string, a, b int64, hashes []tlog.Hash) {
	fmt.Print(kind, " ", a, " ", b)
	for _, hash := range hashes {
		fmt.Print(" ", base64.StdEncoding.EncodeToString(hash[:]))
	}
	fmt.Println()
}

// A witness by the text of C2SP tlog-cosignature, as sumdb/note lets one add it: its name, and an Ed25519 key for type 0x04.
type cosigner struct {
	name string
	key  ed25519.PrivateKey
}

func (c cosigner) Name() string { return c.name }

func (c cosigner) KeyHash() uint32 {
	public := c.key.Public().(ed25519.PublicKey)
	hash := sha256.Sum256(append([]byte(c.name+"\n\x04"), public...))
	return binary.BigEndian.Uint32(hash[:])
}

func (c cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	public := c.key.Public().(ed25519.PublicKey)
	return ed25519.Verify(public, message(binary.BigEndian.Uint64(sig), msg), sig[8:])
}

func (c cosigner) Sign(msg []byte) ([]byte, error) {
	sig := binary.BigEndian.AppendUint64(nil, 1790000000)
	return append(sig, ed25519.Sign(c.key, message(1790000000, msg))...), nil
}

func message(time uint64, msg []byte) []byte {
	return append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", time)), msg...)
}

func main() {
	signer, err := note.NewSigner(os.Args[1])
	must(err)
	verifier, err := note.NewVerifier(os.Args[2])
	must(err)
	opened, err := note.Open([]byte(os.Args[3]), note.VerifierList(verifier))
	must(err)
	signed, err := note.Sign(&note.Note{Text: opened.Text}, signer)
	must(err)
	fmt.Println("note", base64.StdEncoding.EncodeToString(signed))

	seed, err := hex.DecodeString(os.Args[6])
	must(err)
	witness := cosigner{os.Args[7], ed25519.NewKeyFromSeed(seed)}
	cosigned, err := note.Open([]byte(os.Args[5]), note.VerifierList(verifier, witness))
	must(err)
	if len(cosigned.Sigs) != 2 || len(cosigned.UnverifiedSigs) != 0 {
		must(fmt.Errorf("not both signatures verify"))
	}
	theirs, err := note.Sign(&note.Note{Text: cosigned.Text}, signer, witness)
	must(err)
	fmt.Println("cosigned", base64.StdEncoding.EncodeToString(theirs))

	leaves, err := strconv.ParseInt(os.Args[4], 10, 64)
	must(err)
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			hashes[i] = stored[index]
		}
		return hashes, nil
	})
	for size := int64(1); size <= leaves; size++ {
		hashes, err := tlog.StoredHashes(size-1, []byte{byte(size - 1)}, reader)
		must(err)
		stored = append(stored, hashes...)
		root, err := tlog.TreeHash(size, reader)
		must(err)
		line("root", size, 0, []tlog.Hash{root})
		for index := int64(0); index < size; index++ {
			proof, err := tlog.ProveRecord(size, index, reader)
			must(err)
			line("record", size, index, proof)
			tree, err := tlog.ProveTree(size, index+1, reader)
			must(err)
			line("tree", size, index+1, tree)
		}
	}
}
