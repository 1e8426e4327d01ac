// Prints what Go's sumdb makes of keys, notes and trees, for tests/go_sumdb.rs.
//
// Arguments: a signing key, its vkey, a note made elsewhere, the number of leaves. Leaf i is the single byte i.
package main

import (
	"encoding/base64"
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
