// A mutating webhook as one writes it in Go: net/http, encoding/json into maps, templates held in memory.
//
// For each call of a template by templateRef it makes the patch that Argosy makes: the calling template replaced, the
// called one added once, an annotation that says what was taken, and a label. It has no git, no versions and no checks.
package main

import (
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"sort"
	"strconv"
	"strings"
)

type object = map[string]any

// operation is one step of a JSON patch.
type operation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value"`
}

// taken is what the annotation says of one template.
type taken struct {
	Name   string `json:"name"`
	Path   string `json:"path"`
	Commit string `json:"commit"`
	Digest string `json:"digest"`
}

type response struct {
	UID       string `json:"uid"`
	Allowed   bool   `json:"allowed"`
	PatchType string `json:"patchType"`
	Patch     []byte `json:"patch"`
}

type review struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Response   response `json:"response"`
}

// store holds the templates by the names of their WorkflowTemplates, and what the annotation says of each.
type store struct {
	templates map[string]object
	taken     map[string]taken
}

func main() {
	certificate := flag.String("certificate", "", "file of the serving certificate")
	key := flag.String("key", "", "file of its key")
	templates := flag.String("templates", "", "file of the templates by name")
	flag.Parse()
	held, err := read(*templates)
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	http.HandleFunc("POST /admit", held.admit)
	log.Fatal(http.ServeTLS(listener, nil, *certificate, *key))
}

func read(path string) (*store, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	held := &store{taken: map[string]taken{}}
	if err := json.Unmarshal(data, &held.templates); err != nil {
		return nil, err
	}
	for name, template := range held.templates {
		text, err := json.Marshal(template)
		if err != nil {
			return nil, err
		}
		held.taken[name] = taken{
			Name:   name,
			Path:   "templates/" + name + ".yaml",
			Commit: strings.Repeat("0", 40),
			Digest: fmt.Sprintf("sha256:%x", sha256.Sum256(text)),
		}
	}
	return held, nil
}

func (held *store) admit(writer http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		http.Error(writer, err.Error(), http.StatusBadRequest)
		return
	}
	var asked object
	if err := json.Unmarshal(body, &asked); err != nil {
		http.Error(writer, err.Error(), http.StatusBadRequest)
		return
	}
	of, _ := asked["request"].(object)
	workflow, _ := of["object"].(object)
	uid, _ := of["uid"].(string)
	patch, err := json.Marshal(held.patch(workflow, uid))
	if err != nil {
		http.Error(writer, err.Error(), http.StatusInternalServerError)
		return
	}
	answer, err := json.Marshal(review{
		APIVersion: "admission.k8s.io/v1",
		Kind:       "AdmissionReview",
		Response:   response{UID: uid, Allowed: true, PatchType: "JSONPatch", Patch: patch},
	})
	if err != nil {
		http.Error(writer, err.Error(), http.StatusInternalServerError)
		return
	}
	writer.Header().Set("Content-Type", "application/json")
	writer.Header().Set("Content-Length", strconv.Itoa(len(answer)))
	writer.Write(answer)
}

func (held *store) patch(workflow object, uid string) []operation {
	spec, _ := workflow["spec"].(object)
	templates, _ := spec["templates"].([]any)
	operations := []operation{}
	added := map[string]bool{}
	for position, one := range templates {
		template, _ := one.(object)
		if steps, changed := held.steps(template["steps"], added); changed {
			replaced := copied(template)
			replaced["steps"] = steps
			operations = append(operations, operation{"replace", "/spec/templates/" + strconv.Itoa(position), replaced})
		}
	}
	names := make([]string, 0, len(added))
	for name := range added {
		names = append(names, name)
	}
	sort.Strings(names)
	lock := make([]taken, 0, len(names))
	for _, name := range names {
		template := copied(held.templates[name])
		template["name"] = nameOfCopy(name)
		operations = append(operations, operation{"add", "/spec/templates/-", template})
		lock = append(lock, held.taken[name])
	}
	told, _ := json.Marshal(lock)
	return append(operations,
		operation{"add", "/metadata/annotations/workflows.pipekit.io~1resolved", string(told)},
		operation{"add", "/metadata/labels", object{"workflows.pipekit.io/run-uuid": uid}})
}

// steps are the steps with calls of templates by reference made calls by name, and whether there were any.
func (held *store) steps(groups any, added map[string]bool) ([]any, bool) {
	changed := false
	result := []any{}
	list, _ := groups.([]any)
	for _, group := range list {
		calls := []any{}
		steps, _ := group.([]any)
		for _, one := range steps {
			step, _ := one.(object)
			if reference, ok := step["templateRef"].(object); ok {
				name, _ := reference["name"].(string)
				if _, known := held.templates[name]; known {
					step = copied(step)
					delete(step, "templateRef")
					step["template"] = nameOfCopy(name)
					added[name], changed = true, true
				}
			}
			calls = append(calls, step)
		}
		result = append(result, calls)
	}
	return result, changed
}

func nameOfCopy(name string) string {
	return name + "-extract"
}

func copied(one object) object {
	other := make(object, len(one)+1)
	for key, value := range one {
		other[key] = value
	}
	return other
}
