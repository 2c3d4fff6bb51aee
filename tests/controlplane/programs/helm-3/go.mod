// The command, pinned; nothing of it is in this tree.
module argosy.example/tests/controlplane/helm-3

go 1.26
