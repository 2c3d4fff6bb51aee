// Answers what sigs.k8s.io/yaml makes of a document: the judge of Argosy's own reader.
//
// Standard input holds documents, each after its length as four bytes, big end first. Standard output holds one line
// for each: "+" and the document as JSON, or "-" and the error as a JSON string.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"sigs.k8s.io/yaml"
)

func main() {
	in, out := bufio.NewReader(os.Stdin), bufio.NewWriter(os.Stdout)
	if err := answerAll(in, out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func answerAll(in io.Reader, out *bufio.Writer) error {
	for {
		var length uint32
		if err := binary.Read(in, binary.BigEndian, &length); errors.Is(err, io.EOF) {
			return out.Flush()
		} else if err != nil {
			return err
		}
		document := make([]byte, length)
		if _, err := io.ReadFull(in, document); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "%s\n", answer(document)); err != nil {
			return err
		}
	}
}

func answer(document []byte) []byte {
	converted, err := yaml.YAMLToJSON(document)
	if err != nil {
		message, _ := json.Marshal(err.Error())
		return append([]byte("-"), message...)
	}
	return append([]byte("+"), converted...)
}
