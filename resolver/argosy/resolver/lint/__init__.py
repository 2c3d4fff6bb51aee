"""Rules that say beforehand what would go wrong with the templates of a repository.

Belongs here: pure functions over manifests. Does not belong here: files, git, and printing.

============================  ========  ===================================================================
rule                          severity  says
============================  ========  ===================================================================
contradicting-reference       error     a templateRef stands beside a template or an inline body
dangling-reference            error     the object or template that is called is not there
duplicate-input               error     two input parameters or artifacts of a template have one name
duplicate-object              error     two documents define one kind and name
duplicate-step                error     two steps or tasks of a template have one name
duplicate-template            error     two templates of an object have one name
dynamic-reference             warning   a reference holds a variable that is known only at run time
input-name                    error     Argo does not take the name of an input or output
invalid-manifest              error     a document cannot be read, or is not shaped as Argo's objects are
missing-input                 error     a call lacks an input that the called template needs
nested-workflow-template-ref  error     a WorkflowTemplate uses workflowTemplateRef itself
object-name                   error     Kubernetes or Argo does not take the name of the object
pod-name                      warning   capital letters in a template's name would be part of its pod's name
step-name                     error     Argo does not take the name of a step or task
template-name                 error     Argo does not take the name of a template
unread-version-label          warning   a version on a WorkflowTemplate as a whole, where nobody reads it
version-label                 error     a version label cannot be read
version-label                 warning   a version label stands on a template that calls nothing
volume-left-behind            warning   a template mounts a volume that a templateRef does not bring along
============================  ========  ===================================================================
"""

from argosy.resolver.lint.files import lint_files
from argosy.resolver.lint.findings import Finding, Severity
from argosy.resolver.lint.library import Library, Subject
from argosy.resolver.lint.linting import INVALID_MANIFEST, lint, rule_names, unreadable

__all__ = [
    "INVALID_MANIFEST",
    "Finding",
    "Library",
    "Severity",
    "Subject",
    "lint",
    "lint_files",
    "rule_names",
    "unreadable",
]
