// Package util is where the build lays merge.go of the pinned Argo module, by go build -overlay. Compiled among its
// own neighbours that file needs the whole of Argo's workflow/util; alone it needs only the types.
package util
