module argosy.example/benchmarks/webhook

go 1.23
