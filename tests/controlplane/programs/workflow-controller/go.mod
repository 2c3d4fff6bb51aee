// The command, pinned; nothing of it is in this tree.
module argosy.example/tests/controlplane/workflow-controller

go 1.26
