package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"

	wfv1 "github.com/argoproj/argo-workflows/v4/pkg/apis/workflow/v1alpha1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Types that write and read themselves: JSON shows no more of them than this word.
var leaves = map[reflect.Type]string{
	reflect.TypeFor[wfv1.Amount]():        "any",
	reflect.TypeFor[wfv1.AnyString]():     "anystring",
	reflect.TypeFor[wfv1.Item]():          "any",
	reflect.TypeFor[wfv1.Plugin]():        "plugin",
	reflect.TypeFor[intstr.IntOrString](): "any",
	reflect.TypeFor[metav1.Duration]():    "any",
	reflect.TypeFor[metav1.FieldsV1]():    "any",
	reflect.TypeFor[metav1.MicroTime]():   "any",
	reflect.TypeFor[metav1.Time]():        "any",
	reflect.TypeFor[resource.Quantity]():  "quantity",
	reflect.TypeFor[[]byte]():             "string",
}

// Each struct with its fields as [name, type], in the order of their declaration.
type table map[string][][2]string

// printSchema writes one struct a line, sorted by name, its fields in the order of their declaration: what a newer
// Argo adds then shows as a line of a diff.
func printSchema(out io.Writer) error {
	t := table{}
	if _, err := t.typeName(reflect.TypeFor[wfv1.WorkflowSpec]()); err != nil {
		return err
	}
	lines := []string{}
	for _, name := range slices.Sorted(maps.Keys(t)) {
		fields := []string{}
		for _, field := range t[name] {
			fields = append(fields, fmt.Sprintf("%q: %q", field[0], field[1]))
		}
		lines = append(lines, fmt.Sprintf("%q: {%s}", name, strings.Join(fields, ", ")))
	}
	_, err := fmt.Fprintf(out, "{\n%s\n}\n", strings.Join(lines, ",\n"))
	return err
}

func (t table) typeName(of reflect.Type) (string, error) {
	if leaf, found := leaves[of]; found {
		return leaf, nil
	}
	if of == reflect.TypeFor[wfv1.ParallelSteps]() {
		return t.prefixed("[]", reflect.TypeFor[wfv1.WorkflowStep]())
	}
	if reflect.PointerTo(of).Implements(reflect.TypeFor[json.Marshaler]()) {
		return "", fmt.Errorf("%s writes itself: say in leaves what JSON shows of it", of)
	}
	switch of.Kind() {
	case reflect.Bool:
		return "bool", nil
	case reflect.String:
		return "string", nil
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint32, reflect.Uint64, reflect.Float64:
		return "number", nil
	case reflect.Pointer:
		return t.prefixed("*", of.Elem())
	case reflect.Slice:
		return t.prefixed("[]", of.Elem())
	case reflect.Map:
		return t.prefixed("map ", of.Elem())
	case reflect.Struct:
		return t.structName(of)
	default:
		return "", fmt.Errorf("no word for %s", of)
	}
}

func (t table) prefixed(prefix string, of reflect.Type) (string, error) {
	name, err := t.typeName(of)
	return prefix + name, err
}

// structName is the bare name for Argo's own types, and begins with the API group for those of Kubernetes.
func (t table) structName(of reflect.Type) (string, error) {
	name := of.Name()
	if group := path.Base(path.Dir(of.PkgPath())); group != "workflow" {
		name = group + "." + name
	}
	if _, known := t[name]; known {
		return name, nil
	}
	t[name] = [][2]string{}
	fields, err := t.fieldsOf(of)
	t[name] = fields
	return name, err
}

func (t table) fieldsOf(of reflect.Type) ([][2]string, error) {
	fields := [][2]string{}
	seen := map[string]bool{}
	for i := range of.NumField() {
		field := of.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "-" || !field.IsExported() {
			continue
		}
		found := [][2]string{}
		var err error
		if name == "" && field.Anonymous {
			found, err = t.fieldsOf(field.Type)
		} else {
			found, err = t.described(name, options, field)
		}
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", of, field.Name, err)
		}
		for _, each := range found {
			if seen[each[0]] {
				return nil, fmt.Errorf("%s: two fields are called %s", of, each[0])
			}
			seen[each[0]] = true
			fields = append(fields, each)
		}
	}
	return fields, nil
}

// described is the type, then "always" when Go writes the field even if it is zero, then how a patch treats it.
func (t table) described(name, options string, field reflect.StructField) ([][2]string, error) {
	if name == "" || strings.Contains(options, "string") {
		return nil, fmt.Errorf("no rule for the tag %q", field.Tag)
	}
	text, err := t.typeName(field.Type)
	omits := strings.Contains(options, "omitempty") && field.Type.Kind() != reflect.Struct
	if !omits && !strings.Contains(options, "omitzero") {
		text += " always"
	}
	for _, strategy := range strings.Split(field.Tag.Get("patchStrategy"), ",") {
		switch strategy {
		case "merge":
			text += " merge=" + field.Tag.Get("patchMergeKey")
		case "replace":
			text += " replace"
		}
	}
	return [][2]string{{name, text}}, err
}
