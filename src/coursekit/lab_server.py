"""JupyterLab's server as `course lab` starts it: `python -m coursekit.lab_server`, with JupyterLab's own options.

Live pictures follow their sliders sooner, by two things that Jupyter's own server does not do:

* What a kernel says goes to the page at once. Left to the system, small messages are gathered first, and then a moved
  slider now and again waits 40 milliseconds for its picture.
* A kernel that has answered a slider before anybody could notice is not called busy. JupyterLab would draw its lamps
  and fetch another icon twice for every move, while the picture waits for its turn.
"""

from __future__ import annotations

from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.ioloop import IOLoop

NOTICED_AFTER_SECONDS = 0.1
STATE_BYTES_MAX = 100  # a message with a picture is longer, and is not searched
PARENT, CONTENT = 1, 3  # places in the list of a message's parts


class PromptConnection(ZMQChannelsWebsocketConnection):
    """Jupyter's connection between a kernel and a page, prompt for live pictures."""

    _busy: tuple[Any, list[Any]] | None = None  # "busy" with a slider, not yet passed on
    _timer: Any = None

    def connect(self) -> Any:
        self.websocket_handler.set_nodelay(True)
        return super().connect()

    def disconnect(self) -> Any:
        if self._busy is not None:
            self._forget_busy()
        return super().disconnect()

    def _on_zmq_reply(self, stream: Any, msg_list: Any) -> None:
        state = slider_state(msg_list)
        if state == "busy":
            self._tell_busy()
            self._busy = (stream, msg_list)
            self._timer = IOLoop.current().call_later(NOTICED_AFTER_SECONDS, self._tell_busy)
            return
        if state == "idle" and self._busy is not None:
            self._forget_busy()
        super()._on_zmq_reply(stream, msg_list)

    def _tell_busy(self) -> None:
        if self._busy is not None:
            super()._on_zmq_reply(*self._forget_busy())

    def _forget_busy(self) -> tuple[Any, list[Any]]:
        assert self._busy is not None
        IOLoop.current().remove_timeout(self._timer)
        told, self._busy = self._busy, None
        return told


def slider_state(parts: Any) -> str | None:
    """'busy' or 'idle' where a message says that the kernel begins or ends to answer a widget; else None.

    parts  header, parent header, metadata, content: JSON as bytes, as Jupyter's newer protocol passes them on; messages
           of the older protocol come as dictionaries and are left alone
    """
    if not isinstance(parts, list) or b'"comm_msg"' not in bytes(parts[PARENT]):
        return None
    if len(parts[CONTENT]) > STATE_BYTES_MAX or b'"execution_state"' not in (content := bytes(parts[CONTENT])):
        return None
    return "busy" if b'"busy"' in content else "idle" if b'"idle"' in content else None


if __name__ == "__main__":
    from jupyterlab.labapp import main

    main()
