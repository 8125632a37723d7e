"""A kernel client without the fixed waits of the standard one, some 0.4 s for each kernel."""

import time
from queue import Empty
from typing import Any

import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import HBChannel

_AGAIN = 3  # milliseconds between two tries to reach a kernel; the standard hundred are longer than its start
_SILENCE = 0.03  # seconds after which the channel of outputs is taken to have been joined too late


class QuickClient(AsyncKernelClient):
    """Is ready as soon as the kernel says that it is idle, and does not linger over messages to a dead kernel.

    Examples
    --------
    >>> bool(QuickClient().channels_running)
    False
    """

    def start_channels(self, *choices: Any, **named: Any) -> None:
        """Start the channels; the kernel is not there yet, so try to reach it often."""
        self.context.setsockopt(zmq.RECONNECT_IVL, _AGAIN)
        super().start_channels(*choices, **named)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel has answered, and has told on the channel of outputs that it is idle again."""
        end = time.monotonic() + (float("inf") if timeout is None else timeout)
        while True:
            asked = self.kernel_info()
            if await self._answered(asked) and await self._idle_after(asked):
                return
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > end:
                raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")

    async def _answered(self, asked: str) -> bool:
        """Whether the kernel answers within a second."""
        try:
            message: dict[str, Any] = await self.get_shell_msg(timeout=1)
        except Empty:
            return False
        if message["msg_type"] != "kernel_info_reply" or message["parent_header"].get("msg_id") != asked:
            return False
        self._handle_kernel_info_reply(message)
        return True

    async def _idle_after(self, asked: str) -> bool:
        """Whether the kernel tells that it is idle; it does not when the channel was joined too late to hear it."""
        while True:
            try:
                message = await self.get_iopub_msg(timeout=_SILENCE)
            except Empty:
                return False
            if message["parent_header"].get("msg_id") == asked and message["content"].get("execution_state") == "idle":
                return True

    def stop_channels(self) -> None:
        """Stop the channels; messages that a dead kernel did not take are dropped."""
        for channel in (self.shell_channel, self.iopub_channel, self.stdin_channel, self.control_channel):
            if channel.is_alive():
                channel.stop()
        beat: HBChannel = self.hb_channel
        if beat.is_alive():
            beat.stop()
        if self._created_context and not self.context.closed:
            self.context.destroy(linger=0)
