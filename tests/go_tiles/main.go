// Reads a log of tiles with Go's sumdb, for cli/tests/tiles.rs: the checkpoint's signature, every record's place, and the consistency of every size.
//
// Arguments: the folder, the log's vkey. Prints the size and how many proofs held.
package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// The folder as Go wants to see tiles. Its paths name the height of tiles as well: tile/8/0/000.
type folder string

func (f folder) Height() int { return 8 }

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		bytes, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		all = append(all, bytes)
	}
	return all, nil
}

func (f folder) SaveTiles(tiles []tlog.Tile, data [][]byte) {}

func main() {
	dir := os.Args[1]
	verifier, err := note.NewVerifier(os.Args[2])
	must(err)
	signed, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	must(err)
	opened, err := note.Open(signed, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	bytes, err := base64.StdEncoding.DecodeString(lines[2])
	must(err)
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], bytes)

	reader := tlog.TileHashReader(tree, folder(dir))
	records, trees := 0, 0
	for index := int64(0); index < size; index++ {
		name := fmt.Sprintf("tile/entries/%03d", index/256)
		if whole := size / 256; index/256 == whole {
			name += fmt.Sprintf(".p/%d", size%256)
		}
		entries, err := os.ReadFile(filepath.Join(dir, name))
		must(err)
		// Entries of 32 bytes behind their length.
		at := 34 * (index % 256)
		if entries[at] != 0 || entries[at+1] != 32 {
			must(fmt.Errorf("entry %d is not of 32 bytes", index))
		}
		proof, err := tlog.ProveRecord(size, index, reader)
		must(err)
		must(tlog.CheckRecord(proof, size, tree.Hash, index, tlog.RecordHash(entries[at+2:at+34])))
		records++
	}
	for older := int64(1); older <= size; older += 7 {
		hash, err := tlog.TreeHash(older, reader)
		must(err)
		proof, err := tlog.ProveTree(size, older, reader)
		must(err)
		must(tlog.CheckTree(proof, size, tree.Hash, older, hash))
		trees++
	}
	fmt.Println(size, records, trees)
}
