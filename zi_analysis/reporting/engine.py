"""A papermill engine whose kernels are forked: ``papermill --engine zi-fork in.ipynb out.ipynb``."""

from collections.abc import Sequence
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import DottedObjectName, Type

from zi_analysis.reporting.forking import all_modules
from zi_analysis.reporting.imports import quick_imports
from zi_analysis.reporting.kernelclient import QuickClient

PROVISIONER = "zi-fork"


def forked(spec: KernelSpec, modules: Sequence[str] = ()) -> KernelSpec:
    """Return a Python kernel's specification with forked kernels.

    Parameters
    ----------
    spec : KernelSpec
        As installed.
    modules : sequence of str
        To import beforehand, besides those that every notebook uses.

    Returns
    -------
    KernelSpec

    Examples
    --------
    >>> forked(KernelSpec(argv=["python"])).metadata["kernel_provisioner"]["provisioner_name"]
    'zi-fork'
    """
    changed = KernelSpec(**spec.to_dict())
    config = {"modules": list(all_modules(modules))}
    changed.metadata = {**spec.metadata, "kernel_provisioner": {"provisioner_name": PROVISIONER, "config": config}}
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


class ForkEngine:
    """papermill's own engine with forked kernels, which are ended at once when the notebook is done.

    It hands on to papermill's engine instead of inheriting from it: papermill loads this class while it is itself
    being imported.

    Examples
    --------
    >>> callable(ForkEngine.execute_notebook)
    True
    """

    @staticmethod
    def execute_notebook(nb: Any, kernel_name: str, **options: Any) -> Any:
        """Run the notebook; a kernel manager given by the caller stays."""
        options.setdefault("kernel_manager_class", ForkKernelManager)
        options.setdefault("shutdown_kernel", "immediate")
        return _engine().execute_notebook(nb, kernel_name, **options)

    @staticmethod
    def nb_kernel_name(nb: Any, name: str | None = None) -> Any:
        """Name the notebook's kernel."""
        return _engine().nb_kernel_name(nb, name)

    @staticmethod
    def nb_language(nb: Any, language: str | None = None) -> Any:
        """Name the notebook's language."""
        return _engine().nb_language(nb, language)


def _engine() -> Any:
    """papermill's own engine."""
    with quick_imports():
        from papermill.engines import NBClientEngine

    return NBClientEngine
