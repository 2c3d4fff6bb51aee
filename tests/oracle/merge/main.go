// The oracle of the merge: Argo's own code and types lay Workflows over WorkflowTemplates.
//
// Reads JSON lines {"workflow": spec, "template": spec, "merged": spec}, where merged is the answer to be judged, and
// writes for each {"result": spec, "error": text, "merged": spec}: what Argo makes of the two, and the judged
// answer read into Argo's types and written again. With -schema it prints the table of those types instead.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"

	wfv1 "github.com/argoproj/argo-workflows/v4/pkg/apis/workflow/v1alpha1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"

	"argosy.test/merge-oracle/join"
)

const longestLine = 64 << 20

type question struct {
	Workflow *wfv1.WorkflowSpec `json:"workflow"`
	Template *wfv1.WorkflowSpec `json:"template"`
	Merged   *wfv1.WorkflowSpec `json:"merged"`
}

type answer struct {
	Result *wfv1.WorkflowSpec `json:"result,omitempty"`
	Merged *wfv1.WorkflowSpec `json:"merged,omitempty"`
	Error  string             `json:"error,omitempty"`
}

func main() {
	schema := flag.Bool("schema", false, "print the table of types")
	flag.Parse()
	var err error
	if *schema {
		err = printSchema(os.Stdout)
	} else {
		err = answerAll()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func answerAll() error {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 0, 1<<20), longestLine)
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	for lines.Scan() {
		if err := encoder.Encode(answerTo(lines.Bytes())); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return lines.Err()
}

func answerTo(line []byte) answer {
	var asked question
	if err := json.Unmarshal(line, &asked); err != nil {
		return answer{Error: "decode: " + err.Error()}
	}
	joined, err := util.JoinWorkflowSpec(asked.Workflow, asked.Template, nil)
	if err == nil && joined != nil {
		err = overrideArtifacts(joined.Spec.Arguments.Artifacts, asked.Workflow, asked.Template)
	}
	if err != nil {
		return answer{Error: "join: " + err.Error()}
	}
	return answer{Result: &joined.Spec, Merged: asked.Merged}
}

// overrideArtifacts does what JoinWorkflowSpec does to arguments.artifacts since Argo 4.1: doing it again changes
// nothing, so the program may be built with an older or a newer merge.go.
func overrideArtifacts(merged wfv1.Artifacts, specs ...*wfv1.WorkflowSpec) error {
	for i := range merged {
		for _, spec := range specs {
			if own := lastNamed(spec.Arguments.Artifacts, merged[i].Name); own != nil {
				replaced, err := overriddenBy(merged[i], *own.DeepCopy())
				if err != nil {
					return err
				}
				merged[i] = replaced
				break
			}
		}
	}
	return nil
}

func lastNamed(artifacts wfv1.Artifacts, name string) *wfv1.Artifact {
	var found *wfv1.Artifact
	for i := range artifacts {
		if artifacts[i].Name == name {
			found = &artifacts[i]
		}
	}
	return found
}

func overriddenBy(base, own wfv1.Artifact) (wfv1.Artifact, error) {
	baseBackend, baseErr := base.Get()
	ownBackend, ownErr := own.Get()
	if baseErr != nil || ownErr != nil || reflect.TypeOf(baseBackend) != reflect.TypeOf(ownBackend) {
		return own, nil
	}
	var patched []byte
	below, err := json.Marshal(base.ArtifactLocation)
	if err != nil {
		return own, err
	}
	above, err := json.Marshal(own.ArtifactLocation)
	if err != nil {
		return own, err
	}
	if patched, err = strategicpatch.StrategicMergePatch(below, above, wfv1.ArtifactLocation{}); err != nil {
		return own, err
	}
	own.ArtifactLocation = wfv1.ArtifactLocation{}
	return own, json.Unmarshal(patched, &own.ArtifactLocation)
}
