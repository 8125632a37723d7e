"""A Jupyter kernel provisioner whose kernels are forked; any tool can use it through the kernel ``zi-fork``."""

import asyncio
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import List, Unicode

from zi_analysis.reporting.forking import PRELOADED, ForkedKernel, ForkError, ask_for_kernel, can_fork, preload

_QUICK, _SLOW = 0.002, 0.05  # seconds between two looks at a kernel that ends


class ForkProvisioner(LocalProvisioner):
    """Forks each kernel from a preloaded process; where that cannot be, starts a plain one.

    Examples
    --------
    >>> ForkProvisioner().has_process
    False
    """

    modules = List(Unicode(), default_value=list(PRELOADED), help="imported before the first kernel").tag(config=True)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork a kernel with the arguments of a command that starts a Python kernel."""
        arguments = _kernel_arguments(cmd)
        if arguments is None or not can_fork():
            return await super().launch_kernel(cmd, **kwargs)
        environment = {**(kwargs.get("env") or os.environ)}
        folder = Path(kwargs.get("cwd") or Path.cwd())
        try:
            address = preload(environment, self.modules)
            kernel = await asyncio.to_thread(ask_for_kernel, address, arguments, environment, folder)
        except (ForkError, OSError):
            return await super().launch_kernel(cmd, **kwargs)
        self.process = kernel  # type: ignore[assignment]
        self.pid = self.pgid = kernel.pid
        self.cwd = folder
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel and wait for its end, which the manager would only look for every tenth of a second."""
        forked = self.process
        await super().kill(restart=restart)
        if isinstance(forked, ForkedKernel):
            await self.wait()

    async def wait(self) -> int | None:
        """Wait for the kernel's end, looking often at first: most kernels are killed and end at once."""
        if not isinstance(self.process, ForkedKernel):
            return await super().wait()
        began = time.monotonic()
        while self.process.poll() is None:
            await asyncio.sleep(_QUICK if time.monotonic() - began < 0.2 else _SLOW)
        status = self.process.returncode
        self.process = None
        return status


def _kernel_arguments(command: list[str]) -> list[str] | None:
    """Return the arguments of a command that starts IPython's kernel with this Python; None for any other command."""
    if "ipykernel_launcher" not in command or not _is_this_python(command[0]):
        return None
    return command[command.index("ipykernel_launcher") + 1 :]


def _is_this_python(program: str) -> bool:
    """Whether a program is the Python that runs here; its folder counts too, as environments share one Python."""
    found = Path(shutil.which(program) or "")
    here = Path(sys.executable)
    return found.is_file() and found.samefile(here) and found.absolute().parent == here.absolute().parent
