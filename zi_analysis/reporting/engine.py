"""A papermill engine whose kernels are forked: ``papermill --engine zi-fork in.ipynb out.ipynb``."""

from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from papermill.engines import NBClientEngine
from traitlets import DottedObjectName, Type

from zi_analysis.reporting.kernelclient import QuickClient

PROVISIONER = "zi-fork"


def forked(spec: KernelSpec) -> KernelSpec:
    """Return a Python kernel's specification with forked kernels.

    Parameters
    ----------
    spec : KernelSpec
        As installed.

    Returns
    -------
    KernelSpec

    Examples
    --------
    >>> forked(KernelSpec(argv=["python"])).metadata["kernel_provisioner"]["provisioner_name"]
    'zi-fork'
    """
    changed = KernelSpec(**spec.to_dict())
    changed.metadata = {**spec.metadata, "kernel_provisioner": {"provisioner_name": PROVISIONER}}
    return changed


class ForkKernelManager(AsyncKernelManager):
    """A kernel manager that forks the kernel it is asked for."""

    client_class = DottedObjectName("zi_analysis.reporting.kernelclient.QuickClient")
    client_factory = Type(klass=QuickClient)

    @property
    def kernel_spec(self) -> KernelSpec | None:
        """The specification of the kernel asked for, with forked kernels."""
        spec = super().kernel_spec
        return None if spec is None else forked(spec)


class ForkEngine(NBClientEngine):
    """papermill's own engine with forked kernels, which are ended at once when the notebook is done.

    Examples
    --------
    >>> ForkEngine.__mro__[1].__name__
    'NBClientEngine'
    """

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
        """Run the notebook; a kernel manager given by the caller stays."""
        options.setdefault("kernel_manager_class", ForkKernelManager)
        options.setdefault("shutdown_kernel", "immediate")
        return super().execute_managed_notebook(nb_man, kernel_name, **options)
