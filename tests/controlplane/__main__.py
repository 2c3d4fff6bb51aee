"""A control plane to play with: `make controlplane`."""

from __future__ import annotations

import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from tests.controlplane.cluster import control_plane
from tests.controlplane.kubeconfigs import USERS
from tests.controlplane.processes import StartError
from tests.controlplane.programs import NEEDED, build, program, progress
from tests.golang.builds import GoUnavailableError

if TYPE_CHECKING:
    from tests.controlplane.cluster import ControlPlane

EXAMPLE = """\
echo '{{"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {{"generateName": "waits-"}}, \
"spec": {{"entrypoint": "wait", "templates": [{{"name": "wait", "suspend": {{"duration": "10"}}}}]}}}}' |
  {kubectl} --namespace={namespace} create --filename=-
{kubectl} --namespace={namespace} get workflows --watch"""


def main() -> int:
    """Run one in the foreground until it is interrupted."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        build(NEEDED, progress)
        with tempfile.TemporaryDirectory(prefix="argosy-") as folder, ExitStack() as stack:
            plane = stack.enter_context(control_plane(Path(folder)))
            if plane.own:
                stack.enter_context(plane.workflow_controller())
            sys.stdout.write(_told(plane, plane.namespace("play")))
            sys.stdout.flush()
            signal.pause()
    except (GoUnavailableError, StartError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        pass
    return 0


def _told(plane: ControlPlane, namespace: str) -> str:
    users = "".join(f"  {user:<10} {plane.kubeconfig(user)}\n" for user in USERS)
    example = EXAMPLE.format(kubectl=program("kubectl"), namespace=namespace)
    return (
        f"The API server is {plane.url}; logs are in {plane.folder}. Users and their kubeconfigs:\n{users}\n"
        f"Try:\n\nexport KUBECONFIG={plane.kubeconfig('developer')}\n{example}\n\nCtrl-C ends it.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
